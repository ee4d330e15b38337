"""Order types: definitions, which version is the active one, and the list."""

import json
from urllib.parse import quote

from orderloom.api.types import FIELDS, TYPES

from .given import faults, is_problem
from .lists import MEANINGLESS, check_filters, check_orders, listed

NEW = {
    "code": "Reklamace č. 1/a",
    "name": "Reklamace",
    "print_form_code": "RK",
    "fields": {
        "důvod": {"type": "string", "label": "Důvod", "max_length": 20, "anything": {"a": [1, None, "é"]}},
        "amount": {"type": "number", "label": "Amount"},
        "a.type": {"type": "json", "label": "Odd"},
    },
}
PATH = f"{TYPES}/{quote(NEW['code'], safe='')}"
VACATION = f"{TYPES}/vacation_request"
OPERATIONS = (
    ("GET", TYPES, None),
    ("POST", TYPES, NEW),
    ("GET", VACATION, None),
    ("GET", f"{VACATION}/versions/1", None),
    ("POST", f"{VACATION}/activate", None),
    ("POST", f"{VACATION}/versions/1/activate", None),
    ("POST", f"{VACATION}/retire", None),
)


async def added(client, **more):
    answer = await client.post(TYPES, json={**NEW, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_stranger_sees_and_changes_nothing(v1, demo_book):
    before = await demo_book.counts()
    shown = (await v1.get(VACATION)).json()

    for method, path, body in OPERATIONS:
        assert is_problem(await v1.request(method, path, json=body, auth=None), 401, "unauthorized")

    assert await demo_book.counts() == before
    assert (await v1.get(VACATION)).json() == shown


async def test_a_neighbours_types_do_not_exist(v1):
    mine = await added(v1)

    assert mine["code"] not in [each["code"] for each in await listed(v1.neighbour, TYPES, all="true")]
    for path in (PATH, f"{PATH}/versions/1"):
        assert is_problem(await v1.neighbour.get(path), 404, "not-found")
    for path in (f"{PATH}/activate", f"{PATH}/versions/1/activate", f"{PATH}/retire"):
        assert is_problem(await v1.neighbour.post(path), 404, "not-found")
    assert (await v1.get(PATH)).json() == mine


async def test_a_definition_is_shown_as_it_was_entered(v1, demo_book):
    answer = await v1.post(TYPES, json=NEW)
    shown = answer.json()

    assert answer.status_code == 201, answer.text
    assert shown == {
        "id": shown["id"],
        **NEW,
        "version": 1,
        "number": shown["number"],
        "kind": "general",
        "active": True,
    }
    assert list(shown["fields"]) == list(NEW["fields"])
    for path in (answer.headers["location"], PATH, f"{PATH}/versions/1"):
        found = await v1.get(path)
        assert (found.json(), found.headers["etag"]) == (shown, answer.headers["etag"])
    told = (await demo_book.events("order_type"))[-1]
    assert (told["name"], told["noun_id"], told["face"]) == ("OrderTypeAdded", shown["id"], "v1")
    changes = json.loads(told["changes"])
    assert {**changes, "fields": dict(changes["fields"]), "id": shown["id"]} == shown
    assert [name for name, _ in changes["fields"]] == list(NEW["fields"]), "in their order"
    order = await v1.post("/v1/orders", json={"type": NEW["code"], "data": {"důvod": "x", "amount": 1.5}})
    assert order.json()["data"] == {"důvod": "x", "amount": 1.5}


async def test_a_shown_definition_can_be_sent_back_as_a_new_version(v1):
    first = await added(v1)

    second = await added(v1, **first)

    assert second == {**first, "id": second["id"], "version": 2}
    assert (await v1.get(f"{PATH}/versions/1")).json() == {**first, "active": False}


async def test_versions_are_activated_and_a_code_is_retired(v1, demo_book):
    first = await added(v1)
    second = await added(v1, name="Second", activate=False)
    assert second["active"] is False
    assert (await v1.get(PATH)).json() == first

    newest = await v1.post(f"{PATH}/activate")
    assert newest.json() == (await v1.get(PATH)).json() == {**second, "active": True}
    again = await v1.post(f"{PATH}/versions/1/activate")
    assert again.json() == (await v1.get(PATH)).json() == first
    retired = await v1.post(f"{PATH}/retire")
    assert retired.json() == {**first, "active": False}

    assert is_problem(await v1.get(PATH), 404, "not-found")
    assert (await v1.get(f"{PATH}/versions/1")).json() == {**first, "active": False}
    assert is_problem(await v1.post(f"{PATH}/retire"), 404, "not-found")
    assert is_problem(await v1.post(f"{PATH}/versions/3/activate"), 404, "not-found")
    events = (await demo_book.events("order_type"))[-5:]
    told = [json.loads(each["changes"]) for each in events[:2]]
    assert [(each["version"], each["name"], each["active"]) for each in told] == [
        (1, NEW["name"], True),
        (2, "Second", False),
    ]
    names = [each["name"] for each in events]
    assert names == ["OrderTypeAdded"] * 2 + ["OrderTypeActivated"] * 2 + ["OrderTypeRetired"]


async def test_the_type_that_always_exists_cannot_be_retired_or_defined(v1):
    assert is_problem(await v1.post(f"{TYPES}/purchase_order/retire"), 409, "conflict")
    assert (await v1.get(f"{TYPES}/purchase_order")).json()["kind"] == "purchase"
    for code in ("purchase_order", "case_type_7"):
        assert faults(await v1.post(TYPES, json={**NEW, "code": code})) == {("/code", "taken")}


async def test_who_knows_a_version_already_is_not_told_it_again(v1):
    etag = (await v1.get(VACATION)).headers["etag"]

    assert (await v1.get(VACATION, headers={"If-None-Match": etag})).status_code == 304
    assert (await v1.get(f"{VACATION}?fields=code,version")).json() == {"code": "vacation_request", "version": 1}


REFUSED = (
    ({"code": " ", "name": None}, {("/name", "invalid")}),
    ({"code": " ", "name": ""}, {("/code", "blank"), ("/name", "blank")}),
    ({"code": "x" * 201, "name": "\0"}, {("/code", "too_long"), ("/name", "invalid")}),
    ({"print_form_code": 1}, {("/print_form_code", "invalid")}),
    ({"print_form_code": "x" * 201}, {("/print_form_code", "too_long")}),
    ({"fields": []}, {("/fields", "invalid")}),
    (
        {"fields": {"a": None, "": {"type": "string", "label": "x"}}},
        {("/fields/a", "invalid"), ("/fields/", "invalid")},
    ),
    (
        {"fields": {"a/b~.type": {"type": "text"}, "c": {"type": "number", "label": "x" * 201, "max_length": 0}}},
        {
            ("/fields/a~1b~0.type/type", "inclusion"),
            ("/fields/a~1b~0.type/label", "blank"),
            ("/fields/c/label", "too_long"),
            ("/fields/c/max_length", "invalid"),
        },
    ),
    ({"fields": {"a": {"type": "string", "label": "x", "deep": [{"b": "c\0"}]}}}, {("/fields/a", "invalid")}),
    ({"fields": {f"f{n}": {"type": "string", "label": "x"} for n in range(201)}}, {("/fields", "invalid")}),
    ({"activate": None}, {("/activate", "invalid")}),
    ({"data": {}}, {("/data", "unexpected")}),
)


async def test_what_cannot_be_entered_is_told_with_its_place(v1, demo_book):
    before = await demo_book.counts()

    for body, told in REFUSED:
        answer = await v1.post(TYPES, json={**NEW, **body})
        assert is_problem(answer, 422, "invalid"), body
        assert faults(answer) == told, body
    assert faults(await v1.post(TYPES, json={})) == {("/code", "blank"), ("/name", "blank")}

    assert await demo_book.counts() == before
    escaped = {"a": {"type": "string", "label": "x", "path": "\\u0000"}}
    assert (await added(v1, fields=escaped))["fields"] == escaped


async def test_what_is_not_there_is_not_found(v1):
    for code in ("nonsense", "%00", "%FF", "Vacation_request", "x" * 300):
        for path in (f"{TYPES}/{code}", f"{TYPES}/{code}/versions/1"):
            assert is_problem(await v1.get(path), 404, "not-found"), path
        for path in ("activate", "versions/1/activate", "retire"):
            assert is_problem(await v1.post(f"{TYPES}/{code}/{path}"), 404, "not-found"), path
    for version in ("0", "2", "x", "-1", "2147483648", "99999999999999999999"):
        assert is_problem(await v1.get(f"{VACATION}/versions/{version}"), 404, "not-found")
        assert is_problem(await v1.post(f"{VACATION}/versions/{version}/activate"), 404, "not-found")


async def test_the_list_has_the_active_versions_by_code_unless_all_are_asked_for(v1):
    await added(v1, code="zz")
    await added(v1, code="zz", name="Zz II")
    await added(v1, code="Zz", name="Zz", activate=False)
    active, everything = await listed(v1, TYPES), await listed(v1, TYPES, all="true", sort="-id")

    assert [each["code"] for each in active] == sorted(each["code"] for each in active)
    assert [each for each in active if each["code"].lower() == "zz"] == [(await v1.get(f"{TYPES}/zz")).json()]
    assert sorted(json.dumps(each) for each in active) == sorted(json.dumps(e) for e in everything if e["active"])
    assert len(everything) > len(active)
    await check_filters(v1, TYPES, FIELDS, everything, all="true", sort="-id")
    await check_orders(v1, TYPES, FIELDS, everything, all="true")


async def test_parameters_that_mean_nothing_are_refused(v1):
    for query, told in (*MEANINGLESS, ("all=1", ("all", "invalid")), ("all=", ("all", "invalid"))):
        answer = await v1.get(f"{TYPES}?{query}")
        assert is_problem(answer, 400, "bad-request"), query
        assert faults(answer) == {told}
    for method, path, body in OPERATIONS[1:]:
        answer = await v1.request(method, f"{path}?nonsense=1", json=body)
        assert faults(answer) == {("nonsense", "unexpected")}


async def test_a_key_that_reads_changes_no_type(v1, demo_book):
    mine = await demo_book.add_key("v1:read")

    for method, path, body in OPERATIONS:
        answer = await v1.request(method, path, json=body, auth=mine)
        assert answer.status_code == (200 if method == "GET" else 403), path
