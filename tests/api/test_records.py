"""What holds for every kind of record that our own API has: customers, contacts, cases, items, facilities."""

import asyncio
import json
from typing import Any
from urllib.parse import quote

import pytest

from orderloom.api.events import EVENTS

from .given import ITEMS, KINDS, Kind, entered, faults, is_problem
from .lists import listed

EACH = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.resource.plural)
NAMED = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.resource.named], ids=lambda kind: kind.resource.plural
)


def operations(kind: Kind, record_id: int) -> list[tuple[str, str, Any]]:
    """Every operation, as it would do something: method, path, body."""
    found = [
        ("GET", kind.path, None),
        ("POST", kind.path, kind.new()),
        ("GET", f"{kind.path}/{record_id}", None),
        ("PATCH", f"{kind.path}/{record_id}", kind.change),
        ("DELETE", f"{kind.path}/{record_id}", None),
    ]
    if kind.resource.named:
        by_source = f"{kind.path}/by/shop/S-1"
        found += [("GET", by_source, None), ("PATCH", by_source, kind.change), ("DELETE", by_source, None)]
    return found


async def history(book, kind: Kind, record_id: int) -> list[tuple[str, dict[str, Any]]]:
    """The events of the record: name, changes."""
    told = await book.events(kind.resource.noun)
    return [(row["name"], json.loads(row["changes"])) for row in told if row["noun_id"] == record_id]


@EACH
async def test_a_stranger_sees_and_changes_nothing(v1, demo_book, kind):
    record = await entered(v1, kind, **({"external_ids": {"shop": "S-1"}} if kind.resource.named else {}))
    before = await demo_book.counts()

    for method, path, body in operations(kind, record["id"]):
        answer = await v1.request(method, path, json=body, auth=None)
        assert is_problem(answer, 401, "unauthorized"), (method, path)

    assert await demo_book.counts() == before
    assert (await v1.get(f"{kind.path}/{record['id']}")).json() == record


@EACH
async def test_a_neighbours_records_do_not_exist(v1, demo_book, kind):
    record = await entered(v1, kind, **({"external_ids": {"shop": "S-1"}} if kind.resource.named else {}))
    listed = (await v1.neighbour.get(kind.path)).json()[kind.resource.plural]

    for method, path, body in operations(kind, record["id"])[2:]:
        answer = await v1.neighbour.request(method, path, json=body)
        assert is_problem(answer, 404, "not-found"), (method, path)

    assert record["id"] not in [each["id"] for each in listed]
    assert (await v1.get(f"{kind.path}/{record['id']}")).json() == record


@EACH
async def test_a_new_record_is_shown_as_it_was_entered(v1, demo_book, kind):
    answer = await v1.post(kind.path, json=kind.whole)
    record = answer.json()

    assert answer.status_code == 201, answer.text
    assert {name: record[name] for name in kind.whole} == kind.whole
    assert set(record) == set(kind.resource.members)
    assert answer.headers["location"] == f"{kind.path}/{record['id']}"
    shown = await v1.get(answer.headers["location"])
    assert (shown.json(), shown.headers["etag"]) == (record, answer.headers["etag"])
    ((name, told),) = await history(demo_book, kind, record["id"])
    assert name == f"{kind.resource.noun.capitalize()}Added"
    assert told == kind.whole
    assert set(told) - {"external_ids"} == set(kind.resource.kind.rules.fields)


@EACH
async def test_a_record_can_be_sent_back_as_it_was_shown(v1, demo_book, kind):
    record = (await v1.post(kind.path, json=kind.whole)).json()
    path = f"{kind.path}/{record['id']}"
    shown = await v1.get(path)

    answer = await v1.patch(path, json=shown.json(), headers={"If-Match": shown.headers["etag"]})

    assert (answer.status_code, answer.json()) == (200, record)
    assert answer.headers["etag"] == shown.headers["etag"]
    assert len(await history(demo_book, kind, record["id"])) == 1


@EACH
async def test_a_change_is_told_from_what_to_what(v1, demo_book, kind):
    record = (await v1.post(kind.path, json=kind.whole)).json()

    answer = await v1.patch(f"{kind.path}/{record['id']}", json=kind.change)

    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert {name: changed[name] for name in kind.change} == kind.change
    assert (await v1.get(f"{kind.path}/{record['id']}")).json() == changed
    _, (name, told) = await history(demo_book, kind, record["id"])
    assert name.startswith(kind.resource.noun.capitalize())
    assert told == {field: [record[field], value] for field, value in kind.change.items()}


@EACH
async def test_who_applies_the_events_from_the_first_on_has_the_record_as_it_is(v1, kind):
    names = {"external_ids": {"shop": None, "crm": "x/8", "post": "8"}} if kind.resource.named else {}
    for body, change in ((kind.whole, kind.change | names), (kind.new(), kind.whole)):
        added = await v1.post(kind.path, json=body)
        path = added.headers["location"]
        assert await replayed(v1, kind, path) == added.json()
        for part in ({kind.unique: change[kind.unique]}, change):
            changed = await v1.patch(path, json=part)
            assert changed.status_code == 200, changed.text
            assert await replayed(v1, kind, path) == changed.json()
        assert changed.json() == (await v1.get(path)).json()


async def replayed(client, kind: Kind, path: str) -> dict[str, Any]:
    """The record at the path as nothing but its events tells it."""
    noun, record_id = kind.resource.noun, int(path.rpartition("/")[2])
    first, *others = await listed(client, EVENTS, sort="id", noun=noun, noun_id=record_id)
    record = {"id": record_id, "created_at": first["at"], **first["changes"]}
    names = record.pop("external_ids", {})
    for event in others:
        names |= {source: to for source, (_, to) in event["changes"].pop("external_ids", {}).items()}
        for field, (before, to) in event["changes"].items():
            assert record.get(field) == before, (event["name"], field)
            record[field] = to
    record["external_ids"] = {source: name for source, name in names.items() if name is not None}
    if noun == "customer":
        record["whole_name"] = " ".join(filter(None, (record.get("first_name"), record["name"])))
    return {name: record.get(name) for name in kind.resource.members}


async def test_qualifiers_are_told_in_the_order_in_which_they_are_shown(v1, demo_book):
    record = await entered(v1, ITEMS, qualifiers=["Red", "", "blue"])
    path = f"{ITEMS.path}/{record['id']}"

    assert record["qualifiers"] == ["", "blue", "Red"]
    assert (await v1.patch(path, json={"qualifiers": ["blue", "Red", ""]})).json() == record
    await v1.patch(path, json={"qualifiers": ["straße", "Red", "Blue"]})

    added, changed = [told["qualifiers"] for _, told in await history(demo_book, ITEMS, record["id"])]
    assert (added, changed) == (["", "blue", "Red"], [["", "blue", "Red"], ["Blue", "Red", "straße"]])


@EACH
async def test_a_changed_record_is_found_by_what_it_is_now(v1, kind):
    record = (await v1.post(kind.path, json=kind.whole)).json()
    changed = (await v1.patch(f"{kind.path}/{record['id']}", json=kind.change)).json()

    for name, field in kind.resource.fields.items():
        value, before = changed[name], record[name]
        query = f"{name}.empty=true" if value is None else f"{name}={quote(as_text(value))}"
        assert record["id"] in await ids(v1, f"{kind.path}?{query}"), query
        if value != before and before is not None:
            assert record["id"] not in await ids(v1, f"{kind.path}?{name}={quote(as_text(before))}"), field


def as_text(value: Any) -> str:
    """A value as it stands in a query."""
    return str(value).lower() if isinstance(value, bool) else str(value)


async def ids(client, path: str) -> list[int]:
    """The ids of the part that is answered."""
    ((records, _),) = [(await client.get(path)).json().values()]
    return [each["id"] for each in records]


@EACH
async def test_what_is_not_there_is_not_found(v1, kind):
    for name in ("0", "999999999", "-1", "1.0", "x", "99999999999999999999", "%00", "%FF", "01"):
        for method, body in (("GET", None), ("PATCH", kind.change), ("DELETE", None)):
            answer = await v1.request(method, f"{kind.path}/{name}", json=body)
            assert is_problem(answer, 404, "not-found"), (method, name)


@EACH
async def test_unknown_parameters_and_members_are_refused(v1, demo_book, kind):
    record = await entered(v1, kind)
    before = await demo_book.counts()

    for method, path, body in operations(kind, record["id"])[:5]:
        answer = await v1.request(method, f"{path}?nonsense=1", json=body)
        assert is_problem(answer, 400, "bad-request"), (method, path)
        assert faults(answer) == {("nonsense", "unexpected")}
    for method, path, body in operations(kind, record["id"])[1:4:2]:
        answer = await v1.request(method, path, json={**body, "nonsense": 1, "a/b~c": None})
        assert is_problem(answer, 422, "invalid"), (method, path)
        assert faults(answer) == {("/nonsense", "unexpected"), ("/a~1b~0c", "unexpected")}

    assert await demo_book.counts() == before


@EACH
async def test_a_body_that_is_no_object_is_refused(v1, kind):
    for body, status, told in ((b"{", 400, "bad-request"), (b"", 400, "bad-request"), (b"[]", 422, "invalid")):
        for method, path in (("POST", kind.path), ("PATCH", f"{kind.path}/{kind.used}")):
            answer = await v1.request(method, path, content=body, headers={"Content-Type": "application/json"})
            assert is_problem(answer, status, told), (method, body)


@EACH
async def test_who_knows_the_record_already_is_not_told_it_again(v1, kind):
    path = f"{kind.path}/{kind.used}"
    etag = (await v1.get(path)).headers["etag"]

    answer = await v1.get(path, headers={"If-None-Match": f'"other", {etag}'})

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert (await v1.get(path, headers={"If-None-Match": '"other"'})).status_code == 200


@EACH
async def test_a_change_or_deletion_from_an_old_look_is_refused(v1, demo_book, kind):
    record = (await v1.post(kind.path, json=kind.whole)).json()
    path = f"{kind.path}/{record['id']}"
    old = (await v1.get(path)).headers["etag"]
    now = await v1.patch(path, json=kind.change)
    before = await demo_book.counts()

    for method, body in (("PATCH", kind.whole), ("DELETE", None)):
        for tag in (old, f"W/{now.headers['etag']}"):
            answer = await v1.request(method, path, json=body, headers={"If-Match": tag})
            assert is_problem(answer, 412, "stale")
            assert answer.headers["etag"] == now.headers["etag"]

    assert (await v1.get(path)).json() == now.json()
    assert await demo_book.counts() == before
    assert (await v1.delete(path, headers={"If-Match": now.headers["etag"]})).status_code == 204


@EACH
async def test_of_many_changes_from_one_look_one_wins(v1, demo_book, kind):
    record = await entered(v1, kind)
    path = f"{kind.path}/{record['id']}"
    etag = {"If-Match": (await v1.get(path)).headers["etag"]}

    answers = await asyncio.gather(
        *(v1.patch(path, json={kind.unique: f"Winner {number}"}, headers=etag) for number in range(6))
    )

    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [200, *[412] * 5]
    assert (await v1.get(path)).json() == answers[statuses.index(200)].json()
    assert len(await history(demo_book, kind, record["id"])) == 2


@EACH
async def test_what_is_referred_to_cannot_be_deleted(v1, demo_book, kind):
    before = await demo_book.counts()

    answer = await v1.delete(f"{kind.path}/{kind.used}")

    assert is_problem(answer, 409, "conflict")
    assert "still has" in answer.json()["detail"]
    assert await demo_book.counts() == before


@EACH
async def test_a_deletion_is_told_with_the_whole_record(v1, demo_book, kind):
    record = (await v1.post(kind.path, json=kind.whole)).json()
    path = f"{kind.path}/{record['id']}"

    answer = await v1.delete(path)

    assert (answer.status_code, answer.content) == (204, b"")
    assert is_problem(await v1.get(path), 404, "not-found")
    assert is_problem(await v1.delete(path), 404, "not-found")
    _, (name, told) = await history(demo_book, kind, record["id"])
    assert name == f"{kind.resource.noun.capitalize()}Deleted"
    kept = {name: value for name, value in record.items() if name in (*kind.whole, "created_at")}
    assert {name: told[name] for name in kept} == kept
    # Everything that was its own is free again.
    assert (await v1.post(kind.path, json=kind.whole)).status_code == 201


@NAMED
async def test_a_record_is_found_changed_and_deleted_by_what_others_call_it(v1, demo_book, kind):
    record = await entered(v1, kind, external_ids={"shop": "Ž/1 %", "crm": "1"})
    path = f"{kind.path}/by/shop/%C5%BD%2F1%20%25"

    shown = await v1.get(path)
    changed = await v1.patch(path, json=kind.change, headers={"If-Match": shown.headers["etag"]})

    assert shown.json() == record
    assert changed.status_code == 200, changed.text
    assert changed.json()["id"] == record["id"]
    assert (await v1.delete(path)).status_code == 204
    for method in ("GET", "PATCH", "DELETE"):
        assert is_problem(await v1.request(method, path, json=kind.change), 404, "not-found")
    assert is_problem(await v1.get(f"{kind.path}/by/crm/1"), 404, "not-found")


@NAMED
async def test_what_nobody_calls_so_is_not_found(v1, kind):
    await entered(v1, kind, external_ids={"shop": "S-1"})

    for path in ("shop/", "shop/%00", "%FF/1", "shop/" + "x" * 201, "x" * 51 + "/1", "Shop/S-1"):
        assert is_problem(await v1.get(f"{kind.path}/by/{path}"), 404, "not-found"), path


@NAMED
async def test_a_name_belongs_to_one_record_of_a_kind(v1, demo_book, kind):
    first = await entered(v1, kind, external_ids={"shop": "S-1"})
    second = await entered(v1, kind)
    path = f"{kind.path}/{second['id']}"
    before = await demo_book.counts()

    for answer in (
        await v1.post(kind.path, json=kind.new(external_ids={"shop": "S-1", "crm": "1"})),
        await v1.patch(path, json={**kind.change, "external_ids": {"crm": "1", "shop": "S-1"}}),
    ):
        assert is_problem(answer, 422, "invalid")
        assert faults(answer) == {("/external_ids/shop", "taken")}

    assert await demo_book.counts() == before
    assert (await v1.get(path)).json() == second
    # Case counts, other sources are others, and a name that was given up is free.
    assert (await v1.patch(path, json={"external_ids": {"shop": "s-1", "crm": "S-1"}})).status_code == 200
    assert (await v1.patch(f"{kind.path}/{first['id']}", json={"external_ids": {"shop": None}})).status_code == 200
    answer = await v1.patch(path, json={"external_ids": {"shop": "S-1", "none": None}})
    assert answer.json()["external_ids"] == {"crm": "S-1", "shop": "S-1"}
    assert (await history(demo_book, kind, second["id"]))[-1][1] == {"external_ids": {"shop": ["s-1", "S-1"]}}


@NAMED
async def test_of_many_who_want_a_name_one_gets_it(v1, kind):
    records = [await entered(v1, kind) for _ in range(5)]

    answers = await asyncio.gather(
        *(v1.patch(f"{kind.path}/{each['id']}", json={"external_ids": {"shop": "S"}}) for each in records)
    )

    assert sorted(answer.status_code for answer in answers) == [200, *[422] * 4]


UNKEEPABLE = (
    ({"a b": "1"}, ("/external_ids/a b", "invalid")),
    ({"": "1"}, ("/external_ids/", "invalid")),
    ({"shop": ""}, ("/external_ids/shop", "invalid")),
    ({"shop": " "}, ("/external_ids/shop", "blank")),
    ({"shop": "\0"}, ("/external_ids/shop", "invalid")),
    ({"shop": "x" * 201}, ("/external_ids/shop", "invalid")),
    ({"shop": 1}, ("/external_ids/shop", "invalid")),
    ({f"s{number}": "1" for number in range(51)}, ("/external_ids", "invalid")),
    (None, ("/external_ids", "invalid")),
    ([], ("/external_ids", "invalid")),
)


@NAMED
async def test_a_name_that_cannot_be_kept_is_refused(v1, kind):
    for names, told in UNKEEPABLE:
        for method, path, body in (("POST", kind.path, kind.new()), ("PATCH", f"{kind.path}/{kind.used}", {})):
            answer = await v1.request(method, path, json={**body, "external_ids": names})
            assert is_problem(answer, 422, "invalid")
            assert faults(answer) == {told}, names


@NAMED
async def test_a_record_has_a_bounded_number_of_names(v1, kind):
    record = await entered(v1, kind, external_ids={f"s{number}": "1" for number in range(50)})
    path = f"{kind.path}/{record['id']}"

    answer = await v1.patch(path, json={"external_ids": {"s50": "1"}})

    assert is_problem(answer, 422, "invalid")
    assert faults(answer) == {("/external_ids", "too_long")}
    assert (await v1.patch(path, json={"external_ids": {"s50": "1", "s0": None}})).status_code == 200
