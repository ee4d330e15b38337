"""API keys: what a caller may give a key, its secret, its end, and the list."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

from orderloom.api.api_keys import FIELDS, KEYS

from .given import faults, is_problem
from .lists import MEANINGLESS, check_filters, check_orders, listed

NEW = {"name": "webshop", "scopes": ["v1:write", "homs:read"]}


async def made(client, **more):
    answer = await client.post(KEYS, json={**NEW, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_stranger_sees_and_changes_nothing(v1, demo_book):
    key = await made(v1)
    before = await demo_book.counts()

    for method, path, body in (
        ("GET", KEYS, None),
        ("POST", KEYS, {**NEW, "name": "other"}),
        ("GET", f"{KEYS}/{key['id']}", None),
        ("DELETE", f"{KEYS}/{key['id']}", None),
    ):
        assert is_problem(await v1.request(method, path, json=body, auth=None), 401, "unauthorized")

    assert await demo_book.counts() == before
    assert (await v1.get(KEYS, auth=key["secret"])).status_code == 200


async def test_a_neighbours_keys_do_not_exist(v1):
    key = await made(v1)

    assert key["id"] not in [each["id"] for each in await listed(v1.neighbour, KEYS)]
    for method in ("GET", "DELETE"):
        assert is_problem(await v1.neighbour.request(method, f"{KEYS}/{key['id']}"), 404, "not-found")
    assert (await v1.get(KEYS, auth=key["secret"])).status_code == 200
    assert is_problem(await v1.neighbour.get(KEYS, auth=key["secret"]), 401, "unauthorized")


async def test_the_secret_is_told_once_and_nowhere_else(v1, demo_book):
    answer = await v1.post(KEYS, json={**NEW, "expires_at": "2100-01-01T00:00:00+01:00"})
    key = answer.json()
    secret = key.pop("secret")

    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert key == {
        "id": key["id"],
        **NEW,
        "created_at": key["created_at"],
        "created_by": "demo@example.com",
        "expires_at": "2099-12-31T23:00:00Z",
        "used_at": None,
        "revoked_at": None,
    }
    shown = await v1.get(answer.headers["location"])
    assert shown.json() == key
    assert (await v1.get(KEYS)).json()["keys"][0] == key
    told = (await demo_book.events("api_key"))[-1]
    assert (told["name"], told["noun_id"]) == ("ApiKeyAdded", key["id"])
    assert secret not in json.dumps([dict(each) for each in await demo_book.events("api_key")], default=str)
    assert (await v1.get(KEYS, auth=secret)).status_code == 200


async def test_a_revoked_key_opens_nothing_and_its_name_is_free(v1, demo_book):
    key = await made(v1)
    path = f"{KEYS}/{key['id']}"
    assert (await v1.get(KEYS, auth=key["secret"])).status_code == 200

    assert (await v1.delete(path)).status_code == 204

    assert is_problem(await v1.get(KEYS, auth=key["secret"]), 401, "unauthorized")
    assert is_problem(await v1.delete(path), 404, "not-found")
    assert (await v1.get(path)).json()["revoked_at"] is not None
    told = (await demo_book.events("api_key"))[-1]
    assert (told["name"], told["noun_id"]) == ("ApiKeyRevoked", key["id"])
    assert (await v1.get(KEYS, auth=(await made(v1))["secret"])).status_code == 200


async def test_an_old_look_is_refused_and_a_known_one_not_told_again(v1):
    key = await made(v1)
    path = f"{KEYS}/{key['id']}"
    etag = (await v1.get(path)).headers["etag"]

    assert (await v1.get(path, headers={"If-None-Match": etag})).status_code == 304
    assert is_problem(await v1.delete(path, headers={"If-Match": '"old"'}), 412, "stale")
    assert (await v1.get(KEYS, auth=key["secret"])).status_code == 200
    await v1.delete(path, headers={"If-Match": (await v1.get(path)).headers["etag"]})
    assert (await v1.get(path)).json()["revoked_at"] is not None


REFUSED = (
    ({}, {("/name", "blank"), ("/scopes", "blank")}),
    ({"name": " a", "scopes": ["v1:write"]}, {("/name", "invalid")}),
    ({"name": "a@b", "scopes": ["nowhere:write"]}, {("/name", "invalid"), ("/scopes", "inclusion")}),
    ({"name": "x" * 101, "scopes": ["v1:delete", "v1"]}, {("/name", "too_long"), ("/scopes", "inclusion")}),
    ({"name": "a", "scopes": ["v1:read"] * 21}, {("/scopes", "invalid")}),
    ({"name": "a", "scopes": "v1:read"}, {("/scopes", "invalid")}),
    ({"name": "a", "scopes": ["v1:read"], "expires_at": "2001-01-01T00:00:00Z"}, {("/expires_at", "invalid")}),
    ({"name": "a", "scopes": ["v1:read"], "expires_at": "2100-01-01T00:00:00"}, {("/expires_at", "invalid")}),
    ({"name": "a", "scopes": ["v1:read"], "secret": "ol_x"}, {("/secret", "unexpected")}),
    ({"name": "WEBSHOP", "scopes": ["v1:read"]}, {("/name", "taken")}),
)


async def test_what_cannot_be_made_is_told_with_its_place(v1, demo_book):
    await made(v1)
    before = await demo_book.counts()

    for body, told in REFUSED:
        answer = await v1.post(KEYS, json=body)
        assert is_problem(answer, 422, "invalid"), body
        assert faults(answer) == told, body

    assert await demo_book.counts() == before


async def test_nobody_gives_a_key_more_than_the_own_key_may(v1, demo_book):
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    mine = await demo_book.add_key("v1:write", "*:read", "homs:write", expires_at=ends)
    before = await demo_book.counts()
    sooner, later = ((ends + timedelta(seconds=each)).isoformat() for each in (-1, 1))

    for body, told in (
        ({"scopes": ["*:write"], "expires_at": sooner}, {("/scopes", "illegal")}),
        ({"scopes": ["v1:write", "synergist:write"], "expires_at": sooner}, {("/scopes", "illegal")}),
        ({"scopes": ["v1:write"], "expires_at": later}, {("/expires_at", "illegal")}),
        ({"scopes": ["v1:write"]}, {("/expires_at", "illegal")}),
        (
            {"scopes": ["synergist:write", "none:read"], "name": ""},
            {("/scopes", "illegal"), ("/scopes", "inclusion"), ("/expires_at", "illegal"), ("/name", "blank")},
        ),
    ):
        answer = await v1.post(KEYS, json={"name": "child", **body}, auth=mine)
        assert is_problem(answer, 422, "invalid"), body
        assert faults(answer) == told, body

    assert await demo_book.counts() == before
    scopes = ["v1:write", "v1:read", "homs:write", "synergist:read", "*:read"]
    answer = await v1.post(KEYS, json={"name": "child", "scopes": scopes, "expires_at": ends.isoformat()}, auth=mine)
    assert answer.status_code == 201, answer.text
    assert answer.json()["created_by"] == "key:program"


async def test_nobody_revokes_a_key_that_goes_beyond_the_own_one(v1, demo_book):
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    mine = await demo_book.add_key("v1:write", "homs:read", expires_at=ends)
    sooner, later = ((ends + timedelta(seconds=each)).isoformat() for each in (-1, 1))
    for scopes, end in ((["*:write"], sooner), (["homs:write"], sooner), (["v1:read"], later), (["v1:read"], None)):
        path = f"{KEYS}/{(await made(v1, name='other', scopes=scopes, expires_at=end))['id']}"
        before = await demo_book.counts()
        assert is_problem(await v1.delete(path, auth=mine), 403, "forbidden"), (scopes, end)
        assert await demo_book.counts() == before
        assert (await v1.get(path)).json()["revoked_at"] is None
        assert (await v1.delete(path, auth=await demo_book.add_key("*:write", name="all"))).status_code == 204
        assert (await v1.delete(f"{KEYS}/{await named(v1, 'all')}")).status_code == 204

    less = await made(v1, name="other", scopes=["v1:write", "homs:read"], expires_at=ends.isoformat())
    for key_id in (less["id"], await named(v1, "program")):
        assert (await v1.delete(f"{KEYS}/{key_id}", auth=mine)).status_code == 204


async def named(client, name):
    (key,) = await listed(client, KEYS, name=name, **{"revoked_at.empty": "true"})
    return key["id"]


async def test_a_key_of_every_face_gives_everything(v1, demo_book):
    mine = await demo_book.add_key("*:write")

    answer = await v1.post(KEYS, json={"name": "child", "scopes": ["*:write", "homs:write", "v1:read"]}, auth=mine)

    assert answer.status_code == 201, answer.text


async def test_a_key_that_reads_makes_and_revokes_none(v1, demo_book):
    mine = await demo_book.add_key("v1:read")
    key = await made(v1)

    assert is_problem(await v1.post(KEYS, json={"name": "a", "scopes": ["v1:read"]}, auth=mine), 403, "forbidden")
    assert is_problem(await v1.delete(f"{KEYS}/{key['id']}", auth=mine), 403, "forbidden")
    assert (await v1.get(f"{KEYS}/{key['id']}", auth=mine)).status_code == 200


async def test_of_many_who_revoke_a_key_one_does(v1):
    key = await made(v1)

    answers = await asyncio.gather(*(v1.delete(f"{KEYS}/{key['id']}") for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [204, *[404] * 3]


async def test_what_is_not_there_is_not_found(v1):
    for name in ("0", "999999", "x", "99999999999999999999", "%00", "demo"):
        for method in ("GET", "DELETE"):
            assert is_problem(await v1.request(method, f"{KEYS}/{name}"), 404, "not-found"), name


async def test_lists_do_what_plain_python_does(v1, demo_book):
    for number, name in enumerate(("Élan", "élans", "ẞ", "*")):
        key = await made(v1, name=name, expires_at="2100-01-01T00:00:00Z" if number % 2 else None)
        if number > 2:
            await v1.delete(f"{KEYS}/{key['id']}")
    await demo_book.add_key("v1:read", name="Straße")
    everything = await listed(v1, KEYS)

    assert len(everything) >= 5
    await check_filters(v1, KEYS, FIELDS, everything)
    await check_orders(v1, KEYS, FIELDS, everything)


async def test_parameters_that_mean_nothing_are_refused(v1):
    for query, told in MEANINGLESS:
        answer = await v1.get(f"{KEYS}?{query}")
        assert is_problem(answer, 400, "bad-request"), query
        assert faults(answer) == {told}
    for method, path, body in (("POST", KEYS, NEW), ("GET", f"{KEYS}/1", None), ("DELETE", f"{KEYS}/1", None)):
        assert (await v1.request(method, f"{path}?nonsense=1", json=body)).status_code in (400, 404)
