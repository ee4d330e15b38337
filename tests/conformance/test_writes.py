"""A write that is refused leaves nothing, one that is accepted leaves one event and one version more."""

from itertools import pairwise
from typing import Any

import pytest

from orderloom.demo.people import DEMO_USER
from tests.conformance.face import Ask, Face, Tenant
from tests.conformance.faces import FACES
from tests.conformance.questions import every_accepted_write, every_face, every_refused_write
from tests.conformance.rows import untouched


async def version_of(tenant: Tenant, order_id: int) -> int | None:
    """The version of the order, None if it is not there."""
    pool = tenant.book.desk.pool
    version: int | None = await pool.fetchval(
        "select version from orders where tenant_id = $1 and id = $2", tenant.book.tenant_id, order_id
    )
    return version


async def history_of(tenant: Tenant, order_id: int) -> list[Any]:
    """The order's own events, oldest first."""
    return [event for event in await tenant.book.events() if event["noun_id"] == order_id]


async def all_events(tenant: Tenant) -> list[dict[str, object]]:
    """The history of everything in the tenant, oldest first."""
    found = await tenant.book.desk.pool.fetch(
        "select * from events where tenant_id = $1 order by id", tenant.book.tenant_id
    )
    return [dict(row) for row in found]


@every_refused_write
async def test_a_refused_write_leaves_no_trace(face: Face, ask: Ask, here: Tenant) -> None:
    client = await face.let_in(here)
    names = await face.new_names(client)
    async with untouched(here):
        answer = await ask.by(client, names)
    assert face.refusing(answer), (answer.status_code, answer.text)


@every_accepted_write
async def test_an_accepted_write_leaves_one_event_and_raises_the_version_by_one(
    face: Face, ask: Ask, here: Tenant
) -> None:
    client = await face.let_in(here)
    order_id = await face.place(client)
    names = await face.names(client, order_id)
    history, version = await all_events(here), await version_of(here, order_id)
    assert version is not None

    answer = await ask.by(client, names)
    assert face.accepted(answer), answer.text
    now = await all_events(here)
    assert now[:-1] == history
    event = now[-1]
    assert (event["face"], event["actor"]) == (face.name, DEMO_USER)
    after = await version_of(here, order_id)
    if not ask.names_an_order:
        assert after == version
        assert event["noun"] != "order" or event["version"] == 1
    else:
        assert (event["noun"], event["noun_id"]) == ("order", order_id)
        assert (after, event["version"]) == ((None, version) if ask == face.deletion else (version + 1, version + 1))


@every_face
async def test_a_new_order_has_the_version_1_and_one_event(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    before = len(await all_events(here))
    order_id = await face.place(client)
    (event,) = (await all_events(here))[before:]
    assert (event["noun_id"], event["version"], event["face"]) == (order_id, 1, face.name)
    assert await version_of(here, order_id) == 1


@every_face
async def test_the_history_of_an_order_tells_of_every_face_in_the_order_of_its_versions(
    face: Face, here: Tenant
) -> None:
    order_id = await face.place(await face.let_in(here))
    written = [face.name]
    for other in (each for each in FACES if each.sees(face)):
        client = await other.let_in(here)
        names = await other.names(client, order_id)
        written += [other.name] * (len(await history_of(here, order_id)) - len(written))
        for ask in (each for each in other.guarded if each.writes and each.names_an_order and each != other.deletion):
            answer = await ask.by(client, names)
            assert other.accepted(answer), (ask, answer.text)
            written.append(other.name)

    history = await history_of(here, order_id)
    assert [event["version"] for event in history] == list(range(1, len(written) + 1))
    assert [event["face"] for event in history] == written
    assert {event["actor"] for event in history} == {DEMO_USER}
    assert all(one["at"] <= other["at"] for one, other in pairwise(history))
    assert await version_of(here, order_id) == len(written)


@pytest.mark.parametrize("face", [face for face in FACES if face.deletion], ids=lambda face: face.name)
async def test_a_refused_deletion_leaves_an_order_with_an_open_receipt_as_it_was(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    order_id = await face.place(client)
    names = await face.names(client, order_id)
    await here.book.open_receipt(order_id)
    assert face.deletion
    async with untouched(here):
        answer = await face.deletion.by(client, names)
    assert face.refusing(answer), answer.text
