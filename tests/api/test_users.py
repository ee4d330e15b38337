"""Users: who may change them, what is told of a change, and the list."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from orderloom.api.users import FIELDS, USERS
from orderloom.demo.people import DEMO_PASSWORD, DEMO_USER
from tests.harness import FaceClient, serving

from .given import faults, is_problem
from .lists import MEANINGLESS, check_filters, check_orders, listed

NEW = {
    "email": "Anna.N@Example.com ",
    "first_name": "Anna",
    "last_name": "Nováková",
    "company": "Example",
    "department": "Purchasing",
    "password": "a good password",
}
JOHNSON = f"{USERS}/c.johnson@example.com"
OPERATIONS = (
    ("GET", USERS, None),
    ("POST", USERS, NEW),
    ("GET", JOHNSON, None),
    ("PATCH", JOHNSON, {"department": "Other"}),
    ("DELETE", JOHNSON, None),
)


async def enrolled(client, **more):
    answer = await client.post(USERS, json={**NEW, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def may_sign_in(client: FaceClient, email: str, password: str) -> bool:
    return (await client.get(f"{USERS}?limit=1", auth=(email, password))).status_code == 200


async def test_a_stranger_sees_and_changes_nothing(v1, demo_book):
    before = await demo_book.counts()
    shown = (await v1.get(JOHNSON)).json()

    for method, path, body in OPERATIONS:
        assert is_problem(await v1.request(method, path, json=body, auth=None), 401, "unauthorized")

    assert await demo_book.counts() == before
    assert (await v1.get(JOHNSON)).json() == shown


async def test_a_neighbours_users_do_not_exist(v1):
    mine = await enrolled(v1)

    assert mine["email"] not in [each["email"] for each in await listed(v1.neighbour, USERS)]
    for name in (mine["id"], mine["email"]):
        for method, body in (("GET", None), ("PATCH", {"company": "x"}), ("DELETE", None)):
            answer = await v1.neighbour.request(method, f"{USERS}/{name}", json=body)
            assert is_problem(answer, 404, "not-found")
    assert (await v1.get(f"{USERS}/{mine['id']}")).json() == mine


async def test_a_new_user_is_shown_without_the_password_and_signs_in(v1, demo_book):
    answer = await v1.post(USERS, json=NEW)
    user = answer.json()

    assert answer.status_code == 201
    assert user == {
        "id": user["id"],
        **{name: value for name, value in NEW.items() if name != "password"},
        "email": "anna.n@example.com",
        "middle_name": None,
        "role": "user",
        "blocked": False,
        "external": False,
        "created_at": user["created_at"],
        "modified_at": user["created_at"],
    }
    for name in (user["id"], "Anna.N@EXAMPLE.com"):
        shown = await v1.get(f"{USERS}/{name}")
        assert (shown.json(), shown.headers["etag"]) == (user, answer.headers["etag"])
    assert await may_sign_in(v1, NEW["email"], NEW["password"])
    told = (await demo_book.events("user"))[-1]
    assert (told["name"], told["noun_id"], told["face"]) == ("UserEnrolled", user["id"], "v1")
    assert "password" not in told["changes"]


async def test_a_change_is_told_and_a_new_password_counts(v1, demo_book):
    user = await enrolled(v1)

    answer = await v1.patch(
        f"{USERS}/{user['id']}",
        json={"email": "A.Malá@example.com", "middle_name": "M", "role": "vip", "password": "another password"},
    )

    changed = answer.json()
    assert changed == {
        **user,
        "email": "a.malá@example.com",
        "middle_name": "M",
        "role": "vip",
        "modified_at": changed["modified_at"],
    }
    assert changed["modified_at"] > user["modified_at"]
    assert "password" not in answer.text
    told = (await demo_book.events("user"))[-1]
    assert told["name"] == "UserChangedWithPassword"
    assert json.loads(told["changes"]) == {
        "email": [user["email"], "a.malá@example.com"],
        "middle_name": [None, "M"],
        "role": ["user", "vip"],
    }
    assert not await may_sign_in(v1, NEW["email"], NEW["password"])
    assert is_problem(await v1.get(f"{USERS}/{user['email']}"), 404, "not-found")


async def test_a_user_can_be_sent_back_as_it_was_shown(v1):
    shown = await v1.get(JOHNSON)

    answer = await v1.patch(JOHNSON, json=shown.json(), headers={"If-Match": shown.headers["etag"]})

    assert answer.status_code == 200, answer.text
    assert {**answer.json(), "modified_at": None} == {**shown.json(), "modified_at": None}


async def test_who_is_blocked_cannot_sign_in(v1):
    user = await enrolled(v1)

    await v1.patch(f"{USERS}/{user['id']}", json={"blocked": True})

    assert not await may_sign_in(v1, user["email"], NEW["password"])


async def test_a_user_who_is_responsible_for_orders_cannot_be_deleted(v1, demo_book):
    order = await v1.post("/v1/orders", json={"type": "purchase_order", "responsible": "c.johnson@example.com"})
    before = await demo_book.counts()

    answer = await v1.delete(JOHNSON)

    assert is_problem(answer, 409, "conflict")
    assert await demo_book.counts() == before
    await v1.patch(order.headers["location"], json={"responsible": None})
    assert (await v1.delete(JOHNSON)).status_code == 204
    assert is_problem(await v1.get(JOHNSON), 404, "not-found")
    told = (await demo_book.events("user"))[-1]
    assert (told["name"], json.loads(told["changes"])["email"]) == ("UserDeleted", "c.johnson@example.com")


async def test_an_old_look_is_refused_and_a_known_one_not_told_again(v1):
    old = (await v1.get(JOHNSON)).headers["etag"]
    assert (await v1.get(JOHNSON, headers={"If-None-Match": old})).status_code == 304
    now = await v1.patch(JOHNSON, json={"department": "Other"}, headers={"If-Match": old})

    for method, body in (("PATCH", {"department": "Third"}), ("DELETE", None)):
        answer = await v1.request(method, JOHNSON, json=body, headers={"If-Match": old})
        assert is_problem(answer, 412, "stale")
        assert answer.headers["etag"] == now.headers["etag"]
    assert (await v1.get(JOHNSON)).json() == now.json()


async def test_of_many_changes_from_one_look_one_wins(v1):
    etag = {"If-Match": (await v1.get(JOHNSON)).headers["etag"]}

    answers = await asyncio.gather(*(v1.patch(JOHNSON, json={"company": f"C{n}"}, headers=etag) for n in range(5)))

    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 4]


REFUSED = (
    ({"email": "nobody"}, {("/email", "invalid")}),
    ({"email": DEMO_USER.upper()}, {("/email", "taken")}),
    ({"email": DEMO_USER, "first_name": " "}, {("/email", "taken"), ("/first_name", "blank")}),
    ({"first_name": "x" * 256, "company": "\0"}, {("/first_name", "too_long"), ("/company", "invalid")}),
    ({"last_name": None}, {("/last_name", "invalid")}),
    ({"role": "owner"}, {("/role", "invalid")}),
    ({"password": "short"}, {("/password", "too_short")}),
    ({"password": "x" * 129}, {("/password", "too_long")}),
    ({"password": "ol_" + "x" * 43}, {("/password", "invalid")}),
    ({"password": None}, {("/password", "invalid")}),
    ({"token": "x"}, {("/token", "unexpected")}),
)


async def test_what_cannot_be_entered_is_told_with_its_place(v1, demo_book):
    before = await demo_book.counts()

    for body, told in REFUSED:
        for method, path, given in (("POST", USERS, {**NEW, **body}), ("PATCH", JOHNSON, body)):
            answer = await v1.request(method, path, json=given)
            assert is_problem(answer, 422, "invalid"), body
            assert faults(answer) == told
            assert DEMO_PASSWORD not in answer.text
    answer = await v1.post(USERS, json={})
    assert faults(answer) == {(f"/{name}", "blank") for name in NEW}

    assert await demo_book.counts() == before


async def test_what_is_not_there_is_not_found(v1):
    for name in ("0", "99999", "nobody@example.com", "x", "99999999999999999999", "%00", "%FF"):
        for method, body in (("GET", None), ("PATCH", {"company": "x"}), ("DELETE", None)):
            assert is_problem(await v1.request(method, f"{USERS}/{name}", json=body), 404, "not-found"), name


async def test_lists_do_what_plain_python_does(v1):
    for number, name in enumerate(("Élan", "élan", "ẞ", "*", "Ωmega")):
        await enrolled(
            v1,
            email=f"{number}é@example.com",
            first_name=name,
            last_name=name.upper(),
            middle_name=None if number % 2 else name,
            role=("user", "vip", "admin")[number % 3],
            external=number > 2,
        )
    everything = await listed(v1, USERS)

    assert len(everything) == 8
    await check_filters(v1, USERS, FIELDS, everything)
    await check_orders(v1, USERS, FIELDS, everything)


async def test_parameters_that_mean_nothing_are_refused(v1):
    for query, told in (*MEANINGLESS, ("password=x", ("password", "unexpected"))):
        answer = await v1.get(f"{USERS}?{query}")
        assert is_problem(answer, 400, "bad-request"), query
        assert faults(answer) == {told}
    for method, path, body in OPERATIONS[1:]:
        answer = await v1.request(method, f"{path}?nonsense=1", json=body)
        assert faults(answer) == {("nonsense", "unexpected")}


async def test_a_key_that_may_do_less_than_a_user_changes_no_user(v1, demo_book):
    narrow = await demo_book.add_key("v1:write", "homs:write", "*:read")
    short = await demo_book.add_key("*:write", name="short", expires_at=datetime.now(UTC) + timedelta(days=1))
    before = await demo_book.counts()

    for auth in (narrow, short):
        for method, path, body in OPERATIONS:
            answer = await v1.request(method, path, json=body, auth=auth)
            if method == "GET":
                assert answer.status_code == 200
            else:
                assert is_problem(answer, 403, "forbidden")

    assert await demo_book.counts() == before
    wide = await demo_book.add_key("*:write", name="wide")
    for method, path, body in OPERATIONS:
        assert (await v1.request(method, path, json=body, auth=wide)).is_success


@pytest.fixture(scope="module")
def strict(database_url):
    """A server that leaves changes of users to administrators."""
    with serving(database_url=database_url, homs_users_by_admins="true") as server:
        yield server


async def test_where_the_operator_wants_it_only_administrators_change_users(v1, demo_book, http, strict):
    await v1.patch(JOHNSON, json={"role": "admin"})
    client = FaceClient(strict.url, v1.host, http, v1.auth)
    key = await demo_book.add_key("*:write", name="wide")
    before = await demo_book.counts()

    for auth in (v1.auth, key):
        for method, path, body in OPERATIONS:
            answer = await client.request(method, path, json=body, auth=auth)
            assert answer.status_code == (200 if method == "GET" else 403), (method, path)

    assert await demo_book.counts() == before
    admin = ("c.johnson@example.com", DEMO_PASSWORD)
    assert (await client.post(USERS, json=NEW, auth=admin)).status_code == 201
