"""Getting a token. Source: contract section 2."""

import json

import pytest

from .given import (
    CLIENT,
    DEMO,
    ORDERS,
    TOKEN,
    asked,
    basic,
    no_trace,
    sent,
    token,
)

GRANT = {"grant_type": "client_credentials", "user_login": DEMO}
BY_ID = {"grant_type": "client_credentials", "user_login_id": 1}
GUID = "73d0f6bc-53d5-4b92-a3f1-0b9ed4a5ffb0"
JOHNSON = "c.johnson@example.com"
FORM = "application/x-www-form-urlencoded"
MEMBERS = {"access_token", "token_type", "expires_in", "refresh_token", "scope"}

ACCEPTED = (
    GRANT,
    BY_ID,
    BY_ID | {"user_login_id": "1"},
    BY_ID | {"user_login_id": 77},
    BY_ID | {"user_login_id": "77"},
    GRANT | {"user_login_id": 1},
    GRANT | {"user_login_id": "1"},
    GRANT | {"user_login_id": None},
    BY_ID | {"user_login": None},
    GRANT | {"tpl": GUID},
    GRANT | {"tpl": "{" + GUID + "}"},
    BY_ID | {"tpl": "{" + GUID.upper() + "}"},
    GRANT | {"tpl": "anything"},
    GRANT | {"tpl": ""},
    GRANT | {"tpl": None},
    GRANT | {"scopes": None},
    GRANT | {"scopes": "a b"},
    GRANT | {"scopes": ["a", {"b": 1}]},
    GRANT | {"scopes": 5},
    GRANT | {"password": "wrong", "user_password": "wrong"},
    GRANT | {"unheard_of": [1]},
)
FORMS = (
    "grant_type=client_credentials&user_login=demo%40example.com",
    "grant_type=client_credentials&user_login=demo@example.com",
    "grant_type=client_credentials&user_login_id=1",
    "user_login_id=1&user_login=demo%40example.com&grant_type=client_credentials",
    "grant_type=client_credentials&user_login=demo%40example.com&tpl=%7B" + GUID + "%7D",
    "grant_type=client_credentials&user_login=demo%40example.com&tpl={" + GUID + "}&scopes=a+b",
)
JSON_TYPES = (
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    "application/json",
    "Application/JSON",
    "application/hal+json",
)
OTHER_GRANTS = ("password", "authorization_code", "refresh_token", "x")
NO_USER = (
    {"grant_type": "client_credentials"},
    {"grant_type": "client_credentials", "tpl": GUID},
    {"grant_type": "client_credentials", "user_login": None},
    {"grant_type": "client_credentials", "user_login": None, "user_login_id": None},
)
ODD_BODIES = ("", "not json", "[]", '"x"', "5", "null", "{", "[" * 5000, '{"grant_type": 5}', '{"grant_type": {}}')


def assert_token(answer):
    """Fails unless the answer has exactly the five members with their types."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].lower() == "application/json; charset=utf-8"
    told = answer.json()
    assert set(told) == MEMBERS
    assert isinstance(told["access_token"], str)
    assert told["access_token"]
    assert told["token_type"] == "Bearer"
    assert type(told["expires_in"]) is int
    assert told["expires_in"] == 3600
    assert told["refresh_token"] is None
    assert told["scope"] is None


def refusal(answer, status):
    """The message of a refusal at the token path, its shape checked."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.headers["Content-Type"].startswith("application/json")
    told = answer.json()
    assert {"Message"} <= set(told) <= {"Message", "error"}
    return told["Message"]


async def opens(extensiv, text):
    """Whether this text is taken as an access token."""
    answer = await extensiv.get(ORDERS, auth=text)
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


async def test_a_user_id_that_is_a_truth_value_is_refused(extensiv):
    for value in (False, True):
        answer = await asked(extensiv, GRANT | {"user_login_id": value})
        assert refusal(answer, 400) == "invalid_request: user_login_id must be a positive number"


async def test_a_stranger_gets_no_token(extensiv, demo_book):
    async with no_trace(demo_book):
        for client in (("nobody", "demo-secret"), ("demo-client", "wrong")):
            answer = await asked(extensiv, GRANT, client)
            assert refusal(answer, 401) == "invalid_client: client not registered"


async def test_a_request_without_a_client_gets_no_token(extensiv, demo_book):
    headers = (
        {},
        {"Authorization": "Basic"},
        {"Authorization": "Basic ???"},
        basic("demo-client"),
        basic(b"\xff:\xff"),
    )

    async with no_trace(demo_book):
        for each in headers:
            answer = await extensiv.post(TOKEN, auth=None, json=GRANT, headers=each)
            assert refusal(answer, 401) == "invalid_client: client not registered"


async def test_a_bearer_token_is_no_client(extensiv, demo_book):
    async with no_trace(demo_book):
        refusal(await extensiv.post(TOKEN, json=GRANT), 401)


async def test_a_client_in_the_body_is_no_client(extensiv, demo_book):
    grant = GRANT | {"client_id": CLIENT[0], "client_secret": CLIENT[1]}

    async with no_trace(demo_book):
        refusal(await asked(extensiv, grant, None), 401)


async def test_the_neighbours_client_is_unknown_here(extensiv, demo_book):
    client = await demo_book.add_client()

    assert_token(await asked(extensiv, GRANT, client))
    assert refusal(await asked(extensiv.neighbour, GRANT, client), 401) == "invalid_client: client not registered"


async def test_a_revoked_client_is_unknown(extensiv, demo_book):
    client = await demo_book.add_client()
    old = await token(extensiv, client)

    await demo_book.revoke_client(client[0])

    assert refusal(await asked(extensiv, GRANT, client), 401) == "invalid_client: client not registered"
    assert not await opens(extensiv, old)


@pytest.mark.parametrize("grant", ACCEPTED, ids=json.dumps)
async def test_a_known_user_gets_a_token_however_asked_for(extensiv, grant):
    answer = await asked(extensiv, grant)

    assert_token(answer)
    assert await opens(extensiv, answer.json()["access_token"])


@pytest.mark.parametrize("form", FORMS)
async def test_a_form_with_the_same_members_gets_a_token(extensiv, form):
    for content_type in (FORM, f"{FORM}; charset=UTF-8"):
        answer = await sent(extensiv, "POST", TOKEN, form, content_type, basic(":".join(CLIENT)))
        assert_token(answer)
        assert await opens(extensiv, answer.json()["access_token"])


@pytest.mark.parametrize("content_type", JSON_TYPES)
async def test_a_json_body_gets_a_token_with_or_without_a_charset(extensiv, content_type):
    answer = await sent(extensiv, "POST", TOKEN, json.dumps(GRANT), content_type, basic(":".join(CLIENT)))

    assert_token(answer)


async def test_a_body_without_a_content_type_is_read_as_json(extensiv):
    assert_token(await sent(extensiv, "POST", TOKEN, json.dumps(GRANT), None, basic(":".join(CLIENT))))


async def test_a_body_of_another_type_gets_no_token(extensiv, demo_book):
    async with no_trace(demo_book):
        answer = await sent(extensiv, "POST", TOKEN, json.dumps(GRANT), "text/plain", basic(":".join(CLIENT)))

    assert (answer.status_code, answer.content) == (415, b"")


@pytest.mark.parametrize("accept", ["application/json", "application/hal+json", "*/*", "text/csv"])
async def test_the_answer_is_json_whatever_is_accepted(extensiv, accept):
    assert_token(await asked(extensiv, GRANT, headers={"Accept": accept}))


@pytest.mark.parametrize("path", ["/authserver/api/token", "/AUTHSERVER/API/TOKEN", "/AuthServer/api/Token/"])
async def test_the_token_path_ignores_case_and_a_trailing_slash(extensiv, path):
    assert_token(await extensiv.post(path, auth=CLIENT, json=GRANT))


async def test_the_word_basic_may_be_written_in_any_case(extensiv):
    credentials = basic(":".join(CLIENT))["Authorization"].removeprefix("Basic ")

    for word in ("basic", "BASIC"):
        answer = await extensiv.post(TOKEN, json=GRANT, headers={"Authorization": f"{word} {credentials}"})
        assert_token(answer)


async def test_a_token_opens_the_api(extensiv):
    assert await opens(extensiv, await token(extensiv))


async def test_each_request_gets_a_token_of_its_own_and_the_earlier_goes_on_working(extensiv):
    first, second = await token(extensiv), await token(extensiv)

    assert first != second
    assert await opens(extensiv, first)
    assert await opens(extensiv, second)


async def test_a_token_tells_nothing_of_the_client_or_the_user(extensiv):
    text = await token(extensiv)

    for word in (*CLIENT, DEMO, extensiv.host):
        assert word not in text


@pytest.mark.parametrize("grant", NO_USER, ids=json.dumps)
async def test_without_a_user_there_is_no_token(extensiv, demo_book, grant):
    async with no_trace(demo_book):
        answer = await asked(extensiv, grant)

    assert refusal(answer, 400) == "invalid_request: user_login required"


async def test_a_form_without_a_user_gets_no_token(extensiv, demo_book):
    async with no_trace(demo_book):
        answer = await sent(extensiv, "POST", TOKEN, "grant_type=client_credentials", FORM, basic(":".join(CLIENT)))

    assert refusal(answer, 400) == "invalid_request: user_login required"


async def test_an_unknown_user_gets_no_token(extensiv, demo_book):
    async with no_trace(demo_book):
        for login in ("nobody@example.com", "demo"):
            answer = await asked(extensiv, GRANT | {"user_login": login})
            assert refusal(answer, 401).startswith("invalid_grant: ")


@pytest.mark.parametrize("user_id", [0, -1, "0", "-1", "x", 1.5, [], {}, True], ids=repr)
async def test_a_user_id_that_is_no_positive_integer_gets_no_token(extensiv, demo_book, user_id):
    async with no_trace(demo_book):
        refusal(await asked(extensiv, BY_ID | {"user_login_id": user_id}), 400)


@pytest.mark.parametrize("grant_type", OTHER_GRANTS)
async def test_another_grant_type_is_400(extensiv, demo_book, grant_type):
    async with no_trace(demo_book):
        answer = await asked(extensiv, GRANT | {"grant_type": grant_type})

    assert refusal(answer, 400).startswith("unsupported_grant_type: ")


async def test_another_grant_type_in_a_form_is_400(extensiv, demo_book):
    async with no_trace(demo_book):
        form = "grant_type=password&user_login=demo%40example.com"
        answer = await sent(extensiv, "POST", TOKEN, form, FORM, basic(":".join(CLIENT)))

    assert refusal(answer, 400).startswith("unsupported_grant_type: ")


async def test_a_missing_grant_type_is_400(extensiv, demo_book):
    async with no_trace(demo_book):
        for grant in ({"user_login": DEMO}, {"user_login": DEMO, "grant_type": None}):
            refusal(await asked(extensiv, grant), 400)


@pytest.mark.parametrize("content", ODD_BODIES, ids=lambda text: text[:20])
async def test_a_body_that_is_no_grant_is_400(extensiv, demo_book, content):
    async with no_trace(demo_book):
        answer = await sent(extensiv, "POST", TOKEN, content, "application/json", basic(":".join(CLIENT)))

    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/json")


async def test_the_parameters_are_not_read_from_the_query(extensiv, demo_book):
    asked_for = "grant_type=client_credentials&user_login=demo%40example.com"

    async with no_trace(demo_book):
        answer = await extensiv.post(f"{TOKEN}?{asked_for}", auth=CLIENT)

    assert answer.status_code == 400


async def test_nobody_gets_a_token_with_get(extensiv, demo_book):
    asked_for = "grant_type=client_credentials&user_login=demo%40example.com"

    async with no_trace(demo_book):
        for auth in (None, CLIENT):
            answer = await extensiv.get(f"{TOKEN}?{asked_for}", auth=auth)
            assert (answer.status_code, answer.content) == (405, b"")
            assert "POST" in answer.headers["Allow"]


async def test_only_a_hash_of_a_token_is_stored(extensiv, demo_book):
    issued = await token(extensiv)

    for table in ("tokens", "events"):
        rows = await demo_book.desk.pool.fetch(
            f"select {table}::text as shown from {table} where tenant_id = $1",  # noqa: S608 - from the line above
            demo_book.tenant_id,
        )
        stored = "\n".join(row["shown"] for row in rows)
        assert rows
        assert issued not in stored
        assert issued.encode().hex() not in stored


async def test_who_is_no_client_is_challenged_for_basic(extensiv):
    for client in (None, ("nobody", "demo-secret"), ("demo-client", "wrong")):
        answer = await asked(extensiv, GRANT, client)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")


async def test_the_login_of_a_blocked_user_gets_no_token(extensiv, demo_book):
    await demo_book.block(JOHNSON, True)

    async with no_trace(demo_book):
        answer = await asked(extensiv, GRANT | {"user_login": JOHNSON})

    assert refusal(answer, 401).startswith("invalid_grant: ")
    await demo_book.block(JOHNSON, False)
    assert_token(await asked(extensiv, GRANT | {"user_login": JOHNSON}))


async def test_the_id_of_a_blocked_user_gets_a_token_of_the_client_alone(extensiv, demo_book):
    user_id = await demo_book.desk.pool.fetchval(
        "select id from users where tenant_id = $1 and email = $2", demo_book.tenant_id, JOHNSON
    )

    for blocked, speaks_for in ((False, user_id), (True, None)):
        await demo_book.block(JOHNSON, blocked)
        answer = await asked(extensiv, BY_ID | {"user_login_id": user_id})
        assert_token(answer)
        assert await opens(extensiv, answer.json()["access_token"])
        assert await newest_token_is_of(demo_book) == speaks_for


async def newest_token_is_of(book):
    """The id of the user for whom the newest token speaks."""
    return await book.desk.pool.fetchval(
        "select user_id from tokens where tenant_id = $1 order by created_at desc limit 1", book.tenant_id
    )
