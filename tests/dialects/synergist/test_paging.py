"""Pages and views. Source: contract section 6."""

import pytest

from tests.given_books import columns_of

from .given import (
    ESTIMATE,
    EURO,
    LOCKED,
    NOBODY,
    OTHER_PHASE,
    PURCHASES,
    REAL,
    WAYS,
    asked,
    called,
    entered,
    found,
    listed,
    no_trace,
    parsed,
    read,
    refused,
)

COUNTS = ("totalrows", "totalpages", "pagerows", "pagenumber")
MOST = 10_000
# Below the demo purchases.
MANY_IDS = 1_000_000


async def counts(synergist, **parameters):
    """The four numbers of a page, and the ids on it."""
    told = read(await asked(synergist, **parameters))
    return [told[name] for name in COUNTS], [record["poInternal"] for record in told["data"]]


async def many(book, number):
    """So many more purchases, copies of a demo one."""
    columns = await columns_of(book.desk, "orders")
    await book.desk.pool.execute(
        f"""insert into orders ({columns})
           select {columns} from (select copy.* from orders o, generate_series(1, $3) n,
                  jsonb_populate_record(o, jsonb_build_object('id', $4 + n, 'code', 'MANY-' || n, 'code_number', $4 + n,
                                                              'uuid', gen_random_uuid())) copy
            where o.tenant_id = $1 and o.id = $2) copied""",  # noqa: S608 - names of columns
        book.tenant_id,
        LOCKED,
        number,
        MANY_IDS,
    )


async def test_a_stranger_gets_no_page(synergist):
    refused(await asked(synergist, rows=1, **NOBODY), 404001)


async def test_without_rows_everything_is_on_one_page(synergist):
    everything = ([4, 1, 0, 1], list(PURCHASES))

    assert await counts(synergist) == everything
    assert await counts(synergist, rows=0) == everything
    assert await counts(synergist, rows="") == everything
    assert await counts(synergist, page=1) == everything


async def test_rows_is_the_size_of_a_page_and_pages_count_from_1(synergist):
    assert await counts(synergist, rows=3) == ([4, 2, 3, 1], [REAL, ESTIMATE, EURO])
    assert await counts(synergist, rows=3, page=1) == ([4, 2, 3, 1], [REAL, ESTIMATE, EURO])
    assert await counts(synergist, rows=1, page=3) == ([4, 4, 1, 3], [EURO])


async def test_page_0_is_another_name_of_the_first_page(synergist):
    assert await counts(synergist, rows=3, page=0) == ([4, 2, 3, 1], [REAL, ESTIMATE, EURO])
    assert await counts(synergist, page=0) == ([4, 1, 0, 1], list(PURCHASES))


async def test_the_requested_rows_are_told_on_a_short_last_page_too(synergist):
    assert await counts(synergist, rows=3, page=2) == ([4, 2, 3, 2], [LOCKED])
    assert await counts(synergist, rows=50) == ([4, 1, 50, 1], list(PURCHASES))


@pytest.mark.parametrize("rows, pages", [(1, 4), (2, 2), (3, 2), (4, 1), (5, 1), (1000, 1)])
async def test_the_number_of_pages_is_rounded_up(synergist, rows, pages):
    for page in range(1, pages + 1):
        numbers, _ = await counts(synergist, rows=rows, page=page)
        assert numbers == [4, pages, rows, page]


async def test_a_page_past_the_end_is_empty_and_tells_the_true_totals(synergist):
    assert await counts(synergist, rows=3, page=3) == ([4, 2, 3, 3], [])
    assert await counts(synergist, rows=1, page=1000) == ([4, 4, 1, 1000], [])


async def test_where_nothing_matches_there_is_one_page(synergist):
    assert await counts(synergist, search="nothing has this") == ([0, 1, 0, 1], [])
    assert await counts(synergist, search="nothing has this", rows=5) == ([0, 1, 5, 1], [])


async def test_the_totals_are_those_of_the_filter(synergist):
    assert await counts(synergist, jobphase="1/00001076.002", rows=2, page=2) == ([3, 2, 2, 2], [EURO])


async def test_pages_meet_every_purchase_once(synergist):
    for number in range(7):
        await entered(synergist, poJobandPhase=OTHER_PHASE, poDescription=f"No {number % 2}")
    whole = await listed(synergist, sort="DESCRIPTION", dir="DESC")
    for rows in (1, 2, 3, 5, 11):
        met = []
        for page in range(1, -(-len(whole) // rows) + 1):
            met += await listed(synergist, sort="DESCRIPTION", dir="DESC", rows=rows, page=page)
        assert met == whole


async def test_pages_are_told_alike_in_every_way_of_calling(synergist):
    for how in WAYS:
        told = read(await called(synergist, how, rows=3, page=2))
        assert [told[name] for name in COUNTS] == [4, 2, 3, 2]


@pytest.mark.parametrize("name", ["rows", "page"])
async def test_rows_and_page_are_whole_numbers_from_0_on(synergist, demo_book, name):
    async with no_trace(demo_book):
        for odd in ("-1", "1.5", "1.0", "x", "1x", "1,000", "1e3", "0x1", "--1", "true", "null", "NaN", "½"):
            refused(await asked(synergist, **{name: odd}), naming=name)
            refused(await asked(synergist, **{"rows": "2", name: odd}), naming=name)


@pytest.mark.parametrize("name", ["rows", "page"])
async def test_numbers_without_end_are_no_server_error(synergist, name):
    for odd in ("9" * 18, "9" * 19, "9" * 30, "9" * 5000, "-" + "9" * 30):
        answer = await asked(synergist, **{"rows": "1", name: odd})
        assert answer.status_code == 200 or refused(answer, naming=name)
        if answer.status_code == 200:
            assert parsed(answer)["totalrows"] == 4


async def test_an_answer_holds_at_most_10000_records(synergist, demo_book):
    """Ruling: more is refused with the limit named; pages lead to all of them."""
    await many(demo_book, MOST - len(PURCHASES))
    assert len((await counts(synergist))[1]) == MOST

    last = await entered(synergist)

    for parameters in ({}, {"rows": 0}, {"rows": MOST + 1}, {"search": "PO-LOCKED", "rows": MOST + 1}):
        answer = await asked(synergist, **parameters)
        if "search" not in parameters:
            assert str(MOST) in refused(answer).replace(",", "").replace(" ", "")
    numbers, ids = await counts(synergist, rows=MOST - 1, page=2)
    assert (numbers, ids[-1]) == ([MOST + 1, 2, MOST - 1, 2], last)
    assert (await counts(synergist, rows=2, page=5000, sort="DESCRIPTION"))[0] == [MOST + 1, 5001, 2, 5000]
    assert await listed(synergist, jobphase="1/00001076.002") == [REAL, ESTIMATE, EURO, last]


# Views


@pytest.mark.parametrize("name", ["view", "views"])
async def test_the_view_of_all_purchases_is_what_one_gets_anyway(synergist, name):
    assert await found(synergist, **{name: "-2004"}) == await found(synergist)
    assert await found(synergist, **{name: "-2004", "rows": 1, "page": 2}) == await found(synergist, rows=1, page=2)


async def test_both_names_of_a_view_may_be_given_alike(synergist):
    assert await listed(synergist, view="-2004", views="-2004") == list(PURCHASES)


@pytest.mark.parametrize("name", ["view", "views"])
async def test_an_unknown_view_is_refused(synergist, demo_book, name):
    async with no_trace(demo_book):
        for odd in ("-1", "0", "1", "2004", "-2005", "x", "-2004.0", "-2004x", "--2004", "-" + "9" * 40, "null", "\0"):
            refused(await asked(synergist, **{name: odd}), naming="view")
