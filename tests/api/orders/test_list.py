"""The list: its parts, their lengths, and the cursors that lead from one to the next."""

import asyncio
import base64
from itertools import chain
from urllib.parse import quote

import msgspec
import pytest

from .given import (
    ORDER_MEMBERS,
    ORDERS,
    apart,
    changed,
    entered,
    ids,
    listing,
    parameters,
    part,
    parts,
    path,
    shown,
)

SORTS = [
    *("id", "code", "kind", "state", "archived", "number", "title", "external_id", "supplier_reference"),
    *("process_id", "process_state", "customer_id", "supplier_id", "case_id", "issued_at", "required_on", "done_at"),
    *("estimated_at", "price_total", "price_currency", "created_at", "created_by", "modified_at", "modified_by"),
    "version",
]


async def several(v1, number, **members):
    """So many new orders, oldest first."""
    return [await entered(v1, **members) for _ in range(number)]


async def test_the_newest_orders_come_first(v1):
    orders = await several(v1, 3)

    found, _ = await part(v1, limit=3)

    assert found == orders[::-1]
    assert [list(order) for order in found] == [ORDER_MEMBERS] * 3
    assert await ids(v1) == await ids(v1, sort="-id") == sorted(await ids(v1), reverse=True)
    assert await ids(v1, sort="id") == sorted(await ids(v1))


async def test_an_order_in_a_list_is_as_it_is_alone(v1):
    order = await entered(
        v1, customer_id=1, lines=[{"item_id": 1, "quantity": "2", "price": "3"}], external_ids={"sap": "A1"}
    )

    assert (await part(v1, limit=1))[0] == [order]
    async for orders in parts(v1, limit=200):
        for each in orders:
            assert each == await shown(v1, each)


async def test_a_part_has_25_orders_unless_another_number_is_asked_for(v1):
    orders = await several(v1, 27)

    found, cursor = await part(v1)
    assert [order["id"] for order in found] == [order["id"] for order in orders[:1:-1]]
    assert cursor
    assert len((await part(v1, limit=1))[0]) == 1
    assert len((await part(v1, limit=26))[0]) == 26


async def test_a_part_has_at_most_200_orders(v1, demo_book):
    await demo_book.desk.pool.execute(
        """insert into orders (tenant_id, type_id, kind, code, code_number, state, archived, data, leftovers,
                               created_at, created_by, modified_at, modified_by, version)
           select o.tenant_id, o.type_id, o.kind, 'ORD-' || n, n, o.state, o.archived, '{}', '{}', o.created_at, 'x',
                  o.modified_at, 'x', 1
             from orders o, generate_series(1001, 1250) n where o.tenant_id = $1 and o.id = 1""",
        demo_book.tenant_id,
    )

    found, cursor = await part(v1, limit=200, fields="id")
    assert len(found) == 200
    rest, end = await part(v1, limit=200, fields="id", cursor=cursor)
    assert (len(rest), end) == (57, None)


async def test_the_last_part_has_no_next(v1):
    known = await ids(v1)

    assert (await part(v1, limit=len(known)))[1] is None
    orders, cursor = await part(v1, limit=len(known) - 1)
    assert len(orders) == len(known) - 1
    orders, end = await part(v1, cursor=cursor)
    assert ([order["id"] for order in orders], end) == ([known[-1]], None)


async def test_nothing_found_is_an_empty_part(v1):
    assert await part(v1, title="there is no such title") == ([], None)


async def test_a_length_that_is_none_is_refused_by_name(v1):
    for limit in ("0", "-1", "201", "1000", "", "x", "1.0", "+1", " 1", "1e1", "9" * 50, "١", "0x1"):
        assert parameters(await v1.get(listing(limit=limit))) == ["limit"], limit


@pytest.mark.parametrize("limit", [1, 2, 5, 200])
async def test_parts_of_any_length_meet_each_order_once_in_whatever_order(v1, limit):
    for members in (
        {"title": "b", "number": "2"},
        {"title": "B", "number": "10"},
        {"title": ""},
        {"type": "pizza_order"},
    ):
        await entered(v1, **members)
    everything = sorted(await ids(v1))
    for sort in SORTS:
        rising, falling = [await all_parts(v1, sort=way, limit=limit, fields="id") for way in (sort, f"-{sort}")]

        assert sorted(chain(*rising)) == everything
        assert [*chain(*falling)] == [*chain(*rising)][::-1]
        assert {len(each) for each in rising[:-1]} <= {limit}


async def all_parts(v1, **query):
    """The ids of each part."""
    return [[order["id"] for order in orders] async for orders in parts(v1, **query)]


# While others are at work -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 3])
async def test_in_the_order_of_ids_each_order_is_met_once_while_others_enter_some(v1, limit):
    await several(v1, 4)
    before = sorted(await ids(v1))
    met, new = [], []
    async for orders in parts(v1, sort="id", limit=limit, fields="id"):
        met += [order["id"] for order in orders]
        if len(new) < 4:
            new.append((await entered(v1))["id"])

    assert met == (before + new)[: len(met)]
    assert len(met) >= len(before)


@pytest.mark.parametrize("limit", [1, 3])
async def test_from_the_newest_on_each_order_is_met_once_while_others_enter_some(v1, limit):
    await several(v1, 4)
    before = await ids(v1)
    met = []
    async for orders in parts(v1, limit=limit, fields="id"):
        met += [order["id"] for order in orders]
        await entered(v1)

    assert met == before


@pytest.mark.parametrize("sort", ["id", "-id", "title", "-price_total", "-issued_at", "version"])
async def test_what_stays_is_met_once_while_others_come_change_and_go(v1, sort):
    stays = [await entered(v1, title=f"t{n % 3}", price_total=n % 2) for n in range(5)]
    moves = await several(v1, 2, title="t1")
    goes = await several(v1, 3, title="t2")
    met = []
    async for orders in parts(v1, sort=sort, limit=2, fields="id"):
        met += [order["id"] for order in orders]
        await entered(v1, title="t1")
        for order in moves:
            await changed(v1, order, title=f"t{len(met) % 4}", issued_at="2026-01-01T00:00:00Z", price_total=len(met))
        if goes:
            assert (await v1.delete(path(goes.pop()))).status_code == 204
        if len(met) > 40:
            break

    for order in stays:
        assert met.count(order["id"]) == 1
    if sort.endswith("id"):
        assert len(met) == len(set(met))


async def test_the_order_at_which_a_part_ended_may_be_gone(v1):
    orders = await several(v1, 5)
    found, cursor = await part(v1, limit=2)
    assert (await v1.delete(path(found[-1]))).status_code == 204

    found, _ = await part(v1, limit=2, cursor=cursor)

    assert [order["id"] for order in found] == [orders[2]["id"], orders[1]["id"]]


async def test_a_reader_meets_everything_that_many_enter_at_once(v1):
    before = sorted(await ids(v1))
    met, done = [], asyncio.Event()

    async def enter():
        new = await asyncio.gather(*(several(v1, 8) for _ in range(6)))
        done.set()
        return sorted(order["id"] for orders in new for order in orders)

    async def read():
        cursor = None
        while True:
            finished = done.is_set()
            orders, behind = await part(v1, sort="id", limit=7, fields="id", **({"cursor": cursor} if cursor else {}))
            met.extend(order["id"] for order in orders)
            if behind is None:
                if finished:
                    return
                # A reader who has come to the end begins the last part again.
                del met[len(met) - len(orders) :]
            else:
                cursor = behind

    new, _ = await asyncio.gather(enter(), read())

    assert met == before + new


# Cursors ------------------------------------------------------------------------------------------------------------


async def test_a_cursor_goes_with_any_length_filter_and_choice_of_members(v1):
    await several(v1, 4, title="x")
    first, cursor = await part(v1, limit=1)
    rest, _ = await part(v1, limit=3, cursor=cursor, title="x", fields="id")

    assert [order["id"] for order in rest] == [first[0]["id"] - n for n in (1, 2, 3)]


@pytest.mark.parametrize("sign", ["x", "\x01", "ž", "中", "😀", '"', "\\"])
async def test_a_list_goes_on_behind_the_longest_text_of_whatever_signs(v1, sign):
    longest = sorted([(await entered(v1, title=sign * 2000))["id"] for _ in range(3)])

    for sort in ("title", "-title", "supplier_reference"):
        found = [each["id"] async for orders in parts(v1, sort=sort, limit=1, fields="id") for each in orders]
        assert sorted(found) == sorted(await ids(v1))
        assert set(longest) <= set(found)


async def test_a_cursor_of_another_sort_is_refused(v1):
    await several(v1, 2)
    cursors = {sort: (await part(v1, limit=1, sort=sort))[1] for sort in ("id", "-id", "code", "title", "-title")}

    for sort, cursor in cursors.items():
        for other in cursors:
            answer = await v1.get(listing(sort=other, cursor=cursor))
            if other == sort:
                assert answer.status_code == 200
            else:
                assert parameters(answer) == ["cursor"]


def quoted(text):
    return quote(text.encode(errors="surrogatepass"), safe="")


def forged(*parts):
    """A cursor of somebody who has seen what ours look like."""
    return base64.urlsafe_b64encode(msgspec.json.encode(parts)).rstrip(b"=").decode()


NO_CURSORS = ("", "x", "%", "=", "\x00", "ž", "W10", "bnVsbA", "W1tbW1tb", "A" * 5000, "WyItaWQiLG51bGwsMV0!", "\ud83e")


async def test_a_cursor_that_is_none_is_refused(v1):
    for cursor in NO_CURSORS:
        assert parameters(await v1.get(f"{ORDERS}?cursor={quoted(cursor)}")) == ["cursor"], ascii(cursor)


FORGED = [
    ("-id", None, 0),
    ("-id", None, -5),
    ("-id", None, 2**63),
    ("-id", None, 10**400),
    ("-id", None, "5"),
    ("-id", None, 1.5),
    ("-id", None, True),
    ("-id", None, None),
    ("title", 5, 1),
    ("title", ["x"], 1),
    ("title", "\x00", 1),
    ("title", "a" * 3000, 1),
    ("version", "1", 1),
    ("version", 2**63, 1),
    ("version", 1.5, 1),
    ("customer_id", -(2**64), 1),
    ("archived", "true", 1),
    ("archived", 1, 1),
    ("price_total", "x", 1),
    ("price_total", "NaN", 1),
    ("price_total", "1e999999", 1),
    ("price_total", "1e-999999", 1),
    ("price_total", "Infinity", 1),
    ("issued_at", "soon", 1),
    ("issued_at", "2026-01-01T00:00:00", 1),
    ("issued_at", "0001-01-01T00:00:00+23:59", 1),
    ("issued_at", "9999-12-31T23:59:59-23:59", 1),
    ("required_on", "2026-02-30", 1),
    ("required_on", 5, 1),
    ("created_at", None, 1),
    ("state", None, 1),
]


async def test_a_forged_cursor_is_refused_or_leads_somewhere(v1):
    for sort, value, record_id in FORGED:
        answer = await v1.get(listing(sort=sort, cursor=forged(sort, value, record_id)))

        if answer.status_code != 200:
            assert parameters(answer) == ["cursor"], (sort, value, record_id)


async def test_a_long_text_does_not_break_the_chain(v1):
    texts = ["x" * 2000, "x" * 2000 + "", "x" * 1999 + "y", "ž" * 2000, "🦊" * 2000, "🦊" * 1999, "x" * 499, "x" * 501]
    new = [(await entered(v1, title=text))["id"] for text in texts]

    for sort in ("title", "-title"):
        found = await ids(v1, sort=sort, limit=1, title__empty="false", id__gte=new[0])
        assert sorted(found) == new


async def test_what_a_list_cannot_be_sorted_by_is_refused(v1):
    for sort in (
        "",
        "-",
        "nope",
        "--id",
        "+id",
        "ID",
        "id,code",
        " id",
        "lines",
        "data",
        "notes",
        "uuid",
        "\x00",
        "id;",
    ):
        assert parameters(await v1.get(f"{ORDERS}?sort={quoted(sort)}")) == ["sort"], sort


async def test_the_list_tells_chosen_members_alone(v1):
    orders, _ = await part(v1, fields="id,title,lines", limit=1)
    assert list(orders[0]) == ["id", "title", "lines"]
    orders, _ = await part(v1, fields="state", expand="customer", limit=1)
    assert sorted(orders[0]) == ["customer", "state"]
    assert await part(v1, fields="id", title="nothing") == ([], None)
    assert await part(v1, expand="customer", title="nothing") == ([], None)
    whole, _ = await part(v1, expand="customer", limit=1)
    assert list(whole[0]) == [*ORDER_MEMBERS, "customer"]


async def test_a_change_of_an_order_is_seen_by_the_next_reader(v1):
    order = await entered(v1)
    after = await changed(v1, order, title="x", lines=[{"title": "y"}], costing={"cost": "5"})

    (found,), _ = await part(v1, limit=1)
    assert found == after
    assert apart(found, "title", "lines", "costing") == apart(order, "title", "lines", "costing")
