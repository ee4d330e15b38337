"""Getting, renewing and using tokens. Source: contract section 2."""

import asyncio

from tests.harness import FaceClient, serving

from .given import (
    CASE_ENDPOINTS,
    CLIENT,
    DEMO,
    DISABLED,
    ENDPOINTS,
    JOHNSON,
    LIST,
    LOGIN,
    NEW,
    PASSWORD,
    REFRESH,
    TOKEN,
    TOKEN_KEYS,
    assert_refused,
    basic,
    bearer,
    created,
    ids,
    logged_in,
    login,
    names,
    no_trace,
    opens,
    parts,
    password_form,
    query,
    refresh,
    refresh_form,
    refreshed,
)

ABSENT_TOKEN = "0123456789abcdef0123456789abcdef01234567"


def assert_tokens(answer):
    """Fails unless the answer has exactly the five keys with their types."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("application/json")
    body = answer.json()
    assert set(body) == set(TOKEN_KEYS)
    assert TOKEN.fullmatch(body["access_token"])
    assert TOKEN.fullmatch(body["refresh_token"])
    assert body["access_token"] != body["refresh_token"]
    assert type(body["expires_in"]) is int
    assert body["expires_in"] == 3600
    assert body["token_type"] == "Bearer"
    assert body["scope"] is None


def assert_challenged(answer, error):
    """Fails unless this is the 401 of the API, with the error named in the header if a token was sent."""
    assert_refused(answer, 401, error)
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="Service"')
    assert ('error="invalid_token"' in challenge) == (error == "invalid_token")


def assert_unknown_client(answer):
    assert_refused(answer, 401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


# Login


async def test_a_stranger_without_a_client_gets_no_token(iinsight, demo_book):
    async with no_trace(demo_book):
        assert_unknown_client(await iinsight.post(LOGIN, auth=None, data=password_form()))


async def test_the_neighbours_client_is_unknown_here(iinsight, demo_book):
    client = await demo_book.add_client()

    assert_unknown_client(await login(iinsight.neighbour, client=client))
    assert_tokens(await login(iinsight, client=client))


async def test_a_login_answers_exactly_the_five_keys(iinsight):
    assert_tokens(await login(iinsight))


async def test_a_login_may_be_multipart_form_data(iinsight):
    assert_tokens(await iinsight.post(LOGIN, auth=CLIENT, files=parts(password_form())))


async def test_a_login_may_be_urlencoded(iinsight):
    content = b"grant_type=password&username=demo%40example.com&password=demo-password"
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}

    assert_tokens(await iinsight.post(LOGIN, auth=CLIENT, content=content, headers=headers))


async def test_token_answers_are_never_kept_by_caches(iinsight):
    first = await login(iinsight)
    second = await refresh(iinsight, first.json()["refresh_token"])

    for answer in (first, second):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Pragma"] == "no-cache"


async def test_the_parameters_of_a_login_are_not_read_from_the_query(iinsight, demo_book):
    async with no_trace(demo_book):
        assert_refused(await iinsight.post(f"{LOGIN}?{query(**password_form())}", auth=CLIENT), 400, "invalid_request")
        for name, value in password_form().items():
            others = {key: each for key, each in password_form().items() if key != name}
            answer = await iinsight.post(f"{LOGIN}?{query(**{name: value})}", auth=CLIENT, data=others)
            assert_refused(answer, 400, "invalid_request")


async def test_the_query_of_a_login_cannot_spoil_the_body(iinsight):
    wrong = query(grant_type="x", username="nobody", password="wrong")

    assert_tokens(await iinsight.post(f"{LOGIN}?{wrong}", auth=CLIENT, data=password_form()))


async def test_the_parameters_of_a_refresh_are_not_read_from_the_query(iinsight, demo_book):
    token = (await logged_in(iinsight))["refresh_token"]

    async with no_trace(demo_book):
        answer = await iinsight.post(f"{REFRESH}?{query(**refresh_form(token))}", auth=CLIENT)
        assert_refused(answer, 400, "invalid_request")
        answer = await iinsight.post(
            f"{REFRESH}?refresh_token={token}", auth=CLIENT, data={"grant_type": "refresh_token"}
        )
        assert_refused(answer, 400, "invalid_request")

    await refreshed(iinsight, token)


async def test_client_credentials_in_the_body_or_query_are_not_read(iinsight, demo_book):
    client = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}

    async with no_trace(demo_book):
        assert_unknown_client(await iinsight.post(LOGIN, auth=None, data=password_form() | client))
        assert_unknown_client(await iinsight.post(f"{LOGIN}?{query(**client)}", auth=None, data=password_form()))


async def test_a_wrong_client_or_secret_is_told_before_the_form_is_read(iinsight, demo_book):
    async with no_trace(demo_book):
        for client in (("demo-client", "wrong"), ("nobody", "demo-secret"), ("", ""), ("demo-client", "")):
            assert_unknown_client(await login(iinsight, client=client))
            assert_unknown_client(await iinsight.post(LOGIN, auth=client))


async def test_a_client_and_its_secret_are_matched_exactly(iinsight):
    close = (
        ("Demo-Client", "demo-secret"),
        ("demo-client ", "demo-secret"),
        ("demo-client", "demo-secret "),
        ("demo-client", "DEMO-SECRET"),
        ("demo-client", "demo-secre"),
        (DEMO, PASSWORD),
    )
    for client in close:
        assert_unknown_client(await login(iinsight, client=client))


async def test_an_authorization_that_is_no_basic_is_an_unknown_client(iinsight, demo_book):
    headers = [
        bearer(iinsight.auth),
        {"Authorization": ""},
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic demo-client:demo-secret"},
        {"Authorization": "Digest username=demo-client"},
        basic("demo-client"),
        basic(b"\xff\xfe:\xff"),
        basic(b"demo-client\0:demo-secret"),
    ]

    async with no_trace(demo_book):
        for path, form in ((LOGIN, password_form()), (REFRESH, refresh_form(ABSENT_TOKEN))):
            for each in headers:
                assert_unknown_client(await iinsight.post(path, auth=None, headers=each, data=form))


async def test_the_word_basic_may_be_written_in_any_case(iinsight):
    credentials = basic(":".join(CLIENT))["Authorization"].removeprefix("Basic ")

    for word in ("basic", "BASIC"):
        headers = {"Authorization": f"{word} {credentials}"}
        assert_tokens(await iinsight.post(LOGIN, auth=None, headers=headers, data=password_form()))


async def test_each_login_gives_fresh_tokens_and_leaves_the_earlier_ones_valid(iinsight):
    each = [await logged_in(iinsight) for _ in range(3)]
    tokens = [tokens[key] for tokens in each for key in ("access_token", "refresh_token")]

    assert len(set(tokens)) == 6
    for one in each:
        assert await opens(iinsight, one["access_token"])
        assert_tokens(await refresh(iinsight, one["refresh_token"]))
    assert await opens(iinsight, iinsight.auth)


async def test_a_wrong_user_and_a_wrong_password_are_answered_alike(iinsight, demo_book):
    async with no_trace(demo_book):
        wrong_password = await login(iinsight, DEMO, "wrong")
        wrong_user = await login(iinsight, "nobody@example.com", PASSWORD)

    for answer in (wrong_password, wrong_user):
        assert_refused(answer, 401, "invalid_grant")
    assert wrong_password.json() == wrong_user.json()
    assert wrong_password.headers.get("WWW-Authenticate") == wrong_user.headers.get("WWW-Authenticate")


async def test_a_password_is_matched_exactly(iinsight, demo_book):
    async with no_trace(demo_book):
        for password in ("demo-password ", " demo-password", "Demo-Password", "demo-passwor", "demo-token", " "):
            assert_refused(await login(iinsight, DEMO, password), 401, "invalid_grant")


async def test_a_disabled_user_gets_no_token_and_no_reason(iinsight, demo_book):
    async with no_trace(demo_book):
        disabled = await login(iinsight, DISABLED, PASSWORD)

    assert_refused(disabled, 401, "invalid_grant")
    assert disabled.json() == (await login(iinsight, "nobody@example.com", PASSWORD)).json()


async def test_the_client_is_no_user_and_the_user_no_client(iinsight):
    assert_refused(await login(iinsight, *CLIENT), 401, "invalid_grant")
    assert_unknown_client(await login(iinsight, client=(JOHNSON, PASSWORD)))


async def test_a_revoked_client_gets_and_renews_no_tokens(iinsight, demo_book):
    client = await demo_book.add_client()
    tokens = await logged_in(iinsight, client=client)

    await demo_book.revoke_client(client[0])

    assert_unknown_client(await login(iinsight, client=client))
    assert_unknown_client(await refresh(iinsight, tokens["refresh_token"], client=client))


async def test_the_eleventh_wrong_password_within_a_minute_is_429(iinsight):
    for _ in range(10):
        assert_refused(await login(iinsight, DEMO, "wrong"), 401, "invalid_grant")

    answer = await login(iinsight, DEMO, "wrong")

    assert_refused(answer, 429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


async def test_wrong_passwords_for_one_account_do_not_lock_out_another(iinsight):
    for _ in range(11):
        answer = await login(iinsight, DEMO, "wrong")
    assert answer.status_code == 429

    assert_tokens(await login(iinsight, JOHNSON))
    assert await opens(iinsight, iinsight.auth)


# Refresh


async def test_a_stranger_renews_nothing(iinsight, demo_book):
    token = (await logged_in(iinsight))["refresh_token"]

    async with no_trace(demo_book):
        assert_unknown_client(await iinsight.post(REFRESH, auth=None, data=refresh_form(token)))
        assert_unknown_client(await refresh(iinsight, token, client=("demo-client", "wrong")))

    await refreshed(iinsight, token)


async def test_the_neighbours_refresh_token_does_not_exist_here(iinsight, demo_book):
    theirs = (await logged_in(iinsight.neighbour))["refresh_token"]

    async with no_trace(demo_book):
        assert_refused(await refresh(iinsight, theirs), 400, "invalid_grant")

    await refreshed(iinsight.neighbour, theirs)


async def test_a_refresh_answers_the_five_keys_with_two_new_tokens(iinsight):
    old = await logged_in(iinsight)

    answer = await refresh(iinsight, old["refresh_token"])

    assert_tokens(answer)
    both = {"access_token", "refresh_token"}
    assert {answer.json()[key] for key in both} & {old[key] for key in both} == set()
    assert await opens(iinsight, answer.json()["access_token"])


async def test_a_refresh_may_be_multipart_form_data(iinsight):
    old = await logged_in(iinsight)

    assert_tokens(await iinsight.post(REFRESH, auth=CLIENT, files=parts(refresh_form(old["refresh_token"]))))


async def test_a_refresh_token_works_once(iinsight, demo_book):
    old = await logged_in(iinsight)
    new = await refreshed(iinsight, old["refresh_token"])

    async with no_trace(demo_book):
        for _ in range(2):
            assert_refused(await refresh(iinsight, old["refresh_token"]), 400, "invalid_grant")

    assert_tokens(await refresh(iinsight, new["refresh_token"]))


async def test_the_old_access_token_outlives_a_refresh(iinsight):
    old = await logged_in(iinsight)

    new = await refreshed(iinsight, old["refresh_token"])

    assert await opens(iinsight, old["access_token"])
    assert await opens(iinsight, new["access_token"])


async def test_refreshes_can_follow_one_another(iinsight):
    tokens = await logged_in(iinsight)
    seen = {tokens["access_token"], tokens["refresh_token"]}

    for turn in range(1, 6):
        tokens = await refreshed(iinsight, tokens["refresh_token"])
        seen |= {tokens["access_token"], tokens["refresh_token"]}
        assert len(seen) == 2 + 2 * turn


async def test_a_refresh_token_is_bound_to_its_client(iinsight, demo_book):
    other = await demo_book.add_client()
    token = (await logged_in(iinsight))["refresh_token"]

    async with no_trace(demo_book):
        assert_refused(await refresh(iinsight, token, client=other), 400, "invalid_grant")

    await refreshed(iinsight, token)


async def test_a_foreign_refresh_token_is_answered_like_an_unknown_one(iinsight, demo_book):
    other = await demo_book.add_client()
    token = (await logged_in(iinsight))["refresh_token"]

    foreign = await refresh(iinsight, token, client=other)
    unknown = await refresh(iinsight, ABSENT_TOKEN)

    assert_refused(unknown, 400, "invalid_grant")
    assert foreign.json() == unknown.json()


async def test_an_access_token_renews_nothing(iinsight, demo_book):
    async with no_trace(demo_book):
        assert_refused(await refresh(iinsight, iinsight.auth), 400, "invalid_grant")


async def test_a_refreshed_token_belongs_to_the_same_user(iinsight, demo_book):
    tokens = await logged_in(iinsight, JOHNSON)
    newer = await refreshed(iinsight, tokens["refresh_token"])
    iinsight.auth = newer["access_token"]

    await created(iinsight, "PO 1")

    event = (await demo_book.events("order"))[-1]
    told = " ".join(str(value) for value in dict(event).values())
    assert JOHNSON in told or "Johnson" in told


async def test_tokens_of_one_process_work_in_another(iinsight, database_url, http):
    tokens = await logged_in(iinsight)

    with serving(database_url=database_url) as server:
        elsewhere = FaceClient(server.url, iinsight.host, http, tokens["access_token"])
        assert await names(elsewhere) == []
        newer = await refreshed(elsewhere, tokens["refresh_token"])
        assert await opens(elsewhere, newer["access_token"])

    assert await opens(iinsight, tokens["access_token"])
    assert await opens(iinsight, newer["access_token"])
    assert_refused(await refresh(iinsight, tokens["refresh_token"]), 400, "invalid_grant")
    await refreshed(iinsight, newer["refresh_token"])


async def test_only_a_hash_of_a_token_is_stored(iinsight, demo_book):
    tokens = await logged_in(iinsight)
    tokens |= {f"new {key}": value for key, value in (await refreshed(iinsight, tokens["refresh_token"])).items()}
    issued = [value for value in tokens.values() if isinstance(value, str) and TOKEN.fullmatch(value)]
    assert len(issued) == 4

    for table in ("tokens", "events"):
        rows = await demo_book.desk.pool.fetch(
            f"select {table}::text as shown from {table} where tenant_id = $1",  # noqa: S608 - from the line above
            demo_book.tenant_id,
        )
        stored = "\n".join(row["shown"] for row in rows).lower()
        for token in issued:
            assert token not in stored
            assert token.encode().hex() not in stored


# Using a token


async def test_the_bearer_token_opens_every_endpoint(iinsight):
    await created(iinsight)

    assert (await iinsight.get(f"{LIST}?case_id=3")).status_code == 200
    assert (await iinsight.delete("/api1/purchase_orders/delete?case_id=3")).status_code == 200
    assert (await iinsight.post(f"{NEW}?case_id=3&purchase_order=x")).status_code == 200
    for method, path, asked in CASE_ENDPOINTS:
        assert (await iinsight.request(method, f"{path}?{asked}")).status_code == 200


async def test_the_word_bearer_may_be_written_in_any_case(iinsight):
    for word in ("bearer", "BEARER", "bEaReR"):
        answer = await iinsight.get(
            f"{LIST}?case_id=3", auth=None, headers={"Authorization": f"{word} {iinsight.auth}"}
        )
        assert answer.status_code == 200


async def test_without_a_token_every_endpoint_answers_with_a_challenge(iinsight, demo_book):
    await created(iinsight)

    async with no_trace(demo_book):
        for method, path, asked in ENDPOINTS + CASE_ENDPOINTS:
            answer = await iinsight.request(method, f"{path}?{asked}", auth=None)
            assert_challenged(answer, "unauthorized")
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Service"'


async def test_a_token_that_opens_nothing_is_told_so_at_every_endpoint(iinsight, demo_book):
    await created(iinsight)
    refresh_token = (await logged_in(iinsight))["refresh_token"]
    others = [
        ABSENT_TOKEN,
        refresh_token,
        iinsight.neighbour.auth,
        iinsight.auth.upper() if iinsight.auth.upper() != iinsight.auth else "A" * 40,
        iinsight.auth[:-1],
        f"{iinsight.auth}0",
        "demo-token",
        "x",
        "a.b.c",
        "x" * 5000,
    ]

    async with no_trace(demo_book):
        for method, path, asked in ENDPOINTS + CASE_ENDPOINTS:
            for token in others:
                answer = await iinsight.request(method, f"{path}?{asked}", auth=token)
                assert_challenged(answer, "invalid_token")


async def test_another_scheme_is_no_bearer_token(iinsight, demo_book):
    await created(iinsight)
    schemes = [
        basic(":".join(CLIENT)),
        basic(f"{DEMO}:{PASSWORD}"),
        {"Authorization": f"Token {iinsight.auth}"},
        {"Authorization": iinsight.auth},
        {"Authorization": ""},
    ]

    async with no_trace(demo_book):
        for method, path, asked in ENDPOINTS + CASE_ENDPOINTS:
            for headers in schemes:
                answer = await iinsight.request(method, f"{path}?{asked}", auth=None, headers=headers)
                assert_refused(answer, 401, "unauthorized", "invalid_token")
                assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="Service"')


async def test_a_malformed_bearer_header_is_401(iinsight, demo_book):
    written = ["Bearer", f"Bearer{iinsight.auth}", f"Bearer {iinsight.auth} x", f"Bearer Bearer {'a' * 40}"]

    async with no_trace(demo_book):
        for authorization in written:
            answer = await iinsight.get(f"{LIST}?case_id=3", auth=None, headers={"Authorization": authorization})
            assert_refused(answer, 401, "unauthorized", "invalid_token")
            assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="Service"')


async def test_a_token_in_the_query_or_body_is_not_accepted(iinsight, demo_book):
    await created(iinsight)

    async with no_trace(demo_book):
        for method, path, asked in ENDPOINTS + CASE_ENDPOINTS:
            for name in ("access_token", "token", "bearer", "Authorization"):
                answer = await iinsight.request(method, f"{path}?{asked}&{name}={iinsight.auth}", auth=None)
                assert_challenged(answer, "unauthorized")
        for method, path, asked in ENDPOINTS[1:]:
            form = {"access_token": iinsight.auth}
            answer = await iinsight.request(method, f"{path}?{asked}", auth=None, data=form)
            assert_challenged(answer, "unauthorized")


async def test_a_token_is_asked_for_before_the_parameters(iinsight, demo_book):
    unusable = ("", "case_id=abc", "case_id=99999999", "case_id=%FF&purchase_order=%00", "case_id=3&case_id=1")

    async with no_trace(demo_book):
        for method, path, _ in ENDPOINTS + CASE_ENDPOINTS:
            for asked in unusable:
                assert_challenged(await iinsight.request(method, f"{path}?{asked}", auth=None), "unauthorized")
                answer = await iinsight.request(method, f"{path}?{asked}", auth=ABSENT_TOKEN)
                assert_challenged(answer, "invalid_token")


async def test_every_user_sees_and_changes_every_case(iinsight):
    iinsight.auth = (await logged_in(iinsight, JOHNSON))["access_token"]

    for case_id in range(1, 8):
        number = await created(iinsight, "Johnson's", case_id)
        assert number in await ids(iinsight, case_id)
        assert (await iinsight.delete(f"/api1/purchase_orders/delete?case_id={case_id}&record_id={number}")).is_success


# The log


async def test_secrets_never_reach_the_log(iinsight, published):
    marker = "planted5ecret"
    await login(iinsight, f"{marker}-user", f"{marker}-password")
    await login(iinsight, client=(f"{marker}-client", f"{marker}-secret"))
    await login(iinsight, client=("demo-client", f"{marker}-secret"))
    await iinsight.post(LOGIN, auth=CLIENT, files=parts(password_form(f"{marker}-user", f"{marker}-password")))
    await iinsight.post(LOGIN, auth=CLIENT, content=f"username={marker}&password={marker}".encode())
    await iinsight.post(LOGIN, auth=CLIENT, data={"grant_type": marker})
    await refresh(iinsight, f"{marker}-token")
    await iinsight.get(f"{LIST}?case_id=3", auth=f"{marker}-token")
    await iinsight.post(f"{LOGIN}?password={marker}&client_secret={marker}", auth=CLIENT)
    await iinsight.get(f"{LIST}?case_id=3&access_token={marker}", auth=None)
    issued = await logged_in(iinsight)
    newer = await refreshed(iinsight, issued["refresh_token"])

    await asyncio.sleep(0.3)

    written = published.output()
    assert marker not in written
    for tokens in (issued, newer):
        assert tokens["access_token"] not in written
        assert tokens["refresh_token"] not in written
    assert CLIENT[1] not in written
    assert PASSWORD not in written
