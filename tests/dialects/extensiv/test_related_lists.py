"""Filters, sorts and pages of the lists that purchases link to. Source: contract sections 1, 4 and 5."""

import pytest

from .given_lists import (
    DEMO,
    HAL,
    LOCKED,
    deleted,
    entered,
    flat,
    is_refused,
    links_of,
    page_at,
    query,
    stocked,
    walked,
)

CUSTOMERS = "/customers"
ITEMS = "/customers/1/items"
FACILITIES = "/properties/facilities"
CONTACTS = "/properties/contacts"
RECEIVERS = "/inventory/receivers"
RELS = "http://api.3plCentral.com/rels/"
REL = {
    CUSTOMERS: f"{RELS}customers/customer",
    ITEMS: f"{RELS}customers/item",
    FACILITIES: f"{RELS}properties/facility",
    CONTACTS: f"{RELS}properties/contact",
    RECEIVERS: f"{RELS}inventory/receiver",
}
ID = {
    CUSTOMERS: "readonly.customerid",
    ITEMS: "itemid",
    FACILITIES: "facilityid",
    CONTACTS: "contactid",
    RECEIVERS: "readonly.receiverid",
}
HELD = {CUSTOMERS: [1, 2, 2168], ITEMS: [1, 2], FACILITIES: [1, 2], CONTACTS: [1, 2], RECEIVERS: [1]}
EACH_LIST = pytest.mark.parametrize("path", HELD)


@pytest.fixture(scope="module")
async def stock(desk, http, published):
    """The demo book."""
    return await stocked(desk, http, published, {"bare": {"purchaseOrderNumber": "PO-BARE"}})


def ids_of(page, path):
    """The ids of a page's rows, in its order."""
    rows = page["_embedded"][REL[path]] if "_embedded" in page else page["ResourceList"]
    found = []
    for row in rows:
        value = row
        for part in ID[path].split("."):
            value = {name.lower(): each for name, each in value.items()}[part]
        found.append(value)
    return found


async def listed(client, path, **parameters):
    """The ids that the list shows, all on one page."""
    page = await page_at(client, path + query(pgsiz=1000, **parameters))
    assert page["TotalResults"] == len(page["ResourceList"])
    return ids_of(page, path)


@EACH_LIST
async def test_each_list_holds_what_the_demo_book_holds(stock, path):
    page = await page_at(stock.client, path)

    assert sorted(ids_of(page, path)) == HELD[path]
    assert page["TotalResults"] == len(HELD[path])
    assert not {"next", "prev"} & set(links_of(page))


@EACH_LIST
async def test_each_list_has_its_own_relation_in_hal(stock, path):
    page = await page_at(stock.client, path, headers=HAL)

    assert sorted(ids_of(page, path)) == HELD[path]
    assert page["totalResults"] == len(HELD[path])
    assert list(page["_embedded"]) == [REL[path]]
    assert "_links" in page


@EACH_LIST
async def test_an_empty_list_keeps_its_relation(stock, path):
    page = await page_at(stock.client, path + query(rql=f"{ID[path]}==99"), headers=HAL)

    assert page["totalResults"] == 0
    assert page["_embedded"] == {REL[path]: []}


@EACH_LIST
async def test_each_list_takes_pages_of_up_to_1000(stock, path):
    assert sorted(ids_of(await page_at(stock.client, f"{path}?pgsiz=1000"), path)) == HELD[path]
    assert sorted(ids_of(await page_at(stock.client, f"{path}?pgsiz=500"), path)) == HELD[path]


@EACH_LIST
@pytest.mark.parametrize("sent", ["pgsiz=1001", "pgsiz=0", "pgsiz=x", "pgnum=0", "pgnum=x"])
async def test_a_wrong_page_is_refused(stock, path, sent):
    assert is_refused(await stock.client.get(f"{path}?{sent}"), sent.split("=")[0])


@EACH_LIST
@pytest.mark.parametrize("name", ["rql", "sort"])
async def test_an_unknown_property_is_refused(stock, path, name):
    answer = await stock.client.get(path + query(**{name: "Gorp==1" if name == "rql" else "Gorp"}))

    assert is_refused(answer, name)
    assert answer.json()["Hint"] == "Properties not supported: Gorp"


@EACH_LIST
@pytest.mark.parametrize("rql", ["x", "{}=", "{}==x", "({}==1", "{}=in=1", "{}==1;", "(((((", "{}==1*"])
async def test_a_broken_filter_is_refused(stock, path, rql):
    assert is_refused(await stock.client.get(path + query(rql=rql.format(ID[path]))), "rql")


@EACH_LIST
@pytest.mark.parametrize(
    "rql", ["{}==" + "1" * 40, "{}==%00", "'", "{}==%FF", "(" * 20_000, "{}==1," * 2_000 + "{}==1"]
)
async def test_an_odd_filter_is_no_server_error(stock, path, rql):
    answer = await stock.client.get(path + query(rql=rql.replace("{}", ID[path])))

    assert answer.status_code == 200 or is_refused(answer, "rql")


@EACH_LIST
async def test_empty_parameters_count_as_absent(stock, path):
    page = await page_at(stock.client, f"{path}?pgsiz=&pgnum=&rql=&sort=")

    assert sorted(ids_of(page, path)) == HELD[path]


@EACH_LIST
async def test_a_list_can_be_filtered_and_sorted_by_id(stock, path):
    everything = HELD[path]

    assert await listed(stock.client, path, sort=ID[path]) == everything
    assert await listed(stock.client, path, sort=f"-{ID[path]}") == everything[::-1]
    assert await listed(stock.client, path, rql=f"{ID[path]}==1") == [1]
    assert await listed(stock.client, path, rql=f"{ID[path].upper()}=IN=(1, 99)") == [1]
    assert sorted(await listed(stock.client, path, rql=f"{ID[path]}=gt=1")) == everything[1:]
    assert await listed(stock.client, path, rql=f"{ID[path]}==2;{ID[path]}=lt=2,{ID[path]}==1") == [1]


@pytest.mark.parametrize(
    "path, rql, expected",
    [
        (CUSTOMERS, "companyinfo.companyname==demo*", [1]),
        (CUSTOMERS, "CompanyInfo.CompanyName==second customer", [2]),
        (CUSTOMERS, "externalid==demo-cust", [1]),
        (CUSTOMERS, "externalid=hv=false", [2, 2168]),
        (CUSTOMERS, "externalid==", [2, 2168]),
        (CUSTOMERS, "readonly.deactivated==false", [1, 2, 2168]),
        (CUSTOMERS, "readonly.deactivated==true", []),
        (CUSTOMERS, "companyinfo.companyname==Pekárna*;readonly.customerid=gt=2", [2168]),
        (ITEMS, "sku==sku-2", [2]),
        (ITEMS, "sku==SKU*", [1, 2]),
        (ITEMS, "sku=in=(SKU-1, NONE)", [1]),
        (ITEMS, "readonly.itemid==2", [2]),
        (ITEMS, "readonly.deactivated==false", [1, 2]),
        (FACILITIES, "name==main", [1]),
        (FACILITIES, "name==*flow", [2]),
        (FACILITIES, "name=gt=main", [2]),
        (FACILITIES, "deactivated==false", [1, 2]),
        (CONTACTS, "code==sup-1", [1]),
        (CONTACTS, "companyname==*matthews", [2]),
        (CONTACTS, "city=hv=true", []),
        (CONTACTS, "city==", [1, 2]),
        (CONTACTS, "addressstatus==0", [1, 2]),
        (CONTACTS, "isaddressresidential==true", []),
        (CONTACTS, "code==SUP-1,code==1/AAMATT2", [1, 2]),
        (RECEIVERS, "readonly.status==0", [1]),
        (RECEIVERS, "readonly.status==1", []),
        (RECEIVERS, "referencenum==rcv-*", [1]),
        (RECEIVERS, "referencenum==other", []),
        (RECEIVERS, "ponum==po-locked", [1]),
    ],
)
async def test_a_list_can_be_filtered_by_what_it_shows(stock, path, rql, expected):
    assert sorted(await listed(stock.client, path, rql=rql)) == expected


@pytest.mark.parametrize(
    "path, sort, expected",
    [
        (CUSTOMERS, "companyinfo.companyname", [1, 2168, 2]),
        (CUSTOMERS, "-companyinfo.companyname", [2, 2168, 1]),
        (CUSTOMERS, "externalid", [2, 2168, 1]),
        (CUSTOMERS, "-externalid,-readonly.customerid", [1, 2168, 2]),
        (ITEMS, "-sku", [2, 1]),
        (FACILITIES, "NAME", [1, 2]),
        (FACILITIES, "-name", [2, 1]),
        (CONTACTS, "code", [2, 1]),
        (CONTACTS, "-code", [1, 2]),
        (CONTACTS, "companyname", [2, 1]),
        (RECEIVERS, "-referencenum", [1]),
    ],
)
async def test_a_list_can_be_sorted_by_what_it_shows(stock, path, sort, expected):
    assert await listed(stock.client, path, sort=sort) == expected


async def test_by_default_a_page_holds_20_customers(extensiv, demo_book):
    for number in range(22):
        await demo_book.add_customer(f"Customer {number}")

    pages = await walked(extensiv, CUSTOMERS)

    assert [len(ids_of(page, CUSTOMERS)) for page in pages] == [20, 5]
    assert {page["TotalResults"] for page in pages} == {25}


async def test_by_default_a_page_holds_10_items(extensiv, demo_book):
    for number in range(10):
        await demo_book.add_item(1, f"SKU-X{number}")

    pages = await walked(extensiv, ITEMS)

    assert [len(ids_of(page, ITEMS)) for page in pages] == [10, 2]
    assert {page["TotalResults"] for page in pages} == {12}


async def test_by_default_a_page_holds_100_receivers(extensiv, demo_book):
    for _ in range(101):
        await demo_book.open_receipt(10008229)

    pages = await walked(extensiv, RECEIVERS)

    assert [len(ids_of(page, RECEIVERS)) for page in pages] == [100, 2]
    assert {page["TotalResults"] for page in pages} == {102}


@pytest.mark.parametrize("path", [CUSTOMERS, ITEMS, FACILITIES, CONTACTS])
@pytest.mark.parametrize("headers", [{}, HAL], ids=["json", "hal"])
async def test_the_links_lead_through_every_page_and_keep_the_query(extensiv, demo_book, path, headers):
    for number in range(5):
        await demo_book.add_customer(f"50% off & more {number}")
        await demo_book.add_item(1, f"50% off & more {number}")
        await demo_book.add_facility(f"50% off & more {number}")
        await demo_book.add_contact(f"50% off & more {number}", "Bolt Works")
    name = {CUSTOMERS: "companyinfo.companyname", ITEMS: "sku", FACILITIES: "name", CONTACTS: "code"}[path]
    wanted = path + query(rql=f"{name}==50%25 off & more*", sort=f"-{ID[path]}", pgsiz=2)

    pages = await walked(extensiv, wanted, headers=headers)
    back = await walked(extensiv, f"{wanted}&pgnum=3", rel="prev", headers=headers)

    found = [ids_of(page, path) for page in pages]
    assert [len(each) for each in found] == [2, 2, 1]
    assert flat(found) == sorted(set(flat(found)), reverse=True)
    assert not set(flat(found)) & set(HELD[path])
    assert [ids_of(page, path) for page in reversed(back)] == found


async def test_the_receivers_of_one_purchase_are_paged_too(extensiv, demo_book):
    for _ in range(4):
        await demo_book.open_receipt(10008375)
        await demo_book.open_receipt(10008233)

    pages = await walked(extensiv, f"{RECEIVERS}?purchaseorderid=10008375&pgsiz=3")

    found = [ids_of(page, RECEIVERS) for page in pages]
    assert [len(each) for each in found] == [3, 1]
    assert {page["TotalResults"] for page in pages} == {4}
    assert not {1} & set(flat(found))


@pytest.mark.parametrize(
    "sent, expected",
    [
        (f"purchaseorderid={LOCKED}", [1]),
        (f"PurchaseOrderId={LOCKED}", [1]),
        ("purchaseorderid=10008229", []),
        ("purchaseorderid=99999999", []),
        ("purchaseorderid=", [1]),
        (f"purchaseorderid={LOCKED}&rql=readonly.status==0", [1]),
        (f"purchaseorderid={LOCKED}&rql=readonly.status==1", []),
    ],
)
async def test_receivers_can_be_asked_for_one_purchase(stock, sent, expected):
    assert ids_of(await page_at(stock.client, f"{RECEIVERS}?{sent}"), RECEIVERS) == expected


@pytest.mark.parametrize("sent", ["x", "1.5", "-1", "99999999999999999999", "%00", "1;2"])
async def test_an_odd_purchase_id_is_no_server_error(stock, sent):
    answer = await stock.client.get(f"{RECEIVERS}?purchaseorderid={sent}")

    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or ids_of(answer.json(), RECEIVERS) == []


async def test_a_closed_receiver_has_another_status(extensiv, demo_book):
    await demo_book.close_receipts(LOCKED)

    assert await listed(extensiv, RECEIVERS, rql="readonly.status==0") == []
    assert await listed(extensiv, RECEIVERS, rql="readonly.status==1") == [1]


async def test_the_items_of_a_customer_are_its_own(extensiv, demo_book):
    item = await demo_book.add_item(2, "SKU-1")

    page = await page_at(extensiv, "/customers/2/items?rql=sku==sku-1")
    assert [row["ItemId"] for row in page["ResourceList"]] == [item]
    assert await listed(extensiv, ITEMS, rql="sku==sku-1") == [1]


async def test_a_customer_without_items_has_an_empty_list(stock):
    page = await page_at(stock.client, "/customers/2/items")

    assert (page["TotalResults"], page["ResourceList"]) == (0, [])


async def test_a_new_supplier_is_in_the_list_of_contacts(extensiv):
    await entered(extensiv, supplier={"companyName": "Bolt Works", "code": "B-7", "city": "Leeds"})

    found = await listed(extensiv, CONTACTS, rql="code==b-7;city==leeds")

    assert len(found) == 1
    assert found[0] > 2


async def test_a_deleted_purchase_does_not_break_the_receivers(extensiv, demo_book):
    await demo_book.close_receipts(LOCKED)
    await deleted(extensiv, LOCKED)

    answer = await extensiv.get(RECEIVERS)

    assert answer.status_code == 200
    assert set(ids_of(answer.json(), RECEIVERS)) <= {1}


@EACH_LIST
async def test_the_neighbours_rows_are_not_listed(extensiv, demo_book, path):
    await demo_book.add_customer("Ours")
    await demo_book.add_item(1, "OURS")
    await demo_book.add_facility("Ours")
    await demo_book.add_contact("OURS", "Ours")
    await demo_book.open_receipt(min(DEMO))

    assert len(await listed(extensiv, path)) == len(HELD[path]) + 1
    assert sorted(await listed(extensiv.neighbour, path)) == HELD[path]


@EACH_LIST
async def test_a_stranger_sees_none_of_them(stock, path):
    answer = await stock.client.get(f"{path}?pgsiz=0", auth=None)

    assert answer.status_code == 401
    assert answer.content == b""


@pytest.mark.parametrize(
    "path",
    ["/Customers", "/customers/1/ITEMS/", "/Properties/Facilities/", "/PROPERTIES/contacts", "/Inventory/Receivers"],
)
async def test_the_case_of_the_path_and_a_last_slash_do_not_matter(stock, path):
    page = await page_at(stock.client, f"{path}?PGSIZ=1")

    assert len(page["ResourceList"]) == 1
