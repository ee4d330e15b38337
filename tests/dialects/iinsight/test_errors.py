"""The refusals, their bodies, and what is no route. Source: contract sections 1 and 6."""

import itertools

import pytest

from .given import (
    CASES,
    CASES_2,
    CLIENT,
    DELETE,
    DEMO,
    LIST,
    LOGIN,
    NEW,
    PASSWORD,
    REFRESH,
    assert_refused,
    created,
    delete,
    ids,
    logged_in,
    login,
    no_trace,
    password_form,
    refresh,
    refresh_form,
    refreshed,
)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
ROUTES = (
    (LOGIN, "POST", ""),
    (REFRESH, "POST", ""),
    (LIST, "GET", "?case_id=3"),
    (NEW, "POST", "?case_id=3&purchase_order=x"),
    (DELETE, "DELETE", "?case_id=3"),
    (CASES, "GET", "?fields=case_n"),
    (CASES_2, "GET", "?fields=case_n"),
)
NO_PATHS = (
    "/api1",
    "/api1/",
    "/api1/purchase_orders/1",
    "/api1/purchase_orders/edit",
    "/api1/purchase_orders/update",
    "/api1/purchase_orders/new/1",
    "/api1/purchase_order",
    "/api1/Purchase_Orders",
    "/api1/invoices",
    "/api1/cases/1",
    "/api1/cases/new",
    "/api2",
    "/api2/purchase_orders",
    "/api2/purchase_orders/new",
    "/api2/purchase_orders/delete",
    "/api2/cases/1",
    "/auth",
    "/auth/",
    "/auth/logout",
    "/auth/login/x",
    "/auth/Login",
)
ABSENT = "0123456789abcdef0123456789abcdef01234567"


async def form_refused(iinsight, path, form, status, error):
    assert_refused(await iinsight.post(path, auth=CLIENT, data=form), status, error)


async def test_a_stranger_gets_the_same_answer_whether_a_case_exists_or_not(iinsight):
    answers = [await iinsight.get(f"{LIST}?case_id={case_id}", auth=None) for case_id in ("3", "99999999", "abc")]

    assert {answer.text for answer in answers} == {answers[0].text}
    assert_refused(answers[0], 401, "unauthorized")


# /auth


@pytest.mark.parametrize("path", [LOGIN, REFRESH])
async def test_a_missing_or_wrong_client_is_401_invalid_client(iinsight, demo_book, path):
    async with no_trace(demo_book):
        for client in (None, ("demo-client", "wrong"), ("nobody", "demo-secret")):
            for form in (password_form(), refresh_form(ABSENT), {}):
                answer = await iinsight.post(path, auth=client, data=form)
                assert_refused(answer, 401, "invalid_client")
                assert answer.headers["WWW-Authenticate"].startswith("Basic")


async def test_a_missing_or_empty_field_of_a_login_is_400_invalid_request(iinsight, demo_book):
    async with no_trace(demo_book):
        await form_refused(iinsight, LOGIN, {}, 400, "invalid_request")
        for name in password_form():
            without = {key: value for key, value in password_form().items() if key != name}
            await form_refused(iinsight, LOGIN, without, 400, "invalid_request")
            await form_refused(iinsight, LOGIN, password_form() | {name: ""}, 400, "invalid_request")
        assert_refused(await iinsight.post(LOGIN, auth=CLIENT), 400, "invalid_request")


async def test_a_missing_or_empty_field_of_a_refresh_is_400_invalid_request(iinsight, demo_book):
    token = (await logged_in(iinsight))["refresh_token"]

    async with no_trace(demo_book):
        await form_refused(iinsight, REFRESH, {}, 400, "invalid_request")
        for name in refresh_form(token):
            without = {key: value for key, value in refresh_form(token).items() if key != name}
            await form_refused(iinsight, REFRESH, without, 400, "invalid_request")
            await form_refused(iinsight, REFRESH, refresh_form(token) | {name: ""}, 400, "invalid_request")
        assert_refused(await iinsight.post(REFRESH, auth=CLIENT), 400, "invalid_request")

    await refreshed(iinsight, token)


async def test_another_grant_type_is_400_unsupported_grant_type(iinsight, demo_book):
    token = (await logged_in(iinsight))["refresh_token"]

    async with no_trace(demo_book):
        for grant_type in ("refresh_token", "client_credentials", "authorization_code", "PASSWORD", "password ", "x"):
            form = password_form() | {"refresh_token": token, "grant_type": grant_type}
            await form_refused(iinsight, LOGIN, form, 400, "unsupported_grant_type")
        for grant_type in ("password", "client_credentials", "Refresh_Token", "refresh_token ", "x"):
            form = password_form() | {"refresh_token": token, "grant_type": grant_type}
            await form_refused(iinsight, REFRESH, form, 400, "unsupported_grant_type")

    await refreshed(iinsight, token)


async def test_a_wrong_user_or_password_is_401_invalid_grant(iinsight, demo_book):
    async with no_trace(demo_book):
        assert_refused(await login(iinsight, DEMO, "wrong"), 401, "invalid_grant")
        assert_refused(await login(iinsight, "nobody@example.com", PASSWORD), 401, "invalid_grant")


async def test_an_unknown_used_or_foreign_refresh_token_is_400_invalid_grant(iinsight, demo_book):
    used = (await logged_in(iinsight))["refresh_token"]
    await refreshed(iinsight, used)
    foreign = (await logged_in(iinsight, client=await demo_book.add_client()))["refresh_token"]

    async with no_trace(demo_book):
        for token in (ABSENT, used, foreign, "x", ABSENT[:-1], f"{ABSENT}0", "ž" * 40):
            assert_refused(await refresh(iinsight, token), 400, "invalid_grant")


# /api1


async def test_no_bearer_token_is_401_unauthorized(iinsight):
    for path, method, asked in ROUTES[2:]:
        assert_refused(await iinsight.request(method, path + asked, auth=None), 401, "unauthorized")


async def test_a_bad_bearer_token_is_401_invalid_token(iinsight):
    for path, method, asked in ROUTES[2:]:
        assert_refused(await iinsight.request(method, path + asked, auth=ABSENT), 401, "invalid_token")


async def test_a_missing_or_blank_parameter_is_400_missing_parameter(iinsight):
    for path, method, _ in ROUTES[2:]:
        assert_refused(await iinsight.request(method, path), 400, "missing_parameter")
        asked = "?case_id=+&fields=+"
        assert_refused(await iinsight.request(method, path + asked), 400, "missing_parameter")


@pytest.mark.parametrize("method, path", [("GET", LIST), ("POST", f"{NEW}?purchase_order=x"), ("DELETE", DELETE)])
async def test_the_body_for_a_missing_case_id_is_as_documented(iinsight, method, path):
    text = "Parameter case_id is required"

    assert (await iinsight.request(method, path)).json() == {
        "error": "missing_parameter",
        "error_description": text,
        "response": text,
    }


async def test_a_malformed_too_long_or_contradictory_parameter_is_400_invalid_parameter(iinsight):
    for method, path in (
        ("GET", f"{LIST}?case_id=abc"),
        ("POST", f"{NEW}?case_id=abc&purchase_order=x"),
        ("POST", f"{NEW}?case_id=3&purchase_order={'x' * 256}"),
        ("DELETE", f"{DELETE}?case_id=abc"),
        ("GET", f"{LIST}?case_id=1&case_id=2"),
        ("DELETE", f"{DELETE}?case_id=3&purchase_order_id=1&record_id=2"),
        ("GET", f"{CASES}?fields=nothing_known"),
    ):
        assert_refused(await iinsight.request(method, path), 400, "invalid_parameter")


async def test_an_unknown_case_or_purchase_order_is_404_not_found(iinsight):
    await created(iinsight)
    for method, path in (
        ("GET", f"{LIST}?case_id=99999999"),
        ("POST", f"{NEW}?case_id=99999999&purchase_order=x"),
        ("DELETE", f"{DELETE}?case_id=99999999"),
        ("DELETE", f"{DELETE}?case_id=3&purchase_order_id=99999999"),
        ("DELETE", f"{DELETE}?case_id=3&record_id=99999999"),
    ):
        assert_refused(await iinsight.request(method, path), 404, "not_found")


async def test_an_ambiguous_deletion_is_409_ambiguous_purchase_order(iinsight):
    await created(iinsight, "a")
    await created(iinsight, "b")

    assert_refused(await delete(iinsight), 409, "ambiguous_purchase_order")


async def test_several_faults_at_once_are_answered_with_one_of_them(iinsight, demo_book):
    async with no_trace(demo_book):
        for path in (
            NEW,
            f"{NEW}?case_id=abc",
            f"{NEW}?case_id=99999999",
            f"{NEW}?case_id=99999999&purchase_order=%00",
        ):
            answer = await iinsight.post(path)
            wanted = ("missing_parameter", "invalid_parameter", "not_found")
            assert_refused(answer, 404 if answer.status_code == 404 else 400, *wanted)


# Methods and paths


async def test_another_method_is_405_with_allow_and_has_no_effect(iinsight, demo_book):
    number = await created(iinsight)
    for path, allowed, asked in ROUTES:
        auth = CLIENT if path.startswith("/auth") else iinsight.auth

        async with no_trace(demo_book):
            for method in METHODS:
                if method == allowed:
                    continue
                answer = await iinsight.request(method, path + asked, auth=auth)
                assert_refused(answer, 405, "method_not_allowed")
                allow = {each.strip() for each in answer.headers["Allow"].split(",")}
                assert allowed in allow
                assert method not in allow

        assert await ids(iinsight) == [number]


async def test_head_creates_and_deletes_nothing(iinsight, demo_book):
    number = await created(iinsight)
    for path, allowed, asked in ROUTES:
        auth = CLIENT if path.startswith("/auth") else iinsight.auth

        async with no_trace(demo_book):
            answer = await iinsight.head(path + asked, auth=auth)

        assert answer.status_code in ((200, 405) if allowed == "GET" else (405,))
        assert answer.content == b""
        assert await ids(iinsight) == [number]


async def test_a_get_with_good_parameters_logs_nobody_in(iinsight, demo_book):
    async with no_trace(demo_book):
        for path in (LOGIN, REFRESH):
            asked = "grant_type=password&username=demo%40example.com&password=demo-password"
            assert_refused(await iinsight.get(f"{path}?{asked}", auth=CLIENT), 405, "method_not_allowed")


async def test_a_method_cannot_be_disguised(iinsight, demo_book):
    await created(iinsight)

    async with no_trace(demo_book):
        for headers in ({"X-HTTP-Method-Override": "DELETE"}, {"X-HTTP-Method": "DELETE"}, {}):
            for method in ("GET", "POST"):
                answer = await iinsight.request(method, f"{DELETE}?case_id=3&_method=DELETE", headers=headers)
                assert_refused(answer, 405, "method_not_allowed")
        answer = await iinsight.post(DELETE, data={"case_id": "3", "_method": "delete"})
        assert_refused(answer, 405, "method_not_allowed")


async def test_a_stranger_changes_nothing_with_another_method(iinsight, demo_book):
    await created(iinsight)

    async with no_trace(demo_book):
        for path, allowed, asked in ROUTES:
            for method in METHODS:
                if method != allowed:
                    answer = await iinsight.request(method, path + asked, auth=None)
                    assert answer.status_code in (401, 405), (method, path)


async def test_what_is_no_path_of_the_api_is_404(iinsight, demo_book):
    await created(iinsight)

    async with no_trace(demo_book):
        for path, method in itertools.product(NO_PATHS, ("GET", "POST", "DELETE")):
            auth = CLIENT if path.startswith("/auth") else iinsight.auth
            answer = await iinsight.request(method, f"{path}?case_id=3&purchase_order=x", auth=auth)
            assert_refused(answer, 404, "not_found")


async def test_an_odd_spelling_of_a_path_has_no_effect_or_its_own(iinsight, demo_book):
    await created(iinsight)

    async with no_trace(demo_book):
        for path in ("//purchase_orders/delete", "/api1//purchase_orders/delete", "/api1/purchase_orders/delete%00"):
            answer = await iinsight.delete(f"{path}?case_id=3")
            assert answer.status_code == 404, path
