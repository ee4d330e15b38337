"""API keys at the desk: what is kept of them, what history tells, and when a use is written down."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.given_books import Book, CountingPool, new_tenant

from orderloom.book import api_keys as book_keys
from orderloom.book.errors import ApiKeyNotFound, BadInput, NotAllowed, UnknownKey
from orderloom.book.events import Author
from orderloom.desk import access, api_keys
from orderloom.desk.caller import Caller
from orderloom.desk.checks import Credentials
from orderloom.desk.desk import Desk
from orderloom.desk.key_uses import EVERY_S, KeyUses
from orderloom.desk.passwords import token_hash
from orderloom.store import api_keys as store

FACES = ("till",)


async def added(book: Book, name: str = "web shop", **more: Any) -> api_keys.Added:
    return await api_keys.add(book.desk, book.caller, name, ("till:write",), faces=FACES, **more)


async def row_of(book: Book, key_id: int) -> dict[str, Any]:
    """Everything that the database knows of the key."""
    row = await book.desk.pool.fetchrow(
        "select * from api_keys where tenant_id = $1 and id = $2", book.tenant_id, key_id
    )
    return dict(row)


async def reasons(book: Book, name: str) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as refused:
        await added(book, name)
    return [(fault.field, fault.reason) for fault in refused.value.faults]


async def test_a_key_is_known_by_its_hash_alone(book: Book) -> None:
    key, secret = await added(book)

    assert book_keys.is_key(secret)
    assert await store.key_with_hash(book.desk.pool, book.tenant_id, token_hash(secret)) == key
    row = await row_of(book, key.id)
    assert row["hash"] == token_hash(secret)
    assert secret not in str(row)
    assert secret[3:] not in str(await book.events("api_key"))


async def test_no_two_keys_are_alike(book: Book) -> None:
    assert len({(await added(book, f"key {number}")).secret for number in range(20)}) == 20


async def test_a_neighbour_does_not_know_the_key(book: Book) -> None:
    secret = (await added(book)).secret
    caller, _ = await new_tenant(book.desk)
    assert await store.key_with_hash(book.desk.pool, caller.tenant_id, token_hash(secret)) is None
    with pytest.raises(ApiKeyNotFound):
        await api_keys.revoke(book.desk, caller, "web shop")


async def test_history_tells_who_issued_and_revoked_a_key_and_what_it_may_do(book: Book) -> None:
    boss = Caller(book.tenant_id, Author("boss@example.com", "office"))
    ends = datetime(2100, 1, 1, tzinfo=UTC)
    key, _ = await api_keys.add(book.desk, boss, "web shop", ["till:read"], faces=FACES, expires_at=ends)
    await api_keys.revoke(book.desk, boss, "web shop")

    assert key.created_by == "boss@example.com"
    events = await book.events("api_key")
    assert [(event["name"], event["noun_id"]) for event in events] == [
        ("ApiKeyAdded", key.id),
        ("ApiKeyRevoked", key.id),
    ]
    assert {(event["actor"], event["face"]) for event in events} == {("boss@example.com", "office")}
    assert events[0]["changes"] == (
        '{"name": "web shop", "scopes": ["till:read"], "expires_at": "2100-01-01T00:00:00Z"}'
    )


async def test_a_name_is_taken_whatever_its_case_until_its_key_is_revoked(book: Book) -> None:
    await added(book, "Straße")
    assert await reasons(book, "Straße") == [("name", "taken")]
    assert await reasons(book, "STRASSE") == [("name", "taken")]

    await api_keys.revoke(book.desk, book.caller, "strasse")
    again, _ = await added(book, "strasse")
    assert [(key.name, key.revoked_at is not None) for key in await api_keys.page(book.desk, book.caller, limit=9)] == [
        ("Straße", True),
        ("strasse", False),
    ]
    assert (await api_keys.revoke(book.desk, book.caller, "strasse")).id == again.id


async def test_of_two_who_want_a_name_at_once_one_gets_it(book: Book) -> None:
    done = await asyncio.gather(*(added(book, "same") for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(each, api_keys.Added) for each in done) == 1
    assert sum(isinstance(each, BadInput) for each in done) == 4
    assert len(await book.events("api_key")) == 1


async def test_a_key_that_is_refused_leaves_nothing(book: Book) -> None:
    before = await book.counts()
    assert await reasons(book, "a@b") == [("name", "invalid")]
    assert await book.counts() == before


@pytest.mark.parametrize("name", ["nobody", "", "\0", "\ud800"])
async def test_what_is_no_key_cannot_be_revoked(book: Book, name: str) -> None:
    await added(book)
    with pytest.raises(ApiKeyNotFound):
        await api_keys.revoke(book.desk, book.caller, name)
    await api_keys.revoke(book.desk, book.caller, "web shop")
    with pytest.raises(ApiKeyNotFound):
        await api_keys.revoke(book.desk, book.caller, "web shop")


async def test_keys_are_listed_page_by_page_oldest_first(book: Book) -> None:
    for number in range(3):
        await added(book, f"key {number}")
    pages = [await api_keys.page(book.desk, book.caller, limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [[key.name for key in page] for page in pages] == [["key 0", "key 1"], ["key 2"], []]


HEADER = b"Bearer something"


def given(secret: str) -> Credentials:
    """What somebody comes with."""
    return Credentials(HEADER, "", secret, "192.0.2.1")


async def test_a_key_seen_a_moment_ago_costs_no_statement(book: Book) -> None:
    key, secret = await added(book)
    pool = CountingPool(book.desk.pool)
    desk = Desk(pool)  # type: ignore[arg-type]
    caller = await access.by_api_key(desk, book.tenant_id, "till", given(secret))
    for _ in range(10):
        assert access.recall(desk, book.tenant_id, "till", HEADER) == caller
    assert pool.statements == 1
    assert caller == Caller(book.tenant_id, Author("key:web shop", "till"), key_id=key.id)


async def test_a_key_that_is_refused_is_never_remembered(book: Book) -> None:
    desk = Desk(book.desk.pool)
    secret = (await added(book)).secret
    for face, tried, refusal in (
        ("till", f"{secret[:-1]}!", UnknownKey),
        ("shop", secret, NotAllowed),
    ):
        with pytest.raises(refusal):
            await access.by_api_key(desk, book.tenant_id, face, given(tried))
        assert access.recall(desk, book.tenant_id, face, HEADER) is None


async def test_a_key_that_is_revoked_while_it_is_looked_up_is_not_remembered(book: Book) -> None:
    class Slow(CountingPool):
        async def fetchrow(self, query: str, *args: Any) -> Any:
            row = await book.desk.pool.fetchrow(query, *args)
            await api_keys.revoke(desk, book.caller, "web shop")
            return row

        def transaction(self) -> Any:
            return book.desk.pool.transaction()

    desk = Desk(Slow(book.desk.pool))  # type: ignore[arg-type]
    secret = (await added(book)).secret
    await access.by_api_key(desk, book.tenant_id, "till", given(secret))
    assert access.recall(desk, book.tenant_id, "till", HEADER) is None


async def holding(book: Book, **more: Any) -> Caller:
    """Whoever comes with a key that may do everything."""
    key = (await api_keys.add(book.desk, book.caller, "master", ("*:write",), faces=FACES, **more)).key
    return Caller(book.tenant_id, Author("key:master", "till"), key_id=key.id)


async def asking(book: Book, caller: Caller) -> list[object]:
    """What is said to a caller who wants a key and asks for everything."""
    return list(
        await asyncio.gather(
            api_keys.add(book.desk, caller, "child", ("till:write",), faces=FACES),
            api_keys.equals_user(book.desk, caller),
            return_exceptions=True,
        )
    )


async def test_a_revoked_key_that_a_process_still_remembers_makes_none(book: Book) -> None:
    caller = await holding(book)
    await api_keys.revoke(book.desk, book.caller, "master")
    before = await book.counts()
    assert [type(each) for each in await asking(book, caller)] == [UnknownKey] * 2
    assert await book.counts() == before


async def test_a_key_whose_time_is_over_makes_none(book: Book) -> None:
    ends = datetime.now(UTC) + timedelta(days=1)
    caller = await holding(book, expires_at=ends)
    desk = Desk(book.desk.pool, now=lambda: ends)
    assert [type(each) for each in await asking(Book(desk, book.caller), caller)] == [UnknownKey] * 2


async def test_a_key_that_is_not_there_is_nobodys(book: Book) -> None:
    caller = (await holding(book))._replace(key_id=2**40)
    assert [type(each) for each in await asking(book, caller)] == [UnknownKey] * 2


async def test_who_makes_a_key_waits_for_who_revokes_the_own_one(book: Book) -> None:
    caller = await holding(book)
    async with book.desk.pool.transaction() as db:
        await store.revoke(db, book.tenant_id, "master", book.desk.now())
        making = asyncio.create_task(api_keys.add(book.desk, caller, "child", ("till:write",), faces=FACES))
        await asyncio.sleep(0.3)
        assert not making.done()
    with pytest.raises(UnknownKey):
        await making


async def test_who_revokes_a_key_waits_for_who_makes_one_with_it(book: Book) -> None:
    caller = await holding(book)
    async with book.desk.pool.transaction() as db:
        await api_keys.enter(book.desk, db, caller, "child", ("till:write",), "ol_x", faces=FACES)
        revoking = asyncio.create_task(api_keys.revoke(book.desk, book.caller, "master"))
        await asyncio.sleep(0.3)
        assert not revoking.done()
    await revoking
    told = [event["name"] for event in await book.events("api_key")]
    assert told == ["ApiKeyAdded", "ApiKeyAdded", "ApiKeyRevoked"]


async def test_uses_are_written_in_one_statement_and_not_again_within_a_minute(book: Book) -> None:
    pool = CountingPool(book.desk.pool)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    desk = Desk(pool, now=lambda: at)  # type: ignore[arg-type]
    keys = [(await added(book, f"key {number}")).key for number in range(3)]

    for _ in range(100):
        for key in keys[:2]:
            desk.key_uses.note(book.tenant_id, key.id)
    assert pool.statements == 0
    await api_keys.write_uses(desk)
    assert pool.statements == 1
    assert [key.used_at for key in await api_keys.page(book.desk, book.caller, limit=9)] == [at, at, None]

    desk.key_uses.note(book.tenant_id, keys[0].id)
    await api_keys.write_uses(desk)
    assert pool.statements == 1


async def test_of_several_processes_one_writes_a_use_within_a_minute(book: Book) -> None:
    key = (await added(book)).key
    first = datetime(2026, 3, 1, tzinfo=UTC)
    for seconds, written in ((0, 0), (EVERY_S - 1, 0), (EVERY_S, EVERY_S), (EVERY_S + 1, EVERY_S)):
        at = first + timedelta(seconds=seconds)
        desk = Desk(book.desk.pool, now=lambda at=at: at)  # type: ignore[misc]
        desk.key_uses.note(book.tenant_id, key.id)
        await api_keys.write_uses(desk)
        assert (await row_of(book, key.id))["used_at"] == first + timedelta(seconds=written)


async def test_a_use_that_could_not_be_written_is_written_the_next_time(book: Book) -> None:
    class Away(CountingPool):
        async def execute(self, *_: Any) -> str:
            raise ConnectionError

    key = (await added(book)).key
    desk = Desk(Away(book.desk.pool))  # type: ignore[arg-type]
    desk.key_uses.note(book.tenant_id, key.id)
    with pytest.raises(ConnectionError):
        await api_keys.write_uses(desk)
    desk.pool = book.desk.pool
    await api_keys.write_uses(desk)
    assert (await row_of(book, key.id))["used_at"] is not None


async def test_a_key_that_somebody_is_changing_keeps_nobody_waiting(book: Book) -> None:
    key = (await added(book)).key
    desk = Desk(book.desk.pool)
    desk.key_uses.note(book.tenant_id, key.id)
    async with book.desk.pool.transaction() as db:
        await store.revoke(db, book.tenant_id, "web shop", desk.now())
        async with asyncio.timeout(2):
            await api_keys.write_uses(desk)
    assert (await row_of(book, key.id))["used_at"] is None


def test_what_is_remembered_of_uses_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orderloom.desk.key_uses.MAX_REMEMBERED", 10)
    uses = KeyUses()
    for key_id in range(100):
        uses.note(1, key_id)
        uses.written(1, [key_id])
    assert len(uses._quiet_until) <= 11
