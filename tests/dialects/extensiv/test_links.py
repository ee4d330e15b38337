"""The links of purchase orders, and what a list embeds. Source: contract section 4."""

import pytest

from .given import (
    BOTH,
    CONTACT_REL,
    CUSTOMER_REL,
    FACILITY_REL,
    FREE,
    HAL,
    ITEM_REL,
    JSON,
    LINE,
    LOCKED,
    NEW,
    ORDER_REL,
    ORDERS,
    PURCHASES,
    READABLE,
    RECEIVER_REL,
    RECEIVERS_REL,
    RELATED,
    WHOLE,
    body,
    delete,
    embedded,
    encoded,
    exception,
    hal_links,
    hrefs,
    is_empty,
    json_links,
    order_id_of,
    page,
    placed,
    put,
    shown,
)

EACH_FORM = pytest.mark.parametrize("accept", BOTH, ids=["hal", "json"])
NOTHING = "rql=purchaseordernumber==nothing-has-this-number"


async def links_of(extensiv, order_id):
    """The links of an order in HAL form."""
    return (await shown(extensiv, order_id))["_links"]


async def disallowed(extensiv, order_id):
    """The methods that the edit link says are not possible."""
    name = (await links_of(extensiv, order_id))["edit"].get("name", "")
    if not name.startswith("Disallow: "):
        return set()
    return {each.strip() for each in name.removeprefix("Disallow: ").split(",")}


def orders_in(listing, accept):
    """The orders that a list in this form holds."""
    return embedded(listing, ORDER_REL) if accept is HAL else listing["ResourceList"]


# Lists


async def test_a_stranger_gets_no_links(extensiv):
    for path in (ORDERS, f"{ORDERS}/{LOCKED}", "/inventory/receivers"):
        assert (await extensiv.get(path, auth=None, headers=HAL)).content == b""


async def test_a_list_embeds_orders_under_the_literal_rel(extensiv):
    listing = await page(extensiv, ORDERS)

    assert set(listing) == {"totalResults", "_embedded", "_links"}
    assert list(listing["_embedded"]) == ["http://api.3plCentral.com/rels/inventory/purchaseorder"]
    assert listing["totalResults"] == len(embedded(listing, ORDER_REL)) >= len(PURCHASES)
    assert isinstance(listing["_links"], dict)


async def test_a_list_in_json_form_holds_its_resources_in_one_array(extensiv):
    listing = await page(extensiv, ORDERS, JSON)

    assert set(listing) == {"TotalResults", "ResourceList", "_links"}
    assert listing["TotalResults"] == len(listing["ResourceList"]) >= len(PURCHASES)
    assert isinstance(listing["_links"], list)


@pytest.mark.parametrize("collection, single, rel", RELATED)
async def test_a_related_list_embeds_its_resources_under_its_literal_rel(extensiv, collection, single, rel):
    in_hal, in_json = await page(extensiv, collection), await page(extensiv, collection, JSON)

    assert list(in_hal["_embedded"]) == [rel]
    assert in_hal["totalResults"] == len(embedded(in_hal, rel)) > 0
    assert in_json["TotalResults"] == len(in_json["ResourceList"]) == in_hal["totalResults"]
    assert isinstance(in_hal["_links"], dict)
    assert isinstance(in_json["_links"], list)


EMPTY = (
    (f"{ORDERS}?{NOTHING}", ORDER_REL),
    (f"{ORDERS}?pgnum=50", ORDER_REL),
    ("/customers/2/items", ITEM_REL),
    (f"/inventory/receivers?purchaseorderid={FREE}", RECEIVER_REL),
)


@pytest.mark.parametrize("path, rel", EMPTY)
async def test_an_empty_list_still_has_its_array(extensiv, path, rel):
    in_hal, in_json = await page(extensiv, path), await page(extensiv, path, JSON)

    assert in_hal["_embedded"] == {rel: []}
    assert in_json["ResourceList"] == []
    assert in_hal["totalResults"] == in_json["TotalResults"] == (len(PURCHASES) if "pgnum" in path else 0)
    assert isinstance(in_hal["_links"], dict)
    assert isinstance(in_json["_links"], list)


@EACH_FORM
async def test_every_order_has_links_also_in_a_list(extensiv, accept):
    await placed(extensiv)

    for order in orders_in(await page(extensiv, ORDERS, accept), accept):
        assert isinstance(order["_links"], dict if accept is HAL else list)
        assert order["_links"] == (await shown(extensiv, order_id_of(order), accept))["_links"]


@EACH_FORM
async def test_there_are_no_curies_and_rels_are_addresses(extensiv, accept):
    await placed(extensiv, **WHOLE)

    for order in orders_in(await page(extensiv, ORDERS, accept), accept):
        for rel, _, _ in hal_links(order) if accept is HAL else json_links(order):
            assert rel in ("self", "edit") or rel.startswith("http://api.3plCentral.com/rels/")


@EACH_FORM
async def test_every_address_begins_with_a_slash(extensiv, accept):
    await placed(extensiv, **WHOLE)

    for path in (*READABLE, f"{ORDERS}?pgsiz=1&pgnum=2"):
        headers = accept | {"X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Proto": "https"}
        for href in hrefs(body(await extensiv.get(path, headers=headers))):
            assert href.startswith("/")
            assert not href.startswith("//")


# The links of an order


async def test_a_whole_order_has_every_link(extensiv):
    order = await placed(extensiv, **WHOLE)

    order_id, contact_id = order_id_of(order), order["supplier"]["contactId"]
    assert order["_links"] == {
        "self": {"href": f"/inventory/pos/{order_id}"},
        "edit": {"href": f"/inventory/pos/{order_id}"},
        CUSTOMER_REL: {"href": "/customers/1"},
        ITEM_REL: [
            {"href": "/customers/1/items/1", "name": "SKU-1"},
            {"href": "/customers/1/items/2", "name": "SKU-2"},
        ],
        FACILITY_REL: [
            {"href": "/properties/facilities/1", "name": "Main"},
            {"href": "/properties/facilities/2", "name": "Overflow"},
        ],
        RECEIVERS_REL: {"href": f"/inventory/receivers?purchaseorderid={order_id}"},
        CONTACT_REL: {"href": f"/properties/contacts/{contact_id}"},
    }


async def test_the_least_order_has_the_links_that_are_always_there(extensiv):
    order = await placed(extensiv)

    assert set(order["_links"]) == {"self", "edit", CUSTOMER_REL, RECEIVERS_REL}


async def test_the_locked_order_has_every_link(extensiv):
    links = await links_of(extensiv, LOCKED)

    assert links["self"] == {"href": f"{ORDERS}/{LOCKED}"}
    assert links["edit"]["href"] == f"{ORDERS}/{LOCKED}"
    assert links[CUSTOMER_REL] == {"href": "/customers/1"}
    assert links[ITEM_REL] == [{"href": "/customers/1/items/1", "name": "SKU-1"}]
    assert links[FACILITY_REL] == [{"href": "/properties/facilities/1", "name": "Main"}]
    assert links[RECEIVERS_REL] == {"href": f"/inventory/receivers?purchaseorderid={LOCKED}"}


async def test_each_distinct_item_has_one_link(extensiv):
    lines = [LINE | {"itemIdentifier": {"id": item}} for item in (2, 1, 2, 2, 1)]

    links = (await placed(extensiv, lineItems=lines))["_links"][ITEM_REL]

    assert sorted(link["href"] for link in links) == ["/customers/1/items/1", "/customers/1/items/2"]
    assert {link["name"] for link in links} == {"SKU-1", "SKU-2"}


async def test_each_distinct_facility_has_one_link(extensiv):
    facilities = [{"id": 2}, None, {"id": 1}, {"name": "Main"}, {"id": 2}]

    order = await placed(extensiv, lineItems=[LINE | {"expectedFacility": each} for each in facilities])

    links = order["_links"][FACILITY_REL]
    assert sorted(link["href"] for link in links) == ["/properties/facilities/1", "/properties/facilities/2"]
    assert {link["name"] for link in links} == {"Main", "Overflow"}


async def test_a_line_without_a_facility_adds_no_link_to_one(extensiv):
    links = (await placed(extensiv, lineItems=[LINE]))["_links"]

    assert FACILITY_REL not in links
    assert links[ITEM_REL] == [{"href": "/customers/1/items/1", "name": "SKU-1"}]


async def test_the_links_follow_a_put(extensiv):
    order_id = order_id_of(await placed(extensiv, **WHOLE))

    links = body(await put(extensiv, order_id, NEW | {"supplier": {"contactId": 1}, "lineItems": [LINE]}))["_links"]

    assert set(links) == {"self", "edit", CUSTOMER_REL, ITEM_REL, RECEIVERS_REL, CONTACT_REL}
    assert links[CONTACT_REL] == {"href": "/properties/contacts/1"}
    assert links == await links_of(extensiv, order_id)


@pytest.mark.parametrize(
    "number, name", [("N-1", "Zkrácená & spol., č. 5"), ("N-2", "a/b?c#d%41"), ("N-3", '"quoted"')]
)
async def test_a_link_is_named_like_what_it_leads_to(extensiv, demo_book, number, name):
    item_id, facility_id = await demo_book.add_item(1, name), await demo_book.add_facility(name)
    line = LINE | {"itemIdentifier": {"id": item_id}, "expectedFacility": {"id": facility_id}}

    links = (await placed(extensiv, purchaseOrderNumber=number, lineItems=[line]))["_links"]

    assert links[ITEM_REL] == [{"href": f"/customers/1/items/{item_id}", "name": name}]
    assert links[FACILITY_REL] == [{"href": f"/properties/facilities/{facility_id}", "name": name}]


async def test_the_json_form_has_one_entry_a_link_and_the_same_ones(extensiv):
    created = order_id_of(await placed(extensiv, **WHOLE))

    for order_id in (created, *PURCHASES):
        in_hal, in_json = await shown(extensiv, order_id, HAL), await shown(extensiv, order_id, JSON)
        assert json_links(in_json) == hal_links(in_hal)
        assert len(in_json["_links"]) == len(hal_links(in_hal))


async def test_the_json_form_names_what_hal_names(extensiv):
    links = (await placed(extensiv, JSON, **WHOLE))["_links"]

    assert {"Rel": ITEM_REL, "Href": "/customers/1/items/1", "Name": "SKU-1"} in links
    assert {"Rel": FACILITY_REL, "Href": "/properties/facilities/2", "Name": "Overflow"} in links


# Following


@EACH_FORM
async def test_every_link_of_an_order_can_be_followed(extensiv, accept):
    await placed(extensiv, **WHOLE)
    await placed(extensiv)

    for order in orders_in(await page(extensiv, ORDERS, accept), accept):
        followed = hrefs(order)
        assert len(followed) >= 4
        for href in followed:
            assert (await extensiv.get(href, headers=accept)).status_code == 200, href


async def test_every_link_of_a_purchase_of_no_customer_can_be_followed(extensiv, demo_book, iinsight):
    case_id = await demo_book.add_case("NOBODY", "Nobody's")
    answer = await iinsight.post(f"/api1/purchase_orders/new?case_id={case_id}&purchase_order=PO-N")

    for href in hrefs(await shown(extensiv, int(answer.json()["purchase_order_id"]))):
        assert (await extensiv.get(href)).status_code == 200, href


async def test_every_link_leads_to_what_the_order_shows(extensiv):
    order = await placed(extensiv, **WHOLE)
    links = order["_links"]

    assert await page(extensiv, links["self"]["href"]) == await page(extensiv, links["edit"]["href"]) == order
    assert (await page(extensiv, links[CUSTOMER_REL]["href"]))["readOnly"]["customerId"] == 1
    skus = [(await page(extensiv, link["href"]))["sku"] for link in links[ITEM_REL]]
    assert skus == [link["name"] for link in links[ITEM_REL]]
    names = [(await page(extensiv, link["href"]))["name"] for link in links[FACILITY_REL]]
    assert names == [link["name"] for link in links[FACILITY_REL]]
    assert (await page(extensiv, links[RECEIVERS_REL]["href"]))["totalResults"] == 0
    contact = await page(extensiv, links[CONTACT_REL]["href"])
    assert contact["contactId"] == order["supplier"]["contactId"]
    assert contact["companyName"] == order["supplier"]["companyName"]


async def test_the_receivers_of_the_locked_order_are_found_by_its_link(extensiv):
    links = await links_of(extensiv, LOCKED)

    (receiver,) = embedded(await page(extensiv, links[RECEIVERS_REL]["href"]), RECEIVER_REL)

    assert receiver["readOnly"]["receiverId"] == 1


async def test_the_links_of_a_list_can_be_followed_as_they_stand(extensiv):
    for number in range(3):
        await placed(extensiv, purchaseOrderNumber=f"N&{number} = 50%;č")
    rql = "purchaseordernumber==N*;readonly.closed==false;(customeridentifier.id==1,notes==a%2Cb)"
    path = f"{ORDERS}?pgsiz=1&rql={encoded(rql)}&sort=-readonly.purchaseorderid"

    seen = []
    while path:
        listing = await page(extensiv, path)
        seen += [each["purchaseOrderNumber"] for each in embedded(listing, ORDER_REL)]
        path = listing["_links"].get("next", {}).get("href")

    assert seen == [f"N&{number} = 50%;č" for number in (2, 1, 0)]


# When an order cannot be deleted


async def test_an_order_that_can_be_deleted_says_nothing_of_it(extensiv):
    order_id = order_id_of(await placed(extensiv, **WHOLE))

    for each in (order_id, FREE):
        assert "Disallow" not in (await links_of(extensiv, each))["edit"].get("name", "")


async def test_an_open_receiver_disallows_delete(extensiv):
    assert "DELETE" in await disallowed(extensiv, LOCKED)
    assert "Disallow" not in (await links_of(extensiv, LOCKED))["self"].get("name", "")

    exception(await delete(extensiv, LOCKED), "OperationException", 403)


@EACH_FORM
async def test_delete_is_disallowed_in_lists_and_in_both_forms(extensiv, accept):
    (order,) = orders_in(await page(extensiv, f"{ORDERS}?rql=purchaseordernumber==PO-LOCKED", accept), accept)

    for each in (order, await shown(extensiv, LOCKED, accept)):
        links = hal_links(each) if accept is HAL else json_links(each)
        (name,) = [name for rel, _, name in links if rel == "edit"]
        assert name.startswith("Disallow: ")
        assert "DELETE" in [method.strip() for method in name.removeprefix("Disallow: ").split(",")]


async def test_delete_is_disallowed_from_the_first_receiver_to_the_end_of_the_last(extensiv, demo_book):
    order_id = order_id_of(await placed(extensiv))
    assert await disallowed(extensiv, order_id) == set()

    await demo_book.open_receipt(order_id)
    assert "DELETE" in await disallowed(extensiv, order_id)
    await demo_book.close_receipts(order_id)
    assert await disallowed(extensiv, order_id) == set()
    await demo_book.open_receipt(order_id)
    assert "DELETE" in await disallowed(extensiv, order_id)
    await demo_book.close_receipts(order_id)

    assert is_empty(await delete(extensiv, order_id), 204)


async def test_the_receiver_of_one_order_does_not_lock_another(extensiv, demo_book):
    order_id = order_id_of(await placed(extensiv))

    await demo_book.open_receipt(order_id)

    assert await disallowed(extensiv, FREE) == set()
    assert is_empty(await delete(extensiv, FREE), 204)


async def test_the_neighbours_receiver_locks_nothing_here(extensiv, demo_book):
    await demo_book.close_receipts(LOCKED)

    assert "DELETE" in await disallowed(extensiv.neighbour, LOCKED)
    assert await disallowed(extensiv, LOCKED) == set()
    assert is_empty(await delete(extensiv, LOCKED), 204)


async def test_a_put_is_possible_while_delete_is_not(extensiv):
    record = (await extensiv.get(f"{ORDERS}/{LOCKED}", headers=HAL)).json()

    answer = await put(extensiv, LOCKED, record | {"notes": "still open"})

    assert body(answer)["notes"] == "still open"
    assert "DELETE" in await disallowed(extensiv, LOCKED)
