"""Pages of purchases, their links and their tags. Source: contract sections 5.1, 6.5 and 1."""

import asyncio

import pytest

from .given_lists import (
    BOTH_TYPES,
    DEMO,
    EVERYTHING,
    HAL,
    LOCKED,
    POS,
    REL,
    closed,
    deleted,
    encoded,
    entered,
    flat,
    ids_of,
    is_refused,
    labelled,
    links_of,
    page_at,
    query,
    replaced,
    stocked,
    total_of,
    walked,
)

MANY = 105
EACH_TYPE = pytest.mark.parametrize("headers", [{"Accept": each} for each in BOTH_TYPES], ids=BOTH_TYPES)


@pytest.fixture(scope="module")
async def stock(desk, http, published):
    """Ten purchases of every kind."""
    return await stocked(desk, http, published)


@pytest.fixture(scope="module")
async def many(desk, http, published):
    """A client that sees more purchases than a page holds by default."""
    client = (await stocked(desk, http, published, {"first": {"purchaseOrderNumber": "P0"}})).client
    for start in range(0, MANY - 5, 10):
        await asyncio.gather(*(entered(client, externalId=f"A&B #{each % 2}") for each in range(start, start + 10)))
    return client


async def test_by_default_a_page_holds_100(many):
    page = await page_at(many, POS)

    assert len(ids_of(page)) == 100
    assert total_of(page) == MANY


@pytest.mark.parametrize("size", [1, 7, 99, 100, 101, MANY, 1000])
async def test_a_page_holds_as_many_as_asked_for(many, size):
    page = await page_at(many, f"{POS}?pgsiz={size}")

    assert len(ids_of(page)) == min(size, MANY)
    assert total_of(page) == MANY
    assert ("next" in links_of(page)) == (size < MANY)


@EACH_TYPE
async def test_the_links_lead_through_every_page_and_back(many, headers):
    forth = await walked(many, f"{POS}?pgsiz=20", headers=headers)
    back = await walked(many, f"{POS}?pgsiz=20&pgnum=6", rel="prev", headers=headers)

    found = [ids_of(page) for page in forth]
    assert [len(each) for each in found] == [20, 20, 20, 20, 20, 5]
    assert flat(found) == sorted(set(flat(found)))
    assert [ids_of(page) for page in reversed(back)] == found
    assert {total_of(page) for page in forth + back} == {MANY}


async def test_pages_of_the_default_size_are_linked_too(many):
    pages = await walked(many, POS)

    assert [len(ids_of(page)) for page in pages] == [100, 5]


async def test_pages_are_counted_from_1(many):
    first = await page_at(many, f"{POS}?pgsiz=10&pgnum=1")
    second = await page_at(many, f"{POS}?pgsiz=10&pgnum=2")

    assert ids_of(first) == ids_of(await page_at(many, f"{POS}?pgsiz=10"))
    assert ids_of(first) + ids_of(second) == ids_of(await page_at(many, f"{POS}?pgsiz=20"))


@EACH_TYPE
async def test_the_links_keep_size_filter_and_sort(stock, headers):
    wanted = query(pgsiz=2, rql="readonly.purchaseorderid=gt=0;notes!=50%25 off%21", sort="-purchaseordernumber")
    pages = await walked(stock.client, POS + wanted, headers=headers)

    assert [len(ids_of(page)) for page in pages] == [2, 2, 2, 2, 2]
    assert {total_of(page) for page in pages} == {10}
    assert [stock.labels[each] for page in pages for each in ids_of(page)] == [
        "second",
        "noon",
        "locked",
        "full",
        "closed",
        "bare",
        "d233",
        "odd",
        "d375",
        "d229",
    ]


@pytest.mark.parametrize(
    "rql",
    [
        "notes==50%25 off%21 a%2Ab%3Dc,notes=hv=false",
        "externalid==x%3B%28y%29,externalid=hv=false",
        "notes!=ČÁP;notes!=",
    ],
    ids=["percent", "reserved", "czech"],
)
async def test_a_filter_with_odd_characters_survives_in_the_links(stock, rql):
    everything = await page_at(stock.client, POS + query(rql=rql))
    assert 1 < total_of(everything) < 10

    pages = await walked(stock.client, POS + query(rql=rql, pgsiz=1))

    assert [each for page in pages for each in ids_of(page)] == ids_of(everything)


async def test_a_filter_with_ampersand_and_hash_survives_in_the_links(many):
    pages = await walked(many, POS + query(rql="externalid==A&B #1", pgsiz=20, pgnum=1))

    assert [len(ids_of(page)) for page in pages] == [20, 20, 10]
    assert {total_of(page) for page in pages} == {50}


async def test_a_filter_sent_unescaped_survives_in_the_links(stock):
    pages = await walked(stock.client, f"{POS}?rql=readonly.closed==false;customeridentifier.id==1&pgsiz=2")

    found = [stock.labels[each] for page in pages for each in ids_of(page)]
    assert found == ["locked", "bare", "full", "noon", "odd"]


async def test_the_links_take_the_parameters_in_any_case(stock):
    pages = await walked(stock.client, f"{POS}?PgSiz=4&RQL=customeridentifier.id==1&SORT=-readonly.purchaseorderid")

    assert [[stock.labels[each] for each in ids_of(page)] for page in pages] == [
        ["odd", "closed", "noon", "full"],
        ["bare", "locked"],
    ]


@pytest.mark.parametrize("number", range(1, 6))
async def test_there_is_a_next_and_a_prev_exactly_where_there_should_be(stock, number):
    links = links_of(await page_at(stock.client, f"{POS}?pgsiz=5&pgnum={number}"))

    assert ("next" in links) == (number == 1)
    assert ("prev" in links) == (number > 1)


async def test_a_last_page_that_is_full_has_no_next(stock):
    page = await page_at(stock.client, POS + query(pgsiz=2, rql="customeridentifier.id==2", pgnum=2))

    assert len(ids_of(page)) == 2
    assert "next" not in links_of(page)


@EACH_TYPE
@pytest.mark.parametrize("number", [3, 1000, 10**9, 2**31, 2**32])
async def test_a_page_past_the_end_is_empty_with_the_true_total(stock, headers, number):
    page = await page_at(stock.client, f"{POS}?pgsiz=5&pgnum={number}", headers=headers)

    assert ids_of(page) == []
    assert total_of(page) == 10
    assert "next" not in links_of(page)
    assert "prev" in links_of(page)


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 2**64, 10**30])
async def test_a_page_number_of_any_size_is_no_server_error(stock, number):
    answer = await stock.client.get(f"{POS}?pgsiz=1000&pgnum={number}")

    if answer.status_code == 200:
        assert ids_of(answer.json()) == []
        assert total_of(answer.json()) == 10
    else:
        assert is_refused(answer, "pgnum")


@EACH_TYPE
async def test_a_list_of_nothing_is_an_empty_list(stock, headers):
    page = await page_at(stock.client, POS + query(rql="purchaseordernumber==nothing"), headers=headers)

    assert ids_of(page) == []
    assert total_of(page) == 0
    assert not {"next", "prev"} & set(links_of(page))


async def test_in_hal_an_empty_list_still_has_its_relation(stock):
    page = await page_at(stock.client, POS + query(rql="purchaseordernumber==nothing"), headers=HAL)

    assert page["_embedded"] == {REL: []}
    assert "_links" in page


async def test_the_total_counts_every_match_and_not_the_page(stock):
    page = await page_at(stock.client, POS + query(rql="customeridentifier.id==1", pgsiz=2))

    assert len(ids_of(page)) == 2
    assert total_of(page) == 6


@pytest.mark.parametrize(
    "size", ["0", "-1", "1001", "100000", "x", "1.5", "1e2", "10x", "0x10", "99999999999999999999"]
)
async def test_a_wrong_page_size_is_refused(stock, size):
    assert is_refused(await stock.client.get(f"{POS}?pgsiz={size}"), "pgsiz")


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "1e2", "2x", "-99999999999999999999"])
async def test_a_wrong_page_number_is_refused(stock, number):
    assert is_refused(await stock.client.get(f"{POS}?pgnum={number}"), "pgnum")


async def test_a_refusal_looks_the_same_in_hal(stock):
    assert is_refused(await stock.client.get(f"{POS}?pgsiz=1001", headers=HAL), "pgsiz")


@pytest.mark.parametrize("name", ["pgsiz", "pgnum", "rql", "sort", "pgsiz=&pgnum=&rql=&sort"])
async def test_an_empty_parameter_counts_as_absent(stock, name):
    assert await stock.raw(f"{name}=") == labelled(EVERYTHING)


@pytest.mark.parametrize("parameter", ["pgsize=x", "page=0", "filter=gorp==1", "purchaseorderid=1", "_=%FF", "a=b;c=d"])
async def test_an_unknown_parameter_is_ignored(stock, parameter):
    assert await stock.raw(parameter) == labelled(EVERYTHING)


@pytest.mark.parametrize("name", ["pgsiz", "PGSIZ", "PgSiz"])
async def test_the_case_of_a_parameter_does_not_matter(stock, name):
    assert len(await stock.raw(f"{name}=3")) == 3


@pytest.mark.parametrize("path", ["/Inventory/POs", "/INVENTORY/POS/", "/inventory/pos/"])
async def test_the_case_of_the_path_and_a_last_slash_do_not_matter(stock, path):
    assert total_of(await page_at(stock.client, f"{path}?pgsiz=2")) == 10


async def test_without_a_sort_the_order_is_by_id(stock):
    found = ids_of(await page_at(stock.client, POS))

    assert found == sorted(found)
    assert found[:4] == sorted(DEMO)


async def test_orders_that_are_no_purchases_are_not_listed(extensiv):
    assert ids_of(await page_at(extensiv, POS)) == sorted(DEMO)


async def test_the_neighbours_purchases_are_not_listed(extensiv):
    theirs = await entered(extensiv.neighbour)

    assert ids_of(await page_at(extensiv, POS)) == sorted(DEMO)
    assert theirs in ids_of(await page_at(extensiv.neighbour, POS))


async def test_a_stranger_sees_no_list(extensiv):
    answer = await extensiv.get(f"{POS}?pgsiz=x", auth=None)

    assert answer.status_code == 401
    assert answer.content == b""


async def test_a_deleted_purchase_leaves_the_list(extensiv):
    purchase = await entered(extensiv)
    before = await page_at(extensiv, POS)

    await deleted(extensiv, purchase)

    after = await page_at(extensiv, POS)
    assert ids_of(before) == [*ids_of(after), purchase]
    assert total_of(after) == total_of(before) - 1


async def test_a_list_shows_each_purchase_as_it_is_alone(stock):
    for headers in ({}, HAL):
        page = await page_at(stock.client, POS, headers=headers)
        rows = page["_embedded"][REL] if headers else page["ResourceList"]
        for purchase, row in zip(ids_of(page), rows, strict=True):
            alone = (await stock.client.get(f"{POS}/{purchase}", headers=headers)).json()
            assert row == alone


async def tag(client, path=POS, **kwargs):
    """The tag of the list."""
    answer = await client.get(path, **kwargs)
    assert answer.status_code == 200, answer.text
    value = answer.headers["ETag"]
    assert value.startswith('"')
    assert value.endswith('"')
    assert len(value) > 2
    return value


async def test_the_tag_of_a_list_stays_while_nothing_changes(extensiv):
    first = await tag(extensiv)

    assert await tag(extensiv) == first
    assert await tag(extensiv, headers=HAL) == first


async def raised(extensiv, homs, book):
    await replaced(extensiv, LOCKED)


async def noted(extensiv, homs, book):
    await replaced(extensiv, LOCKED, Notes="Ring twice")


async def added(extensiv, homs, book):
    await entered(extensiv)


async def done(extensiv, homs, book):
    await closed(homs, LOCKED)


async def expected(extensiv, homs, book):
    """An open receipt forbids to delete the purchase, which its link says."""
    await book.open_receipt(10008229)


@pytest.mark.parametrize("change", [raised, noted, added, done, expected])
async def test_the_tag_of_a_list_changes_with_its_answer(extensiv, demo_homs, demo_book, change):
    before = await tag(extensiv)

    await change(extensiv, demo_homs, demo_book)

    assert await tag(extensiv) != before
    assert (await extensiv.get(POS, headers={"If-None-Match": before})).status_code == 200


async def test_the_tag_changes_when_a_purchase_beyond_the_page_alters_the_total(extensiv):
    before = await tag(extensiv, f"{POS}?pgsiz=1")

    await entered(extensiv)

    assert await tag(extensiv, f"{POS}?pgsiz=1") != before


async def test_the_tag_changes_when_a_purchase_is_deleted(extensiv):
    purchase = await entered(extensiv)
    before = await tag(extensiv)

    await deleted(extensiv, purchase)

    assert await tag(extensiv) != before


async def test_the_tag_changes_when_a_purchase_leaves_the_filter(extensiv, demo_homs):
    path = POS + query(rql="readonly.closed==false")
    before = await tag(extensiv, path)

    await closed(demo_homs, LOCKED)

    assert await tag(extensiv, path) != before


@EACH_TYPE
@pytest.mark.parametrize("path", [POS, f"{POS}?pgsiz=1", f"{POS}?pgnum=9", f"{POS}/{LOCKED}"])
async def test_what_the_client_has_already_is_304_without_a_body(stock, headers, path):
    known = await tag(stock.client, path, headers=headers)

    for sent in (known, f"W/{known}", f'"other", {known}'):
        answer = await stock.client.get(path, headers=headers | {"If-None-Match": sent})
        assert answer.status_code == 304, sent
        assert answer.content == b""
        assert answer.headers["ETag"] == known


@pytest.mark.parametrize("path", [POS, f"{POS}/{LOCKED}"])
async def test_with_another_tag_the_answer_comes_whole(stock, path):
    answer = await stock.client.get(path, headers={"If-None-Match": '"other"'})

    assert answer.status_code == 200
    assert answer.content


async def test_a_changed_purchase_comes_whole_again(extensiv):
    before = await tag(extensiv, f"{POS}/{LOCKED}")

    await replaced(extensiv, LOCKED, Notes="Ring twice")

    answer = await extensiv.get(f"{POS}/{LOCKED}", headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert answer.json()["Notes"] == "Ring twice"


async def test_a_wrong_query_is_refused_even_with_a_known_tag(stock):
    known = await tag(stock.client)

    assert is_refused(await stock.client.get(f"{POS}?pgsiz=0", headers={"If-None-Match": known}), "pgsiz")


async def test_the_links_of_a_list_are_relative_to_the_host(stock):
    for headers in ({}, HAL):
        links = links_of(await page_at(stock.client, f"{POS}?pgsiz=3&pgnum=2", headers=headers))
        assert {"next", "prev"} <= set(links)
        assert all(href.startswith("/") and not href.startswith("//") for href in links.values())


async def test_a_literal_percent_in_the_query_is_kept_in_the_links(stock):
    path = f"{POS}?rql={encoded('notes!=50% off')}&pgsiz=6"
    pages = await walked(stock.client, path)

    assert [len(ids_of(page)) for page in pages] == [6, 4]


@pytest.mark.parametrize(
    "name, one, other",
    [
        ("pgsiz", "1", "2"),
        ("pgnum", "1", "2"),
        ("rql", "notes==a", "notes==b"),
        ("sort", "notes", "-notes"),
        ("ponum", "a", "b"),
        ("purchaseorderid", "1", "2"),
    ],
)
async def test_a_parameter_given_twice_has_to_have_one_value(stock, name, one, other):
    for path in (POS, "/inventory/receivers", "/customers"):
        answer = await stock.client.get(f"{path}?{name}={one}&{name}={other}")
        assert is_refused(answer, name)
        answer = await stock.client.get(f"{path}?{name.upper()}={one}&x=1&{name}={other}")
        assert is_refused(answer, name)


async def test_a_parameter_given_twice_with_one_value_or_none_beside_it_is_fine(stock):
    for again in ("pgsiz=3&pgsiz=3", "pgsiz=3&PGSIZ=3", "pgsiz=&pgsiz=3", "pgsiz=3&pgsiz=", "pgsiz=3&gorp=1&gorp=2"):
        page = await page_at(stock.client, f"{POS}?{again}")
        assert len(ids_of(page)) == 3
