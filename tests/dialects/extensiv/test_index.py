"""The position of a purchase in a list. Source: contract section 1, `GET /inventory/pos/index`."""

import asyncio

import pytest

from .given_lists import HAL, INDEX, POS, entered, ids_of, is_refused, page_at, query, stocked

ALL = "readonly.purchaseorderid=gt=0"
EMPTY_BODY = b""


@pytest.fixture(scope="module")
async def stock(desk, http, published):
    """Ten purchases of every kind."""
    return await stocked(desk, http, published)


async def position(client, number, rql=ALL, **more):
    """Where the number stands."""
    answer = await client.get(INDEX + query(ponum=number, rql=rql, **more))
    assert answer.status_code == 200, answer.text
    found = {name.lower(): value for name, value in answer.json().items()}
    return found["index"]


@pytest.mark.parametrize(
    "rql, numbers",
    [
        (ALL, ["012082", "ORD-6", "012083", "PO-LOCKED", "PO-BARE", "PO-FULL", "po-noon", "PO-SECOND"]),
        ("customeridentifier.id==2", ["012082", "ORD-6", "012083", "PO-SECOND"]),
        ("customeridentifier.id==1;readonly.closed==false", ["PO-LOCKED", "PO-BARE", "PO-FULL", "po-noon", "A,B"]),
        ("purchaseordernumber==A%2CB", ["A,B"]),
    ],
)
async def test_the_index_is_the_place_in_the_filtered_list_by_id_counted_from_0(stock, rql, numbers):
    for place, number in enumerate(numbers):
        assert await position(stock.client, number, rql) == place


async def test_the_index_is_an_object_with_a_number(stock):
    answer = await stock.client.get(INDEX + query(ponum="PO-LOCKED", rql=ALL), headers=HAL)

    assert answer.status_code == 200
    assert answer.json()["index"] == 3
    assert type(answer.json()["index"]) is int


async def test_the_index_agrees_with_the_list(stock):
    page = await page_at(stock.client, f"{POS}?rql=lineitems.quantity=gt=1")

    for place, row in enumerate(page["ResourceList"]):
        assert await position(stock.client, row["PurchaseOrderNumber"], "lineitems.quantity=gt=1") == place


async def test_the_index_minds_no_sort_and_no_paging(stock):
    more = {"sort": "-readonly.purchaseorderid", "pgsiz": 1, "pgnum": 1}

    assert await position(stock.client, "012083", **more) == 2


async def test_the_index_reaches_beyond_a_page(extensiv):
    for start in range(0, 100, 10):
        await asyncio.gather(*(entered(extensiv) for _ in range(start, start + 10)))
    last = await entered(extensiv, purchaseOrderNumber="LAST")

    place = await position(extensiv, "LAST")

    assert place == 104
    assert ids_of(await page_at(extensiv, f"{POS}?pgsiz=1000"))[place] == last


@pytest.mark.parametrize(
    "number, rql",
    [
        ("NOTHING", ALL),
        ("PO-LOCK", ALL),
        ("PO-*", ALL),
        ("PO-LOCKED", "customeridentifier.id==2"),
        ("PO-CLOSED", "readonly.closed==false"),
        ("10008376", ALL),
    ],
)
async def test_a_number_that_is_not_in_the_list_is_404(stock, number, rql):
    answer = await stock.client.get(INDEX + query(ponum=number, rql=rql))

    assert answer.status_code == 404
    assert answer.content == EMPTY_BODY


@pytest.mark.parametrize("sent", [query(rql=ALL), query(rql=ALL, ponum="")])
async def test_without_a_number_it_is_refused(stock, sent):
    assert is_refused(await stock.client.get(INDEX + sent), "ponum", code="Required")


@pytest.mark.parametrize("sent", [query(ponum="PO-LOCKED"), query(ponum="PO-LOCKED", rql="")])
async def test_without_a_filter_it_is_refused(stock, sent):
    assert is_refused(await stock.client.get(INDEX + sent), "rql", code="Required")


async def test_without_both_it_is_refused(stock):
    answer = await stock.client.get(INDEX)

    assert answer.status_code == 400
    assert answer.json()["ErrorCode"] == "Required"
    assert set(answer.json()["Parameters"]) <= {"ponum", "rql"}
    assert answer.json()["Parameters"]


@pytest.mark.parametrize("rql", ["gorp==1", "readonly.closed=", "(readonly.closed==true", "issuedate==never"])
async def test_a_wrong_filter_is_refused(stock, rql):
    assert is_refused(await stock.client.get(INDEX + query(ponum="PO-LOCKED", rql=rql)), "rql")


@pytest.mark.parametrize(
    "path", ["/Inventory/POs/Index", "/inventory/pos/index/", "/INVENTORY/POS/INDEX"], ids=["mixed", "slash", "upper"]
)
async def test_the_case_of_path_and_parameters_does_not_matter(stock, path):
    answer = await stock.client.get(path + query(PoNum="PO-LOCKED", RQL=ALL), headers=HAL)

    assert answer.status_code == 200
    assert answer.json()["index"] == 3


async def test_a_filter_sent_unescaped_is_understood(stock):
    path = f"{INDEX}?rql=customeridentifier.id==2;readonly.closed==false&ponum=012083"
    answer = await stock.client.get(path, headers=HAL)

    assert answer.json()["index"] == 2


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_the_index_can_only_be_read(stock, method):
    answer = await stock.client.request(method, INDEX + query(ponum="PO-LOCKED", rql=ALL), json={})

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


async def test_a_stranger_learns_no_index(stock):
    answer = await stock.client.get(INDEX + query(ponum="PO-LOCKED", rql=ALL), auth=None)

    assert answer.status_code == 401


async def test_the_neighbours_purchases_do_not_count(extensiv):
    await entered(extensiv.neighbour, purchaseOrderNumber="THEIRS")
    await entered(extensiv, purchaseOrderNumber="OURS")

    assert await position(extensiv, "OURS") == 4
    assert (await extensiv.get(INDEX + query(ponum="THEIRS", rql=ALL))).status_code == 404
