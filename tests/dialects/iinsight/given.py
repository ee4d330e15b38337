"""What the iinsight tests start from, and the few questions that all of them ask."""

import base64
import re
from contextlib import asynccontextmanager
from urllib.parse import quote, urlencode

LOGIN = "/auth/login"
REFRESH = "/auth/refresh"
LIST = "/api1/purchase_orders"
NEW = "/api1/purchase_orders/new"
DELETE = "/api1/purchase_orders/delete"
CASES = "/api1/cases"
CASES_2 = "/api2/cases"

CLIENT = ("demo-client", "demo-secret")
DEMO = "demo@example.com"
JOHNSON = "c.johnson@example.com"
DISABLED = "disabled@example.com"
PASSWORD = "demo-password"

EMPTY_CASE = 3
NO_CASE = 99999999
TOKEN_KEYS = ("access_token", "expires_in", "token_type", "scope", "refresh_token")
TOKEN = re.compile(r"[0-9a-f]{40}", re.ASCII)

# Each endpoint with its one method and parameters that would have an effect.
ENDPOINTS = (
    ("GET", LIST, "case_id=3"),
    ("POST", NEW, "case_id=3&purchase_order=x"),
    ("DELETE", DELETE, "case_id=3"),
)
CASE_ENDPOINTS = (
    ("GET", CASES, "fields=case_n"),
    ("GET", CASES_2, "fields=case_n"),
)

FORM = "application/x-www-form-urlencoded"


def query(**parameters):
    """The parameters as a percent-encoded query string."""
    return urlencode(parameters, quote_via=quote, safe="")


def parts(fields):
    """The fields as httpx wants them to send `multipart/form-data` without files."""
    return {name: (None, value) for name, value in fields.items()}


def multipart(*fields, boundary="b", end="--b--\r\n"):
    """A multipart body written by hand, and its content type."""
    written = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields
    )
    return (written + end).encode(), {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def password_form(username=DEMO, password=PASSWORD):
    return {"grant_type": "password", "username": username, "password": password}


def refresh_form(refresh_token):
    return {"grant_type": "refresh_token", "refresh_token": refresh_token}


async def login(iinsight, username=DEMO, password=PASSWORD, *, client=CLIENT):
    """The answer to a login."""
    return await iinsight.post(LOGIN, auth=client, data=password_form(username, password))


async def logged_in(iinsight, username=DEMO, *, client=CLIENT):
    """The tokens of an accepted login."""
    answer = await login(iinsight, username, client=client)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refresh(iinsight, refresh_token, *, client=CLIENT):
    """The answer to a renewal."""
    return await iinsight.post(REFRESH, auth=client, data=refresh_form(refresh_token))


async def refreshed(iinsight, refresh_token, *, client=CLIENT):
    """The tokens of an accepted renewal."""
    answer = await refresh(iinsight, refresh_token, client=client)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def opens(iinsight, access_token):
    """Whether this text is taken as an access token."""
    answer = await iinsight.get(f"{LIST}?case_id=3", auth=access_token)
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


async def create(iinsight, name, case_id=EMPTY_CASE):
    """The answer to the creation of a purchase order of this name."""
    return await iinsight.post(f"{NEW}?{query(case_id=case_id, purchase_order=name)}")


async def created(iinsight, name="PO", case_id=EMPTY_CASE):
    """The ID of a new purchase order."""
    answer = await create(iinsight, name, case_id)
    assert answer.status_code == 200, answer.text
    return answer.json()["purchase_order_id"]


async def delete(iinsight, case_id=EMPTY_CASE, **more):
    """The answer to a deletion."""
    return await iinsight.delete(f"{DELETE}?{query(case_id=case_id, **more)}")


async def records(iinsight, case_id=EMPTY_CASE):
    """The purchase orders of a case as the server shows them now."""
    answer = await iinsight.get(f"{LIST}?case_id={case_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def names(iinsight, case_id=EMPTY_CASE):
    return [record["purchase_order"] for record in await records(iinsight, case_id)]


async def ids(iinsight, case_id=EMPTY_CASE):
    return [int(record["record_id"]) for record in await records(iinsight, case_id)]


async def cases(iinsight, more="", *, path=CASES, fields="case_n"):
    """The cases on a page, with these fields."""
    answer = await iinsight.get(f"{path}?fields={fields}{more}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def codes(iinsight, more=""):
    return [each["case_n"] for each in await cases(iinsight, more)]


async def in_homs(homs, order_id):
    """The order with this id as HOMS shows it, or None."""
    answer = await homs.get("/api/orders?page_size=1000")
    return next((each for each in answer.json()["orders"] if each["id"] == order_id), None)


@asynccontextmanager
async def no_trace(book):
    """Fails if the block leaves one row more or less behind in any table."""
    before = await book.counts()
    yield
    assert await book.counts() == before


def assert_refused(answer, status, *errors):
    """Fails unless this is a refusal of that status with one of these codes and a body of the one shape."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/json")
    body = answer.json()
    on_auth = answer.request.url.path.startswith("/auth")
    assert set(body) == {"error", "error_description"} | (set() if on_auth else {"response"})
    assert body["error"] in errors, body
    assert isinstance(body["error_description"], str)
    assert body["error_description"].strip()
    if not on_auth:
        assert body["response"] == body["error_description"]


def is_refused(answer):
    """Whether the request was the caller's fault, and is told so in the one shape."""
    return 400 <= answer.status_code < 500 and isinstance(answer.json()["error"], str)


def basic(credentials):
    """An Authorization header with these credentials, whatever their shape."""
    packed = credentials if isinstance(credentials, bytes) else credentials.encode()
    return {"Authorization": "Basic " + base64.b64encode(packed).decode()}


def bearer(credentials):
    return {"Authorization": f"Bearer {credentials}"}
