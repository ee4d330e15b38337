"""Our own API in its own requests."""

from typing import Any

import httpx

from tests.conformance.face import MARKER, NOWHERE, TOO_LONG, Ask, Face, Names, demo_password
from tests.harness import FaceClient

_ORDERS = "/v1/orders"
_ORDER = f"{_ORDERS}/{{order}}"
_THEIRS = f"{_ORDERS}/by/erp"
_TEXTS = ("number", "title", "external_id", "supplier_reference", "process_id", "process_state", "notes")
_PURCHASE = {"type": "purchase_order", "case_id": 3}


# For each kind of record: one that there is, and a new one with what tells it from others.
_RECORDS: dict[str, tuple[str, int, dict[str, Any], str]] = {
    "customer": ("/v1/customers", 1, {"name": "x"}, "name"),
    "contact": ("/v1/contacts", 1, {"code": "x"}, "code"),
    "case": ("/v1/cases", 5, {"code": "x", "name": "x"}, "code"),
    "item": ("/v1/items", 1, {"customer_id": 1, "sku": "x"}, "sku"),
}


async def _names(client: FaceClient, order: str) -> Names:
    """The order and one record of each kind get an id elsewhere; there is one more of each to delete by either id."""
    answer = await client.patch(f"{_ORDERS}/{order}", json={"external_ids": {"erp": f"T-{order}"}})
    assert answer.status_code == 200, answer.text
    await _spare(client, _ORDERS, _PURCHASE, f"S-{order}")
    names = {"spare": f"S-{order}", "theirs": f"T-{order}", "key": await _key(client, order)}
    for noun, (path, known, new, own) in _RECORDS.items():
        answer = await client.patch(f"{path}/{known}", json={"external_ids": {"erp": f"T-{order}"}})
        assert answer.status_code == 200, answer.text
        await _spare(client, path, new | {own: f"S-{order}"}, f"S-{order}")
        names[noun] = await _spare(client, path, new | {own: f"D-{order}"}, f"D-{order}")
    facilities = (await client.get(f"/v1/facilities?name=D-{order}")).json()["facilities"]
    if not facilities:
        facilities = [(await client.post("/v1/facilities", json={"name": f"D-{order}"})).json()]
    return names | {"facility": str(facilities[0]["id"])}


async def _spare(client: FaceClient, path: str, new: dict[str, Any], their_id: str) -> str:
    """The id of the record that is called so elsewhere, which may be there already."""
    answer = await client.post(path, json=new | {"external_ids": {"erp": their_id}})
    if answer.status_code == 422:
        answer = await client.get(f"{path}/by/erp/{their_id}")
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["id"])


async def _key(client: FaceClient, order: str) -> str:
    answer = await client.post("/v1/keys", json={"name": f"of {order}", "scopes": ["v1:read"]})
    if answer.status_code == 201:
        return str(answer.json()["id"])
    keys = (await client.get(f"/v1/keys?name=of%20{order}&revoked_at.empty=true")).json()["keys"]
    return str(keys[0]["id"]) if keys else "1"


def _of_record(noun: str, change: dict[str, Any]) -> tuple[Ask, ...]:
    """What can be asked of a kind of record that others have names for."""
    path, known, new, own = _RECORDS[noun]
    theirs = f"{path}/by/erp"
    return (
        Ask("GET", path),
        Ask("POST", path, new | {own: "Fresh"}),
        Ask("GET", f"{path}/{known}"),
        Ask("PATCH", f"{path}/{known}", change),
        Ask("GET", f"{theirs}/{{theirs}}"),
        Ask("PATCH", f"{theirs}/{{theirs}}", change),
        Ask("DELETE", f"{theirs}/{{spare}}"),
        Ask("DELETE", f"{path}/{{{noun}}}"),
    )


def _new_order(**members: object) -> Ask:
    return Ask("POST", _ORDERS, _PURCHASE | members)


def _changed_order(path: str = _ORDER, /, **members: object) -> Ask:
    return Ask("PATCH", path, members)


def _raw_order(content: bytes, media_type: str = "application/json") -> Ask:
    return Ask("POST", _ORDERS, more={"content": content, "headers": {"Content-Type": media_type}})


def _is_not_there(answer: httpx.Response) -> bool:
    """Also as the result of each of many."""
    if answer.status_code == 200 and "results" in answer.json():
        return {each["status"] for each in answer.json()["results"]} == {404}
    return answer.status_code == 404


_PERSON = {
    "email": "a.novak@example.com",
    "first_name": "Anna",
    "last_name": "Nováková",
    "company": "C",
    "department": "D",
    "password": MARKER,
}
_STALE = {"headers": {"If-Match": '"999"'}}
V1 = Face(
    name="v1",
    secret=demo_password,
    auth=lambda email, secret: (email, secret),
    issues_secrets=False,
    enter=lambda texts: _new_order(**texts),
    entered=lambda body: int(body["id"]),
    enters=frozenset({"purchase", "case"}),
    writes={text: text for text in _TEXTS},
    shows={text: text for text in _TEXTS},
    page=lambda _, size: f"{_ORDERS}?sort=id&limit={min(size, 200)}",
    listed=lambda body: list(body["orders"]),
    behind=lambda body: body["next"] and f"&cursor={body['next']}",
    oldest_first=True,
    id=lambda order: int(order["id"]),
    key=lambda order: str(order["id"]),
    more_names=_names,
    not_there=_is_not_there,
    remembers=("/history", "/state?version=1", "/provenance", "/restore"),
    needs_all=("/v1/users",),
    json_errors=True,
    error_type="application/problem+json",
    asks=(
        Ask("GET", _ORDERS),
        _new_order(),
        Ask("POST", f"{_ORDERS}/bulk", {"orders": [_PURCHASE]}),
        Ask("PATCH", f"{_ORDERS}/bulk", {"orders": [{"id": "{order}", "notes": "Zvonit"}]}),
        Ask("GET", _ORDER),
        Ask("GET", f"{_ORDER}/as/homs"),
        Ask("GET", f"{_ORDER}/history"),
        Ask("GET", f"{_ORDER}/state?version=1"),
        Ask("GET", f"{_ORDER}/provenance"),
        _changed_order(notes="Zvonit"),
        Ask("GET", f"{_THEIRS}/T-{{order}}"),
        _changed_order(f"{_THEIRS}/T-{{order}}", title="Housky"),
        Ask("DELETE", f"{_THEIRS}/{{spare}}"),
        *_of_record("customer", {"city": "Brno"}),
        *_of_record("contact", {"city": "Brno"}),
        *_of_record("case", {"name": "Jarní"}),
        *_of_record("item", {"description": "Droždí"}),
        Ask("GET", "/v1/facilities"),
        Ask("POST", "/v1/facilities", {"name": "Harbour"}),
        Ask("GET", "/v1/facilities/1"),
        Ask("PATCH", "/v1/facilities/1", {"name": "Main gate"}),
        Ask("DELETE", "/v1/facilities/{facility}"),
        Ask("GET", "/v1/receipts"),
        Ask("POST", "/v1/receipts", {"order_id": 10008229, "reference": "GRN-7"}),
        Ask("GET", "/v1/receipts/1"),
        Ask("POST", "/v1/receipts/1/close"),
        Ask("GET", "/v1/users"),
        Ask("POST", "/v1/users", _PERSON),
        Ask("GET", "/v1/users/c.johnson%40example.com"),
        Ask("PATCH", "/v1/users/c.johnson%40example.com", {"department": "Sales"}),
        Ask("DELETE", "/v1/users/disabled%40example.com"),
        Ask("GET", "/v1/keys"),
        Ask("POST", "/v1/keys", {"name": "fresh", "scopes": ["v1:read"]}),
        Ask("GET", "/v1/keys/{key}"),
        Ask("DELETE", "/v1/keys/{key}"),
        Ask("GET", "/v1/order-types"),
        Ask("POST", "/v1/order-types", {"code": "complaint", "name": "Complaint"}),
        Ask("GET", "/v1/order-types/vacation_request"),
        Ask("GET", "/v1/order-types/vacation_request/versions/1"),
        Ask("POST", "/v1/order-types/vacation_request/activate"),
        Ask("POST", "/v1/order-types/vacation_request/versions/1/activate"),
        Ask("POST", "/v1/order-types/vacation_request/retire"),
        Ask("GET", "/v1/events"),
        Ask("POST", f"{_ORDER}/restore", {"version": 1}),
        Ask("DELETE", _ORDER),
    ),
    refused={
        "a body that is no JSON": _raw_order(b'{"type":'),
        "an empty body": _raw_order(b""),
        "a body that is too long": _raw_order(TOO_LONG),
        "a body that is a list": _raw_order(b'[{"type":"purchase_order"}]'),
        "a body that is a form": _raw_order(b"type=purchase_order", "application/x-www-form-urlencoded"),
        "a number that is none": _raw_order(b'{"type":"purchase_order","price_total":NaN}'),
        "a number beyond all bounds": _raw_order(b'{"type":"purchase_order","price_total":1e400}'),
        "a lone surrogate": _raw_order(rb'{"type":"purchase_order","title":"\ud800"}'),
        "a NUL": _new_order(title="a\0"),
        "no type": Ask("POST", _ORDERS, {"title": "x"}),
        "an unknown type": _new_order(type="nothing"),
        "an unknown member": _new_order(password=MARKER),
        "an object for a text": _new_order(title={"password": MARKER}),
        "a text that is too long": _new_order(title="x" * 2001),
        "an unknown state": _new_order(state="burning"),
        "an unknown customer": _new_order(customer_id=int(NOWHERE)),
        "an unknown case": _new_order(case_id=int(NOWHERE)),
        "an unknown user": _new_order(responsible="nobody@example.com"),
        "an unknown item": _new_order(lines=[{"item_id": int(NOWHERE)}]),
        "an item of another customer": _new_order(customer_id=2, lines=[{"item_id": 1}]),
        "a line that is to be changed": _new_order(lines=[{"id": 370}]),
        "an amount that is none": _new_order(lines=[{"price": MARKER}]),
        "costs of what has none": _new_order(type="support_request", costing={"cost": "1"}),
        "an unknown currency": _new_order(costing={"currency": "1/XXX"}),
        "custom fields of a type without": _new_order(data={"password": MARKER}),
        "wrong custom fields": _changed_order(f"{_ORDERS}/ORD-1", notes="x", data={"beginDate": "soon"}),
        "an id in no source": _new_order(external_ids={"": "x"}),
        "a change of nothing there": _changed_order(f"{_ORDERS}/{NOWHERE}", title="x"),
        "a change of another version": _changed_order(title="x", version=99),
        "a change of another state": Ask("PATCH", _ORDER, {"title": "x"}, more=_STALE),
        "a type of another kind": _changed_order(title="x", type="support_request"),
        "a state taken away": _changed_order(title="x", state=None),
        "a line of another order": _changed_order(title="x", lines=[{"id": 370}]),
        "a query that a change does not have": _changed_order(f"{_ORDER}?fields=id", title="x"),
        "a deletion of an unknown order": Ask("DELETE", f"{_ORDERS}/ORD-{NOWHERE}"),
        "a deletion of another state": Ask("DELETE", _ORDER, more=_STALE),
        "a deletion of what is being received": Ask("DELETE", f"{_ORDERS}/10008376"),
        "a PUT of an order": Ask("PUT", _ORDER, _PURCHASE),
        "a POST to an order": Ask("POST", _ORDER, _PURCHASE),
        "a DELETE of the list": Ask("DELETE", _ORDERS),
    },
)
