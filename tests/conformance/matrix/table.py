"""One field, five names: which attribute of each face a field of the book is, and how its values are spelled there.

Written from the design and the contracts. The tests beside it hold every claim, and docs/coverage.md is made of it.
"""

from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from orderloom.demo.people import DEMO_USER
from tests.conformance.faces import OTHER_USER
from tests.conformance.matrix.words import Field, Telling, Word, entered_only

HOMS, IINSIGHT, INTOUCH, EXTENSIV, SYNERGIST = "homs", "iinsight", "intouch", "extensiv", "synergist"
NAMES: Final = (HOMS, IINSIGHT, EXTENSIV, SYNERGIST, INTOUCH)
ESTIMATE: Final = "{EST}"
MOSCOW: Final = timezone(timedelta(hours=3))

# What the demo book calls things. Source: the contracts' sections on demo data.
CUSTOMERS: Final = {
    1: {"externalId": "DEMO-CUST", "name": "Demo Customer", "id": 1},
    2: {"name": "Second Customer", "id": 2},
    2168: {"name": "Pekárna U Zlatého klasu", "id": 2168},
}
_PLAIN_CONTACT: Final = {"isAddressResidential": False, "addressStatus": 0}
SUPPLIERS: Final = {
    1: _PLAIN_CONTACT | {"contactId": 1, "companyName": "Acme Supply", "code": "SUP-1"},
    2: _PLAIN_CONTACT | {"contactId": 2, "companyName": "A A Matthews", "code": "1/AAMATT2"},
}
CASES: Final = {1: "ACB1", 2: "ACB2", 3: "ACB3", 4: "1/00001076.001", 5: "1/00001076.002", 7: "1/00002001.001"}
CUSTOMER_OF_CASE: Final = {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 7: 2}
JOB_RATES: Final = dict.fromkeys(CASES, Decimal(1)) | {7: Decimal("1.5")}
RATES: Final = {"": Decimal(1), "1/EUR": Decimal("1.21"), "1/USD": Decimal("1.3")}
ITEMS: Final = {1: {"sku": "SKU-1", "id": 1}, 2: {"sku": "SKU-2", "id": 2}}
FACILITIES: Final = {1: {"name": "Main", "id": 1}, 2: {"name": "Overflow", "id": 2}}
# A type of purchases with custom fields, which the tests add; types get the next number from 1000 on.
STOCKED: Final = "stocked_purchase"
TYPES: Final = {"purchase_order": 1000, "Without custom fields": 1003, STOCKED: 1006}
DATA_FIELDS: Final = ("aString", "aNumber", "aBoolean", "aDate", "aJson")


def money(amount: Decimal) -> Decimal:
    """To two places, half away from zero."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _text(value: Any) -> str:
    """Synergist's way of no text."""
    return value or ""


def _or_none(value: Any) -> Any:
    """What an empty text of Synergist means."""
    return value or None


def _says_something(value: Any) -> bool:
    return value is not None and bool(value.strip())


def _is_done(state: str) -> bool:
    return state == "done"


def _one_of(things: dict[int, Any], member: str) -> tuple[Any, Any]:
    """How a thing is shown and sent that is one of these; it is sent by its id under this member."""
    return (lambda value: None if value is None else things[value]), (
        lambda value: None if value is None else {member: value}
    )


def _supplier_of_synergist(value: int | None) -> tuple[str, str]:
    contact = SUPPLIERS.get(value or 0, {})
    return str(contact.get("code", "")), str(contact.get("companyName", ""))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def _in_moscow(value: str | None) -> str | None:
    moment = _moment(value)
    return None if moment is None else moment.astimezone(MOSCOW).isoformat(timespec="seconds")


def _without_zone(value: str | None) -> str | None:
    """Extensiv's moments: UTC, a fraction only where there is one."""
    moment = _moment(value)
    if moment is None:
        return None
    text = moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds").removesuffix("+00:00")
    return text.rstrip("0") if "." in text else text


def _to_the_millisecond(value: str) -> str:
    return datetime.fromisoformat(value).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _day(value: str) -> str:
    return datetime.fromisoformat(value).astimezone(UTC).date().isoformat()


def _seconds(value: str) -> int:
    return int(datetime.fromisoformat(value).timestamp())


def _data(value: dict[str, Any] | None) -> dict[str, Any]:
    return dict.fromkeys(DATA_FIELDS) | (value or {})


def _number_of_type(code: str) -> int:
    return TYPES.get(code) or int(code.removeprefix("case_type_"))


def _unseen(value: Any) -> None:
    """An attribute that nobody knows what it shows; see where it is compared."""


_customer, _by_id = _one_of(CUSTOMERS, "id")
_supplier, _by_contact_id = _one_of(SUPPLIERS, "contactId")
_item, _ = _one_of(ITEMS, "id")
_facility, _ = _one_of(FACILITIES, "id")

_TEXTS: Final = ("ring twice", 'Příliš žluťoučký\n\tkůň 🦊 "ó" <b>&amp;', "  blanks  around  ", "x" * 255)
# Moments that differ by a day, a second, a millisecond and a microsecond.
_MOMENTS: Final = (
    "2024-02-29T09:30:00.125+00:00",
    "2024-03-01T09:30:00.125+00:00",
    "2024-03-01T09:30:01.125+00:00",
    "2024-03-01T09:30:01.126+00:00",
    "2024-03-01T09:30:01.126001+00:00",
)
_AMOUNTS: Final = (Decimal("1234.56"), Decimal("0.000000001"), Decimal("12345678901234567890.12345"), Decimal("0"))
_written: Final = {"enters": True, "changes": True}


def _only(face: str, name: str, word: Word, samples: tuple[Any, ...], **more: Any) -> Field:
    """A field that one face alone has a word for."""
    return Field(name=name, words={face: word}, samples=samples, **more)


def _leftover(at: str, *samples: Any) -> Field:
    """An attribute of InTouch that the book has no word for."""
    return _only(INTOUCH, f"leftover {at}", Word(at=at, **_written), samples)


_HEAD: Final = (
    Field(
        name="id",
        words={
            HOMS: Word(at="id"),
            IINSIGHT: Word(at="record_id", spells=str),
            EXTENSIV: Word(at="readOnly.purchaseOrderId"),
            SYNERGIST: Word(at="poInternal"),
            INTOUCH: Word(at="id"),
        },
        samples=(70, 80),
        clears=False,
    ),
    _only(SYNERGIST, "uuid", Word(at="poUuid"), ("0" * 32, "EC2BCC0570400345AC130E1140DFB69F"), clears=False),
    _only(HOMS, "code", Word(at="code"), ("ORD-1", "ORD-777"), clears=False),
    Field(
        name="number",
        words={
            IINSIGHT: Word(at="purchase_order", enters=True, accepts=_says_something, else_shows=("title", "code")),
            EXTENSIV: Word(at="purchaseOrderNumber", **_written, accepts=_says_something, else_shows=("code",)),
            SYNERGIST: Word(
                at="poPONumber", else_shows=("code",), hidden_by=("is_estimate", ESTIMATE), note="given by promoting"
            ),
        },
        samples=tuple(f"No. {text}"[:255] for text in _TEXTS),
    ),
    Field(
        name="title",
        words={
            SYNERGIST: Word(at="poDescription", **_written, spells=_text, sends=_text, keeps=_or_none),
            INTOUCH: Word(at="name", **_written, accepts=_says_something, else_shows=("number", "code")),
        },
        samples=_TEXTS,
    ),
    Field(
        name="type",
        words={
            HOMS: Word(at="order_type_code", **_written),
            INTOUCH: Word(at="caseType", **_written, spells=_number_of_type, sends=_number_of_type),
        },
        samples=(STOCKED, "purchase_order"),
        clears=False,
        moves=("data",),
    ),
    Field(
        name="state",
        words={
            HOMS: Word(at="state", **_written),
            EXTENSIV: Word(at="readOnly.closed", reads=Telling.DERIVED, spells=_is_done, note="whether it is done"),
            SYNERGIST: Word(at="poCompleted", reads=Telling.DERIVED, spells=_is_done, note="whether it is done"),
        },
        samples=("in_progress", "done", "to_execute"),
        clears=False,
    ),
    _only(HOMS, "archived", Word(at="archived", **_written), (True, False), clears=False),
    Field(
        name="external_id",
        words={HOMS: Word(at="ext_code", **_written), EXTENSIV: Word(at="externalId", **_written)},
        samples=(*_TEXTS, ""),
    ),
    _only(
        SYNERGIST,
        "supplier_reference",
        Word(at="poTheirRef", **_written, spells=_text, sends=_text, keeps=_or_none),
        _TEXTS,
    ),
    _only(HOMS, "process_id", Word(at="bp_id", **_written), (*_TEXTS, "")),
    _only(HOMS, "process_state", Word(at="bp_state", **_written), (*_TEXTS, "")),
    Field(
        name="notes",
        words={
            EXTENSIV: Word(at="notes", **_written),
            SYNERGIST: Word(
                at="poOrderText",
                **_written,
                spells=_text,
                sends=_text,
                keeps=_or_none,
                accepts=lambda value: value != "",
            ),
            INTOUCH: Word(at="comment", **_written),
        },
        samples=(*_TEXTS, "", "long " * 800),
    ),
    Field(
        name="customer",
        words={
            EXTENSIV: Word(
                at="customerIdentifier",
                enters=True,
                spells=_customer,
                sends=_by_id,
                note="given later to an order that has none",
            ),
            INTOUCH: Word(
                at="customer", **_written, accepts=lambda value: value is not None, note="not of a purchase with items"
            ),
        },
        samples=(1, 2, 2168),
        without_lines=True,
    ),
    Field(
        name="supplier",
        words={
            EXTENSIV: Word(at="supplier", **_written, spells=_supplier, sends=_by_contact_id),
            SYNERGIST: entered_only(
                Word(
                    at="poSupplierCode, poSupplierName",
                    spells=_supplier_of_synergist,
                    sends=lambda value: _supplier_of_synergist(value)[0],
                )
            ),
        },
        samples=(1, 2),
    ),
    Field(
        name="case",
        words={
            IINSIGHT: entered_only(Word(at="case_id")),
            SYNERGIST: entered_only(
                Word(at="poJobandPhase", spells=lambda value: CASES.get(value, ""), sends=CASES.__getitem__)
            ),
        },
        samples=(1, 7),
    ),
    Field(
        name="responsible",
        words={
            HOMS: Word(at="user_email", **_written),
            # Whoever entered the order, which is the demo user unless a test says otherwise.
            INTOUCH: Word(at="ownerUser", **_written, default=DEMO_USER, note="a login that nobody has is a leftover"),
        },
        samples=(OTHER_USER, DEMO_USER),
    ),
    _only(
        EXTENSIV,
        "issued_at",
        Word(at="issueDate", **_written, spells=_without_zone),
        ("2025-03-01T09:30:00+00:00", "2024-02-29T23:59:59.123456+00:00", "2025-01-01T00:30:00+02:00"),
    ),
    _only(
        SYNERGIST,
        "required_on",
        Word(at="poDateRequired", changes=True, spells=_text, sends=_text),
        ("2025-03-01", "2024-02-29"),
    ),
    _only(
        HOMS,
        "done_at",
        Word(at="done_at", **_written, reads=Telling.ROUNDED, spells=_in_moscow, note="to the second"),
        ("2016-05-16T10:52:48Z", "2016-05-16T10:52:48.999999Z", "2024-07-01T00:00:00+02:00"),
    ),
    _only(INTOUCH, "price_total", Word(at="totalPrice", **_written), (*_AMOUNTS, Decimal("-5.5"))),
    _only(INTOUCH, "price_currency", Word(at="currency", **_written, default="CZK"), ("EUR", "CZK"), clears=False),
    _only(
        HOMS,
        "data",
        Word(at="data", **_written, spells=_data, sends=_data),
        (
            {"aString": _TEXTS[1], "aNumber": 1.5, "aBoolean": False, "aDate": "2024-02-29T09:30:00.125+02:00"},
            {"aString": "", "aNumber": -100, "aBoolean": True, "aJson": '{"a": [1]}'},
        ),
        along={"type": STOCKED},
    ),
    Field(
        name="created_at",
        words={
            EXTENSIV: Word(at="readOnly.creationDate", spells=_without_zone),
            SYNERGIST: Word(at="poDateCreated", reads=Telling.ROUNDED, spells=_day, note="to the day"),
            INTOUCH: Word(at="entered", reads=Telling.ROUNDED, spells=_to_the_millisecond, note="to the millisecond"),
        },
        samples=_MOMENTS,
        clears=False,
    ),
    Field(
        name="created_by",
        words={SYNERGIST: Word(at="poOrderedByUserName"), INTOUCH: Word(at="enteredBy")},
        samples=(OTHER_USER, "nobody@example.com"),
        clears=False,
    ),
    Field(
        name="modified_at",
        words={
            EXTENSIV: Word(at="readOnly.lastModifiedDate", spells=_without_zone),
            SYNERGIST: Word(at="poTimeStampModified", reads=Telling.ROUNDED, spells=_seconds, note="to the second"),
            INTOUCH: Word(at="modified", reads=Telling.ROUNDED, spells=_to_the_millisecond, note="to the millisecond"),
        },
        samples=_MOMENTS,
        clears=False,
    ),
    _only(INTOUCH, "modified_by", Word(at="modifiedBy"), (OTHER_USER, "nobody@example.com"), clears=False),
    Field(
        name="version",
        words={
            EXTENSIV: Word(at="ETag", reads=Telling.DERIVED, spells=_unseen, note="another one after each write"),
            SYNERGIST: Word(at="poRecordVersionNumber"),
        },
        samples=(70, 80),
        clears=False,
    ),
    _leftover("branch", 11, -(2**63)),
    _leftover("person", 12, 2**63 - 1),
    _leftover("opportunity", 13, 0),
    _leftover("ownerGroup", "SALES", ""),
    _leftover("colour", {"shade": ["yellow", None, 10**20, Decimal("0.1")], "": {}}, "", 0, False, []),
)


def _cost(name: str, at: str, *samples: str, enters: bool = False, **more: Any) -> Field:
    """An amount of the costing. What else of its group follows from it is the cost model's own contract."""
    word = Word(at=at, enters=enters, changes=True, sends=str, keeps=money, takes=Telling.ROUNDED, note="to two places")
    return _only(SYNERGIST, name, word, tuple(map(Decimal, samples)), clears=False, moves=COSTS, **more)


COSTS: Final = (
    "poCostDisplay",
    *("poCost", "poCurrencyCost", "poMarkup", "poCharge", "poChargeout", "poCurrencyCharge"),
    *("poInvest", "poInvestment", "poInvestmentMarkup"),
    *("poEstCost", "poCurrencyEstCost", "poEstMarkUp", "poEstRecChgOut", "poCurrencyEstCharge"),
    *("poOriginalCost", "poCurrencyOrigCost", "poCurrencyCode", "poCurrencyRate"),
)
_SOME: Final = ("33.333", "-0.005", "98765.43")
_ABROAD: Final = {"costing currency": "1/EUR"}
_FREE: Final = {"costing invest": True}
_COSTING: Final = (
    _only(
        SYNERGIST,
        "costing currency",
        Word(at="poCurrencyCode", **_written),
        ("1/USD", "", "1/EUR"),
        clears=False,
        moves=COSTS,
    ),
    _only(
        SYNERGIST,
        "costing rate",
        Word(
            at="poCurrencyRate",
            **_written,
            sends=str,
            takes=Telling.ROUNDED,
            note="to six places",
            keeps=lambda given: given.quantize(Decimal("1e-6"), ROUND_HALF_UP),
        ),
        (Decimal("1.3333335"), Decimal("0.5"), Decimal(2)),
        clears=False,
        along=_ABROAD,
        moves=COSTS,
    ),
    _cost("costing cost", "poCost", *_SOME),
    _cost("costing currency_cost", "poCurrencyCost", *_SOME),
    _cost("costing markup", "poMarkup", *_SOME),
    _cost("costing charge", "poCharge", *_SOME),
    _cost("costing charge, its second name", "poChargeout", *_SOME),
    _cost("costing job_charge", "poCurrencyCharge", *_SOME),
    _only(SYNERGIST, "costing invest", Word(at="poInvest", changes=True), (True, False), clears=False, moves=COSTS),
    _cost("costing investment", "poInvestment", *_SOME, along=_FREE),
    _cost("costing investment_markup", "poInvestmentMarkup", *_SOME, along=_FREE),
    _cost("costing estimate_cost", "poEstCost", *_SOME, enters=True),
    _cost("costing estimate_currency_cost", "poCurrencyEstCost", *_SOME, enters=True),
    _cost("costing estimate_markup", "poEstMarkUp", *_SOME, enters=True),
    _cost("costing estimate_charge", "poEstRecChgOut", *_SOME, enters=True),
    _cost("costing estimate_job_charge", "poCurrencyEstCharge", *_SOME, enters=True),
    _cost("costing original_cost", "poOriginalCost", *_SOME),
    _cost("costing original_currency_cost", "poCurrencyOrigCost", *_SOME),
)
HEAD: Final = {field.name: field for field in (*_HEAD, *_COSTING)}

_LINE: Final = (
    Field(
        name="id",
        words={EXTENSIV: Word(at="purchaseOrderLineItemId"), INTOUCH: Word(at="id")},
        samples=(70, 80),
        clears=False,
    ),
    _only(
        INTOUCH,
        "title",
        Word(at="title", **_written, accepts=_says_something, else_shows=("sku",)),
        _TEXTS,
        clears=False,
    ),
    Field(
        name="item",
        words={
            EXTENSIV: Word(at="itemIdentifier", **_written, spells=_item, sends=_by_id, accepts=bool),
            INTOUCH: Word(at="product", **_written, note="one that the customer does not have is a leftover"),
        },
        samples=(2, 1),
        along={"qualifier": ""},
    ),
    _only(EXTENSIV, "qualifier", Word(at="qualifier", **_written, default=""), ("", "Blue"), clears=False),
    Field(
        name="quantity",
        words={
            EXTENSIV: Word(at="quantity", **_written, accepts=lambda value: value is not None and value > 0),
            INTOUCH: Word(at="quantity", **_written),
        },
        samples=(*_AMOUNTS, Decimal("-2.5")),
    ),
    Field(
        name="price",
        words={
            EXTENSIV: Word(at="price", **_written, accepts=lambda value: value is None or value >= 0),
            INTOUCH: Word(at="price", **_written),
        },
        samples=(*_AMOUNTS, Decimal("-2.5")),
    ),
    _only(INTOUCH, "unit", Word(at="unit", **_written), (*_TEXTS, "")),
    _only(INTOUCH, "price_total", Word(at="totalPrice", **_written), (*_AMOUNTS, Decimal("-2.5"))),
    _only(INTOUCH, "locked", Word(at="locked", **_written, default=False), (True, False), clears=False),
    _only(EXTENSIV, "facility", Word(at="expectedFacility", **_written, spells=_facility, sends=_by_id), (1, 2)),
    _only(
        EXTENSIV,
        "expected_at",
        Word(at="expectedDate", **_written, spells=_without_zone),
        ("2025-03-01T09:30:00+00:00", "2024-02-29T23:59:59.1+00:00"),
    ),
    _only(
        EXTENSIV,
        "cancel_at",
        Word(at="cancelDate", **_written, spells=_without_zone),
        ("2025-03-02T09:30:00+00:00", "2024-03-29T23:59:59.000001+00:00"),
    ),
    Field(
        name="notes",
        words={EXTENSIV: Word(at="notes", **_written), INTOUCH: Word(at="note", **_written)},
        samples=(*_TEXTS, "", "long " * 800),
    ),
    _only(EXTENSIV, "external_id", Word(at="externalLineId", **_written), (*_TEXTS, "")),
    _leftover("colour", ["blue", {"deep": True}], Decimal("1.25"), ""),
)
LINE: Final = {field.name: field for field in _LINE}

# What every write moves, and every other attribute that tells of the write and not of the order.
STAMPS: Final = {
    HOMS: (),
    IINSIGHT: (),
    EXTENSIV: ("ETag", "readOnly.lastModifiedDate"),
    SYNERGIST: ("poTimeStampModified", "poRecordVersionNumber"),
    INTOUCH: ("modified", "modifiedBy"),
}
ITEM_STAMPS: Final = {EXTENSIV: (), INTOUCH: ("modified", "modifiedBy")}
