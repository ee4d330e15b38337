"""Someone else's order does not exist."""

from tests.conformance.face import Ask, Face, Tenant
from tests.conformance.questions import every_ask_for_an_order, every_face
from tests.conformance.rows import untouched


@every_ask_for_an_order
async def test_a_neighbours_order_is_not_there(face: Face, ask: Ask, here: Tenant, next_door: Tenant) -> None:
    names = await face.new_names(await face.let_in(next_door))
    client = await face.let_in(here)
    async with untouched(here, next_door):
        answer = await ask.by(client, names)
    assert face.not_there(answer), answer.text


@every_face
async def test_a_neighbours_order_is_in_no_list(face: Face, here: Tenant, next_door: Tenant) -> None:
    before = await face.ids(await face.let_in(here))
    order_id = await face.place(await face.let_in(next_door))
    assert order_id in await face.ids(await face.let_in(next_door))
    assert await face.ids(await face.let_in(here)) == before


@every_face
async def test_a_neighbours_work_on_an_order_called_the_same_changes_nothing_here(
    face: Face, here: Tenant, next_door: Tenant
) -> None:
    await face.place(await face.let_in(here))
    client = await face.let_in(next_door)
    async with untouched(here):
        names = await face.new_names(client)
        for ask in face.asks:
            answer = await ask.by(client, names)
            assert face.accepted(answer), (ask, answer.text)


@every_face
async def test_a_user_of_one_tenant_is_a_stranger_in_another(face: Face, here: Tenant, next_door: Tenant) -> None:
    email = "only.there@example.com"
    await next_door.enrol(email)
    names = await face.new_names(await face.let_in(here))
    client = await face.let_in(next_door, email)
    moved = await face.let_in(here)
    moved.auth = client.auth
    async with untouched(here, next_door):
        for ask in (face.guarded[0], face.enter({}), face.guarded[-1]):
            answer = await ask.by(moved, names)
            assert face.turned_away(answer), (ask, answer)
    assert face.accepted(await face.enter({}).by(client))
