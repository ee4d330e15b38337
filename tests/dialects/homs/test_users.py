"""The users. Source: contract sections 1, 7, 8 and 9."""

import pytest

from .given import (
    DEMO,
    DEMO_SHOWN,
    JOHNSON,
    JOHNSON_SHOWN,
    JSON_TYPE,
    PAT_HILL,
    PAT_HILL_SHOWN,
    USER_ENDPOINTS,
    USER_KEYS,
    entered,
    is_empty,
    no_trace,
    placed,
    sent,
    shown,
    signed_in,
    user_shown,
    users_listed,
)

BOTH_METHODS = pytest.mark.parametrize("method", ["PUT", "PATCH"])
NAMED = [each for each in USER_ENDPOINTS if each[1] != "/api/users"]
REQUIRED = ("email", "name", "last_name", "company", "department", "password")


async def created(homs, /, **attributes):
    """The answer to creating Pat Hill with these attributes."""
    return await homs.post("/api/users", json={"user": PAT_HILL | attributes})


async def put(homs, email, /, **attributes):
    """The answer to an update of this user."""
    return await homs.put(f"/api/users/{email}", json={"user": attributes})


@pytest.mark.parametrize("method, path, body", USER_ENDPOINTS)
async def test_a_stranger_is_refused_at_every_user_endpoint(homs, book, method, path, body):
    async with no_trace(book):
        answer = await homs.request(method, path, json=body, auth=None)

    assert answer.status_code == 401


@pytest.mark.parametrize("method, path, body", NAMED)
async def test_the_neighbours_user_does_not_exist(homs, method, path, body):
    theirs = await entered(homs.neighbour)

    answer = await homs.request(method, path.replace(JOHNSON, theirs["email"]), json=body)

    assert is_empty(answer, 404)
    assert await user_shown(homs.neighbour, theirs["email"]) == theirs


async def test_the_neighbour_may_have_a_user_with_the_same_email(homs):
    await entered(homs.neighbour, name="Patricia")
    await entered(homs)

    assert (await user_shown(homs, "p.hill@example.com"))["name"] == "Pat"
    assert (await user_shown(homs.neighbour, "p.hill@example.com"))["name"] == "Patricia"


async def test_the_users_of_the_beginning(homs):
    answer = await homs.get("/api/users")

    assert answer.status_code == 200
    assert answer.json() == {"users": [JOHNSON_SHOWN, DEMO_SHOWN]}


# Create


async def test_a_new_user_is_answered_with_201_and_shown_the_same(homs):
    answer = await created(homs)

    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == JSON_TYPE
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert answer.json() == {"user": PAT_HILL_SHOWN}
    assert await user_shown(homs, "p.hill@example.com") == PAT_HILL_SHOWN


async def test_all_seven_keys_come_in_the_order_of_the_page(homs):
    assert tuple(await entered(homs)) == USER_KEYS
    assert tuple(await user_shown(homs, DEMO)) == USER_KEYS


@pytest.mark.parametrize(
    "secret",
    [
        "id",
        "password",
        "encrypted_password",
        "password_salt",
        "api_token",
        "token",
        "created_at",
        "updated_at",
    ],
)
async def test_what_must_stay_secret_is_never_shown(homs, secret):
    assert secret not in await entered(homs)
    assert secret not in await user_shown(homs, DEMO)


async def test_the_middle_name_is_optional(homs):
    assert (await entered(homs, email="a@example.com"))["middle_name"] is None
    assert (await entered(homs, email="b@example.com", middle_name=None))["middle_name"] is None
    assert (await entered(homs, email="c@example.com", middle_name="Kay"))["middle_name"] == "Kay"


async def test_a_new_user_is_a_plain_user(homs):
    assert (await entered(homs))["role"] == "user"


@pytest.mark.parametrize("role", ["user", "vip", "admin"])
async def test_a_new_user_may_have_any_of_the_three_roles(homs, role):
    assert (await entered(homs, role=role))["role"] == role


@pytest.mark.parametrize("role", ["root", "Admin", "", 7, True, [], {}])
async def test_a_role_beyond_the_three_is_refused(homs, book, role):
    async with no_trace(book):
        answer = await created(homs, role=role)

    assert answer.status_code == 422
    assert answer.json() == {"role": ["is not included in the list"]}


@pytest.mark.parametrize("attribute", REQUIRED)
async def test_what_is_required_must_be_there(homs, book, attribute):
    user = {key: value for key, value in PAT_HILL.items() if key != attribute}

    async with no_trace(book):
        answer = await homs.post("/api/users", json={"user": user})

    assert answer.status_code == 422
    assert answer.json() == {attribute: ["is not specified"]}


@pytest.mark.parametrize("attribute", REQUIRED)
@pytest.mark.parametrize("blank", [None, "", "   "])
async def test_what_is_required_must_not_be_blank(homs, book, attribute, blank):
    async with no_trace(book):
        answer = await created(homs, **{attribute: blank})

    assert answer.status_code == 422
    assert "is not specified" in answer.json()[attribute]
    assert set(answer.json()) == {attribute}


async def test_everything_that_is_wrong_is_reported_together(homs, book):
    async with no_trace(book):
        answer = await created(homs, email=DEMO, company=None, password="short")

    assert answer.status_code == 422
    assert answer.json() == {
        "email": ["is already taken"],
        "company": ["is not specified"],
        "password": ["is too short"],
    }


async def test_a_user_of_unknown_attributes_only_lacks_all_that_is_required(homs, book):
    async with no_trace(book):
        answer = await homs.post("/api/users", json={"user": {"foo": 1}})

    assert answer.status_code == 422
    assert answer.json() == {attribute: ["is not specified"] for attribute in REQUIRED}


@pytest.mark.parametrize(
    "email",
    ["pat", "@example.com", "pat@", "@", "a@b@example.com", "pat hill@example.com", "pat@exam ple.com"],
)
async def test_an_email_needs_one_at_with_text_without_blanks_on_both_sides(homs, book, email):
    async with no_trace(book):
        answer = await created(homs, email=email)

    assert answer.status_code == 422
    assert answer.json() == {"email": ["is invalid"]}


@pytest.mark.parametrize("email", ["a@b", "o'hara@example.com", "ann+tag@example.com", "žofie@příklad.cz"])
async def test_an_email_may_look_unusual(homs, email):
    assert (await entered(homs, email=email))["email"] == email


@pytest.mark.parametrize("email", ["P.Hill@Example.COM", "  p.hill@example.com ", "\tP.HILL@EXAMPLE.COM\n"])
async def test_an_email_is_trimmed_and_lower_cased_before_it_is_stored(homs, email):
    assert (await entered(homs, email=email))["email"] == "p.hill@example.com"
    assert await user_shown(homs, "p.hill@example.com") == PAT_HILL_SHOWN


@pytest.mark.parametrize("email", [DEMO, "Demo@Example.com", " demo@example.com "])
async def test_an_email_is_unique(homs, book, email):
    async with no_trace(book):
        answer = await created(homs, email=email)

    assert answer.status_code == 422
    assert answer.json() == {"email": ["is already taken"]}


@pytest.mark.parametrize("length", [8, 9, 127, 128])
async def test_a_password_of_8_to_128_characters_is_taken(homs, length):
    assert await entered(homs, password="p" * length) == PAT_HILL_SHOWN


@pytest.mark.parametrize("length", [1, 7])
async def test_a_password_under_8_characters_is_too_short(homs, book, length):
    async with no_trace(book):
        answer = await created(homs, password="p" * length)

    assert answer.status_code == 422
    assert answer.json() == {"password": ["is too short"]}


@pytest.mark.parametrize("length", [129, 10_000])
async def test_a_password_over_128_characters_is_refused(homs, book, length):
    async with no_trace(book):
        answer = await created(homs, password="p" * length)

    assert answer.status_code == 422
    assert set(answer.json()) == {"password"}


async def test_a_password_needs_no_confirmation(homs):
    assert (await created(homs, password_confirmation="something else")).status_code == 201


@pytest.mark.parametrize("planted", ["encrypted_password", "password_salt", "api_token", "token", "id"])
async def test_credentials_cannot_be_planted(homs, planted):
    await entered(homs, **{planted: "planted value"})

    assert await signed_in(homs, "p.hill@example.com", "planted value") == 401


async def test_a_planted_hash_does_not_stand_in_for_a_password(homs, book):
    user = {key: value for key, value in PAT_HILL.items() if key != "password"}

    async with no_trace(book):
        answer = await homs.post(
            "/api/users", json={"user": user | {"encrypted_password": "$2a$10$x", "password_salt": "s"}}
        )

    assert answer.status_code == 422
    assert answer.json() == {"password": ["is not specified"]}


@pytest.mark.parametrize("guess", ["", "long enough", "demo-token"])
async def test_a_new_user_has_no_api_token(homs, guess):
    await entered(homs)

    assert await signed_in(homs, "p.hill@example.com", guess) == 401


async def test_a_plain_user_may_create_an_administrator(homs):
    assert (await user_shown(homs, DEMO))["role"] == "user"

    assert (await entered(homs, role="admin"))["role"] == "admin"


async def test_unknown_attributes_are_ignored_when_a_user_is_created(homs):
    assert await entered(homs, foo="bar", created_at="2016") == PAT_HILL_SHOWN


async def test_a_user_can_be_created_with_a_form(homs):
    answer = await sent(
        homs,
        "POST",
        "/api/users",
        b"user[email]=p.hill%40example.com&user[name]=Pat&user[last_name]=Hill&user[company]=Acme"
        b"&user[department]=Sales&user[password]=long+enough",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 201
    assert answer.json() == {"user": PAT_HILL_SHOWN}


async def test_a_user_can_be_created_with_the_json_suffix(homs):
    answer = await homs.post("/api/users.json", json={"user": PAT_HILL})

    assert answer.status_code == 201
    assert await user_shown(homs, "p.hill@example.com") == PAT_HILL_SHOWN


# Show


async def test_a_user_is_shown_by_email(homs):
    answer = await homs.get(f"/api/users/{DEMO}")

    assert answer.status_code == 200
    assert answer.json() == {"user": DEMO_SHOWN}


@pytest.mark.parametrize("method, path, body", NAMED)
@pytest.mark.parametrize("email", ["nobody@example.com", "demo", "1", "demo@example.com.json"])
async def test_an_unknown_email_is_404_and_empty(homs, book, method, path, body, email):
    async with no_trace(book):
        answer = await homs.request(method, path.replace(JOHNSON, email), json=body)

    assert is_empty(answer, 404)


@pytest.mark.parametrize(
    "path", ["demo%40example.com", "demo@example%2Ecom", "%64emo%40example.com", "demo%40example%2ecom"]
)
async def test_the_email_in_the_path_is_percent_decoded(homs, path):
    assert await user_shown(homs, path) == DEMO_SHOWN


@pytest.mark.parametrize("path", ["ann+tag@example.com", "ann%2Btag%40example.com"])
async def test_a_plus_in_the_path_is_literal(homs, path):
    user = await entered(homs, email="ann+tag@example.com")

    assert await user_shown(homs, path) == user


async def test_a_plus_in_the_path_is_no_blank_and_a_blank_no_plus(homs):
    await entered(homs, email="ann+tag@example.com")

    assert is_empty(await homs.get("/api/users/ann%20tag@example.com"), 404)


@pytest.mark.parametrize("email", ["pat@example.json", "pat@a.b.c.example", "pat.json@example.xml"])
async def test_dots_in_an_email_start_no_format_suffix(homs, email):
    user = await entered(homs, email=email)

    assert await user_shown(homs, email) == user
    assert is_empty(await homs.get(f"/api/users/{email.rpartition('.')[0]}"), 404)


@pytest.mark.parametrize("email", ["žofie@example.com", "o'hara@example.com", "a/b@example.com", "a%b@example.com"])
async def test_an_unusual_email_can_be_addressed(homs, email):
    user = await entered(homs, email=email)
    segment = "".join(f"%{byte:02X}" for byte in email.encode())

    assert await user_shown(homs, segment) == user


async def test_the_case_of_the_email_in_the_path_is_exact_or_ignored(homs):
    answer = await homs.get("/api/users/Demo@Example.com")

    assert is_empty(answer, 404) or answer.json() == {"user": DEMO_SHOWN}


async def test_head_of_a_user_is_get_without_the_body(homs):
    assert is_empty(await homs.head(f"/api/users/{DEMO}"), 200)
    assert is_empty(await homs.head("/api/users"), 200)
    assert is_empty(await homs.head("/api/users/nobody@example.com"), 404)


# Update


@BOTH_METHODS
@pytest.mark.parametrize(
    "attribute, value",
    [
        ("name", "Chris"),
        ("middle_name", "Jay"),
        ("last_name", "Jonson"),
        ("company", "Acme"),
        ("department", "Sales"),
        ("role", "vip"),
        ("role", "admin"),
    ],
)
async def test_only_the_passed_attribute_of_a_user_changes(homs, method, attribute, value):
    answer = await homs.request(method, f"/api/users/{JOHNSON}", json={"user": {attribute: value}})

    assert answer.status_code == 200
    assert answer.json() == {"user": JOHNSON_SHOWN | {attribute: value}}
    assert await users_listed(homs)
    assert await user_shown(homs, JOHNSON) == JOHNSON_SHOWN | {attribute: value}
    assert await user_shown(homs, DEMO) == DEMO_SHOWN


async def test_null_clears_the_middle_name(homs):
    await put(homs, DEMO, middle_name="Jay")

    assert (await put(homs, DEMO, middle_name=None)).json() == {"user": DEMO_SHOWN}


# An order has data and a type; a user has neither.
@pytest.mark.parametrize("given", [{"foo": 1}, {"id": 7}, {"data": True}, {"data": {"foo": 1}, "order_type_code": "x"}])
async def test_an_update_of_unknown_attributes_leaves_the_user_as_it_was(homs, given):
    answer = await put(homs, JOHNSON, **given)

    assert answer.status_code == 200
    assert answer.json() == {"user": JOHNSON_SHOWN}


async def test_a_user_put_back_as_it_was_shown_is_unchanged(homs):
    assert (await put(homs, JOHNSON, **JOHNSON_SHOWN)).json() == {"user": JOHNSON_SHOWN}


@pytest.mark.parametrize("attribute", ["email", "name", "last_name", "company", "department"])
@pytest.mark.parametrize("blank", [None, "", "  "])
async def test_what_is_required_cannot_be_cleared(homs, book, attribute, blank):
    async with no_trace(book):
        answer = await put(homs, JOHNSON, middle_name="Jay", **{attribute: blank})

    assert answer.status_code == 422
    assert answer.json() == {attribute: ["is not specified"]}
    assert await user_shown(homs, JOHNSON) == JOHNSON_SHOWN


@pytest.mark.parametrize(
    "attribute, value, message",
    [
        ("email", "no at", "is invalid"),
        ("email", DEMO, "is already taken"),
        ("email", "DEMO@example.com", "is already taken"),
        ("role", "root", "is not included in the list"),
        ("password", "short", "is too short"),
    ],
)
async def test_a_refused_update_leaves_the_user_as_it_was(homs, book, attribute, value, message):
    async with no_trace(book):
        answer = await put(homs, JOHNSON, name="Chris", **{attribute: value})

    assert answer.status_code == 422
    assert answer.json() == {attribute: [message]}
    assert await user_shown(homs, JOHNSON) == JOHNSON_SHOWN


async def test_a_password_may_be_changed_and_is_not_shown(homs):
    answer = await put(homs, JOHNSON, password="another password")

    assert answer.status_code == 200
    assert answer.json() == {"user": JOHNSON_SHOWN}


async def test_a_changed_password_does_not_open_the_api(homs):
    await put(homs, DEMO, password="another password")

    assert await signed_in(homs, DEMO, "another password") == 401
    assert await signed_in(homs, DEMO, "demo-token") == 200


@pytest.mark.parametrize("planted", ["encrypted_password", "password_salt", "api_token", "token"])
async def test_credentials_cannot_be_planted_later_either(homs, planted):
    answer = await put(homs, JOHNSON, **{planted: "planted value"})

    assert answer.status_code == 200
    assert answer.json() == {"user": JOHNSON_SHOWN}
    assert await signed_in(homs, JOHNSON, "planted value") == 401
    assert await signed_in(homs, DEMO, "demo-token") == 200


async def test_a_changed_email_takes_effect_at_once(homs):
    answer = await put(homs, JOHNSON, email="Chris@Example.com")

    assert answer.json() == {"user": JOHNSON_SHOWN | {"email": "chris@example.com"}}
    assert is_empty(await homs.get(f"/api/users/{JOHNSON}"), 404)
    assert await user_shown(homs, "chris@example.com") == answer.json()["user"]


async def test_orders_follow_a_changed_email(homs):
    await placed(homs, user_email=JOHNSON)

    await put(homs, JOHNSON, email="chris@example.com")

    assert (await shown(homs, "ORD-1"))["user_email"] == "chris@example.com"


async def test_a_released_email_can_be_used_again(homs):
    await put(homs, JOHNSON, email="chris@example.com")

    assert (await entered(homs, email=JOHNSON))["email"] == JOHNSON


async def test_callers_who_change_their_email_sign_in_with_the_new_one(homs):
    assert (await put(homs, DEMO, email="david@example.com")).status_code == 200

    assert await signed_in(homs, DEMO, "demo-token") == 401
    assert await signed_in(homs, "david@example.com", "demo-token") == 200


async def test_an_update_of_a_user_without_the_root_is_wrapped(homs):
    answer = await homs.put(f"/api/users/{DEMO}", json={"middle_name": "Jay"})

    assert answer.status_code == 200
    assert answer.json() == {"user": DEMO_SHOWN | {"middle_name": "Jay"}}


async def test_a_user_can_be_changed_with_a_form(homs):
    answer = await sent(
        homs, "PUT", f"/api/users/{DEMO}", b"user[middle_name]=Jay", "application/x-www-form-urlencoded"
    )

    assert answer.json() == {"user": DEMO_SHOWN | {"middle_name": "Jay"}}


# Delete


async def test_deleting_a_user_answers_204_without_a_body(homs):
    assert is_empty(await homs.delete(f"/api/users/{JOHNSON}"), 204)


async def test_a_deleted_user_is_gone(homs):
    await homs.delete(f"/api/users/{JOHNSON}")

    assert await users_listed(homs) == [DEMO]
    for method, path, body in NAMED:
        assert is_empty(await homs.request(method, path, json=body), 404)


async def test_a_deleted_users_email_can_be_used_again(homs):
    await homs.delete(f"/api/users/{JOHNSON}")

    assert (await entered(homs, email=JOHNSON))["email"] == JOHNSON


async def test_a_deleted_user_cannot_sign_in(homs, book):
    await book.set_token(JOHNSON, "johnson-token")
    assert await signed_in(homs, JOHNSON, "johnson-token") == 200

    await homs.delete(f"/api/users/{JOHNSON}")

    assert await signed_in(homs, JOHNSON, "johnson-token") == 401


async def test_a_user_created_again_does_not_inherit_the_old_token(homs, book):
    await book.set_token(JOHNSON, "johnson-token")
    await homs.delete(f"/api/users/{JOHNSON}")
    await entered(homs, email=JOHNSON)

    assert await signed_in(homs, JOHNSON, "johnson-token") == 401


async def test_callers_may_delete_themselves_and_are_strangers_then(homs):
    assert is_empty(await homs.delete(f"/api/users/{DEMO}"), 204)

    assert (await homs.get("/api/users")).status_code == 401


async def test_a_user_with_orders_is_kept(homs, book):
    await placed(homs, user_email=JOHNSON)

    async with no_trace(book):
        answer = await homs.delete(f"/api/users/{JOHNSON}")

    assert answer.status_code == 422
    assert answer.json() == {"base": ["Cannot delete record because dependent orders exist"]}
    assert await user_shown(homs, JOHNSON) == JOHNSON_SHOWN
    assert (await shown(homs, "ORD-1"))["user_email"] == JOHNSON


async def test_done_and_archived_orders_keep_their_user_too(homs):
    await placed(homs, user_email=JOHNSON, state="done", archived=True)

    assert (await homs.delete(f"/api/users/{JOHNSON}")).status_code == 422


async def test_a_user_whose_orders_are_gone_can_be_deleted(homs):
    await placed(homs, user_email=JOHNSON)
    await placed(homs, user_email=JOHNSON)
    await homs.delete("/api/orders/ORD-1")
    await homs.put("/api/orders/ORD-2", json={"order": {"user_email": DEMO}})

    assert is_empty(await homs.delete(f"/api/users/{JOHNSON}"), 204)
    assert (await shown(homs, "ORD-2"))["user_email"] == DEMO
