"""Who may ask: strangers are turned away first, and neighbours see nothing of each other."""

import base64

import pytest

from .given import (
    ORDERS,
    by_source,
    entered,
    ids,
    listing,
    no_trace,
    part,
    path,
    post,
    problem,
    shown,
)

REQUESTS = [
    ("GET", ORDERS),
    ("POST", ORDERS),
    ("GET", f"{ORDERS}/{{id}}"),
    ("PATCH", f"{ORDERS}/{{id}}"),
    ("DELETE", f"{ORDERS}/{{id}}"),
    ("GET", f"{ORDERS}/by/sap/A1"),
    ("PATCH", f"{ORDERS}/by/sap/A1"),
    ("DELETE", f"{ORDERS}/by/sap/A1"),
]
on_every_request = pytest.mark.parametrize("method, where", REQUESTS, ids=[f"{m} {p}" for m, p in REQUESTS])


@on_every_request
async def test_a_stranger_is_turned_away_before_anything_else(v1, demo_book, method, where):
    order = await entered(v1, external_ids={"sap": "A1"})
    at = where.format(id=order["id"])

    async with no_trace(demo_book):
        for kwargs in ({}, {"content": b"no JSON"}, {"json": {"title": 5}}, {"headers": {"If-Match": '"7"'}}):
            answer = await v1.request(method, at, auth=None, **kwargs)
            problem(answer, 401)
            assert answer.headers["WWW-Authenticate"]
        problem(await v1.request(method, f"{at}?nonsense=1", auth=None), 401)


async def test_a_stranger_does_not_hear_whether_an_order_is_there(v1):
    there, not_there = path(await entered(v1)), f"{ORDERS}/99999999"

    told = [problem(await v1.get(at, auth=None), 401) for at in (there, not_there)]

    assert told[0] | {"request_id": ""} == told[1] | {"request_id": ""}


@pytest.mark.parametrize(
    "auth",
    [
        ("demo@example.com", "demo-token"),
        ("demo@example.com", "demo-passwor"),
        ("demo@example.com", "Demo-password"),
        ("nobody@example.com", "demo-password"),
        ("disabled@example.com", "demo-password"),
        ("demo-client", "demo-secret"),
        "demo-password",
    ],
    ids=str,
)
async def test_wrong_credentials_are_turned_away(v1, demo_book, auth):
    async with no_trace(demo_book):
        answer = await v1.get(ORDERS, auth=auth)
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"]
        problem(await v1.post(ORDERS, json={"type": "purchase_order"}, auth=auth), 401)


async def test_an_email_and_the_scheme_may_be_written_in_any_case(v1):
    packed = base64.b64encode(b"Demo@Example.com:demo-password").decode()

    assert (await v1.get(ORDERS, headers={"Authorization": f"bAsIc {packed}"})).status_code == 200


async def test_who_is_turned_away_too_often_has_to_wait(v1):
    for _ in range(40):
        answer = await v1.get(ORDERS, auth=("c.johnson@example.com", "wrong"))
        if answer.status_code != 401:
            break

    problem(answer, 429)
    assert int(answer.headers["Retry-After"]) > 0


async def test_another_user_of_the_tenant_is_let_in_and_named_in_what_he_writes(v1):
    v1.auth = ("c.johnson@example.com", "demo-password")

    order = await entered(v1)

    assert (order["created_by"], order["modified_by"]) == ("c.johnson@example.com",) * 2


async def test_a_neighbours_order_is_not_there(v1, neighbour, demo_book):
    order = await entered(v1, external_ids={"sap": "A1"})
    async with no_trace(demo_book):
        for method, where in REQUESTS[2:]:
            for called in (order["id"], order["uuid"]):
                answer = await neighbour.request(method, where.format(id=called), json={"title": "x"})
                problem(answer, 404)


async def test_a_neighbour_finds_nothing_by_any_word_filter_or_cursor(v1, neighbour):
    before = await ids(neighbour)
    order = await entered(v1, title="Neobvyklost", external_ids={"sap": "A1"})
    _, cursor = await part(v1, limit=1, fields="id")

    assert await ids(neighbour) == before
    assert await ids(neighbour, search="neobvyklost") == []
    assert await ids(neighbour, title="Neobvyklost") == []
    assert await ids(neighbour, id=order["id"]) == []
    assert set(await ids(neighbour, cursor=cursor)) <= set(before)


async def test_neighbours_may_call_their_orders_the_same(v1, neighbour):
    ours = await entered(v1, external_ids={"sap": "A1"})
    theirs = await entered(neighbour, external_ids={"sap": "A1"})

    assert (await v1.get(by_source("sap", "A1"))).json()["id"] == ours["id"]
    assert (await neighbour.get(by_source("sap", "A1"))).json()["id"] == theirs["id"]
    assert ours["code"] == theirs["code"]
    assert (await shown(neighbour, theirs["code"]))["id"] == theirs["id"]


async def test_what_only_a_neighbour_has_cannot_be_referred_to(v1, neighbour, demo_book):
    here = await demo_book.add_customer("Jen naše")
    order = await entered(v1, customer_id=here)

    refused = await post(neighbour, customer_id=here)

    assert [error["pointer"] for error in problem(refused, 422)["errors"]] == ["/customer_id"]
    assert order["customer_id"] == here


async def test_an_api_token_of_homs_is_no_password(v1):
    problem(await v1.get(listing(limit=1), auth=("demo@example.com", "demo-token")), 401)
