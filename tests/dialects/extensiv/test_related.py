"""What the links of a purchase order lead to. Source: contract sections 1, 4 and 8."""

import pytest

from .given import (
    CONTACT_REL,
    CONTACTS,
    CUSTOMER_REL,
    CUSTOMERS,
    FACILITIES,
    FACILITY_REL,
    FREE,
    HAL,
    ITEM_REL,
    JSON,
    LOCKED,
    RECEIVER_REL,
    RECEIVERS,
    RELATED,
    SUPPLIER_TEXTS,
    WHOLE,
    WHOLE_SUPPLIER,
    bad_parameters,
    delete,
    embedded,
    is_empty,
    moment,
    no_trace,
    nulls_in,
    order_id_of,
    page,
    pascal,
    placed,
)

ITEMS = "/customers/1/items"
EACH_RELATED = pytest.mark.parametrize("collection, single, rel", RELATED, ids=[each[0] for each in RELATED])


async def receivers_of(extensiv, order_id, name="purchaseorderid"):
    """The receivers of an order."""
    return embedded(await page(extensiv, f"{RECEIVERS}?{name}={order_id}"), RECEIVER_REL)


# All of them


@EACH_RELATED
async def test_a_stranger_reads_nothing(extensiv, collection, single, rel):
    for path in (collection, single):
        assert is_empty(await extensiv.get(path, auth=None), 401)


@EACH_RELATED
async def test_a_resource_looks_the_same_alone_and_in_its_list(extensiv, collection, single, rel):
    for accept in (HAL, JSON):
        listing = await page(extensiv, f"{collection}?pgsiz=1000", accept)
        held = embedded(listing, rel) if accept is HAL else listing["ResourceList"]
        alone = await page(extensiv, single, accept)
        for each in (alone, *held):
            each.pop("_links", None)
        assert alone in held


@EACH_RELATED
async def test_reading_changes_nothing(extensiv, demo_book, collection, single, rel):
    async with no_trace(demo_book):
        first = [await page(extensiv, path) for path in (collection, single)]
        assert [await page(extensiv, path) for path in (collection, single)] == first


@EACH_RELATED
async def test_a_related_list_is_paged(extensiv, collection, single, rel):
    everything = embedded(await page(extensiv, f"{collection}?pgsiz=1000"), rel)

    seen, number = [], 1
    while len(seen) < len(everything):
        listing = await page(extensiv, f"{collection}?pgsiz=1&pgnum={number}")
        assert listing["totalResults"] == len(everything)
        (each,) = embedded(listing, rel)
        seen.append(each)
        number += 1
    assert seen == everything


@EACH_RELATED
async def test_a_related_list_takes_up_to_1000_a_page(extensiv, collection, single, rel):
    for size in (1, 100, 101, 500, 501, 1000):
        listing = await page(extensiv, f"{collection}?pgsiz={size}")
        assert len(embedded(listing, rel)) == min(size, listing["totalResults"])


@EACH_RELATED
async def test_a_page_past_the_end_of_a_related_list_is_empty(extensiv, collection, single, rel):
    listing = await page(extensiv, f"{collection}?pgnum=9999")

    assert embedded(listing, rel) == []
    assert listing["totalResults"] >= 1


@EACH_RELATED
async def test_a_query_that_cannot_be_used_is_refused_by_its_name(extensiv, collection, single, rel):
    refused = ("pgsiz=0", "pgsiz=x", "pgnum=-1", "rql=gorp", "rql=;;", "sort=gorp", "rql=%FF", "pgsiz=" + "9" * 30)
    no_id = ("purchaseorderid=x", "purchaseorderid=0")

    for query in (*refused, *(no_id if collection == RECEIVERS else ())):
        answer = await extensiv.get(f"{collection}?{query}")
        assert bad_parameters(answer) == ("NotParsable", [query.split("=")[0]]), query


@EACH_RELATED
async def test_a_query_that_asks_for_nothing_or_too_far_is_answered(extensiv, collection, single, rel):
    total = (await page(extensiv, collection))["totalResults"]
    for query in ("sort=", "rql=", "gorp=x", *(() if collection == RECEIVERS else ("purchaseorderid=x",))):
        assert (await page(extensiv, f"{collection}?{query}"))["totalResults"] == total, query
    beyond = await page(extensiv, f"{collection}?pgnum=" + "9" * 30)
    assert (embedded(beyond, rel), beyond["totalResults"]) == ([], total)
    assert await receivers_of(extensiv, "9" * 30) == []


@EACH_RELATED
async def test_a_page_that_cannot_be_is_400(extensiv, collection, single, rel):
    for name in ("pgsiz", "pgnum"):
        for value in ("0", "-1", "x", "1.5"):
            assert bad_parameters(await extensiv.get(f"{collection}?{name}={value}")) == ("NotParsable", [name])


# Customers


async def test_a_customer_has_its_members(extensiv):
    customer = await page(extensiv, f"{CUSTOMERS}/1")

    assert customer["readOnly"]["customerId"] == 1
    assert customer["readOnly"]["deactivated"] is False
    moment(customer["readOnly"]["creationDate"])
    assert customer["companyInfo"]["companyName"] == "Demo Customer"
    assert customer["externalId"] == "DEMO-CUST"
    assert customer["facilities"] == [{"name": "Main", "id": 1}, {"name": "Overflow", "id": 2}]


async def test_a_customer_has_its_members_in_json(extensiv):
    customer = await page(extensiv, f"{CUSTOMERS}/2", JSON)

    assert (customer["ReadOnly"]["CustomerId"], customer["ReadOnly"]["Deactivated"]) == (2, False)
    moment(customer["ReadOnly"]["CreationDate"])
    assert customer["CompanyInfo"]["CompanyName"] == "Second Customer"
    assert customer["ExternalId"] is None
    assert customer["Facilities"] == [{"Name": "Main", "Id": 1}, {"Name": "Overflow", "Id": 2}]


async def test_a_customer_without_an_external_id_has_none_in_hal(extensiv):
    customer = await page(extensiv, f"{CUSTOMERS}/2")

    assert "externalId" not in customer
    assert nulls_in(customer) == []


async def test_the_customers_of_the_beginning(extensiv):
    customers = embedded(await page(extensiv, CUSTOMERS), CUSTOMER_REL)

    names = {each["readOnly"]["customerId"]: each["companyInfo"]["companyName"] for each in customers}
    assert names.items() >= {1: "Demo Customer", 2: "Second Customer"}.items()


async def test_a_new_customer_is_listed_and_can_be_read(extensiv, demo_book):
    customer_id = await demo_book.add_customer("Pekárna & syn")

    customer = await page(extensiv, f"{CUSTOMERS}/{customer_id}")

    assert customer["companyInfo"]["companyName"] == "Pekárna & syn"
    assert (await page(extensiv, f"{CUSTOMERS}/{customer_id}/items"))["totalResults"] == 0
    assert customer["readOnly"]["customerId"] in [
        each["readOnly"]["customerId"] for each in embedded(await page(extensiv, CUSTOMERS), CUSTOMER_REL)
    ]


@pytest.mark.parametrize(
    "table, path", [("customers", f"{CUSTOMERS}/1"), ("items", f"{ITEMS}/1"), ("facilities", f"{FACILITIES}/1")]
)
async def test_what_was_deactivated_says_so(extensiv, demo_book, table, path):
    async def deactivated():
        told = await page(extensiv, path)
        return told.get("readOnly", told)["deactivated"]

    assert await deactivated() is False
    await demo_book.desk.pool.execute(
        f"update {table} set deactivated = true where tenant_id = $1 and id = 1",  # noqa: S608 - three names
        demo_book.tenant_id,
    )
    assert await deactivated() is True


# Items


@pytest.mark.parametrize("item_id, sku, qualifiers", [(1, "SKU-1", ["", "Blue"]), (2, "SKU-2", [""])])
async def test_an_item_has_its_members(extensiv, item_id, sku, qualifiers):
    item = await page(extensiv, f"{ITEMS}/{item_id}")

    assert item["readOnly"]["customerIdentifier"] == {"externalId": "DEMO-CUST", "name": "Demo Customer", "id": 1}
    assert item["readOnly"]["itemId"] == item["itemId"] == item_id
    assert item["readOnly"]["deactivated"] is False
    assert item["sku"] == sku
    assert sorted(each["qualifier"] for each in item["qualifiers"]) == qualifiers


async def test_an_item_has_its_members_in_json(extensiv):
    item = await page(extensiv, f"{ITEMS}/1", JSON)

    assert item["ReadOnly"]["CustomerIdentifier"]["Id"] == 1
    assert item["ReadOnly"]["ItemId"] == item["ItemId"] == 1
    assert item["ReadOnly"]["Deactivated"] is False
    assert item["Sku"] == "SKU-1"
    assert sorted(each["Qualifier"] for each in item["Qualifiers"]) == ["", "Blue"]


async def test_the_items_of_a_customer_are_its_own(extensiv, demo_book):
    other = await demo_book.add_item(2, "SKU-1", ("Green",))

    ours = embedded(await page(extensiv, ITEMS), ITEM_REL)
    theirs = embedded(await page(extensiv, f"{CUSTOMERS}/2/items"), ITEM_REL)

    assert [each["itemId"] for each in ours] == [1, 2]
    assert [each["itemId"] for each in theirs] == [other]
    assert (await page(extensiv, f"{CUSTOMERS}/2/items/{other}"))["readOnly"]["customerIdentifier"]["id"] == 2
    assert is_empty(await extensiv.get(f"{ITEMS}/{other}"), 404)
    assert is_empty(await extensiv.get(f"{CUSTOMERS}/2/items/1"), 404)


@pytest.mark.parametrize("number", ["99999999", "x", "0"])
async def test_the_items_of_nobody_do_not_exist(extensiv, number):
    for path in (f"{CUSTOMERS}/{number}/items", f"{CUSTOMERS}/{number}/items/1"):
        assert is_empty(await extensiv.get(path), 404)


# Facilities


@pytest.mark.parametrize("facility_id, name", [(1, "Main"), (2, "Overflow")])
async def test_a_facility_has_its_members(extensiv, facility_id, name):
    wanted = {"facilityId": facility_id, "name": name, "deactivated": False}

    in_hal = await page(extensiv, f"{FACILITIES}/{facility_id}")
    in_json = await page(extensiv, f"{FACILITIES}/{facility_id}", JSON)

    assert in_hal.items() >= wanted.items()
    assert in_json.items() >= {pascal(name): value for name, value in wanted.items()}.items()


async def test_every_facility_is_listed(extensiv, demo_book):
    facility_id = await demo_book.add_facility("Sklad č. 3")

    facilities = embedded(await page(extensiv, FACILITIES), FACILITY_REL)

    names = {each["facilityId"]: each["name"] for each in facilities}
    assert names == {1: "Main", 2: "Overflow", facility_id: "Sklad č. 3"}


# Contacts


async def test_the_contact_of_the_beginning_has_its_members(extensiv):
    contact = await page(extensiv, f"{CONTACTS}/1")

    assert (contact["contactId"], contact["code"], contact["companyName"]) == (1, "SUP-1", "Acme Supply")
    assert contact["customerIdentifier"] == {"externalId": "DEMO-CUST", "name": "Demo Customer", "id": 1}
    assert contact["isAddressResidential"] is False
    assert contact["addressStatus"] == 0
    assert set(SUPPLIER_TEXTS) & set(contact) == {"code", "companyName"}


async def test_a_contact_has_all_its_members_in_json(extensiv):
    contact = await page(extensiv, f"{CONTACTS}/1", JSON)

    assert (contact["ContactId"], contact["Code"], contact["CompanyName"]) == (1, "SUP-1", "Acme Supply")
    assert contact["CustomerIdentifier"]["Id"] == 1
    assert (contact["IsAddressResidential"], contact["AddressStatus"]) == (False, 0)
    for name in SUPPLIER_TEXTS:
        if name not in ("code", "companyName"):
            assert contact[pascal(name)] is None


async def test_a_contact_of_no_customer_can_be_read(extensiv, demo_book):
    contact_id = await demo_book.add_contact("FREE", "Everybody's")

    contact = await page(extensiv, f"{CONTACTS}/{contact_id}")

    assert contact["companyName"] == "Everybody's"
    assert nulls_in(contact) == []


async def test_a_new_supplier_is_a_contact_of_the_orders_customer(extensiv):
    order = await placed(extensiv, **WHOLE)

    contact = await page(extensiv, f"{CONTACTS}/{order['supplier']['contactId']}")

    assert contact.items() >= WHOLE_SUPPLIER.items()
    assert contact["customerIdentifier"]["id"] == 1
    listing = embedded(await page(extensiv, CONTACTS), CONTACT_REL)
    assert contact["contactId"] in [each["contactId"] for each in listing]


async def test_the_contact_outlives_its_order(extensiv):
    order = await placed(extensiv, **WHOLE)
    path = f"{CONTACTS}/{order['supplier']['contactId']}"
    contact = await page(extensiv, path)

    assert (await delete(extensiv, order_id_of(order))).status_code == 204

    assert await page(extensiv, path) == contact


# Receivers


async def test_the_receiver_of_the_beginning_has_its_members(extensiv):
    receiver = await page(extensiv, f"{RECEIVERS}/1")

    read_only = receiver["readOnly"]
    assert (read_only["receiverId"], read_only["status"]) == (1, 0)
    assert read_only["customerIdentifier"] == {"externalId": "DEMO-CUST", "name": "Demo Customer", "id": 1}
    assert read_only["facilityIdentifier"] == {"name": "Main", "id": 1}
    assert (receiver["referenceNum"], receiver["poNum"]) == ("RCV-LOCKED", "PO-LOCKED")


async def test_a_receiver_has_its_members_in_json(extensiv):
    receiver = await page(extensiv, f"{RECEIVERS}/1", JSON)

    assert (receiver["ReadOnly"]["ReceiverId"], receiver["ReadOnly"]["Status"]) == (1, 0)
    assert receiver["ReadOnly"]["CustomerIdentifier"]["Id"] == 1
    assert receiver["ReadOnly"]["FacilityIdentifier"] == {"Name": "Main", "Id": 1}
    assert (receiver["ReferenceNum"], receiver["PoNum"]) == ("RCV-LOCKED", "PO-LOCKED")


async def test_a_closed_receiver_says_so(extensiv, demo_book):
    await demo_book.close_receipts(LOCKED)

    assert (await page(extensiv, f"{RECEIVERS}/1"))["readOnly"]["status"] == 1
    assert [each["readOnly"]["status"] for each in await receivers_of(extensiv, LOCKED)] == [1]


@pytest.mark.parametrize("name", ["purchaseorderid", "purchaseOrderId"])
async def test_receivers_are_found_by_their_order(extensiv, demo_book, name):
    await demo_book.open_receipt(FREE)
    await demo_book.open_receipt(FREE)

    assert [each["readOnly"]["receiverId"] for each in await receivers_of(extensiv, LOCKED, name)] == [1]
    found = await receivers_of(extensiv, FREE, name)
    assert len(found) == 2
    assert {each["referenceNum"] for each in found} == {"R"}
    assert (await page(extensiv, RECEIVERS))["totalResults"] == 3


@pytest.mark.parametrize("order_id", [10008375, 241, 99999999])
async def test_an_order_without_receivers_has_an_empty_list(extensiv, order_id):
    assert await receivers_of(extensiv, order_id) == []


async def test_the_pages_of_an_orders_receivers_hold_only_its_own(extensiv, demo_book):
    for _ in range(3):
        await demo_book.open_receipt(FREE)

    path, seen = f"{RECEIVERS}?purchaseorderid={FREE}&pgsiz=1", []
    while path:
        listing = await page(extensiv, path)
        assert listing["totalResults"] == 3
        seen += [each["readOnly"]["receiverId"] for each in embedded(listing, RECEIVER_REL)]
        path = listing["_links"].get("next", {}).get("href")

    assert len(set(seen)) == 3
    assert 1 not in seen
