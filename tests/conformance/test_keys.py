"""An API key opens every face that it is for, for as long as it is good, and does there what it may."""

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

import httpx
import pytest

from orderloom.book.api_keys import MAX_NAME
from orderloom.demo.people import DEMO_CLIENT, DEMO_KEY, DEMO_KEY_NAME
from orderloom.desk import api_keys
from orderloom.desk.desk import Desk
from orderloom.desk.signins import MEMORY_S
from orderloom.dialects.registry import FACES as KNOWN
from orderloom.server.app import App
from orderloom.server.settings import Settings
from tests.conformance.face import Ask, Face, Tenant
from tests.conformance.faces import FACES
from tests.conformance.questions import every_face
from tests.conformance.rows import rows, untouched
from tests.conformance.test_error_bodies import assert_in_format, assert_silent
from tests.conformance.test_writes import all_events
from tests.harness import FaceClient, Server, serving

UNKNOWN = f"ol_{'unknown-' * 5}key"
SECOND = timedelta(seconds=1)
FOR_TOKENS = [(face, ask) for face in FACES for ask in face.asks if ask.writes and ask not in face.guarded]


class Clock:
    """The time, as a test wants it."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def inside(here: Tenant, clock: Clock) -> AsyncIterator[Tenant]:
    """The tenant behind an application in this process, whose desk lives by the clock."""
    app = App(Settings(log_level="error"))
    app.lifespan.desk = Desk(here.book.desk.pool, now=clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as http:  # type: ignore[arg-type]
        door = FaceClient("http://inside", here.door.host, http, None)
        book = type(here.book)(app.lifespan.desk, here.book.caller)
        yield Tenant(book, door)


def packed(key: str, name: str = "anybody") -> str:
    """The key as it travels in a Basic header."""
    return base64.b64encode(f"{name}:{key}".encode()).decode()


@every_face
@pytest.mark.parametrize("way", range(4), ids=["Bearer", "Basic", "Basic without a name", "the face's own secret"])
async def test_a_key_for_a_face_may_do_everything_there(face: Face, way: int, here: Tenant) -> None:
    client = face.with_key(here, await here.book.add_key(f"{face.name}:write"))[way]
    names = await face.new_names(await face.let_in(here))
    for ask in face.guarded:
        answer = await ask.by(client, names)
        if ask.writes and ask.path.startswith(face.needs_all or ("nowhere",)):
            assert answer.status_code == 403, ask
        else:
            assert face.accepted(answer), (ask, answer.text)


@every_face
async def test_a_key_of_the_name_of_a_revoked_one_gets_no_answers_of_that(face: Face, here: Tenant) -> None:
    """Programs are called alike one after the other, and count their requests from the beginning."""
    client, ask, answers = await face.let_in(here), face.enter({next(iter(face.writes.values())): "a"}), []
    for _ in range(2):
        headers = {"Idempotency-Key": "one", "Authorization": f"Bearer {await here.book.add_key('*:write')}"}
        keyed = replace(ask, more={**ask.more, "headers": ask.more.get("headers", {}) | headers})
        answers += [await keyed.by(client), await keyed.by(client)]
        await here.book.revoke_key()
    assert face.accepted(answers[0])
    assert [answer.headers.get("idempotency-replayed") for answer in answers] == [None, "true"] * 2


@every_face
async def test_the_demo_key_is_one_of_every_face(face: Face, here: Tenant) -> None:
    for client in face.with_key(here, DEMO_KEY):
        await face.place(client)


@every_face
async def test_a_key_that_may_read_reads(face: Face, here: Tenant) -> None:
    names = await face.new_names(await face.let_in(here))
    for number, scope in enumerate((f"{face.name}:read", "*:read")):
        key = await here.book.add_key(scope, name=f"reader {number}")
        async with untouched(here):
            for client in face.with_key(here, key):
                for ask in (each for each in face.guarded if not each.writes):
                    answer = await ask.by(client, names)
                    assert face.accepted(answer), (ask, answer.text)


@every_face
async def test_a_key_that_may_read_is_refused_every_write_and_leaves_no_trace(face: Face, here: Tenant) -> None:
    names = await face.new_names(await face.let_in(here))
    key = await here.book.add_key(f"{face.name}:read")
    async with untouched(here):
        for client in face.with_key(here, key):
            for ask in (face.enter({}), *(each for each in face.guarded if each.writes)):
                answer = await ask.by(client, names)
                assert face.forbidden(answer), (ask, answer.text)
                assert_in_format(face, answer)
                assert_silent(answer, key, packed(key))


@every_face
async def test_a_key_of_all_other_faces_is_refused_and_leaves_no_trace(face: Face, here: Tenant) -> None:
    names = await face.new_names(await face.let_in(here))
    key = await here.book.add_key(*(f"{name}:write" for name in KNOWN - {face.name}))
    async with untouched(here):
        for client in face.with_key(here, key):
            for ask in face.guarded:
                answer = await ask.by(client, names)
                assert face.forbidden(answer), (ask, answer.text)
                assert_in_format(face, answer)


@every_face
async def test_a_key_that_is_none_is_a_wrong_secret(face: Face, here: Tenant, next_door: Tenant) -> None:
    names = await face.new_names(await face.let_in(here))
    good = await here.book.add_key(f"{face.name}:write")
    theirs = await next_door.book.add_key("*:write")
    almost = good[:-1] + ("a" if good[-1] != "a" else "b")
    async with untouched(here, next_door):
        for key in (UNKNOWN, theirs, almost, good.swapcase(), good[:-1], f"{good}x"):
            for client in face.with_key(here, key):
                answer = await face.enter({}).by(client, names)
                assert face.turned_away(answer), (key, client.auth, answer.text)
                assert_in_format(face, answer)
                assert_silent(answer, key, packed(key))


@every_face
async def test_a_revoked_key_opens_nothing_from_that_moment_on_in_the_same_process(face: Face, inside: Tenant) -> None:
    key = await inside.book.add_key(f"{face.name}:write")
    clients = face.with_key(inside, key)
    for client in clients:
        await face.place(client)
    await inside.book.revoke_key()
    for client in clients:
        assert face.turned_away(await face.enter({}).by(client))


@every_face
async def test_a_key_ends_on_time_also_when_it_was_just_used(face: Face, inside: Tenant, clock: Clock) -> None:
    key = await inside.book.add_key(f"{face.name}:write", expires_at=clock.at + timedelta(days=90))
    clients = face.with_key(inside, key)
    clock.at += timedelta(days=90) - SECOND
    for client in clients:
        await face.place(client)
    clock.at += SECOND
    for client in clients:
        assert face.turned_away(await face.enter({}).by(client))


@pytest.fixture(scope="module")
def two_workers(database_url: str) -> object:
    """A server with two processes."""
    with serving("--workers", "2", database_url=database_url) as server:
        yield server


async def test_a_revoked_key_opens_nothing_in_any_process_after_five_seconds(here: Tenant, two_workers: Server) -> None:
    assert MEMORY_S < 5
    key = await here.book.add_key("*:write")

    async def answers() -> list[tuple[Face, httpx.Response]]:
        """Each over a connection of its own, so that both processes are asked."""
        found = []
        for face in FACES:
            for client in face.with_key(here, key):
                for _ in range(4):
                    async with httpx.AsyncClient(timeout=30) as http:
                        door = FaceClient(two_workers.url, here.door.host, http, client.auth)
                        found.append((face, await face.guarded[0].by(door, {"order": "10008229"})))
        return found

    assert all(not face.turned_away(answer) for face, answer in await answers())
    revoked_at = monotonic()
    await here.book.revoke_key()
    await asyncio.sleep(revoked_at + 5 - monotonic())
    assert all(face.turned_away(answer) for face, answer in await answers())


@every_face
async def test_guessing_keys_is_braked_and_good_keys_go_on(face: Face, inside: Tenant) -> None:
    key = await inside.book.add_key(f"{face.name}:write")
    wrong = [client for number in range(28) for client in face.with_key(inside, f"ol_{number:043d}")]
    answers = [await face.enter({}).by(client) for client in wrong]
    assert all(face.turned_away(answer) or answer.status_code == 429 for answer in answers)
    assert ["Retry-After" in answer.headers for answer in answers] == [False] * 100 + [True] * 12
    for client in face.with_key(inside, key):
        await face.place(client)


@every_face
async def test_a_key_that_has_ended_or_is_for_another_face_is_no_guess(
    face: Face, inside: Tenant, clock: Clock
) -> None:
    ended = await inside.book.add_key("*:write", expires_at=clock.at + SECOND)
    other = await inside.book.add_key(*(f"{name}:write" for name in KNOWN - {face.name}), name="other")
    clock.at += SECOND
    for key, refused in ((ended, face.turned_away), (other, face.forbidden)):
        answers = [await face.enter({}).by(client) for _ in range(26) for client in face.with_key(inside, key)]
        assert len(answers) > 100
        assert all(refused(answer) and "Retry-After" not in answer.headers for answer in answers)


@every_face
async def test_history_names_the_key(face: Face, here: Tenant) -> None:
    key = await here.book.add_key(f"{face.name}:write", name="Web shop 2")
    for client in face.with_key(here, key):
        order_id = await face.place(client)
        event = (await all_events(here))[-1]
        assert (event["noun_id"], event["face"], event["actor"]) == (order_id, face.name, "key:Web shop 2")
        order = await here.book.desk.pool.fetchrow(
            "select created_by, modified_by from orders where tenant_id = $1 and id = $2", here.book.tenant_id, order_id
        )
        assert tuple(order) == ("key:Web shop 2",) * 2


@every_face
async def test_what_a_key_with_the_longest_name_entered_is_shown_everywhere(face: Face, here: Tenant) -> None:
    key = await here.book.add_key("*:write", name="ž" * MAX_NAME)
    order_id = await face.place(face.with_key(here, key)[0])
    for other in (each for each in FACES if each.sees(face)):
        client = other.with_key(here, key)[0]
        names = await other.names(client, order_id)
        for ask in (each for each in other.guarded if each.names_an_order and each != other.deletion):
            answer = await ask.by(client, names)
            assert other.accepted(answer), (ask, answer.text)


@every_face
async def test_a_key_is_in_no_log_and_no_row(face: Face, here: Tenant, published: Server) -> None:
    good = await here.book.add_key(f"{face.name}:write")
    for key in (good, UNKNOWN):
        for client in face.with_key(here, key):
            for ask in (face.enter({}), face.guarded[0].with_query(f"x={key}"), *list(face.refused.values())[:5]):
                answer = await ask.by(client, {"order": "1"})
                assert_silent(answer, key, packed(key))
    await asyncio.sleep(0.2)
    logged = published.output()
    found = "\n".join(text for _, text in await rows(here.book.desk.pool, here.book.tenant_id))
    assert '"caller":"key:program"' in logged
    for key in (good, UNKNOWN):
        for secret in (key, packed(key), packed(key, ""), packed(key, "nobody@example.com"), key.encode().hex()):
            assert secret not in logged
            assert secret not in found


@pytest.mark.parametrize("face, ask", FOR_TOKENS, ids=[f"{face.name}: {ask}" for face, ask in FOR_TOKENS])
async def test_what_gives_tokens_takes_no_key(face: Face, ask: Ask, here: Tenant) -> None:
    async with untouched(here):
        for auth in ((DEMO_CLIENT, DEMO_KEY), ("anybody", DEMO_KEY), None):
            headers = {} if auth else {"Authorization": f"Bearer {DEMO_KEY}"}
            answer = await replace(ask, more={"auth": auth, "headers": headers}).by(here.door, {"refresh_token": "x"})
            assert answer.status_code == 401, (ask, answer.text)


@every_face
async def test_when_a_key_was_used_is_written_down_a_moment_later(face: Face, here: Tenant) -> None:
    async def used_at() -> datetime | None:
        (key,) = await api_keys.page(here.book.desk, here.book.caller, limit=9)
        assert key.name == DEMO_KEY_NAME
        return key.used_at

    assert await used_at() is None
    before = datetime.now(UTC)
    await face.place(face.with_key(here, DEMO_KEY)[-1])
    deadline = monotonic() + 5
    while (used := await used_at()) is None and monotonic() < deadline:
        await asyncio.sleep(0.1)
    assert used is not None
    assert before <= used <= datetime.now(UTC)


async def test_a_use_that_was_not_written_yet_is_written_when_the_server_stops(here: Tenant, database_url: str) -> None:
    with serving(database_url=database_url) as server:
        async with httpx.AsyncClient(timeout=30) as http:
            answer = await FaceClient(server.url, here.door.host, http, DEMO_KEY).get("/api/orders")
            assert answer.status_code == 200
    (key,) = await api_keys.page(here.book.desk, here.book.caller, limit=9)
    assert key.used_at is not None
