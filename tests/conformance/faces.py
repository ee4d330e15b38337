"""Every face in its own requests. A new dialect adds its entry to FACES, and every question is asked."""

import json
from collections.abc import Mapping
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from orderloom.demo.people import DEMO_CLIENT, DEMO_PASSWORD, DEMO_SECRET, DEMO_TOKEN, DEMO_USER
from tests.conformance.face import MARKER, NOWHERE, TOO_LONG, Ask, Face, Names, Tenant, demo_password
from tests.conformance.own_face import V1
from tests.harness import FaceClient

OTHER_USER = "c.johnson@example.com"


# HOMS ---------------------------------------------------------------------------------------------------------------


async def _homs_token(tenant: Tenant, email: str) -> str:
    if email == DEMO_USER:
        return DEMO_TOKEN
    token = f"token of {email}"
    await tenant.book.set_token(email, token)
    return token


async def _homs_user(client: FaceClient, order: str) -> Names:
    return {"email": OTHER_USER}


def _homs_order(method: str, path: str, **attributes: object) -> Ask:
    return Ask(method, path, {"order": attributes})


def _homs_person(path: str = "/api/users", **attributes: str) -> Ask:
    person = {"email": "new@example.com", "name": "N", "last_name": "N", "company": "C", "department": "D"}
    return Ask("POST", path, {"user": person | {"password": MARKER} | attributes})


def _homs_raw(content: bytes) -> Ask:
    return Ask("POST", "/api/orders", more={"content": content, "headers": {"Content-Type": "application/json"}})


_HOMS_ORDER = "/api/orders/{order}"
_HOMS_NOWHERE = f"/api/orders/ORD-{NOWHERE}"
HOMS = Face(
    name="homs",
    secret=_homs_token,
    auth=lambda email, secret: (email, secret),
    issues_secrets=True,
    enter=lambda texts: _homs_order("POST", "/api/orders", order_type_code="purchase_order", **texts),
    entered=lambda body: int(body["order"]["id"]),
    writes={"external_id": "ext_code", "process_id": "bp_id", "process_state": "bp_state"},
    shows={"external_id": "ext_code", "process_id": "bp_id", "process_state": "bp_state"},
    page=lambda number, size: f"/api/orders?page={number + 1}&page_size={size}",
    listed=lambda body: list(body["orders"]),
    oldest_first=False,
    id=lambda order: int(order["id"]),
    key=lambda order: str(order["code"]),
    more_names=_homs_user,
    needs_all=("/api/users",),
    json_errors=False,
    asks=(
        Ask("GET", _HOMS_ORDER),
        Ask("GET", "/api/orders"),
        Ask("GET", "/api/orders.json"),
        _homs_order("POST", "/api/orders", order_type_code="support_request"),
        _homs_order("POST", "/api/orders.json", order_type_code="support_request"),
        _homs_order("PUT", _HOMS_ORDER, bp_state="approved"),
        _homs_order("PATCH", _HOMS_ORDER, bp_state="approved"),
        Ask("GET", "/api/users"),
        Ask("GET", "/api/users.json"),
        Ask("GET", "/api/users/{email}"),
        _homs_person(),
        _homs_person("/api/users.json", email="newer@example.com"),
        Ask("PUT", "/api/users/{email}", {"user": {"name": "Chris"}}),
        Ask("PATCH", "/api/users/{email}", {"user": {"name": "Chris"}}),
        Ask("DELETE", _HOMS_ORDER),
        Ask("DELETE", "/api/users/{email}"),
    ),
    refused={
        "a body that is no JSON": _homs_raw(b'{"order":'),
        "an empty body": _homs_raw(b""),
        "a body that is too long": _homs_raw(TOO_LONG),
        "a body that is a list": _homs_raw(b'[{"order_type_code":"support_request"}]'),
        "a body without its root": Ask("POST", "/api/orders", {"orders": {"order_type_code": "support_request"}}),
        "a lone surrogate": _homs_raw(rb'{"order":{"order_type_code":"support_request","ext_code":"\ud800"}}'),
        "a NUL": _homs_order("POST", "/api/orders", order_type_code="support_request", ext_code="\0"),
        "an unknown type": _homs_order("POST", "/api/orders", order_type_code="nothing"),
        "no type": _homs_order("POST", "/api/orders", ext_code="x"),
        "an object for a text": _homs_order("PUT", _HOMS_ORDER, ext_code={"a": 1}),
        "a text that is too long": _homs_order("PUT", _HOMS_ORDER, ext_code="x" * 2001),
        "an unknown state": _homs_order("PUT", _HOMS_ORDER, ext_code="x", state="burning"),
        "a date that is none": _homs_order("PATCH", _HOMS_ORDER, bp_state="x", done_at="soon"),
        "an unknown user": _homs_order("PUT", _HOMS_ORDER, ext_code="x", user_email="nobody@example.com"),
        "a type of another kind": _homs_order("PUT", _HOMS_ORDER, ext_code="x", order_type_code="support_request"),
        "wrong custom fields": _homs_order("PUT", "/api/orders/ORD-1", bp_id="x", data={"beginDate": "soon"}),
        "a change of an unknown order": _homs_order("PUT", _HOMS_NOWHERE, ext_code="x"),
        "a deletion of an unknown order": Ask("DELETE", _HOMS_NOWHERE),
        "a POST to an order": _homs_order("POST", _HOMS_ORDER, ext_code="x"),
        "a DELETE of the list": Ask("DELETE", "/api/orders"),
        "a PUT of the list": _homs_order("PUT", "/api/orders", order_type_code="support_request"),
        "a user without a name": _homs_person(name=""),
        "a user with another's e-mail": _homs_person(email=OTHER_USER),
        "a password that is too short": _homs_person(password="s3cr3t!"),
        "a password that is no text": Ask("PUT", "/api/users/{email}", {"user": {"password": {MARKER: MARKER}}}),
        "an unknown role": Ask("PUT", "/api/users/{email}", {"user": {"password": MARKER, "role": "king"}}),
        "an unknown user to change": Ask("PUT", "/api/users/nobody@example.com", {"user": {"password": MARKER}}),
    },
)


# iinsight -----------------------------------------------------------------------------------------------------------

_PURCHASES = "/api1/purchase_orders"
_CLIENT = {"auth": (DEMO_CLIENT, DEMO_SECRET)}


async def _iinsight_token(tenant: Tenant, email: str) -> str:
    answer = await _login(email).by(tenant.door)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


async def _refresh_token(client: FaceClient, order: str) -> Names:
    return {"refresh_token": (await _login(DEMO_USER).by(client)).json()["refresh_token"]}


def _login(email: str, password: str = DEMO_PASSWORD) -> Ask:
    form = {"grant_type": "password", "username": email, "password": password}
    return Ask("POST", "/auth/login", form=form, more=_CLIENT)


def _refresh(token: str) -> Ask:
    return Ask("POST", "/auth/refresh", form={"grant_type": "refresh_token", "refresh_token": token}, more=_CLIENT)


def _purchase(texts: Mapping[str, str]) -> Ask:
    given = {"case_id": "3", "purchase_order": "PO-1", **texts}
    return Ask("POST", f"{_PURCHASES}/new?{urlencode(given, quote_via=quote, safe='')}")


def _new(query: str) -> Ask:
    return Ask("POST", f"{_PURCHASES}/new?{query}")


def _deletion(query: str) -> Ask:
    return Ask("DELETE", f"{_PURCHASES}/delete?{query}")


IINSIGHT = Face(
    name="iinsight",
    secret=_iinsight_token,
    auth=lambda _, secret: secret,
    issues_secrets=True,
    enter=_purchase,
    entered=lambda body: int(body["purchase_order_id"]),
    enters=frozenset({"purchase", "case"}),
    shows_only=frozenset({"purchase", "case"}),
    writes={"number": "purchase_order"},
    shows={"number": "purchase_order"},
    page=lambda *_: f"{_PURCHASES}?case_id=3",
    listed=list,
    paged=False,
    oldest_first=True,
    id=lambda order: int(order["record_id"]),
    key=lambda order: str(order["record_id"]),
    more_names=_refresh_token,
    json_errors=True,
    asks=(
        Ask("GET", f"{_PURCHASES}?case_id=3"),
        _purchase({}),
        Ask("GET", "/api1/cases?fields=case_n"),
        Ask("GET", "/api2/cases?fields=case_n"),
        _login(DEMO_USER),
        _refresh("{refresh_token}"),
        _deletion("case_id=3&purchase_order_id={order}"),
    ),
    refused={
        "no name": _new("case_id=3"),
        "a blank name": _new("case_id=3&purchase_order=%20%09"),
        "a name that is too long": _new(f"case_id=3&purchase_order={'x' * 256}"),
        "a name that is no UTF-8": _new("case_id=3&purchase_order=%FF"),
        "a NUL": _new("case_id=3&purchase_order=a%00"),
        "two names": _new("case_id=3&purchase_order=a&purchase_order=b"),
        "no case": _new("purchase_order=x"),
        "an unknown case": _new(f"case_id={NOWHERE}&purchase_order=x"),
        "a case that is no number": _new("case_id=ACB3&purchase_order=x"),
        "a case beyond all numbers": _new(f"case_id={'9' * 300}&purchase_order=x"),
        "two cases": _new("case_id=3&case_id=2&purchase_order=x"),
        "a body that is no form": Ask(
            "POST",
            f"{_PURCHASES}/new?case_id=3&purchase_order=x",
            more={"content": MARKER, "headers": {"Content-Type": "multipart/form-data"}},
        ),
        "a body that is too long": Ask(
            "POST", f"{_PURCHASES}/new?case_id=3&purchase_order=x", more={"content": TOO_LONG}
        ),
        "a deletion of an unknown order": _deletion(f"case_id=3&purchase_order_id={NOWHERE}"),
        "a deletion in an unknown case": _deletion(f"case_id={NOWHERE}&purchase_order_id={{order}}"),
        "a deletion in another case": _deletion("case_id=2&purchase_order_id={order}"),
        "a deletion without a case": _deletion("purchase_order_id={order}"),
        "a deletion of two at once": _deletion("case_id=3&purchase_order_id={order}&record_id=1"),
        "a deletion of one without a name": _deletion("case_id=3&purchase_order_id="),
        "a deletion of one of several": _deletion("case_id=5"),
        "a GET that would create": Ask("GET", f"{_PURCHASES}/new?case_id=3&purchase_order=x"),
        "a GET that would delete": Ask("GET", f"{_PURCHASES}/delete?case_id=3&purchase_order_id={{order}}"),
        "a POST that would delete": Ask("POST", f"{_PURCHASES}/delete?case_id=3&purchase_order_id={{order}}"),
        "a DELETE of the list": Ask("DELETE", f"{_PURCHASES}?case_id=3&purchase_order_id={{order}}"),
        "a wrong password": _login(DEMO_USER, MARKER),
        "another grant": Ask(
            "POST",
            "/auth/login",
            form={"grant_type": "client_credentials", "username": DEMO_USER, "password": MARKER},
            more=_CLIENT,
        ),
        "a wrong client": Ask(
            "POST",
            "/auth/login",
            form={"grant_type": "password", "username": DEMO_USER, "password": DEMO_PASSWORD},
            more={"auth": (DEMO_CLIENT, MARKER)},
        ),
        "a refresh token that is none": _refresh(MARKER),
    },
)


# InTouch ------------------------------------------------------------------------------------------------------------

_BUSCASES = "/api/buscases"
_BUSCASE = f"{_BUSCASES}/{{order}}"
_ITEMS = f"{_BUSCASE}/buscaseitems"
_ITEM = f"{_ITEMS}/{{item}}"
_NEW = {"customer": 1, "name": "Pečivo", "caseType": 1000}


async def _intouch_item(client: FaceClient, order: str) -> Names:
    answer = await client.post(f"{_BUSCASES}/{order}/buscaseitems", json={"title": "Rohlík"})
    assert answer.status_code == 201, answer.text
    return {"item": str(answer.json()["id"])}


def _intouch_raw(content: bytes) -> Ask:
    return Ask("POST", _BUSCASES, more={"content": content})


INTOUCH = Face(
    name="intouch",
    secret=demo_password,
    auth=lambda email, secret: (email, secret),
    issues_secrets=False,
    enter=lambda texts: Ask("POST", _BUSCASES, {**_NEW, **texts}),
    entered=lambda body: int(body["id"]),
    writes={"title": "name", "notes": "comment"},
    shows={"title": "name", "number": "name", "notes": "comment"},
    page=lambda number, size: f"{_BUSCASES}?position={number * size}&size={size}",
    listed=lambda body: list(body["items"]),
    oldest_first=True,
    id=lambda order: int(order["id"]),
    key=lambda order: str(order["id"]),
    more_names=_intouch_item,
    json_errors=True,
    asks=(
        Ask("GET", _BUSCASES),
        Ask("POST", _BUSCASES, _NEW),
        Ask("GET", _BUSCASE),
        Ask("PUT", _BUSCASE, {"customer": 1, "name": "Housky"}),
        Ask("PATCH", _BUSCASE, {"comment": "Zvonit"}),
        Ask("GET", _ITEMS),
        Ask("POST", _ITEMS, {"title": "Houska"}),
        Ask("GET", _ITEM),
        Ask("PUT", _ITEM, {"title": "Houska", "quantity": 2}),
        Ask("PATCH", _ITEM, {"note": "křehké"}),
        Ask("GET", "/api/parties"),
        Ask("GET", "/api/parties/1"),
        Ask("GET", "/api/about"),
    ),
    refused={
        "a body that is no JSON": _intouch_raw(b'{"customer":1,'),
        "an empty body": _intouch_raw(b""),
        "a body that is too long": _intouch_raw(TOO_LONG),
        "a body that is a list": Ask("POST", _BUSCASES, [_NEW]),
        "a number that is none": _intouch_raw(b'{"customer":1,"name":"x","totalPrice":NaN}'),
        "a number beyond all bounds": _intouch_raw(b'{"customer":1,"name":"x","extra":1e400}'),
        "a lone surrogate": _intouch_raw(rb'{"customer":1,"name":"x","extra":"\ud800"}'),
        "a NUL": Ask("POST", _BUSCASES, _NEW | {"name": "a\0"}),
        "no customer": Ask("POST", _BUSCASES, {"name": "x"}),
        "an unknown customer": Ask("POST", _BUSCASES, _NEW | {"customer": int(NOWHERE), "password": MARKER}),
        "a blank name": Ask("POST", _BUSCASES, _NEW | {"name": " "}),
        "a name that is a number": Ask("POST", _BUSCASES, _NEW | {"name": 5, "token": MARKER}),
        "an unknown type": Ask("POST", _BUSCASES, _NEW | {"caseType": 999999}),
        "an unseen type beside a fault": Ask("POST", _BUSCASES, _NEW | {"caseType": 77, "name": ""}),
        "an unseen type beside an unknown customer": Ask(
            "POST", _BUSCASES, {"name": "x", "customer": 9, "caseType": 7}
        ),
        "a change to an unseen type beside a fault": Ask("PATCH", f"{_BUSCASES}/241", {"caseType": 78, "name": ""}),
        "a type of another kind": Ask("PATCH", _BUSCASE, {"name": "x", "caseType": 1}),
        "an unseen type of another kind": Ask("PATCH", _BUSCASE, {"name": "x", "caseType": 79}),
        "half of a whole order": Ask("PUT", _BUSCASE, {"customer": 1}),
        "a name taken away": Ask("PATCH", _BUSCASE, {"comment": "x", "name": None}),
        "a currency that is none": Ask("PATCH", _BUSCASE, {"comment": "x", "currency": "12"}),
        "a change of an unknown order": Ask("PATCH", f"{_BUSCASES}/{NOWHERE}", {"name": "x"}),
        "an item of an unknown order": Ask("POST", f"{_BUSCASES}/{NOWHERE}/buscaseitems", {"title": "x"}),
        "an item of another order": Ask("PATCH", f"{_ITEMS}/370", {"title": "x"}),
        "an unknown item": Ask("PUT", f"{_ITEMS}/{NOWHERE}", {"title": "x"}),
        "an item without a title": Ask("POST", _ITEMS, {"quantity": 1}),
        "an item locked by a number": Ask("PATCH", _ITEM, {"title": "x", "locked": 1}),
        "an amount that is text": Ask("PUT", _ITEM, {"title": "x", "price": "5"}),
        "a DELETE of an order": Ask("DELETE", _BUSCASE),
        "a DELETE of an item": Ask("DELETE", _ITEM),
        "a POST to an order": Ask("POST", _BUSCASE, _NEW),
        "a PUT of the list": Ask("PUT", _BUSCASES, _NEW),
        "a new party": Ask("POST", "/api/parties", {"company": "x"}),
    },
)


# Extensiv -----------------------------------------------------------------------------------------------------------

_TOKEN = "/AuthServer/api/Token"
_POS = "/inventory/pos"
_PO = f"{_POS}/{{order}}"
_LOCKED = f"{_POS}/10008376"
_LOCKED_LINE = 2016
_AS_IT_IS = {"headers": {"If-Match": "*"}}
_CUSTOMER = {"customerIdentifier": {"id": 1}}
_LINE = {"itemIdentifier": {"sku": "SKU-1"}, "quantity": 1}
_po_numbers = count(1)


async def _extensiv_token(tenant: Tenant, email: str) -> str:
    answer = await _grant(user_login=email).by(tenant.door)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def _grant(client: tuple[str, str] = (DEMO_CLIENT, DEMO_SECRET), **members: object) -> Ask:
    return Ask("POST", _TOKEN, {"grant_type": "client_credentials", **members}, more={"auth": client})


def _po(texts: Mapping[str, str]) -> Ask:
    """A new order, whose number no other order of the customer has."""
    return _new_po(**{"purchaseOrderNumber": f"WMS-{next(_po_numbers)}", **texts})


def _new_po(**members: object) -> Ask:
    return Ask("POST", _POS, {**_CUSTOMER, "purchaseOrderNumber": "PO-NEW", **members})


def _changed_po(path: str = _PO, more: Mapping[str, Any] = _AS_IT_IS, **members: object) -> Ask:
    return Ask("PUT", path, {**_CUSTOMER, "purchaseOrderNumber": "PO-CHANGED", **members}, more=more)


def _po_with_line(**members: object) -> Ask:
    return _new_po(lineItems=[_LINE, {**_LINE, **members}])


def _raw_po(content: bytes, media_type: str = "application/json") -> Ask:
    return Ask("POST", _POS, more={"content": content, "headers": {"Content-Type": media_type}})


EXTENSIV = Face(
    name="extensiv",
    secret=_extensiv_token,
    auth=lambda _, secret: secret,
    issues_secrets=True,
    enter=_po,
    entered=lambda body: int(body["ReadOnly"]["PurchaseOrderId"]),
    shows_only=frozenset({"purchase"}),
    writes={"number": "purchaseOrderNumber", "external_id": "externalId", "notes": "notes"},
    shows={"number": "PurchaseOrderNumber", "external_id": "ExternalId", "notes": "Notes"},
    page=lambda number, size: f"{_POS}?pgsiz={size}&pgnum={number + 1}",
    listed=lambda body: list(body["ResourceList"]),
    oldest_first=True,
    id=lambda order: int(order["ReadOnly"]["PurchaseOrderId"]),
    key=lambda order: str(order["ReadOnly"]["PurchaseOrderId"]),
    json_errors=False,
    asks=(
        Ask("GET", _POS),
        _new_po(),
        Ask("GET", _PO),
        _changed_po(notes="Call before"),
        Ask("GET", f"{_POS}/index?ponum=PO-LOCKED&rql=readonly.closed==false"),
        Ask("GET", "/customers"),
        Ask("GET", "/customers/1"),
        Ask("GET", "/customers/1/items"),
        Ask("GET", "/customers/1/items/1"),
        Ask("GET", "/properties/facilities"),
        Ask("GET", "/properties/facilities/1"),
        Ask("GET", "/properties/contacts"),
        Ask("GET", "/properties/contacts/1"),
        Ask("GET", "/inventory/receivers"),
        Ask("GET", "/inventory/receivers/1"),
        _grant(user_login=DEMO_USER),
        Ask("DELETE", _PO, more=_AS_IT_IS),
    ),
    refused={
        "a body that is no JSON": _raw_po(b'{"purchaseOrderNumber":'),
        "an empty body": _raw_po(b""),
        "a body that is too long": _raw_po(TOO_LONG),
        "a body that is a list": Ask("POST", _POS, [{**_CUSTOMER, "purchaseOrderNumber": "x"}]),
        "a body that is a form": _raw_po(b"purchaseOrderNumber=x", "application/x-www-form-urlencoded"),
        "a number that is none": _raw_po(
            b'{"purchaseOrderNumber":"x","customerIdentifier":{"id":1},'
            b'"lineItems":[{"itemIdentifier":{"id":1},"quantity":NaN}]}'
        ),
        "a number beyond all bounds": _raw_po(
            b'{"purchaseOrderNumber":"x","customerIdentifier":{"id":1},'
            b'"lineItems":[{"itemIdentifier":{"id":1},"quantity":1e400}]}'
        ),
        "a lone surrogate": _raw_po(
            rb'{"purchaseOrderNumber":"x","customerIdentifier":{"id":1},"externalId":"\ud800"}'
        ),
        "a NUL": _new_po(notes="a\0"),
        "no number": Ask("POST", _POS, _CUSTOMER),
        "a blank number": _new_po(purchaseOrderNumber=" \t"),
        "a number that is no text": _new_po(purchaseOrderNumber=5, password=MARKER),
        "a number that is too long": _new_po(purchaseOrderNumber="x" * 256),
        "a number that is taken": _new_po(purchaseOrderNumber="po-locked"),
        "no customer": Ask("POST", _POS, {"purchaseOrderNumber": "x"}),
        "an unknown customer": _new_po(customerIdentifier={"id": int(NOWHERE)}, token=MARKER),
        "an object for a text": _new_po(notes={"a": MARKER}),
        "a date that is none": _new_po(issueDate="soon"),
        "an unknown contact": _new_po(supplier={"contactId": int(NOWHERE)}),
        "an unknown code of a contact": _new_po(supplier={"code": "NOPE"}),
        "a new contact whose address is in no state": _new_po(supplier={"name": "N", "addressStatus": 3}),
        "a new contact beside a fault": _new_po(supplier={"companyName": "C"}, lineItems=[{**_LINE, "quantity": 0}]),
        "a new contact beside an unknown item": _new_po(
            supplier={"companyName": "C"}, lineItems=[{**_LINE, "itemIdentifier": {"sku": "NOPE"}}]
        ),
        "a new contact beside a number that is taken": _new_po(
            purchaseOrderNumber="PO-LOCKED", supplier={"companyName": "C"}
        ),
        "lines that are no list": _new_po(lineItems={"0": _LINE}),
        "a line without an item": _po_with_line(itemIdentifier=None),
        "a line with an unknown item": _po_with_line(itemIdentifier={"sku": "NOPE"}),
        "an item of another customer": _new_po(customerIdentifier={"id": 2}, lineItems=[_LINE]),
        "an unknown qualifier": _po_with_line(qualifier="Green"),
        "an unknown facility": _po_with_line(expectedFacility={"id": int(NOWHERE)}),
        "a line without a quantity": _po_with_line(quantity=None),
        "a quantity that is text": _po_with_line(quantity="5"),
        "a quantity of nothing": _po_with_line(quantity=0),
        "a price below nothing": _po_with_line(price=-1),
        "a change that names no state": _changed_po(more={}),
        "a change of another state": _changed_po(more={"headers": {"If-Match": '"0"'}}),
        "a change of an unknown order": _changed_po(f"{_POS}/{NOWHERE}"),
        "a change of what is no id": _changed_po(f"{_POS}/{{order}}x"),
        "a change without a body": Ask("PUT", _PO, more=_AS_IT_IS),
        "half of a whole order": Ask("PUT", _PO, {"notes": "x"}, more=_AS_IT_IS),
        "a change to another customer": _changed_po(customerIdentifier={"id": 2}),
        "a change to a number that is taken": _changed_po(purchaseOrderNumber="PO-LOCKED"),
        "a change with a new contact beside a fault": _changed_po(
            supplier={"companyName": "C"}, lineItems=[{**_LINE, "price": -1}]
        ),
        "a line of another order": _changed_po(lineItems=[{**_LINE, "purchaseOrderLineItemId": _LOCKED_LINE}]),
        "one line twice": _changed_po(
            _LOCKED,
            purchaseOrderNumber="PO-LOCKED",
            lineItems=[{**_LINE, "purchaseOrderLineItemId": _LOCKED_LINE}] * 2,
        ),
        "a deletion that names no state": Ask("DELETE", _PO),
        "a deletion of another state": Ask("DELETE", _PO, more={"headers": {"If-Match": 'W/"0"'}}),
        "a deletion of an unknown order": Ask("DELETE", f"{_POS}/{NOWHERE}", more=_AS_IT_IS),
        "a deletion of what is being received": Ask("DELETE", _LOCKED, more=_AS_IT_IS),
        "a PATCH of an order": Ask("PATCH", _PO, {"notes": "x"}, more=_AS_IT_IS),
        "a POST to an order": Ask("POST", _PO, {**_CUSTOMER, "purchaseOrderNumber": "x"}),
        "a PUT of the list": _changed_po(_POS),
        "a DELETE of the list": Ask("DELETE", _POS, more=_AS_IT_IS),
        "a DELETE of the index": Ask("DELETE", f"{_POS}/index?ponum=PO-LOCKED&rql=readonly.closed==false"),
        "a new customer": Ask("POST", "/customers", {"companyInfo": {"companyName": "x"}}),
        "a new item": Ask("POST", "/customers/1/items", {"sku": "x"}),
        "a new facility": Ask("POST", "/properties/facilities", {"name": "x"}),
        "a PUT of a contact": Ask("PUT", "/properties/contacts/1", {"companyName": "x"}, more=_AS_IT_IS),
        "a DELETE of a receiver": Ask("DELETE", "/inventory/receivers/1", more=_AS_IT_IS),
        "a wrong client": _grant((DEMO_CLIENT, MARKER), user_login=DEMO_USER),
        "another grant": _grant(grant_type="password", user_login=DEMO_USER, password=MARKER),
        "a token for nobody": _grant(password=MARKER),
        "a token for an unknown user": _grant(user_login="nobody@example.com"),
        "a token for what is no text": _grant(user_login={"password": MARKER}),
        "a token for what is no id": _grant(user_login_id="first", password=MARKER),
        "a token asked for in no JSON": Ask("POST", _TOKEN, more={"content": MARKER, **_CLIENT}),
        "a GET of a token": Ask("GET", f"{_TOKEN}?grant_type=client_credentials&user_login={DEMO_USER}", more=_CLIENT),
    },
)


# Synergist ----------------------------------------------------------------------------------------------------------

_PURCHASES_JSON = "/jsonapi/purchases.json?version=3.3"


async def _synergist_password(tenant: Tenant, email: str) -> str:
    return DEMO_PASSWORD


def _synergist(method: str, action: str = "", **parameters: object) -> Ask:
    """A call whose order, if it names one, stands in the path."""
    given = {"action": action, **{name: _as_parameter(value) for name, value in parameters.items()}}
    query = urlencode({name: value for name, value in given.items() if value})
    return Ask(method, f"{_PURCHASES_JSON}&{query}".replace(quote("{order}"), "{order}"))


def _as_parameter(value: object) -> str:
    return value if isinstance(value, str) else json.dumps({"data": value})


def _po_update(**fields: object) -> Ask:
    return _synergist("POST", "update", input=[{"poInternal": "{order}", **fields}])


def _new_estimate(**fields: object) -> Ask:
    given = {
        "poJobandPhase": "1/00001076.002",
        "poSupplytype": "1/ENG",
        "poSupplierCode": "1/AAMATT2",
        "poDescription": "New",
        **fields,
    }
    return Ask(
        "POST", f"{_PURCHASES_JSON}&action=create", {"input": {"data": [{k: v for k, v in given.items() if v != ...}]}}
    )


def _raw_call(content: bytes, media_type: str = "application/json") -> Ask:
    more = {"content": content, "headers": {"Content-Type": media_type}}
    return Ask("POST", f"{_PURCHASES_JSON}&action=create", more=more)


def _kept_out(answer: httpx.Response) -> bool:
    return answer.status_code == 404 and answer.json()["errorcode"] in (404001, 404002, 404003)


_DELETE_PURCHASE = _synergist("POST", "delete", input=[{"poInternal": "{order}"}])
SYNERGIST = Face(
    name="synergist",
    secret=_synergist_password,
    auth=lambda email, secret: {"user": email, "password": secret},
    issues_secrets=False,
    enter=lambda texts: _new_estimate(**texts),
    entered=lambda body: int(body["data"][0]["poInternal"]),
    shows_only=frozenset({"purchase"}),
    writes={"title": "poDescription", "notes": "poOrderText", "supplier_reference": "poTheirRef"},
    shows={"title": "poDescription", "supplier_reference": "poTheirRef"},
    page=lambda number, size: f"{_PURCHASES_JSON}&rows={size}&page={number + 1}",
    listed=lambda body: list(body["data"]),
    oldest_first=True,
    id=lambda order: int(order["poInternal"]),
    key=lambda order: str(order["poInternal"]),
    turned_away=_kept_out,
    forbidden=lambda answer: answer.status_code == 404 and answer.json()["errorcode"] == 404500,
    json_errors=True,
    asks=(
        _synergist("GET", purchase="{order}"),
        _synergist("PUT", "update", input=[{"poInternal": "{order}", "poTheirRef": "A-17"}]),
        _DELETE_PURCHASE,
    ),
    deleting=_DELETE_PURCHASE,
    refused={
        "a body that is no JSON": _raw_call(b'{"input":'),
        "an empty body": _raw_call(b""),
        "a body that is too long": _raw_call(TOO_LONG),
        "a body that is a list": _raw_call(b'[{"data":[]}]'),
        "a form that is none": _raw_call(b"input=x", "multipart/form-data; boundary=b"),
        "a lone surrogate": _raw_call(
            rb'{"input":{"data":[{"poJobandPhase":"1/00001076.002","poSupplytype":"1/ENG",'
            rb'"poSupplierCode":"1/AAMATT2","poDescription":"\ud800"}]}}'
        ),
        "a NUL": _new_estimate(poOrderText="a\0"),
        "no version": Ask("POST", "/jsonapi/purchases.json?action=create", {"input": {"data": [{}]}}),
        "an unknown action": _synergist("POST", "approve", purchase="{order}"),
        "an unknown company": _synergist("POST", "investment_on", purchase="{order}", company="7"),
        "an unknown style": _synergist("POST", "investment_on", purchase="{order}", style="x"),
        "no records": _synergist("POST", "update"),
        "records that are no list": _synergist("POST", "update", input='{"data":{"poInternal":{order}}}'),
        "an empty list of records": _synergist("POST", "update", input='{"data":[]}'),
        "a record that is none": _synergist("POST", "update", input='{"data":["x"]}'),
        "a new purchase without a supplier": _new_estimate(poSupplierCode=...),
        "a new purchase with a blank description": _new_estimate(poDescription=" "),
        "a new purchase in an unknown phase": _new_estimate(poJobandPhase="1/none"),
        "a new purchase with an unknown supplier": _new_estimate(poSupplierCode="nobody"),
        "a new purchase with an unknown supply type": _new_estimate(poSupplytype="1/NONE"),
        "a new purchase in an unknown currency": _new_estimate(poCurrencyCode="1/XXX"),
        "a new purchase with an actual cost": _new_estimate(poCost=5),
        "a change of nothing": _po_update(),
        "a change of an unknown field": _po_update(poTheirRef="x", poNothing=MARKER),
        "a change without a purchase": _synergist("POST", "update", input=[{"poTheirRef": "x"}]),
        "a change of an unknown purchase": _synergist("POST", "update", input=[{"poInternal": NOWHERE, "poCost": 1}]),
        "a change of another version": _po_update(poTheirRef="x", poRecordVersionNumber=99),
        "an amount that is none": _po_update(poTheirRef="x", poCost="1,000"),
        "an amount beyond all bounds": _po_update(poTheirRef="x", poCost="1e13"),
        "a text that is none": _po_update(poTheirRef=5),
        "a text that is too long": _po_update(poTheirRef="x" * 2001),
        "a date that is none": _po_update(poTheirRef="x", poDateRequired="soon"),
        "an investment that is none": _po_update(poTheirRef="x", poInvestment=5),
        "a promotion of a real one": _synergist("POST", "promote", purchase="10008229"),
        "a promotion of nothing": _synergist("POST", "promote"),
        "a deletion of an unknown purchase": _synergist("POST", "delete", input=[{"poInternal": NOWHERE}]),
        "a deletion of what is being received": _synergist("POST", "delete", input=[{"poInternal": 10008376}]),
        "a deletion of one twice": _synergist("POST", "delete", input=[{"poInternal": "{order}"}] * 2),
        "a DELETE": Ask("DELETE", _PURCHASES_JSON),
        "a PATCH": Ask("PATCH", _PURCHASES_JSON),
        "another area": Ask("POST", "/jsonapi/jobs.json?version=3.3&action=create"),
        "another format": Ask("POST", "/xmlapi/purchases.xml?version=3.3&action=create"),
    },
)

FACES = (HOMS, IINSIGHT, INTOUCH, EXTENSIV, SYNERGIST, V1)
