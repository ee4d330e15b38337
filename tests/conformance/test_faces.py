"""The questions reach every face and every operation, and what they ask is allowed to the right caller."""

import pytest

from tests.conformance.face import MOUNTED, Ask, Face, Tenant
from tests.conformance.faces import FACES
from tests.conformance.questions import every_face
from tests.conformance.rows import untouched


def test_every_face_is_asked() -> None:
    assert sorted(face.name for face in FACES) == sorted({dialect.name for dialect in MOUNTED})


@every_face
def test_every_method_of_every_path_is_asked_once(face: Face) -> None:
    asked = {
        f"{method} {template}": sum(
            ask.method == method and face.template_of(ask.path) == template for ask in face.asks
        )
        for operation in face.operations
        for template in operation.paths
        for method in operation.methods
    }
    assert asked == dict.fromkeys(asked, 1)
    assert len(face.asks) == len(asked)


@every_face
async def test_the_right_caller_is_let_in_everywhere(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    names = await face.new_names(client)
    for ask in face.asks:
        answer = await ask.by(client, names)
        assert face.accepted(answer), (ask, answer.text)


@every_face
async def test_a_trace_would_be_noticed(face: Face, here: Tenant, next_door: Tenant) -> None:
    client = await face.let_in(next_door)
    async with untouched(here):
        await face.place(client)
    with pytest.raises(AssertionError):
        async with untouched(here, next_door):
            await face.place(client)


@every_face
async def test_head_answers_like_get_without_the_body(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    names = await face.new_names(client)
    for ask in (each for each in face.asks if not each.writes):
        got, head = await ask.by(client, names), await Ask("HEAD", ask.path).by(client, names)
        assert (head.status_code, head.content) == (got.status_code, b""), ask
        assert head.headers["Content-Length"] == got.headers["Content-Length"], ask
