"""Who may call, and the brake on guessing passwords. Source: contract section 2."""

import asyncio
import time
import uuid

import pytest

from tests.harness import FaceClient, serving

from .given import (
    CHALLENGE,
    DEMO,
    ITEM_ENDPOINTS,
    JOHNSON,
    NEW,
    NOWHERE,
    ORDER_ENDPOINTS,
    ORDERS,
    PARTY_ENDPOINTS,
    PASSWORD,
    assert_refusal,
    basic,
    body,
    no_trace,
    placed,
    shown,
)

ENDPOINTS = ORDER_ENDPOINTS + ITEM_ENDPOINTS + PARTY_ENDPOINTS
WRITES = tuple(each for each in ENDPOINTS if each[0] != "GET")
TOLD_WITHIN_S = 5.5

MALFORMED = (
    {"Authorization": ""},
    {"Authorization": "Basic"},
    {"Authorization": "Basic"},
    {"Authorization": "Basic ***"},
    {"Authorization": "Basic ZGVtb0"},
    {"Authorization": "Basic \u00e9".encode("latin-1")},
    basic(DEMO),
    basic(DEMO + PASSWORD),
    basic(b"\xff\xfe:\xff"),
    {"Authorization": f"{DEMO}:{PASSWORD}"},
    {"Authorization": "Bearer demo-token"},
    {"Authorization": "Bearer a.b.c"},
    {"Authorization": basic(f"{DEMO}:{PASSWORD}")["Authorization"].replace("Basic", "Bearer")},
    {"Authorization": basic(f"{DEMO}:{PASSWORD}")["Authorization"].removeprefix("Basic ")},
    {"Authorization": "Digest username=demo@example.com"},
    {"Authorization": "Token demo-token"},
)


@pytest.fixture(scope="module")
def other(database_url):
    """Another process, which brakes by address long before it does by account."""
    with serving(database_url=database_url, wrong_tries_account="1000", wrong_tries_address="20") as server:
        yield server


def through(server, client):
    """The same client at another server."""
    return FaceClient(server.url, client.host, client._http, client.auth)


async def status(client, user, password):
    """What a caller with these credentials gets for an order."""
    return (await client.get("/api/buscases/241", auth=(user, password))).status_code


async def with_wrong_passwords(client, times, user=DEMO):
    """The statuses of so many wrong passwords in a row."""
    return [await status(client, user, f"wrong-{number}") for number in range(times)]


def assert_challenged(answer):
    assert_refusal(answer, 401)
    assert answer.headers["WWW-Authenticate"] == CHALLENGE


def assert_braked(answer):
    assert_refusal(answer, 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


async def test_without_credentials_every_endpoint_answers_with_a_challenge(intouch, demo_book):
    async with no_trace(demo_book):
        for method, path, content in ENDPOINTS:
            assert_challenged(await intouch.request(method, path, json=content, auth=None))


async def test_with_a_wrong_password_every_write_answers_with_a_challenge_and_writes_nothing(intouch, demo_book):
    async with no_trace(demo_book):
        for method, path, content in WRITES:
            assert_challenged(await intouch.request(method, path, json=content, auth=(DEMO, "wrong")))


async def test_with_a_wrong_password_every_read_answers_with_a_challenge(intouch):
    for method, path, content in ENDPOINTS:
        if method == "GET":
            assert_challenged(await intouch.request(method, path, json=content, auth=(DEMO, "wrong")))


async def test_head_needs_credentials_too(intouch):
    for path in ("/api/buscases", "/api/buscases/241", "/api/parties"):
        answer = await intouch.head(path, auth=None)
        assert (answer.status_code, answer.content) == (401, b"")
        assert answer.headers["WWW-Authenticate"] == CHALLENGE


async def test_user_and_password_open_the_api(intouch):
    assert await status(intouch, DEMO, PASSWORD) == 200
    assert await status(intouch, JOHNSON, PASSWORD) == 200


async def test_the_scheme_is_basic_with_user_and_password_in_base64(intouch):
    headers = {"Authorization": "Basic ZGVtb0BleGFtcGxlLmNvbTpkZW1vLXBhc3N3b3Jk"}

    assert body(await intouch.get("/api/buscases/241", headers=headers))["id"] == 241


async def test_the_word_basic_may_be_written_in_any_case(intouch):
    credentials = basic(f"{DEMO}:{PASSWORD}")["Authorization"].removeprefix("Basic ")

    for word in ("basic", "BASIC"):
        answer = await intouch.get("/api/buscases/241", headers={"Authorization": f"{word} {credentials}"})
        assert answer.status_code == 200


async def test_malformed_credentials_and_other_schemes_answer_with_a_challenge(intouch, demo_book):
    async with no_trace(demo_book):
        for headers in MALFORMED:
            assert_challenged(await intouch.post(ORDERS, json=NEW, headers=headers, auth=None))


async def test_a_token_of_another_face_does_not_open_this_one(intouch, iinsight):
    assert await status(intouch, DEMO, "demo-token") == 401
    assert_challenged(await intouch.get("/api/buscases/241", auth=iinsight.auth))
    assert_challenged(await intouch.get("/api/buscases/241", auth=("demo-client", "demo-secret")))


async def test_a_nearly_right_password_is_wrong(intouch):
    for password in ("", "demo-passwor", "demo-password ", " demo-password", "DEMO-PASSWORD", ":demo-password"):
        assert_challenged(await intouch.get("/api/buscases/241", auth=(DEMO, password)))


async def test_odd_credentials_are_401_and_never_a_server_error(intouch):
    odd = (
        (DEMO, "demo-password\0"),
        ("demo@example.com\0", PASSWORD),
        (JOHNSON, "x" * 5000),
        ("x" * 5000, PASSWORD),
        ("", PASSWORD),
        ("", ""),
        ("nobody@example.com", PASSWORD),
        ("demo", PASSWORD),
    )
    for credentials in odd:
        assert_challenged(await intouch.get("/api/buscases/241", auth=credentials))


async def test_who_is_refused_learns_nothing_about_what_exists(intouch):
    asked = (
        ("GET", f"/api/buscases/{NOWHERE}"),
        ("PUT", f"/api/buscases/{NOWHERE}"),
        ("PATCH", "/api/buscases/nonsense"),
        ("GET", f"/api/buscases/{NOWHERE}/buscaseitems"),
        ("POST", f"/api/buscases/{NOWHERE}/buscaseitems"),
        ("GET", f"/api/parties/{NOWHERE}"),
    )
    for method, path in asked:
        assert_challenged(await intouch.request(method, path, auth=None))


async def test_the_body_and_the_query_of_who_is_refused_are_not_judged(intouch, demo_book):
    async with no_trace(demo_book):
        for content in (b"{", b"", b"\xff", b"[]", b'{"name":5}'):
            assert_challenged(await intouch.post(ORDERS, content=content, auth=None))
        assert_challenged(await intouch.get("/api/buscases?position=-1&size=x", auth=None))


async def test_an_account_opens_its_own_tenant_only(intouch, demo_homs):
    await set_password(demo_homs, "only-here-1")

    assert await status(intouch, JOHNSON, "only-here-1") == 200
    assert await status(intouch.neighbour, JOHNSON, "only-here-1") == 401
    assert await status(intouch.neighbour, JOHNSON, PASSWORD) == 200


async def set_password(homs, password, user=JOHNSON):
    answer = await homs.put(f"/api/users/{user}", json={"user": {"password": password}})
    assert answer.status_code == 200, answer.text


async def test_a_password_may_hold_colons_and_any_script(intouch, demo_homs):
    for password in ("heslo:s:dvojtečkou", ":::::::::", "パスワード 😀 žluťoučký"):
        await set_password(demo_homs, password)
        assert await status(intouch, JOHNSON, password) == 200


async def test_a_password_is_read_as_utf_8(intouch, demo_homs):
    await set_password(demo_homs, "žluťoučký kůň")

    answer = await intouch.get(
        "/api/buscases/241", headers=basic(f"{JOHNSON}:žluťoučký kůň".encode("iso-8859-2")), auth=None
    )
    assert answer.status_code == 401


async def test_a_user_name_may_be_of_any_script(intouch, demo_homs):
    person = {
        "email": "žofie@example.com",
        "name": "Žofie",
        "last_name": "Nováková",
        "company": "Pekárna",
        "department": "Obchod",
        "password": "long enough",
    }
    assert (await demo_homs.post("/api/users", json={"user": person})).status_code == 201

    order = body(await intouch.post(ORDERS, json=NEW, auth=("žofie@example.com", "long enough")), 201)

    assert (order["enteredBy"], order["ownerUser"]) == ("žofie@example.com", "žofie@example.com")


async def test_a_blocked_user_is_401(intouch, demo_book):
    await demo_book.block(JOHNSON, True)
    assert await status(intouch, JOHNSON, PASSWORD) == 401

    await demo_book.block(JOHNSON, False)
    began = time.monotonic()
    while await status(intouch, JOHNSON, PASSWORD) == 401:
        assert time.monotonic() - began < TOLD_WITHIN_S
        await asyncio.sleep(1)


async def test_a_user_blocked_or_deleted_through_homs_is_401_at_once(intouch, demo_homs):
    assert await status(intouch, JOHNSON, PASSWORD) == 200
    await demo_homs.put(f"/api/users/{JOHNSON}", json={"user": {"blocked": True}})
    assert await status(intouch, JOHNSON, PASSWORD) == 401

    await demo_homs.put(f"/api/users/{JOHNSON}", json={"user": {"blocked": False}})
    assert await status(intouch, JOHNSON, PASSWORD) == 200
    await demo_homs.delete(f"/api/users/{JOHNSON}")
    assert await status(intouch, JOHNSON, PASSWORD) == 401


async def test_a_changed_password_ends_remembered_sign_ins_at_once_here_and_within_5_s_elsewhere(
    intouch, demo_homs, other
):
    elsewhere = through(other, intouch)
    assert await status(intouch, JOHNSON, PASSWORD) == 200
    assert await status(elsewhere, JOHNSON, PASSWORD) == 200

    await set_password(demo_homs, "another-one")
    began = time.monotonic()

    assert await status(intouch, JOHNSON, PASSWORD) == 401
    assert await status(intouch, JOHNSON, "another-one") == 200
    while await status(elsewhere, JOHNSON, PASSWORD) == 200:
        assert time.monotonic() - began < TOLD_WITHIN_S
        await asyncio.sleep(0.1)
    assert await status(elsewhere, JOHNSON, "another-one") == 200


async def test_no_session_begins(intouch):
    answer = await intouch.get("/api/buscases/241")

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    cookies = {"Cookie": "session=1; token=demo-token"}
    assert_challenged(await intouch.get("/api/buscases/241", headers=cookies, auth=None))


async def test_roles_do_not_limit_the_api(intouch, demo_homs):
    for role in ("user", "vip", "admin"):
        await demo_homs.put(f"/api/users/{JOHNSON}", json={"user": {"role": role}})
        for method, path, content in ENDPOINTS:
            answer = await intouch.request(method, path, json=content, auth=(JOHNSON, PASSWORD))
            assert answer.status_code in (200, 201), (role, method, path, answer.text)


async def test_a_password_is_not_logged(intouch, published):
    secret = f"secret-{uuid.uuid4()}"
    await intouch.get("/api/buscases/241", auth=(DEMO, secret))
    await asyncio.sleep(0.2)

    assert secret not in published.output()
    assert basic(f"{DEMO}:{secret}")["Authorization"].removeprefix("Basic ") not in published.output()


# The brake


async def test_after_ten_wrong_passwords_the_next_wrong_one_is_429(intouch, demo_book):
    assert await with_wrong_passwords(intouch, 10) == [401] * 10

    async with no_trace(demo_book):
        for method, path, content in (("GET", "/api/buscases/241", None), ("POST", ORDERS, NEW)):
            assert_braked(await intouch.request(method, path, json=content, auth=(DEMO, "wrong again")))


async def test_the_brake_of_one_account_leaves_others_and_other_tenants_alone(intouch):
    assert await with_wrong_passwords(intouch, 11) == [401] * 10 + [429]

    assert await status(intouch, JOHNSON, "wrong") == 401
    assert await status(intouch, JOHNSON, PASSWORD) == 200
    assert await status(intouch.neighbour, DEMO, "wrong") == 401
    assert await status(intouch.neighbour, DEMO, PASSWORD) == 200


async def test_a_password_that_was_accepted_a_moment_ago_goes_on_working(intouch):
    assert await status(intouch, DEMO, PASSWORD) == 200

    assert await with_wrong_passwords(intouch, 11) == [401] * 10 + [429]

    assert await status(intouch, DEMO, PASSWORD) == 200
    assert (await placed(intouch))["enteredBy"] == DEMO


async def test_an_account_that_does_not_exist_is_braked_alike(intouch):
    assert await with_wrong_passwords(intouch, 11, user="nobody@example.com") == [401] * 10 + [429]


async def test_malformed_credentials_never_count(intouch):
    for _ in range(3):
        for headers in MALFORMED:
            answer = await intouch.get("/api/buscases/241", headers=headers, auth=None)
            assert answer.status_code == 401
        assert (await intouch.get("/api/buscases/241", auth=None)).status_code == 401

    assert await status(intouch, DEMO, "wrong") == 401
    assert await status(intouch, DEMO, PASSWORD) == 200


async def test_many_wrong_passwords_from_one_address_brake_every_wrong_one_but_no_right_one(intouch, other):
    elsewhere = through(other, intouch)
    for user in (DEMO, JOHNSON):
        assert await with_wrong_passwords(elsewhere, 10, user) == [401] * 10

    for user in (DEMO, JOHNSON, "nobody@example.com"):
        assert_braked(await elsewhere.get("/api/buscases/241", auth=(user, "wrong again")))
    assert await status(elsewhere, DEMO, PASSWORD) == 200
    assert await status(elsewhere, JOHNSON, PASSWORD) == 200
    assert await status(through(other, intouch.neighbour), DEMO, "wrong") == 401


async def test_the_credentials_are_looked_at_before_a_write_is(intouch):
    before = await shown(intouch, 241)

    for method in ("PUT", "PATCH", "DELETE", "POST"):
        await intouch.request(method, "/api/buscases/241", json=NEW, auth=None)

    assert await shown(intouch, 241) == before
