"""A write with an Idempotency-Key is done once, however often it is sent, through every face."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from orderloom.demo.people import DEMO_PASSWORD, DEMO_USER
from tests.conformance.face import Ask, Face, Tenant
from tests.conformance.questions import every_face
from tests.conformance.rows import untouched

OTHER_USER = "c.johnson@example.com"


def keyed(ask: Ask, key: str = "one") -> Ask:
    """The same request with a key."""
    headers = {**ask.more.get("headers", {}), "Idempotency-Key": key}
    return replace(ask, more={**ask.more, "headers": headers})


def entering(face: Face, text: str = "a") -> Ask:
    """A request that enters a purchase, with a text that tells it from others."""
    return face.enter({next(iter(face.writes.values())): text})


def lasting(headers: object) -> dict[str, str]:
    """Those headers that are not of the moment."""
    passing = ("date", "ratelimit", "x-request-id")
    return {name: value for name, value in dict(headers).items() if name not in passing}  # type: ignore[call-overload]


@every_face
async def test_who_sends_a_write_again_gets_the_first_answer(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    before = len(await face.ids(client))
    first = await keyed(entering(face)).by(client)
    assert face.accepted(first), first.text
    assert "idempotency-replayed" not in first.headers

    again = await keyed(entering(face)).by(client)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert lasting(again.headers) == {**lasting(first.headers), "idempotency-replayed": "true"}
    assert len(await face.ids(client)) == before + 1


@every_face
async def test_without_a_key_every_write_counts(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    before = len(await face.ids(client))
    texts = {name: f"{place}" for place, name in enumerate(face.writes.values())}
    for number in range(2):
        answer = await face.enter({name: f"{text}-{number}" for name, text in texts.items()}).by(client)
        assert face.accepted(answer), answer.text
    assert len(await face.ids(client)) == before + 2


@every_face
async def test_another_write_with_the_key_is_refused(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    assert face.accepted(await keyed(entering(face, "a")).by(client))
    async with untouched(here):
        answer = await keyed(entering(face, "b")).by(client)
    assert answer.status_code == 422, answer.text


@every_face
async def test_the_same_body_for_another_version_or_of_another_type_is_another_write(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    ask = keyed(entering(face))
    assert face.accepted(await ask.by(client))
    for header, value in (("If-Match", '"1"'), ("Content-Type", "text/plain")):
        async with untouched(here):
            answer = await replace(ask, more={"headers": {**ask.more["headers"], header: value}}).by(client)
        assert answer.status_code == 422, (header, answer.text)
        assert "idempotency-replayed" not in answer.headers


@every_face
async def test_many_at_once_with_one_key_are_one_write(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    before = len(await face.ids(client))
    answers = await asyncio.gather(*(keyed(entering(face)).by(client) for _ in range(8)))
    assert {answer.status_code for answer in answers if not face.accepted(answer)} <= {409}
    assert len({answer.content for answer in answers if face.accepted(answer)}) == 1
    assert all(answer.headers["retry-after"] for answer in answers if answer.status_code == 409)
    assert len(await face.ids(client)) == before + 1


@every_face
async def test_a_refusal_is_an_answer_too(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    why, ask = next((why, ask) for why, ask in face.refused.items() if ask.method in ("POST", "PUT"))
    names = await face.new_names(client)
    first = await keyed(ask).by(client, names)
    async with untouched(here):
        again = await keyed(ask).by(client, names)
    assert face.refusing(again), why
    assert (again.status_code, again.content) == (first.status_code, first.content)


@every_face
async def test_a_key_belongs_to_whoever_used_it(face: Face, here: Tenant, next_door: Tenant) -> None:
    await here.book.desk.pool.execute("select 1")
    client, before = await face.let_in(here), None
    first = await keyed(entering(face)).by(client)
    assert face.accepted(first), first.text
    before = len(await face.ids(client))

    neighbour = await face.let_in(next_door)
    theirs = await keyed(entering(face)).by(neighbour)
    assert face.accepted(theirs), theirs.text
    assert "idempotency-replayed" not in theirs.headers
    assert len(await face.ids(client)) == before


@every_face
async def test_a_key_is_forgotten_after_a_day(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    assert face.accepted(await keyed(entering(face, "a")).by(client))
    await here.book.desk.pool.execute(
        "update kept_answers set kept_at = kept_at - $2::interval where tenant_id = $1",
        here.book.tenant_id,
        timedelta(hours=24, seconds=1),
    )
    answer = await keyed(entering(face, "b")).by(client)
    assert face.accepted(answer), answer.text


@every_face
async def test_what_is_no_key_is_refused(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    for key in ("", "two words", "x" * 256, "a\tb"):
        async with untouched(here):
            answer = await keyed(entering(face), key).by(client)
        assert face.refusing(answer), (key, answer.status_code, answer.text)


@every_face
async def test_a_kept_answer_tells_nothing_of_the_password(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    assert face.accepted(await keyed(entering(face)).by(client))
    rows = await here.book.desk.pool.fetch(
        "select k::text from kept_answers k where tenant_id = $1", here.book.tenant_id
    )
    assert len(rows) == 1
    assert DEMO_PASSWORD not in rows[0][0]
    assert DEMO_USER in rows[0][0]
