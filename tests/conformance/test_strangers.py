"""Who is not let in: nobody gets anything but a 401, and leaves nothing behind."""

import pytest

from orderloom.demo.people import DEMO_USER
from tests.conformance.face import MARKER, Ask, Face, Tenant
from tests.conformance.faces import FACES
from tests.conformance.questions import every_face, every_guarded_ask
from tests.conformance.rows import untouched

FOREIGN = [(issuer, face) for issuer in FACES if issuer.issues_secrets for face in FACES if face is not issuer]
FEW_TRIES = 8
HEADERS = (
    "",
    "Basic",
    "Basic !!!!",
    "Basic bm9jb2xvbg==",
    "Basic OnNlY3JldA==",
    "Basic ZGVtb0BleGFtcGxlLmNvbTo=",
    "Basic //79/A==",
    "Bearer",
    "Bearer x",
    f"Bearer {'0' * 40}",
    "Digest username=demo@example.com",
    "demo-token",
)


@every_face
async def test_the_stranger_is_refused_everywhere_and_leaves_no_trace(face: Face, here: Tenant) -> None:
    names = await face.new_names(await face.let_in(here))
    async with untouched(here):
        for ask in face.guarded:
            answer = await ask.by(here.door, names)
            assert face.turned_away(answer), (ask, answer)


@every_guarded_ask
async def test_a_wrong_secret_is_refused_and_leaves_no_trace(face: Face, ask: Ask, here: Tenant) -> None:
    names = await face.new_names(await face.let_in(here))
    async with untouched(here):
        answer = await ask.by(face.client(here, DEMO_USER, MARKER), names)
    assert face.turned_away(answer), answer


@every_face
async def test_a_blocked_user_is_refused_everywhere_until_the_block_is_lifted(face: Face, here: Tenant) -> None:
    names = await face.new_names(await face.let_in(here))
    # A user for every few tries: many wrong ones would be told to wait instead.
    for number, first in enumerate(range(0, len(face.guarded), FEW_TRIES)):
        email = f"blocked.{number}@example.com"
        await here.enrol(email)
        client = await face.let_in(here, email)
        await here.book.block(email, True)
        async with untouched(here):
            for ask in face.guarded[first : first + FEW_TRIES]:
                answer = await ask.by(client, names)
                assert face.turned_away(answer), (ask, answer)

        await here.book.block(email, False)
        answer = await face.guarded[0].by(client, names)
        assert face.accepted(answer), answer.text


@every_face
async def test_a_secret_that_is_almost_right_is_wrong(face: Face, here: Tenant) -> None:
    secret = await face.secret(here, DEMO_USER)
    async with untouched(here):
        for wrong in (secret[:-1], f"{secret}x", f"{secret}{secret}", secret.swapcase(), secret[::-1]):
            answer = await face.enter({}).by(face.client(here, DEMO_USER, wrong))
            assert face.turned_away(answer), (wrong, answer)


@every_face
async def test_a_user_whom_nobody_knows_is_refused(face: Face, here: Tenant) -> None:
    async with untouched(here):
        for email in ("nobody@example.com", "", "demo", "demo@example.com ", "%", "ď@example.com"):
            answer = await face.enter({}).by(face.client(here, email, MARKER))
            assert face.turned_away(answer), (email, answer)


@every_face
async def test_a_header_that_says_nothing_is_refused(face: Face, here: Tenant) -> None:
    async with untouched(here):
        for header in HEADERS:
            answer = await here.door.request("POST", face.enter({}).path, headers={"Authorization": header})
            assert face.turned_away(answer), (header, answer)


@pytest.mark.parametrize("issuer, face", FOREIGN, ids=[f"{issuer.name} at {face.name}" for issuer, face in FOREIGN])
async def test_what_one_face_issued_opens_no_other(issuer: Face, face: Face, here: Tenant) -> None:
    names = await face.new_names(await face.let_in(here))
    secret = await issuer.secret(here, DEMO_USER)
    async with untouched(here):
        for client in (face.client(here, DEMO_USER, secret), issuer.client(here, DEMO_USER, secret)):
            for ask in (face.guarded[0], face.enter({}), face.guarded[-1]):
                answer = await ask.by(client, names)
                assert face.turned_away(answer), (ask, answer)
