"""What a refusal says: in the face's own format, and never a secret."""

import base64

import httpx

from orderloom.demo.people import DEMO_USER
from tests.conformance.face import MARKER, Face, Tenant
from tests.conformance.questions import every_face

MARKED = (MARKER, base64.b64encode(f"{DEMO_USER}:{MARKER}".encode()).decode())
QUERY = "&".join(f"{name}={MARKER}" for name in ("password", "sha512password", "access_token", "client_secret"))


def assert_in_format(face: Face, answer: httpx.Response) -> None:
    """Fails unless the body is what this face's refusals are."""
    kind = answer.headers.get("Content-Type", "")
    if face.json_errors or kind.startswith(face.error_type):
        assert kind.startswith(face.error_type), (kind, answer.text)
        assert isinstance(answer.json(), dict)
    else:
        assert answer.content == b"" or kind.startswith("text/plain"), (kind, answer.text)


def assert_silent(answer: httpx.Response, *secrets: str) -> None:
    """Fails if the answer repeats a secret, in its body or in a header."""
    told = f"{answer.headers}\n{answer.text}"
    assert [secret for secret in secrets if secret and secret in told] == []


@every_face
async def test_a_refusal_has_its_format_and_repeats_no_secret(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    names = await face.new_names(client)
    planted = [ask.with_query(QUERY) for ask in face.refused.values()]
    for ask in (*face.refused.values(), *planted):
        answer = await ask.by(client, names)
        assert face.refusing(answer), (ask, answer.status_code, answer.text)
        assert_in_format(face, answer)
        assert_silent(answer, *MARKED, *secrets_of(client.auth))


@every_face
async def test_who_is_turned_away_is_told_so_in_the_format_and_hears_no_secret(face: Face, here: Tenant) -> None:
    names = await face.new_names(await face.let_in(here))
    packed = base64.b64encode(MARKER.encode()).decode()
    headers = [{"Authorization": f"{scheme} {MARKER}"} for scheme in ("Bearer", "Basic", "Digest", "Token")]
    headers.append({"Authorization": f"Basic {packed}"})
    for ask in (face.guarded[0], face.enter({}), face.guarded[-1]):
        answers = [await ask.by(face.client(here, DEMO_USER, MARKER), names), await ask.by(here.door, names)]
        answers += [await here.door.request(ask.method, ask.path, headers=each) for each in headers]
        for answer in answers:
            assert face.turned_away(answer), answer
            assert_in_format(face, answer)
            assert_silent(answer, *MARKED, packed)


@every_face
async def test_an_unknown_path_is_told_in_the_format(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    for root in face.roots:
        answer = await client.get(f"{root}/nothing/at/all/here?password={MARKER}")
        assert answer.status_code == 404
        assert_in_format(face, answer)
        assert_silent(answer, *MARKED)


def secrets_of(auth: object) -> tuple[str, ...]:
    """The secret in what a client is let in with, as it is and as it travels."""
    if isinstance(auth, tuple):
        name, secret = auth
        return secret, base64.b64encode(f"{name}:{secret}".encode()).decode()
    return (str(auth),)
