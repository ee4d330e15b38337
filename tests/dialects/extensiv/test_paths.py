"""Paths, methods, and what a query string means. Source: contract section 1."""

import pytest

from .given import (
    CLIENT,
    FREE,
    HAL,
    INDEX,
    JSON,
    LOCKED,
    NEW,
    NOWHERE,
    ORDER_REL,
    ORDERS,
    READABLE,
    RELATED,
    TOKEN,
    WHOLE,
    bad_parameters,
    body,
    delete,
    embedded,
    encoded,
    exception,
    is_empty,
    listed,
    no_trace,
    page,
    placed,
    put,
    shown,
    tag_of,
)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
KNOWN = (
    (TOKEN, {"POST"}),
    (ORDERS, {"GET", "POST"}),
    (f"{ORDERS}/{FREE}", {"GET", "PUT", "DELETE"}),
    (INDEX, {"GET"}),
    *((path, {"GET"}) for collection, single, _ in RELATED for path in (collection, single)),
)
WRONG = [(method, path, allowed) for path, allowed in KNOWN for method in METHODS if method not in allowed]
NO_PATHS = (
    "/inventory",
    "/inventory/",
    "/inventory/po",
    "/inventory/purchaseorders",
    f"/inventory/pos/{LOCKED}/lines",
    "/inventory/pos/index/1",
    "/inventory/receivers/1/items",
    "/inventory/gorp",
    "/customers/1/gorp",
    "/customers/1/items/1/gorp",
    "/properties",
    "/properties/gorp",
    "/properties/facilities/1/gorp",
    "/AuthServer",
    "/AuthServer/api",
    "/AuthServer/api/Tokens",
)
NO_IDS = (
    *("x", "PO-LOCKED", "0", "-1", "1.5", f"{LOCKED}.0", f"{LOCKED}x", "1e3", "%00", "%FF", "%F0%9F%98%80"),
    *(str(NOWHERE), "2147483648", "9" * 19, "9" * 400),
)
OTHER_CASE = (
    ("/INVENTORY/POS", ORDERS),
    ("/Inventory/Pos", ORDERS),
    (f"/Inventory/POS/{LOCKED}", f"{ORDERS}/{LOCKED}"),
    ("/CUSTOMERS", "/customers"),
    ("/Customers/1", "/customers/1"),
    ("/customers/1/ITEMS", "/customers/1/items"),
    ("/Customers/1/Items/2", "/customers/1/items/2"),
    ("/Properties/Facilities", "/properties/facilities"),
    ("/PROPERTIES/facilities/1", "/properties/facilities/1"),
    ("/properties/CONTACTS", "/properties/contacts"),
    ("/Properties/Contacts/1", "/properties/contacts/1"),
    ("/Inventory/Receivers", "/inventory/receivers"),
    ("/INVENTORY/RECEIVERS/1", "/inventory/receivers/1"),
)
OPEN = "rql=readonly.closed==false"


async def place_of(extensiv, query, headers=HAL):
    """The index that an index query answers."""
    told = body(await extensiv.get(f"{INDEX}?{query}", headers=headers))
    return told["index"]


# Methods


async def test_a_stranger_with_a_wrong_method_changes_nothing(extensiv, demo_book):
    async with no_trace(demo_book):
        for method, path, _ in WRONG:
            answer = await extensiv.request(method, path, auth=None)
            assert answer.status_code in (401, 405), (method, path)
            assert answer.content == b""


@pytest.mark.parametrize("path", [ORDERS, f"{ORDERS}/{LOCKED}"])
async def test_reading_is_200_with_an_etag(extensiv, path):
    answer = await extensiv.get(path)

    assert answer.status_code == 200
    assert answer.headers["ETag"]


async def test_every_readable_path_answers_200_in_both_forms(extensiv):
    for path in READABLE:
        for accept in (HAL, JSON):
            assert isinstance(body(await extensiv.get(path, headers=accept)), dict)


async def test_creating_is_201_with_an_etag(extensiv):
    answer = await extensiv.post(ORDERS, json=NEW)

    assert answer.status_code == 201
    assert answer.headers["ETag"]


async def test_updating_is_200_with_an_etag(extensiv):
    order = await placed(extensiv)

    answer = await put(extensiv, order["readOnly"]["purchaseOrderId"], NEW)

    assert answer.status_code == 200
    assert answer.headers["ETag"]


async def test_deleting_is_204_with_an_empty_body(extensiv):
    assert is_empty(await delete(extensiv, FREE), 204)


@pytest.mark.parametrize("path, allowed", KNOWN, ids=[path for path, _ in KNOWN])
async def test_another_method_is_405_with_allow(extensiv, path, allowed):
    for method in METHODS:
        if method in allowed:
            continue
        answer = await extensiv.request(method, path, auth=CLIENT if path == TOKEN else extensiv.auth)
        assert is_empty(answer, 405), method
        told = {each.strip() for each in answer.headers["Allow"].split(",")}
        assert allowed <= told
        assert method not in told


async def test_another_method_changes_nothing_whatever_is_sent_along(extensiv, demo_book):
    tag = await tag_of(extensiv, FREE)

    async with no_trace(demo_book):
        for method, path, _ in WRONG:
            if method != "TRACE":
                answer = await extensiv.request(method, path, json=NEW, headers={"If-Match": tag})
                assert answer.status_code == 405, (method, path)


async def test_head_is_like_get_or_refused_and_has_no_body(extensiv, demo_book):
    async with no_trace(demo_book):
        for path, allowed in KNOWN:
            answer = await extensiv.head(path)
            assert answer.status_code in ((200, 400, 405) if "GET" in allowed else (405,)), path
            assert answer.content == b""


async def test_a_method_cannot_be_overridden(extensiv, demo_book):
    headers = {"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE", "If-Match": "*"}

    async with no_trace(demo_book):
        assert (await extensiv.get(f"{ORDERS}/{FREE}?_method=DELETE", headers=headers)).status_code == 200
        assert (await extensiv.post(f"{ORDERS}/{FREE}?_method=DELETE", headers=headers)).status_code == 405


# Paths


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
async def test_what_is_no_path_of_the_api_is_404(extensiv, demo_book, method):
    async with no_trace(demo_book):
        for path in NO_PATHS:
            assert is_empty(await extensiv.request(method, path), 404), path


@pytest.mark.parametrize("collection", [ORDERS, *(collection for collection, _, _ in RELATED)])
async def test_an_id_that_is_no_int_or_unknown_is_404(extensiv, collection):
    for number in NO_IDS:
        assert is_empty(await extensiv.get(f"{collection}/{number}"), 404), number


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_writing_to_an_id_that_is_no_int_or_unknown_is_404(extensiv, demo_book, method):
    async with no_trace(demo_book):
        for number in NO_IDS:
            for headers in ({}, {"If-Match": "*"}):
                answer = await extensiv.request(method, f"{ORDERS}/{number}", json=NEW, headers=headers)
                assert is_empty(answer, 404), number


@pytest.mark.parametrize("order_id", [1, 147, 241])
async def test_an_order_that_is_no_purchase_does_not_exist(extensiv, demo_book, order_id):
    assert order_id not in await listed(extensiv)
    async with no_trace(demo_book):
        assert is_empty(await extensiv.get(f"{ORDERS}/{order_id}"), 404)
        assert is_empty(await extensiv.put(f"{ORDERS}/{order_id}", json=NEW, headers={"If-Match": "*"}), 404)
        assert is_empty(await extensiv.delete(f"{ORDERS}/{order_id}", headers={"If-Match": "*"}), 404)


@pytest.mark.parametrize("path, canonical", OTHER_CASE)
async def test_a_path_ignores_case(extensiv, path, canonical):
    assert await page(extensiv, path) == await page(extensiv, canonical)


async def test_a_path_ignores_a_trailing_slash(extensiv):
    for path in READABLE:
        if "?" not in path:
            assert await page(extensiv, f"{path}/") == await page(extensiv, path)


async def test_writing_ignores_case_and_a_trailing_slash(extensiv):
    created = await extensiv.post("/Inventory/POS/", json=NEW, headers=HAL)
    order_id = body(created, 201)["readOnly"]["purchaseOrderId"]

    changed = await extensiv.put(
        f"/INVENTORY/Pos/{order_id}/", json=NEW | {"notes": "x"}, headers=HAL | {"If-Match": created.headers["ETag"]}
    )
    assert body(changed)["notes"] == "x"
    assert is_empty(
        await extensiv.delete(f"/inventory/POS/{order_id}/", headers={"If-Match": changed.headers["ETag"]}), 204
    )
    assert order_id not in await listed(extensiv)


async def test_links_are_written_in_lower_case_however_the_path_was(extensiv):
    assert (await page(extensiv, f"/INVENTORY/POS/{LOCKED}/"))["_links"]["self"] == {"href": f"{ORDERS}/{LOCKED}"}


# The query string


@pytest.mark.parametrize("names", [("pgsiz", "pgnum"), ("PGSIZ", "PGNUM"), ("PgSiz", "pgNum")])
async def test_the_names_of_parameters_ignore_case(extensiv, names):
    size, number = names

    assert await listed(extensiv, f"?{size}=1&{number}=2") == (await listed(extensiv))[1:2]


async def test_rql_and_sort_may_be_written_in_any_case(extensiv):
    assert await listed(extensiv, "?RQL=purchaseordernumber==PO-LOCKED") == [LOCKED]
    assert await listed(extensiv, "?Sort=-readonly.purchaseorderid") == (await listed(extensiv))[::-1]


@pytest.mark.parametrize("name", ["purchaseorderid", "purchaseOrderId", "PURCHASEORDERID"])
async def test_the_order_of_receivers_may_be_written_in_any_case(extensiv, demo_book, name):
    await demo_book.open_receipt(FREE)

    assert (await page(extensiv, f"/inventory/receivers?{name}={LOCKED}"))["totalResults"] == 1


@pytest.mark.parametrize(
    "query", ["pgsize=1", "gorp=1", "receivertype=2", "closed=true", "customerid=1", "=", "&&", "x"]
)
async def test_an_unknown_parameter_is_ignored(extensiv, query):
    plain = await page(extensiv, ORDERS)

    for written in (query, f"{query}&pgnum=1", f"pgnum=1&{query}"):
        answer = await page(extensiv, f"{ORDERS}?{written}")
        assert (answer["totalResults"], answer["_embedded"]) == (plain["totalResults"], plain["_embedded"])


async def test_an_unknown_parameter_is_ignored_at_every_path(extensiv):
    for path in READABLE:
        unknown = f"{'&' if '?' in path else '?'}gorp=1&pgsize=0"
        assert (await extensiv.get(path + unknown)).status_code == 200, path


async def test_a_semicolon_in_a_query_is_data(extensiv):
    query = "rql=readonly.closed==false;purchaseordernumber==PO-LOCKED"

    assert await listed(extensiv, f"?{query}") == [LOCKED]
    assert await listed(extensiv, f"?pgsiz=10&{query}&pgnum=1") == [LOCKED]


async def test_a_semicolon_never_begins_a_parameter(extensiv):
    answer = await extensiv.get(f"{ORDERS}?pgsiz=2;pgnum=2")

    assert bad_parameters(answer) == ("NotParsable", ["pgsiz"])


@pytest.mark.parametrize(
    "rql",
    [
        "customeridentifier.id==1;readonly.closed==false",
        "purchaseordernumber==PO-LOCKED;readonly.closed==false;customeridentifier.externalid==DEMO-CUST",
        "readonly.closed==false;(customeridentifier.id==1,purchaseordernumber==PO-LOCKED)",
    ],
)
async def test_a_value_runs_from_its_first_equals_sign_to_the_next_ampersand(extensiv, rql):
    assert await listed(extensiv, f"?pgsiz=10&rql={rql}&pgnum=1") == [LOCKED]
    assert await listed(extensiv, f"?rql={encoded(rql)}") == [LOCKED]


# The index


async def test_the_index_is_the_position_in_the_ascending_list(extensiv):
    order_ids = await listed(extensiv)

    assert await place_of(extensiv, f"ponum=PO-LOCKED&{OPEN}") == order_ids.index(LOCKED)
    assert await place_of(extensiv, f"ponum=012082&{OPEN}") == 0


async def test_the_index_counts_only_what_the_rql_gives(extensiv):
    assert await place_of(extensiv, "ponum=PO-LOCKED&rql=customeridentifier.id==1") == 0
    assert await place_of(extensiv, "ponum=012083&rql=customeridentifier.id==2;purchaseordernumber==0120*") == 1


async def test_the_index_of_a_new_order_is_the_last(extensiv):
    await placed(extensiv, **WHOLE)

    assert await place_of(extensiv, f"ponum=PO-7001&{OPEN}") == len(await listed(extensiv)) - 1


async def test_the_index_finds_the_number_that_is_shown(extensiv):
    order = await shown(extensiv, 10008233)
    assert order["purchaseOrderNumber"].startswith("ORD-")

    position = await place_of(extensiv, f"ponum={order['purchaseOrderNumber']}&{OPEN}")

    assert position == (await listed(extensiv)).index(10008233)


@pytest.mark.parametrize("number", ["Objednávka č. 5", "A&B=C;D", "50% + 1", "a/b", "😀", "PO*1"])
async def test_the_index_takes_a_number_of_any_script(extensiv, number):
    await placed(extensiv, purchaseOrderNumber=number)

    assert await place_of(extensiv, f"ponum={encoded(number)}&rql=customeridentifier.id==1") == 1


async def test_the_index_agrees_with_the_page_it_leads_to(extensiv):
    for number in range(5):
        await placed(extensiv, purchaseOrderNumber=f"N-{number}")

    position = await place_of(extensiv, f"ponum=N-3&{OPEN}")

    found = await page(extensiv, f"{ORDERS}?pgsiz=1&pgnum={position + 1}&{OPEN}")
    assert [each["purchaseOrderNumber"] for each in embedded(found, ORDER_REL)] == ["N-3"]


@pytest.mark.parametrize(
    "query",
    [
        f"ponum=NOPE&{OPEN}",
        "ponum=PO-LOCKED&rql=customeridentifier.id==2",
        "ponum=PO-LOCKED&rql=readonly.closed==true",
        f"ponum=PO-LOC*&{OPEN}",
    ],
)
async def test_a_number_that_is_not_in_the_list_has_no_index(extensiv, query):
    assert is_empty(await extensiv.get(f"{INDEX}?{query}"), 404)


@pytest.mark.parametrize(
    "query, missing",
    [
        ("", {"ponum", "rql"}),
        ("?ponum=PO-LOCKED", {"rql"}),
        ("?rql=readonly.closed==false", {"ponum"}),
        ("?ponum=&rql=readonly.closed==false", {"ponum"}),
        ("?ponum=PO-LOCKED&rql=", {"rql"}),
        ("?ponum&rql", {"ponum", "rql"}),
    ],
)
async def test_the_index_needs_both_parameters(extensiv, query, missing):
    code, parameters = bad_parameters(await extensiv.get(INDEX + query))

    assert code == "Required"
    assert parameters
    assert set(parameters) <= missing


async def test_the_index_tells_of_an_rql_that_it_cannot_read(extensiv):
    told = exception(await extensiv.get(f"{INDEX}?ponum=PO-LOCKED&rql=gorp==1"), "QueryParameterException")

    assert (told["Parameters"], told["ErrorCode"]) == (["rql"], "NotParsable")
    assert told["Hint"] == "Properties not supported: gorp"


@pytest.mark.parametrize("path", ["/inventory/pos/INDEX", "/Inventory/Pos/Index/"])
async def test_the_index_ignores_case_and_a_trailing_slash(extensiv, path):
    told = body(await extensiv.get(f"{path}?PONUM=PO-LOCKED&Rql=customeridentifier.id==1", headers=HAL))

    assert told["index"] == 0


async def test_the_index_has_a_capital_letter_in_json_form(extensiv):
    told = body(await extensiv.get(f"{INDEX}?ponum=PO-LOCKED&rql=customeridentifier.id==1", headers=JSON))

    assert told["Index"] == 0
