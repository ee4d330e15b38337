"""What one face deleted is gone in all of them."""

import pytest

from tests.conformance.face import Face, Tenant
from tests.conformance.faces import FACES
from tests.conformance.rows import untouched

DELETED = [(writer, by) for writer in FACES for by in FACES if by.deletion and by.sees(writer)]


@pytest.mark.parametrize(
    "writer, by", DELETED, ids=[f"entered by {writer.name}, deleted by {by.name}" for writer, by in DELETED]
)
async def test_a_deleted_order_is_gone_in_every_face(writer: Face, by: Face, here: Tenant) -> None:
    order_id = await writer.place(await writer.let_in(here))
    readers = [(face, await face.let_in(here)) for face in FACES if face.sees(writer)]
    names = {face.name: await face.names(client, order_id) for face, client in readers}
    assert by.deletion
    answer = await by.deletion.by(await by.let_in(here), names[by.name])
    assert by.accepted(answer), answer.text

    async with untouched(here):
        for face, client in readers:
            assert order_id not in await face.ids(client)
            for ask in (each for each in face.guarded if each.names_an_order and not face.remembers_at(each.path)):
                answer = await ask.by(client, names[face.name])
                assert face.not_there(answer), (face.name, ask, answer.text)


@pytest.mark.parametrize("by", [face for face in FACES if face.deletion], ids=lambda face: face.name)
async def test_what_a_deleted_order_was_called_is_not_given_again(by: Face, here: Tenant) -> None:
    client = await by.let_in(here)
    order_id = await by.place(client)
    called = await by.names(client, order_id)
    assert by.deletion
    assert by.accepted(await by.deletion.by(client, called))
    later = await by.place(client)
    assert later > order_id
    assert (await by.names(client, later))["order"] != called["order"]
