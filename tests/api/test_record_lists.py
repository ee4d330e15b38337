"""Lists of every kind of record: filters, orders, parts, searches."""

import asyncio
from typing import Any

import httpx
import msgspec
import pytest

from .given import KINDS, Kind, entered, faults, is_problem
from .lists import MEANINGLESS, check_filters, check_orders, listed

SEARCHED = [kind for kind in KINDS if kind.resource.searches]
EACH = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.resource.plural)


async def given_many(client, kind: Kind) -> list[dict[str, Any]]:
    """The records of the demo book and `many`, the newest first."""
    for body in kind.many:
        answer = await client.post(kind.path, json=body)
        assert answer.status_code == 201, answer.text
    return await listed(client, kind.path, limit=200)


@EACH
async def test_a_list_begins_with_the_newest(v1, kind):
    everything = await given_many(v1, kind)

    assert [each["id"] for each in everything] == sorted((each["id"] for each in everything), reverse=True)
    assert len(everything) >= len(kind.many)
    assert (await v1.get(f"{kind.path}/{everything[0]['id']}")).json() == everything[0]


@EACH
async def test_filters_do_what_plain_python_does(v1, kind):
    await check_filters(v1, kind.path, kind.resource.fields, await given_many(v1, kind))


@EACH
async def test_every_order_is_that_of_plain_python(v1, kind):
    await check_orders(v1, kind.path, kind.resource.fields, await given_many(v1, kind))


@EACH
async def test_a_parameter_that_means_nothing_is_refused(v1, kind):
    moments = (
        ("created_at.gte=yesterday", ("created_at.gte", "invalid")),
        ("created_at=2020-01-01T00:00:00", ("created_at", "invalid")),
    )
    for query, told in (*MEANINGLESS, *moments):
        answer = await v1.get(f"{kind.path}?{query}")
        assert is_problem(answer, 400, "bad-request"), query
        assert faults(answer) == {told}


@EACH
async def test_a_cursor_belongs_to_one_order(v1, kind):
    await given_many(v1, kind)
    cursor = (await v1.get(f"{kind.path}?limit=2&sort=-id")).json()["next"]

    for sort in ("id", f"-{kind.unique}"):
        answer = await v1.get(f"{kind.path}?limit=2&sort={sort}&cursor={cursor}")
        assert is_problem(answer, 400, "bad-request")
        assert faults(answer) == {("cursor", "invalid")}


@EACH
async def test_only_the_chosen_members_are_shown(v1, kind):
    (first, *_) = (await v1.get(f"{kind.path}?fields=id,{kind.unique}&limit=1")).json()[kind.resource.plural]
    alone = await v1.get(f"{kind.path}/{first['id']}?fields={kind.unique}")

    assert list(first) == ["id", kind.unique]
    assert alone.json() == {kind.unique: first[kind.unique]}


@EACH
async def test_who_reads_part_by_part_meets_each_record_once_while_others_write(v1, kind):
    await given_many(v1, kind)
    there = {each["id"] for each in await listed(v1, kind.path, limit=200)}

    for sort in ("id", "-id", kind.unique, f"-{kind.unique}"):
        met: list[int] = []
        query = f"{kind.path}?limit=2&sort={sort}"
        cursor = ""
        while cursor is not None:
            answer = (await v1.get(f"{query}{cursor and f'&cursor={cursor}'}")).json()
            met += [each["id"] for each in answer[kind.resource.plural]]
            cursor = answer["next"]
            if len(met) < len(there):  # a list of which every part begets another would have no end
                await entered(v1, kind)
        assert len(met) == len(set(met)), sort
        assert set(met) >= there, sort


@EACH
@pytest.mark.parametrize("in_bulk", [False, True])
async def test_in_the_order_of_rising_ids_nothing_is_passed_over_that_cannot_be_seen_yet(v1, demo_book, kind, in_bulk):
    last = (await entered(v1, kind))["id"]
    query = f"{kind.path}?sort=id&id.gt={last}"
    assert ids(await v1.get(query), kind) == []

    async with demo_book.desk.pool.transaction() as db:
        slow = await enter_slowly(db, demo_book, kind, in_bulk=in_bulk)
        quick = (await entered(v1, kind))["id"]
        assert quick > slow > last
        assert ids(await v1.get(query), kind) == []
        # In any other order what can be seen is shown.
        assert ids(await v1.get(f"{kind.path}?limit=1"), kind) == [quick]

    assert ids(await v1.get(query), kind) == [slow, quick]


async def enter_slowly(db, book, kind: Kind, *, in_bulk: bool) -> int:
    """The id of a new record in a transaction that others cannot look into."""
    given = msgspec.convert(kind.new(), kind.resource.takes)
    record, entry = kind.resource.wanted(given, None).record, kind.resource.kind.entry
    if not in_bulk:
        return await entry.insert(db, book.tenant_id, record, book.desk.now())
    (record_id,) = await entry.insert_many(db, book.tenant_id, [record], book.desk.now())
    return record_id


def ids(answer: httpx.Response, kind: Kind) -> list[int]:
    """The ids of the part that was answered."""
    return [each["id"] for each in answer.json()[kind.resource.plural]]


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.resource.searches], ids=lambda kind: kind.resource.plural
)
async def test_a_search_finds_words_without_accents_and_case(v1, kind):
    body = kind.new(**{kind.unique: "Žluťoučký KŮŇ-7"})
    record = (await v1.post(kind.path, json=body)).json()
    await v1.neighbour.post(kind.path, json=body)
    await entered(v1, kind)

    for words in ("zlutoucky", "kun 7", "KUN-7", "zlut* ku*", "žluťoučký"):
        found = await listed(v1, kind.path, search=words)
        assert [each["id"] for each in found] == [record["id"]], words
    for words in ("zlut", "kun 8", "kun zlutoucky ne"):
        assert await listed(v1, kind.path, search=words) == [], words
    for words in ("", "-"):
        assert len(await listed(v1, kind.path, search=words)) > 1
    assert faults(await v1.get(f"{kind.path}?search=%00")) == {("search", "invalid")}


@EACH
async def test_a_list_of_many_is_asked_for_at_once(v1, kind):
    """Readers beside each other get what each of them asked for."""
    everything = await given_many(v1, kind)
    answers = await asyncio.gather(*(v1.get(f"{kind.path}?id={each['id']}") for each in everything))

    assert [answer.json()[kind.resource.plural] for answer in answers] == [[each] for each in everything]
