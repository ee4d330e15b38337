"""Who may call. Source: contract section 2."""

import base64
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.harness import FaceClient, serving

from .given import (
    CHALLENGE,
    DEMO,
    DEMO_SHOWN,
    JOHNSON,
    ORDER_ENDPOINTS,
    USER_ENDPOINTS,
    basic,
    entered,
    is_empty,
    placed,
    signed_in,
)

ENDPOINTS = ORDER_ENDPOINTS + USER_ENDPOINTS
TOKEN = "demo-token"


async def with_header(homs, authorization):
    """The answer to a caller with this Authorization header."""
    return await homs.request("GET", "/api/users", auth=None, headers={"Authorization": authorization})


def assert_challenged(answer):
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == CHALLENGE
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text.strip() == "HTTP Basic: Access denied."


async def test_email_and_token_open_the_api(homs):
    assert await signed_in(homs, DEMO, TOKEN) == 200


async def test_the_scheme_is_basic_with_email_and_token_in_base64(homs):
    header = "Basic " + base64.b64encode(b"demo@example.com:demo-token").decode()

    assert (await with_header(homs, header)).status_code == 200


async def test_the_word_basic_may_be_written_in_any_case(homs):
    credentials = basic(f"{DEMO}:{TOKEN}")["Authorization"].removeprefix("Basic ")

    assert (await with_header(homs, f"basic {credentials}")).status_code == 200
    assert (await with_header(homs, f"BASIC {credentials}")).status_code == 200


@pytest.mark.parametrize("method, path, body", ENDPOINTS)
async def test_without_credentials_every_endpoint_answers_with_a_challenge(homs, method, path, body):
    assert_challenged(await homs.request(method, path, json=body, auth=None))


@pytest.mark.parametrize(
    "authorization",
    ["Bearer demo-token", "Bearer a.b.c", "Digest username=demo", "Token demo-token", "demo-token", ""],
)
async def test_credentials_that_are_not_basic_are_answered_with_a_challenge(homs, authorization):
    assert_challenged(await with_header(homs, authorization))


@pytest.mark.parametrize("method, path, body", ENDPOINTS)
async def test_a_wrong_token_is_401_and_empty_at_every_endpoint(homs, method, path, body):
    answer = await homs.request(method, path, json=body, auth=(DEMO, "wrong"))

    assert is_empty(answer, 401)


@pytest.mark.parametrize(
    "email, token",
    [
        (DEMO, "wrong"),
        (DEMO, "demo-token "),
        (DEMO, "DEMO-TOKEN"),
        (DEMO, "demo-toke"),
        ("nobody@example.com", TOKEN),
        (JOHNSON, TOKEN),
        (DEMO, ""),
        ("", TOKEN),
        ("", ""),
        (DEMO, f":{TOKEN}"),
        (" " + DEMO, TOKEN),
    ],
)
async def test_a_wrong_or_empty_email_or_token_is_401_and_empty(homs, email, token):
    assert is_empty(await homs.request("GET", "/api/users", auth=(email, token)), 401)


async def test_the_account_password_is_not_what_basic_carries(homs):
    assert is_empty(await homs.request("GET", "/api/users", auth=(DEMO, "demo-password")), 401)


@pytest.mark.parametrize("email", ["Demo@example.com", "DEMO@EXAMPLE.COM"])
async def test_the_email_in_the_header_is_compared_exactly(homs, email):
    assert is_empty(await homs.request("GET", "/api/users", auth=(email, TOKEN)), 401)


@pytest.mark.parametrize(
    "header",
    [
        basic("demo@example.com"),
        basic("demo@example.comdemo-token"),
        basic(":"),
        basic(b"\xff\xfe:\xff"),
        basic("demo@example.com:demo-token\0"),
        basic("demo@example.com\0:demo-token"),
        basic("demo@example.com:" + "x" * 5000),
        {"Authorization": "Basic"},
        {"Authorization": "Basic ***"},
        {"Authorization": "Basic ZGVtb0"},
        {"Authorization": "Basic \u00e9".encode("latin-1")},
    ],
    ids=lambda header: str(header["Authorization"])[:40],
)
async def test_a_malformed_basic_header_is_401(homs, header):
    answer = await homs.request("GET", "/api/users", auth=None, headers=header)

    assert answer.status_code == 401


@pytest.mark.parametrize("token", ["", "c.johnson@example.com", "demo-password", "None", "null"])
async def test_a_user_without_a_token_cannot_use_the_api(homs, token):
    assert is_empty(await homs.request("GET", "/api/users", auth=(JOHNSON, token)), 401)


async def test_a_token_that_was_taken_away_opens_nothing(homs, book):
    await book.set_token(DEMO, None)

    assert await signed_in(homs, DEMO, TOKEN) == 401
    assert await signed_in(homs, DEMO, "") == 401


async def test_a_renewed_token_replaces_the_old_one(homs, book):
    await book.set_token(DEMO, "another_token-1")

    assert await signed_in(homs, DEMO, TOKEN) == 401
    assert await signed_in(homs, DEMO, "another_token-1") == 200


async def test_any_user_with_a_token_may_call(homs, book):
    await book.set_token(JOHNSON, "johnson-token")

    assert await signed_in(homs, JOHNSON, "johnson-token") == 200
    assert await signed_in(homs, DEMO, "johnson-token") == 401


async def test_a_token_opens_the_tenant_it_was_made_in_only(homs, book):
    await book.set_token(JOHNSON, "johnson-token")

    assert await signed_in(homs.neighbour, JOHNSON, "johnson-token") == 401


@pytest.mark.parametrize("role", ["user", "vip", "admin"])
async def test_roles_do_not_limit_the_api(homs, book, role):
    await homs.put(f"/api/users/{JOHNSON}", json={"user": {"role": role}})
    await book.set_token(JOHNSON, "johnson-token")
    await placed(homs)

    for method, path, body in ENDPOINTS:
        answer = await homs.request(method, path, json=body, auth=(JOHNSON, "johnson-token"))
        assert answer.status_code in (200, 201, 204), (method, path, answer.text)


async def test_a_user_without_the_admin_role_may_create_an_administrator(homs):
    assert (await entered(homs, role="admin"))["role"] == "admin"


async def test_a_blocked_user_is_401(homs, book):
    await book.block(DEMO, True)

    assert await signed_in(homs, DEMO, TOKEN) == 401


async def test_an_unblocked_user_may_call_again(homs, book):
    await book.block(DEMO, True)
    await book.block(DEMO, False)

    assert await signed_in(homs, DEMO, TOKEN) == 200


async def test_a_user_blocked_through_the_api_is_401_at_once(homs, book):
    await book.set_token(JOHNSON, "johnson-token")
    assert await signed_in(homs, JOHNSON, "johnson-token") == 200

    await homs.put(f"/api/users/{JOHNSON}", json={"user": {"blocked": True}})

    assert await signed_in(homs, JOHNSON, "johnson-token") == 401


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/api/orders/ORD-99"),
        ("PUT", "/api/orders/ORD-99"),
        ("DELETE", "/api/orders/ORD-99"),
        ("GET", "/api/users/nobody@example.com"),
        ("PUT", "/api/users/nobody@example.com"),
        ("DELETE", "/api/users/nobody@example.com"),
    ],
)
async def test_a_stranger_does_not_learn_what_exists(homs, method, path):
    assert_challenged(await homs.request(method, path, auth=None))
    assert is_empty(await homs.request(method, path, auth=(DEMO, "wrong")), 401)


@pytest.mark.parametrize("content", [b"{", b"{}", b"\xff", b'{"order":{"order_type_code":"no_such_type"}}'])
async def test_a_strangers_body_is_not_judged(homs, content):
    headers = {"Content-Type": "application/json"}

    answer = await homs.request("POST", "/api/orders", content=content, headers=headers, auth=None)

    assert_challenged(answer)


async def test_a_refused_caller_leaves_nothing_behind(homs, book):
    before = await book.counts()

    for method, path, body in ENDPOINTS:
        await homs.request(method, path, json=body, auth=None)
        await homs.request(method, path, json=body, auth=(DEMO, "wrong"))

    assert await book.counts() == before


async def test_the_caller_finds_their_own_record(homs):
    assert (await homs.get(f"/api/users/{DEMO}")).json() == {"user": DEMO_SHOWN}


async def test_users_can_be_left_to_administrators(homs, book, database_url, http):
    with serving(database_url=database_url, homs_users_by_admins="true") as server:
        strict = FaceClient(server.url, homs.host, http, homs.auth)
        before = await book.counts()
        person = {
            "email": "new@example.com",
            "name": "N",
            "last_name": "W",
            "company": "C",
            "department": "D",
            "password": "long enough",
        }
        assert (await strict.post("/api/users", json={"user": person})).status_code == 403
        assert (await strict.put("/api/users/c.johnson@example.com", json={"user": {"name": "X"}})).status_code == 403
        assert (await strict.delete("/api/users/c.johnson@example.com")).status_code == 403
        assert await book.counts() == before
        assert (await strict.get("/api/users")).status_code == 200

        await homs.put("/api/users/demo@example.com", json={"user": {"role": "admin"}})
        began = time.monotonic()
        while (answer := await strict.post("/api/users", json={"user": person})).status_code == 403:
            assert time.monotonic() - began < 5, "another process is told by then"
        assert answer.status_code == 201


async def test_where_users_are_left_to_administrators_no_key_changes_them(homs, book, database_url, http):
    key = await book.add_key("homs:write")
    with serving(database_url=database_url, homs_users_by_admins="true") as server:
        strict = FaceClient(server.url, homs.host, http, key)
        before = await book.counts()
        assert (await strict.put("/api/users/c.johnson@example.com", json={"user": {"name": "X"}})).status_code == 403
        assert (await strict.delete("/api/users/c.johnson@example.com")).status_code == 403
        assert await book.counts() == before
        assert (await strict.get("/api/users")).status_code == 200


async def test_a_key_changes_users_only_if_it_may_write_everywhere_and_does_not_end(homs, book, http):
    """Whoever could change users with a key for one face, or a day, would have all of them for good."""
    before, ends = await book.counts(), datetime.now(UTC) + timedelta(days=1)
    for scope, expires_at in (("homs:write", None), ("v1:write", None), ("*:read", None), ("*:write", ends)):
        key = await book.add_key(scope, name=scope, expires_at=expires_at)
        client = FaceClient(homs.base_url, homs.host, http, key)
        for method, path in (("PUT", "/api/users/c.johnson@example.com"), ("DELETE", f"/api/users/{DEMO}")):
            assert (await client.request(method, path, json={"user": {"password": "taken over"}})).status_code == 403
    assert await book.counts() | {"api_keys": 0, "events": 0} == before | {"api_keys": 0, "events": 0}

    client = FaceClient(homs.base_url, homs.host, http, await book.add_key("*:write", name="all"))
    answer = await client.put("/api/users/c.johnson@example.com", json={"user": {"department": "Sales"}})
    assert answer.status_code == 200, answer.text
