"""Who may call, and the brake on guessing. Source: contract section 2; design, rule on neighbours."""

import asyncio
import hashlib
import uuid

import pytest

from .given import (
    AUTH,
    DEMO,
    DISABLED,
    EURO,
    HASH,
    JOHNSON,
    NEW,
    NOBODY,
    PASSWORD,
    PATH,
    PURCHASES,
    REAL,
    WAYS,
    asked,
    called,
    create,
    created,
    data,
    envelope,
    no_trace,
    parsed,
    query,
    read,
    refused,
    rows,
    sent,
    shown,
    written,
)

CALLS = (
    {},
    {"purchase": REAL},
    {"style": "modelstructure", "modelstructure": "purchaseorderdetails"},
    {"action": "update", "input": data({"poInternal": REAL, "poCost": 1})},
    {"action": "create", "input": data(NEW)},
    {"action": "delete", "input": data({"poInternal": EURO})},
    {"action": "promote", "purchase": 10008233},
    {"action": "investment_on", "purchase": REAL},
    {"action": "investment_off", "purchase": REAL},
    {"action": "approve"},
    {"style": "strange"},
)
EACH_CALL = pytest.mark.parametrize("call", CALLS, ids=lambda call: "-".join(map(str, call.values()))[:30] or "list")


async def code(client, **parameters):
    """The error code of a call, 0 if it was accepted."""
    return parsed(await asked(client, **parameters))["errorcode"]


async def with_wrong_passwords(client, times, user=DEMO):
    """The statuses of so many wrong passwords in a row."""
    return [(await asked(client, user=user, password=f"wrong-{number}")).status_code for number in range(times)]


def assert_braked(answer):
    refused(answer, 404002, status=429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


# Nobody


@EACH_CALL
async def test_without_credentials_every_call_is_refused_and_does_nothing(synergist, demo_book, call):
    async with no_trace(demo_book):
        for how in WAYS:
            refused(await called(synergist, how, **call | NOBODY), 404001)


@EACH_CALL
async def test_with_a_wrong_password_every_call_is_refused_and_does_nothing(synergist, demo_book, call):
    async with no_trace(demo_book):
        for how in WAYS:
            refused(await called(synergist, how, **call | {"password": "wrong"}), 404002)


@pytest.mark.parametrize("how", WAYS)
async def test_a_missing_or_empty_user_or_password_is_404001(synergist, how):
    for wrong in (
        {"user": None},
        {"user": ""},
        {"password": None},
        {"password": ""},
        {"password": None, "sha512password": ""},
        {"password": "", "sha512password": ""},
        {"user": None, "password": None, "sha512password": HASH},
        {"user": "", "password": "", "sha512password": HASH},
        {"user": "nobody@example.com", "password": ""},
        {"user": DISABLED, "password": None},
        NOBODY,
    ):
        refused(await called(synergist, how, **wrong), 404001)


async def test_a_wrong_user_password_or_hash_is_404002(synergist):
    for wrong in (
        {"password": "wrong"},
        {"user": "nobody@example.com"},
        {"password": None, "sha512password": "0" * 128},
        {"password": None, "sha512password": hashlib.sha512(b"wrong").hexdigest()},
    ):
        refused(await asked(synergist, **wrong), 404002)


async def test_an_unknown_user_is_answered_like_a_wrong_password(synergist):
    one = await asked(synergist, password="wrong")
    other = await asked(synergist, user="nobody@example.com", password="wrong")

    assert one.content == other.content
    assert one.status_code == other.status_code == 404


async def test_a_disabled_account_is_404003(synergist, demo_book):
    async with no_trace(demo_book):
        for call in CALLS:
            refused(await asked(synergist, user=DISABLED, **call), 404003)
        refused(await asked(synergist, user=DISABLED, password=None, sha512password=HASH), 404003)


async def test_that_an_account_is_disabled_is_told_only_to_who_knows_its_password(synergist):
    refused(await asked(synergist, user=DISABLED, password="wrong"), 404002)
    refused(await asked(synergist, user=DISABLED, password=None, sha512password="0" * 128), 404002)


# The two forms of a password


@pytest.mark.parametrize("how", WAYS)
async def test_the_password_in_clear_or_its_hash_opens_the_api(synergist, how):
    for form in (
        {"password": PASSWORD},
        {"password": None, "sha512password": HASH},
        {"password": None, "sha512password": HASH.upper()},
        {"password": "", "sha512password": HASH},
        {"password": PASSWORD, "sha512password": ""},
        {"password": PASSWORD, "sha512password": HASH},
    ):
        assert read(await called(synergist, how, **form))["totalrows"] == len(PURCHASES)


async def test_the_hash_writes_as_well(synergist):
    answer = await sent(
        synergist, password=None, sha512password=HASH, action="update", input=data({"poInternal": REAL, "poCost": 1})
    )

    assert written(answer)["data"][0]["poCost"] == 1


async def test_a_hash_that_is_nearly_right_is_wrong(synergist):
    for wrong in (
        HASH[:-1],
        HASH + "0",
        HASH[::-1],
        "0x" + HASH,
        hashlib.sha256(PASSWORD.encode()).hexdigest(),
        PASSWORD,
    ):
        refused(await asked(synergist, password=None, sha512password=wrong), 404002)


async def test_a_hash_is_no_password(synergist):
    for wrong in (HASH, HASH.upper(), hashlib.sha512(HASH.encode()).hexdigest()):
        refused(await asked(synergist, password=wrong), 404002)
    refused(await asked(synergist, password=None, sha512password=hashlib.sha512(HASH.encode()).hexdigest()), 404002)


async def test_the_hash_is_that_of_the_utf_8_bytes(synergist, demo_homs):
    secret = "žluťoučký kůň +&=%"
    answer = await demo_homs.put(f"/api/users/{JOHNSON}", json={"user": {"password": secret}})
    assert answer.status_code == 200, answer.text

    for how in WAYS:
        read(await called(synergist, how, user=JOHNSON, password=secret))
    right = hashlib.sha512(secret.encode()).hexdigest()
    read(await asked(synergist, user=JOHNSON, password=None, sha512password=right))
    wrong = hashlib.sha512(secret.encode("iso-8859-2", "replace")).hexdigest()
    refused(await asked(synergist, user=JOHNSON, password=None, sha512password=wrong), 404002)


async def test_a_nearly_right_password_is_wrong(synergist):
    for wrong in ("demo-passwor", "demo-password ", " demo-password", "DEMO-PASSWORD", "demo-password\0", "x" * 5000):
        refused(await asked(synergist, user=JOHNSON, password=wrong), 404002)


@pytest.mark.parametrize("how", ["query", "form", "multipart"])
async def test_credentials_given_twice_differently_are_wrong(synergist, demo_book, how):
    """Ruling: nobody can know which of the two was meant."""
    change = {"action": "update", "input": data({"poInternal": REAL, "poCost": 1})}
    async with no_trace(demo_book):
        for twice in (
            {"user": [DEMO, JOHNSON]},
            {"password": [PASSWORD, "wrong"]},
            {"password": ["wrong", PASSWORD]},
            {"password": None, "sha512password": [HASH, "0" * 128]},
            {"password": PASSWORD, "Password": "wrong"},
        ):
            refused(await called(synergist, how, **change | twice), 404002)


async def test_odd_credentials_are_refused_and_never_a_server_error(synergist):
    for odd in (
        {"user": "demo@example.com\0"},
        {"user": "x" * 5000},
        {"user": "\u202edemo"},
        {"password": "\x01\x1f"},
        {"password": None, "sha512password": "ž" * 128},
        {"password": None, "sha512password": "\0" * 128},
        {"password": None, "sha512password": "x" * 5000},
        {"user": "' or 1=1 --"},
    ):
        refused(await asked(synergist, **odd), 404002)


async def test_credentials_of_another_type_in_a_json_body_are_refused(synergist, demo_book):
    async with no_trace(demo_book):
        for name in ("user", "password", "sha512password"):
            for odd in (5, True, [DEMO], {"a": DEMO}, 1.5, []):
                parameters = {"password": None, name: odd} if name == "sha512password" else {name: odd}
                answer = await sent(synergist, "json", **parameters)
                assert answer.status_code in (404, 429)
                assert parsed(answer)["errorcode"] in (404001, 404002)


async def test_the_credentials_of_the_body_win_over_those_of_the_query(synergist):
    url_of_a_stranger = {"user": "nobody@example.com", "password": "wrong"}

    read(await sent(synergist, in_query=url_of_a_stranger))
    refused(await sent(synergist, in_query=AUTH, password="wrong"), 404002)


# Nothing but the parameters


async def test_no_header_token_or_cookie_stands_for_the_parameters(synergist, iinsight, extensiv):
    url = f"{PATH}?{query({'version': '3.3'})}"
    for auth in ((DEMO, PASSWORD), (DEMO, "demo-token"), iinsight.auth, extensiv.auth):
        refused(await synergist.get(url, auth=auth), 404001)
    refused(await synergist.get(url, auth=None, headers={"Cookie": f"user={DEMO}; password={PASSWORD}"}), 404001)


async def test_tokens_and_clients_of_other_faces_are_no_password(synergist, iinsight):
    for user, password in ((DEMO, "demo-token"), (DEMO, iinsight.auth), ("demo-client", "demo-secret")):
        refused(await asked(synergist, user=user, password=password), 404002)


async def test_no_header_is_needed_and_none_disturbs(synergist):
    url = f"{PATH}?{query(AUTH)}"
    for auth in (None, ("somebody", "else"), "a-token"):
        assert read(await synergist.get(url, auth=auth))["totalrows"] == len(PURCHASES)


async def test_no_session_begins(synergist):
    read(await asked(synergist))

    refused(await asked(synergist, **NOBODY), 404001)


# The order of checks


async def test_credentials_are_looked_at_before_everything_else(synergist):
    rest = {"version": "9", "action": "approve", "style": "x", "company": "7", "rows": "x", "input": "{"}
    refused(await asked(synergist, **rest | NOBODY), 404001)
    refused(await asked(synergist, **rest | {"password": "wrong"}), 404002)
    refused(await asked(synergist, **rest | {"user": DISABLED}), 404003)
    refused(await asked(synergist, **rest, rOws="2", **{"password": "wrong"}), 404002)


async def test_the_version_is_looked_at_before_action_and_style(synergist):
    for version in (None, "9", "x"):
        refused(await asked(synergist, version=version, action="approve"), naming="version")
        refused(await asked(synergist, version=version, style="x"), naming="version")


async def test_action_and_style_are_looked_at_before_the_rest(synergist):
    rest = {"rows": "x", "page": "x", "sort": "x", "view": "x", "purchase": "x", "input": "{"}

    refused(await asked(synergist, action="approve", **rest), naming="invalid action approve")
    refused(await asked(synergist, style="strange", **rest), naming="style")


async def test_who_is_refused_learns_nothing_about_what_exists(synergist):
    for purchase in (REAL, 99999999, "nonsense"):
        for call in ({"purchase": purchase}, {"action": "promote", "purchase": purchase}):
            refused(await asked(synergist, **call | NOBODY), 404001)
            refused(await asked(synergist, **call, user=DISABLED), 404003)


# Whose account


async def test_every_user_may_call(synergist):
    assert read(await asked(synergist, user=JOHNSON))["totalrows"] == len(PURCHASES)
    (row,) = written(await create(synergist, NEW, user=JOHNSON))["data"]
    assert (await shown(synergist, row["poInternal"]))["poOrderedByUserName"] == JOHNSON


async def test_an_account_opens_its_own_tenant_only(synergist, neighbour, demo_homs):
    answer = await demo_homs.put(f"/api/users/{JOHNSON}", json={"user": {"password": "only-here-1"}})
    assert answer.status_code == 200, answer.text

    assert await code(synergist, user=JOHNSON, password="only-here-1") == 0
    assert await code(neighbour, user=JOHNSON, password="only-here-1") == 404002
    assert await code(neighbour, user=JOHNSON) == 0


async def test_a_user_that_homs_blocked_or_deleted_is_refused_at_once(synergist, demo_homs):
    assert await code(synergist, user=JOHNSON) == 0
    await demo_homs.put(f"/api/users/{JOHNSON}", json={"user": {"blocked": True}})
    assert await code(synergist, user=JOHNSON) == 404003

    await demo_homs.put(f"/api/users/{JOHNSON}", json={"user": {"blocked": False}})
    assert await code(synergist, user=JOHNSON) == 0
    await demo_homs.delete(f"/api/users/{JOHNSON}")
    assert await code(synergist, user=JOHNSON) == 404002


async def test_a_changed_password_ends_the_old_one_in_both_forms(synergist, demo_homs):
    assert await code(synergist, user=JOHNSON) == 0
    assert await code(synergist, user=JOHNSON, password=None, sha512password=HASH) == 0

    await demo_homs.put(f"/api/users/{JOHNSON}", json={"user": {"password": "another-one"}})

    assert await code(synergist, user=JOHNSON) == 404002
    assert await code(synergist, user=JOHNSON, password=None, sha512password=HASH) == 404002
    assert await code(synergist, user=JOHNSON, password="another-one") == 0


# Nothing of it is kept


async def test_neither_query_nor_body_reaches_the_log(synergist, published):
    marks = [f"mark{uuid.uuid4().hex}" for _ in range(6)]
    secret, hashed, search, text, name, user = marks
    await asked(synergist, password=secret, search=search)
    await asked(synergist, password=None, sha512password=hashed, user=user)
    await asked(synergist, search=search, sort=name)
    for how in ("form", "multipart", "json"):
        await sent(synergist, how, password=secret, in_query={"search": search})
        await sent(synergist, how, action="update", input=data({"poInternal": REAL, "poTheirRef": text}))
        await sent(synergist, how, action="update", input=data({"poInternal": REAL, name: text}))
        await sent(synergist, how, action=name)
    await asyncio.sleep(0.2)

    log = published.output()
    assert [mark for mark in marks if mark in log] == []
    assert HASH not in log


async def test_a_password_is_not_told_in_any_answer(synergist):
    """`envelope` looks for it in every answer of these tests; here where it is given in another place."""
    for name in ("action", "style", "modelstructure", "purchase", "view", "sort", "dir", "rows", "company", "version"):
        refused(await asked(synergist, **{name: PASSWORD}))
        refused(await sent(synergist, **{name: f"x{PASSWORD}x"}))
    for record in ({PASSWORD: 1}, {"poInternal": PASSWORD}, {"poInternal": REAL, "poCost": PASSWORD}):
        refused(await sent(synergist, action="update", input=data({"poCost": 1} | record)))
    refused(await sent(synergist, action="update", input=PASSWORD))


async def test_only_a_form_that_allows_both_checks_is_stored(synergist, demo_book):
    read(await asked(synergist))

    for user in await rows(demo_book, "users"):
        assert "$argon2id$" in user
        assert PASSWORD not in user
        assert HASH not in user.lower()


async def test_the_event_of_a_call_tells_who_but_no_secret(synergist, demo_book):
    await created(synergist)

    newest = (await rows(demo_book, "events"))[-1]
    for event in await rows(demo_book, "events"):
        assert PASSWORD not in event
        assert HASH not in event.lower()
    assert newest


# The brake


async def test_after_ten_wrong_tries_in_a_minute_the_next_is_429(synergist, demo_book):
    assert await with_wrong_passwords(synergist, 10) == [404] * 10

    async with no_trace(demo_book):
        for call in ({}, {"action": "update", "input": data({"poInternal": REAL, "poCost": 1})}):
            assert_braked(await asked(synergist, password="wrong again", **call))
            assert_braked(await asked(synergist, password=None, sha512password="0" * 128, **call))
            assert_braked(await sent(synergist, password="wrong again", **call))


async def test_wrong_hashes_and_wrong_passwords_are_counted_together(synergist):
    for number in range(5):
        refused(await asked(synergist, password=f"wrong-{number}"), 404002)
        refused(await asked(synergist, password=None, sha512password=f"{number:0128x}"), 404002)

    assert_braked(await asked(synergist, password="wrong"))


async def test_the_brake_of_one_account_leaves_others_and_other_tenants_alone(synergist, neighbour):
    assert await with_wrong_passwords(synergist, 11) == [404] * 10 + [429]

    assert await code(synergist, user=JOHNSON, password="wrong") == 404002
    assert await code(synergist, user=JOHNSON) == 0
    assert await code(neighbour, password="wrong") == 404002
    assert await code(neighbour) == 0


async def test_a_password_that_was_accepted_a_moment_ago_goes_on_working(synergist):
    assert await code(synergist) == 0

    assert await with_wrong_passwords(synergist, 11) == [404] * 10 + [429]

    assert await code(synergist) == 0


async def test_an_account_that_does_not_exist_is_braked_alike(synergist):
    assert await with_wrong_passwords(synergist, 11, user="nobody@example.com") == [404] * 10 + [429]


async def test_missing_credentials_never_count(synergist):
    for _ in range(12):
        for wrong in ({"password": None}, {"password": ""}, {"user": None}, NOBODY):
            refused(await asked(synergist, **wrong), 404001)

    refused(await asked(synergist, password="wrong"), 404002)
    assert await code(synergist) == 0


async def test_wrong_tries_at_once_are_counted_together(synergist):
    answers = await asyncio.gather(*(asked(synergist, password=f"wrong-{number}") for number in range(14)))

    assert sorted(answer.status_code for answer in answers) == [404] * 10 + [429] * 4
    for answer in answers:
        assert envelope(answer, answer.status_code)["errorcode"] == 404002


async def test_right_calls_and_other_refusals_never_count(synergist):
    for _ in range(11):
        read(await asked(synergist))
        refused(await asked(synergist, version="9"))
        refused(await asked(synergist, purchase=99999999))

    refused(await asked(synergist, password="wrong"), 404002)


# API keys


@pytest.mark.parametrize("how", WAYS)
@EACH_CALL
async def test_with_a_key_that_may_read_every_action_is_refused_however_it_is_sent(synergist, demo_book, how, call):
    reader = {"user": "anybody", "password": await demo_book.add_key("synergist:read")}
    async with no_trace(demo_book):
        answer = await called(synergist, how, **call, **reader)
    if call.get("action", "approve") != "approve":
        refused(answer, naming="no right to write")
    elif call == {} or "purchase" in call or "modelstructure" in call:
        read(answer)
    else:
        refused(answer, naming="invalid action" if "action" in call else "unknown style")


async def test_a_key_in_the_header_does_not_let_an_action_of_the_query_pass(synergist, demo_book):
    key = await demo_book.add_key("synergist:read")
    url = f"{PATH}?{query({'version': '3.9', 'action': 'update', 'input': data({'poInternal': REAL, 'poCost': 1})})}"
    async with no_trace(demo_book):
        for method in ("GET", "HEAD", "POST", "PUT"):
            assert (await synergist.request(method, url, auth=key)).status_code == 404
    refused(await synergist.get(url, auth=key), naming="no right to write")


async def test_a_key_is_whoevers_password_it_is_said_to_be(synergist, demo_book):
    key = await demo_book.add_key("synergist:write")
    for user in (NOBODY, DEMO, DISABLED, "", None):
        given = {"version": "3.9", "purchase": REAL, "password": key} | ({} if user is None else {"user": user})
        read(await synergist.get(f"{PATH}?{query(given)}", auth=None))


async def test_the_hash_of_a_key_opens_nothing_by_itself(synergist, demo_book):
    key = await demo_book.add_key("synergist:write")
    hashed = hashlib.sha512(key.encode()).hexdigest()
    both = {"version": "3.9", "purchase": REAL, "user": DEMO, "password": key, "sha512password": hashed}
    read(await synergist.get(f"{PATH}?{query(both)}", auth=None))
    for wrong in (both | {"password": ""}, both | {"sha512password": "0" * 128}):
        refused(await synergist.get(f"{PATH}?{query(wrong)}", auth=None), 404002)


async def test_an_error_that_quotes_a_request_never_quotes_the_key(synergist, demo_book):
    key = await demo_book.add_key("synergist:write")
    for call in ({"action": key}, {"purchase": key}, {"version": key}, {"company": key}):
        given = {"version": "3.9", "user": DEMO, "password": key} | call
        answer = await synergist.get(f"{PATH}?{query(given)}", auth=None)
        refused(answer)
        assert key not in answer.text
