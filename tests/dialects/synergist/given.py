"""What the Synergist tests start from, and the few questions that all of them ask.

Every parameter of a call is a keyword here; one that is None is left out, one that is a list is given once for each
of its values. The credentials, the version and the company of the client are added unless they are named.
"""

import hashlib
import json
import re
from contextlib import asynccontextmanager
from decimal import Decimal
from urllib.parse import quote, urlencode

import httpx

PATH = "/jsonapi/purchases.json"
DEMO = "demo@example.com"
JOHNSON = "c.johnson@example.com"
DISABLED = "disabled@example.com"
PASSWORD = "demo-password"
HASH = hashlib.sha512(PASSWORD.encode()).hexdigest()
AUTH = {"user": DEMO, "password": PASSWORD, "version": "3.3", "company": "1"}
NOBODY = {"user": None, "password": None}

REAL = 10008229
EURO = 10008375
ESTIMATE = 10008233
LOCKED = 10008376
PURCHASES = (REAL, ESTIMATE, EURO, LOCKED)
UUID = "EC2BCC0570400345AC130E1140DFB69E"
DASHED_UUIDS = ("ec2bcc05-7040-0345-ac13-0e1140dfb69e", "EC2BCC05-7040-0345-AC13-0E1140DFB69E", UUID.lower())
VACATION = 1
NOWHERE = 99999999
NO_UUID = "0123456789ABCDEF0123456789ABCDEF"

PHASE = "1/00001076.002"
OTHER_PHASE = "1/00001076.001"
WEBSITE = "1/00000543.001"
# The currency of this phase's job is 1.5 to one of the base currency.
ABROAD = "1/00002001.001"
SUPPLIER = "1/AAMATT2"
SUPPLY_TYPE = "1/ENG"
EST = "{EST}"

UPDATED = "data processed successfully."
PROMOTED = "Purchase order promoted to a real purchase order. "
INVESTED = "Purchase order investment changed. "

READ_KEYS = (
    "responsecode",
    "responsestatus",
    "errorcode",
    "errormessage",
    "totalrows",
    "totalpages",
    "responsemessage",
    "pagerows",
    "pagenumber",
    "success",
    "data",
)
WRITE_KEYS = (
    "responsecode",
    "responsestatus",
    "errorcode",
    "errormessage",
    "responsemessage",
    "warningmessage",
    "success",
    "data",
)
MESSAGES = {
    404001: "no credentials supplied",
    404002: "invalid credentials supplied",
    404003: "account disabled",
    404004: "request not recognised",
}

# The table of section 4, in its order: the type of each field, and whether it is in the list (L) and in what writes
# answer (W), whether it can be updated (E).
FIELDS = {
    "poInternal": ("int", "LW"),
    "poUuid": ("text", "LW"),
    "poTimeStampModified": ("int", "LW"),
    "poRecordVersionNumber": ("int", "LW"),
    "poPONumber": ("text", "LW"),
    "poDescription": ("text", "LE"),
    "poOrderText": ("text", "E"),
    "poJobandPhase": ("text", "L"),
    "poTheirRef": ("text", "LE"),
    "poOrderedByUserName": ("text", "L"),
    "poSupplierCode": ("text", "L"),
    "poSupplierName": ("text", "L"),
    "poSupplytype": ("text", "L"),
    "poCostDisplay": ("text", "L"),
    "poDateCreated": ("date", "L"),
    "poDateRequired": ("date", "LE"),
    "poDateSent": ("date", "L"),
    "poDateFinalInvoice": ("date", "L"),
    "poCompleted": ("bool", "L"),
    "poCurrencyCode": ("text", "WE"),
    "poCurrencyRate": ("number", "WE"),
    "poCost": ("number", "WE"),
    "poCurrencyCost": ("number", "WE"),
    "poMarkup": ("number", "WE"),
    "poCharge": ("number", "WE"),
    "poChargeout": ("number", "WE"),
    "poCurrencyCharge": ("number", "WE"),
    "poInvest": ("bool", "WE"),
    "poInvestment": ("number", "WE"),
    "poInvestmentMarkup": ("number", "WE"),
    "poEstCost": ("number", "WE"),
    "poCurrencyEstCost": ("number", "WE"),
    "poEstMarkUp": ("number", "WE"),
    "poEstRecChgOut": ("number", "WE"),
    "poCurrencyEstCharge": ("number", "WE"),
    "poOriginalCost": ("number", "WE"),
    "poCurrencyOrigCost": ("number", "WE"),
}


def fields(*marks):
    """The names of the fields that have one of these marks, or of all."""
    return [name for name, (_, has) in FIELDS.items() if not marks or any(mark in has for mark in marks)]


DETAILS = fields()
LIST = fields("L")
WRITTEN = fields("W")
EDITABLE = fields("E")
READ_ONLY = [name for name in DETAILS if name not in EDITABLE and name not in ("poInternal", "poUuid")]
READ_ONLY.remove("poRecordVersionNumber")
NUMBERS = [name for name, (kind, _) in FIELDS.items() if kind == "number"]
MONEY = [name for name in NUMBERS if name != "poCurrencyRate"]
ACTUAL = ["poCost", "poCurrencyCost", "poMarkup", "poCharge", "poChargeout", "poCurrencyCharge"]
ESTIMATED = ["poEstCost", "poCurrencyEstCost", "poEstMarkUp", "poEstRecChgOut", "poCurrencyEstCharge"]
ORIGINAL = ["poOriginalCost", "poCurrencyOrigCost"]
MANDATORY = ("poJobandPhase", "poSupplytype", "poSupplierCode", "poDescription")
AT_CREATION = (
    *MANDATORY,
    "poOrderText",
    "poTheirRef",
    "poEstCost",
    "poEstMarkUp",
    "poEstRecChgOut",
    "poCurrencyCode",
    "poCurrencyRate",
    "poCurrencyEstCost",
    "poCurrencyEstCharge",
)

NEW = {
    "poJobandPhase": PHASE,
    "poSupplytype": SUPPLY_TYPE,
    "poSupplierCode": SUPPLIER,
    "poDescription": "Letterheads",
}
STAMPS = ("poTimeStampModified", "poRecordVersionNumber")

TEXTS = (
    "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "日本語 العربية עברית ไทย",
    "😀👩‍👩‍👧‍👦🇨🇿",
    "<b>&amp; \"x\" 'y'</b><script>alert(1)</script>",
    "a\\b/c",
    "two  inner   blanks",
    "e\u0301 is not \u00e9",
    "'; drop table orders; --",
    "%s {0} $1 ${x} %41 +&=#;",
    "\U0010ffff",
    "null",
    "{EST}",
)


# Calling


def query(parameters):
    """The parameters as a percent-encoded query string."""
    return urlencode([*pairs(parameters)], quote_via=quote, safe="")


def pairs(parameters):
    """The parameters as pairs of texts, those that are None left out and lists unrolled."""
    for name, value in parameters.items():
        for each in value if isinstance(value, list) else [value]:
            if each is not None:
                yield name, each if isinstance(each, str) else str(each)


def with_query(path, parameters):
    return f"{path}?{query(parameters)}"


async def asked(client, /, *, method="GET", path=PATH, headers=None, **parameters):
    """The answer to a call whose parameters are all in the query."""
    url = with_query(path, AUTH | parameters)
    return await client.request(method, url, auth=None, headers=headers)


async def sent(client, how="form", /, *, method="POST", path=PATH, in_query=None, **parameters):
    """The answer to a call whose parameters are in the body: as a `form`, as `multipart` or as `json`."""
    url = with_query(path, in_query) if in_query else path
    whole = AUTH | parameters
    if how == "json":
        members = {name: value for name, value in whole.items() if value is not None}
        return await client.request(method, url, auth=None, json=members)
    if how == "multipart":
        content, headers = multipart(whole)
        return await client.request(method, url, auth=None, content=content, headers=headers)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await client.request(method, url, auth=None, content=query(whole), headers=headers)


def multipart(parameters):
    """The parameters as the body that `curl --form` sends, in one piece, and its content type."""
    parts = [(name, (None, value)) for name, value in pairs(parameters)]
    request = httpx.Request("POST", "http://localhost", files=parts)
    return request.read(), {"Content-Type": request.headers["Content-Type"]}


WAYS = ("query", "form", "multipart", "json")


async def called(client, how, /, **parameters):
    """The answer to a call by GET or, with a body of one of the three kinds, by POST."""
    return await (asked(client, **parameters) if how == "query" else sent(client, how, **parameters))


def data(*records):
    """The records as the text of an `input`."""
    return json.dumps({"data": list(records)}, default=float)


async def update(client, /, *records, **parameters):
    """The answer to an update with these records."""
    return await sent(client, action="update", input=data(*records), **parameters)


async def create(client, /, *records, **parameters):
    return await sent(client, action="create", input=data(*records), **parameters)


async def delete(client, /, *identifiers, **parameters):
    """The answer to a deletion; an identifier is an id or a whole record."""
    records = [each if isinstance(each, dict) else {"poInternal": each} for each in identifiers]
    return await sent(client, action="delete", input=data(*records), **parameters)


async def act(client, action, purchase, /, **parameters):
    """The answer to an action on one purchase."""
    return await sent(client, action=action, purchase=purchase, **parameters)


# Answers


def parsed(answer):
    """The body, its fractions as decimals."""
    return json.loads(answer.content.decode("utf-8"), parse_float=Decimal)


def envelope(answer, status=200):
    """The body of an answer, what all answers share checked."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert PASSWORD not in answer.text
    return parsed(answer)


def read(answer):
    """The envelope of an accepted read, its shape checked."""
    told = envelope(answer)
    assert [name for name in told if name != "synapiversion"] == list(READ_KEYS)
    assert_good(told)
    assert told["responsemessage"] == ""
    for name in ("totalrows", "totalpages", "pagerows", "pagenumber"):
        assert type(told[name]) is int, name
    return told


def written(answer, message=UPDATED):
    """The envelope of an accepted write, its shape checked."""
    told = envelope(answer)
    assert [name for name in told if name != "synapiversion"] == list(WRITE_KEYS)
    assert_good(told)
    assert told["responsemessage"] == message
    assert isinstance(told["warningmessage"], str)
    return told


def assert_good(told):
    assert typed(told["responsecode"]) == (int, 1)
    assert told["responsestatus"] == "OK"
    assert typed(told["errorcode"]) == (int, 0)
    assert told["errormessage"] == ""
    assert told["success"] is True
    assert isinstance(told["data"], list)


def refused(answer, code=404500, *, status=404, naming=None):
    """The text of a refusal with this code, its shape checked; the text contains `naming`, case ignored."""
    told = envelope(answer, status)
    assert [name for name in told if name != "synapiversion"] == list(WRITE_KEYS)
    expected = {"responsecode": 0, "responsestatus": "ERROR", "errorcode": code, "success": False, "data": []}
    expected |= {"responsemessage": "", "warningmessage": ""}
    assert {name: told[name] for name in expected} == expected, told
    assert type(told["responsecode"]) is int
    text = told["errormessage"]
    assert isinstance(text, str)
    assert text == MESSAGES.get(code, text) if status == 404 else text
    assert text.strip()
    assert naming is None or naming.casefold() in text.casefold(), text
    return text


def is_refused(answer):
    """Whether the call was the caller's fault and is told so in the one shape."""
    assert answer.status_code < 500, (answer.status_code, answer.text)
    if answer.status_code == 200:
        return False
    refused(answer, parsed(answer)["errorcode"])
    return True


def typed(value):
    """The value with the type of each part, since 1 and True are equal."""
    if isinstance(value, list):
        return [typed(each) for each in value]
    if isinstance(value, dict):
        return {key: typed(each) for key, each in value.items()}
    return type(value), value


def warnings(told):
    """The names of what was ignored."""
    return set(told["warningmessage"].split(", ")) if told["warningmessage"] else set()


def amounts(row, *names):
    """The amounts of a record as one text, in the order of these names."""
    return " ".join(f"{Decimal(row[name]).normalize():f}" for name in names)


# Shortcuts


async def found(client, /, **parameters):
    """The records that a read answers."""
    return read(await asked(client, **parameters))["data"]


async def listed(client, /, **parameters):
    """The ids of the records that a read answers, in their order."""
    return [record["poInternal"] for record in await found(client, **parameters)]


async def shown(client, purchase, /):
    """The details of a purchase as the server shows them now."""
    (record,) = await found(client, purchase=purchase)
    return record


async def updated(client, purchase, /, **changes):
    """What an accepted update of one purchase answers."""
    (row,) = written(await update(client, {"poInternal": purchase, **changes}))["data"]
    return row


async def created(client, /, **members):
    """What an accepted creation of one purchase answers."""
    (row,) = written(await create(client, NEW | members))["data"]
    return row


async def entered(client, /, **members):
    """The id of a new purchase."""
    return (await created(client, **members))["poInternal"]


async def promoted(client, purchase, /):
    """What an accepted promotion answers."""
    (row,) = written(await act(client, "promote", purchase), PROMOTED)["data"]
    return row


async def bought(client, /, **members):
    """The id of a new purchase that was promoted at once."""
    return (await promoted(client, await entered(client, **members)))["poInternal"]


async def invested(client, purchase, /, on=True):
    """What an accepted switch of the investment answers."""
    answer = await act(client, "investment_on" if on else "investment_off", purchase)
    (row,) = written(answer, INVESTED)["data"]
    return row


async def deleted(client, /, *purchases):
    """What an accepted deletion answers."""
    return written(await delete(client, *purchases))["data"]


async def is_gone(client, purchase, /):
    """Whether there is no such purchase."""
    answer = await asked(client, purchase=purchase)
    if answer.status_code == 200:
        return False
    refused(answer)
    return True


# The book behind it


async def rows(book, table, condition="true"):
    """The tenant's rows of a table as JSON texts."""
    found_rows = await book.desk.pool.fetch(
        f"select to_jsonb(r)::text from {table} r where tenant_id = $1 and {condition} order by 1",  # noqa: S608
        book.tenant_id,
    )
    return [each[0] for each in found_rows]


async def last_event(book):
    """The newest event about an order."""
    (row,) = await rows(book, "events", "id = (select max(id) from events where tenant_id = $1 and noun = 'order')")
    return json.loads(row)


async def everything(book):
    """All that a refused call must leave alone."""
    return await book.counts(), [await rows(book, table) for table in ("orders", "costings", "lines", "contacts")]


@asynccontextmanager
async def no_trace(book):
    """Fails if the block leaves one row more, less or other than before."""
    before = await everything(book)
    yield
    assert await everything(book) == before


async def completed(homs, purchase, /, **attributes):
    """The order after HOMS closed it."""
    return await homs_changed(homs, purchase, state="done", **attributes)


async def homs_order(homs, purchase, /):
    """The order with this id as HOMS shows it, or None."""
    answer = await homs.get("/api/orders?page_size=1000")
    assert answer.status_code == 200, answer.text
    return next((each for each in answer.json()["orders"] if each["id"] == purchase), None)


async def homs_changed(homs, purchase, /, **attributes):
    """The order after an accepted HOMS update."""
    code = (await homs_order(homs, purchase))["code"]
    answer = await homs.put(f"/api/orders/{code}", json={"order": attributes})
    assert answer.status_code == 200, answer.text
    return answer.json()["order"]


def plain_client(synergist):
    """A plain client for the tenant of the fixture: generated examples cannot await."""
    headers = {"Host": synergist.host, "Accept": "application/json"}
    return httpx.Client(base_url=synergist.base_url, headers=headers, timeout=30)


def assert_plain_numbers(answer):
    """No number of the records has an exponent or zeros that say nothing."""
    for text in re.findall(r'"po[A-Za-z]+": ?(-?[0-9][^,}\]]*)', answer.text):
        assert re.fullmatch(r"-?(0|[1-9]\d*)(\.\d*[1-9])?", text), text
