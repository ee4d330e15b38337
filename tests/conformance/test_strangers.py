"""Who is not let in: nobody gets anything but a 401, and leaves nothing behind."""

import pytest

from orderloom.demo.people import DEMO_USER, DISABLED_USER
from tests.conformance.face import MARKER, Ask, Face, Tenant
from tests.conformance.faces import FACES
from tests.conformance.questions import every_face, every_guarded_ask
from tests.conformance.rows import untouched

DISABLED = str(DISABLED_USER.email)
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


@every_guarded_ask
async def test_the_stranger_is_refused_and_leaves_no_trace(face: Face, ask: Ask, here: Tenant) -> None:
    names = await face.new_names(await face.let_in(here))
    async with untouched(here):
        answer = await ask.by(here.door, names)
    assert face.turned_away(answer), answer


@every_guarded_ask
async def test_a_wrong_secret_is_refused_and_leaves_no_trace(face: Face, ask: Ask, here: Tenant) -> None:
    names = await face.new_names(await face.let_in(here))
    async with untouched(here):
        answer = await ask.by(face.client(here, DEMO_USER, MARKER), names)
    assert face.turned_away(answer), answer


@every_guarded_ask
async def test_a_blocked_user_is_refused_until_the_block_is_lifted(face: Face, ask: Ask, here: Tenant) -> None:
    names = await face.new_names(await face.let_in(here))
    await here.book.block(DISABLED, False)
    client = await face.let_in(here, DISABLED)
    await here.book.block(DISABLED, True)
    async with untouched(here):
        answer = await ask.by(client, names)
    assert face.turned_away(answer), answer

    await here.book.block(DISABLED, False)
    answer = await ask.by(client, names)
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
@pytest.mark.parametrize("header", HEADERS)
async def test_a_header_that_says_nothing_is_refused(face: Face, header: str, here: Tenant) -> None:
    async with untouched(here):
        answer = await here.door.request("POST", face.enter({}).path, headers={"Authorization": header})
        # The path alone: whatever the body would be, the caller is asked first.
    assert face.turned_away(answer), answer


@pytest.mark.parametrize("issuer", [face for face in FACES if face.issues_secrets], ids=lambda face: face.name)
@every_face
async def test_what_one_face_issued_opens_no_other(face: Face, issuer: Face, here: Tenant) -> None:
    if face is issuer:
        return
    names = await face.new_names(await face.let_in(here))
    secret = await issuer.secret(here, DEMO_USER)
    async with untouched(here):
        for client in (face.client(here, DEMO_USER, secret), issuer.client(here, DEMO_USER, secret)):
            for ask in (face.guarded[0], face.enter({}), face.guarded[-1]):
                answer = await ask.by(client, names)
                assert face.turned_away(answer), (ask, answer)
