"""What the HOMS tests start from, and the few questions that all of them ask."""

import base64
import json
from contextlib import asynccontextmanager

ORDER_KEYS = (
    "id",
    "code",
    "ext_code",
    "bp_id",
    "bp_state",
    "state",
    "archived",
    "data",
    "done_at",
    "order_type_code",
    "user_email",
)
USER_KEYS = ("email", "name", "middle_name", "last_name", "company", "department", "role")

FIELDS = {
    "vacation_request": (
        "employeeFirstName",
        "employeeLastName",
        "employeeEmail",
        "beginDate",
        "endDate",
        "motivationText",
        "resolution",
        "resolutionText",
        "adjustResult",
    ),
    "support_request": (
        "requesterName",
        "requesterPhone",
        "subject",
        "description",
        "resolution",
        "resolutionText",
    ),
    "pizza_order": (
        "customerName",
        "customerPhone",
        "pizzaType",
        "orderStatus",
        "ingredientCheese",
        "ingredientSalami",
        "ingredientPepper",
        "ingredientMushrooms",
        "ingredientVegetables",
        "ingredientOlives",
        "pizzaPrice",
    ),
    "all_kinds": ("aString", "aNumber", "aBoolean", "aDate", "aJson"),
}
WITHOUT_FIELDS = "Without custom fields"

JAMES_CARTER = {
    "employeeFirstName": "James",
    "employeeLastName": "Carter",
    "employeeEmail": "james@example.com",
    "beginDate": "2016-07-15T14:45:03.000+00:00",
    "endDate": "2016-07-16T14:49:42.000+00:00",
    "motivationText": "I had a lot of work last 7 years",
}
JAMES_CARTER_SHOWN = JAMES_CARTER | {"resolution": None, "resolutionText": None, "adjustResult": None}

DEMO = "demo@example.com"
JOHNSON = "c.johnson@example.com"
DEMO_SHOWN = {
    "email": DEMO,
    "name": "David",
    "middle_name": None,
    "last_name": "Jones",
    "company": "Example Corporation",
    "department": "Demonstrations",
    "role": "user",
}
JOHNSON_SHOWN = {
    "email": JOHNSON,
    "name": "Christopher",
    "middle_name": None,
    "last_name": "Johnson",
    "company": "LLC Tools",
    "department": "Administrators",
    "role": "user",
}
PAT_HILL = {
    "email": "p.hill@example.com",
    "name": "Pat",
    "last_name": "Hill",
    "company": "Acme",
    "department": "Sales",
    "password": "long enough",
}
PAT_HILL_SHOWN = {
    "email": "p.hill@example.com",
    "name": "Pat",
    "middle_name": None,
    "last_name": "Hill",
    "company": "Acme",
    "department": "Sales",
    "role": "user",
}

JSON_TYPE = "application/json; charset=utf-8"
CHALLENGE = 'Basic realm="Latera OMS"'

ORDER_ENDPOINTS = (
    ("POST", "/api/orders", {"order": {"order_type_code": "support_request"}}),
    ("GET", "/api/orders", None),
    ("GET", "/api/orders/ORD-1", None),
    ("PUT", "/api/orders/ORD-1", {"order": {"ext_code": "x"}}),
    ("PATCH", "/api/orders/ORD-1", {"order": {"ext_code": "x"}}),
    ("DELETE", "/api/orders/ORD-1", None),
)
USER_ENDPOINTS = (
    ("POST", "/api/users", {"user": PAT_HILL}),
    ("GET", "/api/users", None),
    ("GET", f"/api/users/{JOHNSON}", None),
    ("PUT", f"/api/users/{JOHNSON}", {"user": {"name": "Chris"}}),
    ("PATCH", f"/api/users/{JOHNSON}", {"user": {"name": "Chris"}}),
    ("DELETE", f"/api/users/{JOHNSON}", None),
)


async def placed(homs, order_type_code="support_request", /, **attributes):
    """A new order as the server shows it."""
    answer = await homs.post("/api/orders", json={"order": {"order_type_code": order_type_code} | attributes})
    assert answer.status_code == 201, answer.text
    return answer.json()["order"]


async def james_carters_order(homs):
    """The vacation request that the published page works with."""
    return await placed(homs, "vacation_request", data=JAMES_CARTER)


async def shown(homs, code):
    """The order with this code as the server shows it now."""
    answer = await homs.get(f"/api/orders/{code}")
    assert answer.status_code == 200, answer.text
    return answer.json()["order"]


async def changed(homs, code, /, **attributes):
    """The order after an accepted update of these attributes."""
    answer = await homs.put(f"/api/orders/{code}", json={"order": attributes})
    assert answer.status_code == 200, answer.text
    return answer.json()["order"]


async def listed(homs, query=""):
    """The codes on a page of the order list, in its order."""
    answer = await homs.get(f"/api/orders{query}")
    assert answer.status_code == 200, answer.text
    return [order["code"] for order in answer.json()["orders"]]


async def entered(homs, /, **attributes):
    """A new user as the server shows it; Pat Hill where the attributes say nothing else."""
    answer = await homs.post("/api/users", json={"user": PAT_HILL | attributes})
    assert answer.status_code == 201, answer.text
    return answer.json()["user"]


async def user_shown(homs, email):
    """The user with this e-mail as the server shows it now."""
    answer = await homs.get(f"/api/users/{email}")
    assert answer.status_code == 200, answer.text
    return answer.json()["user"]


async def users_listed(homs, query=""):
    """The e-mails on a page of the user list, in its order."""
    answer = await homs.get(f"/api/users{query}")
    assert answer.status_code == 200, answer.text
    return [user["email"] for user in answer.json()["users"]]


async def sent(homs, method, path, content, content_type="application/json"):
    """The answer to a body sent as these very bytes."""
    return await homs.request(method, path, content=content, headers={"Content-Type": content_type})


async def signed_in(homs, email, token):
    """The status that a caller with these credentials gets for the user list."""
    return (await homs.request("GET", "/api/users", auth=(email, token))).status_code


@asynccontextmanager
async def no_trace(book):
    """Fails if the block leaves one row more or less behind in any table."""
    before = await book.counts()
    yield
    after = await book.counts()
    assert after == before


def refused_fields(answer):
    """The messages for each custom field of a 422 answer."""
    assert answer.status_code == 422, answer.text
    assert set(answer.json()) == {"data"}
    (messages,) = answer.json()["data"]
    return messages


def is_empty(answer, status):
    """Whether this is an answer of that status without a body."""
    return answer.status_code == status and answer.content == b""


def basic(credentials):
    """An Authorization header with these credentials, whatever their shape."""
    packed = credentials if isinstance(credentials, bytes) else credentials.encode()
    return {"Authorization": "Basic " + base64.b64encode(packed).decode()}


def compact(value):
    """JSON without blanks between its tokens, as this dialect writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def percent_bytes():
    """Every byte as a percent-encoded path segment."""
    return [f"%{byte:02X}" for byte in range(256)]
