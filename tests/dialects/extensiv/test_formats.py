"""How dates, decimals and texts are read and shown. Source: contract section 3.2, formats."""

import json
import re
from decimal import Decimal

import pytest

from .given_writes import (
    HAL,
    LINE,
    NEW,
    PLAIN,
    POS,
    SUPPLIER_TEXTS,
    body,
    business,
    changed,
    entered,
    fault,
    no_trace,
    order_id,
    path,
    post,
    put,
    put_back,
    sent,
    shown,
    tag_of,
)

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?")
DATES = (
    ("2016-12-25T23:00:00", "2016-12-25T23:00:00"),
    ("2025-03-01", "2025-03-01T00:00:00"),
    ("2024-02-29", "2024-02-29T00:00:00"),
    ("2025-03-01T09:30", "2025-03-01T09:30:00"),
    ("2025-03-01T09:30:15", "2025-03-01T09:30:15"),
    ("2025-03-01T00:00:00", "2025-03-01T00:00:00"),
    ("2025-03-01T23:59:59", "2025-03-01T23:59:59"),
    ("2025-03-01T09:30:15.0", "2025-03-01T09:30:15"),
    ("2025-03-01T09:30:15.0000000", "2025-03-01T09:30:15"),
    ("2025-03-01T09:30:15Z", "2025-03-01T09:30:15"),
    ("2025-03-01T09:30Z", "2025-03-01T09:30:00"),
    ("2025-03-01T09:30:15+00:00", "2025-03-01T09:30:15"),
    ("2025-03-01T09:30:15+02:00", "2025-03-01T07:30:15"),
    ("2025-03-01T09:30:15-05:30", "2025-03-01T15:00:15"),
    ("2025-03-01T00:30:00+01:00", "2025-02-28T23:30:00"),
    ("2024-12-31T23:30:00-01:00", "2025-01-01T00:30:00"),
    ("2025-03-01T09:30-01:00", "2025-03-01T10:30:00"),
    ("1999-12-31T23:59:59", "1999-12-31T23:59:59"),
    ("2999-12-31T23:59:59", "2999-12-31T23:59:59"),
)
FRACTIONS = (
    ("2025-03-01T09:30:15.5", ".5"),
    ("2025-03-01T09:30:15.123", ".123"),
    ("2025-03-01T09:30:15.123456", ".123456"),
    ("2025-03-01T09:30:15.1230000", ".123"),
    ("2025-03-01T11:30:15.25+02:00", ".25"),
    ("2025-03-01T09:30:15.001Z", ".001"),
)
BAD_DATES = (
    "",
    " ",
    "2025",
    "2025-03",
    "2025-02-30",
    "2023-02-29",
    "2025-13-01",
    "2025-00-01",
    "2025-01-00",
    "2025-1-1",
    "25-01-01",
    "20250301",
    "01/02/2025",
    "2025/03/01",
    "2025-W09-6",
    "2025-060",
    "2025-03-01 09:30:00",
    "2025-03-01T",
    "2025-03-01T09",
    "2025-03-01T9:30",
    "2025-03-01T0930",
    "2025-03-01T09:30:",
    "2025-03-01T09:30:15.",
    "2025-03-01T09:30:15,5",
    "2025-03-01T25:00:00",
    "2025-03-01T09:60:00",
    "2025-03-01T09:30:61",
    "2025-03-01T09:30:15+25:00",
    "2025-03-01T09:30:15+01:60",
    "2025-03-01T09:30:15-01:99",
    "2025-03-01T09:30:15+0175",
    "2025-03-01T09:30:15Z+01:00",
    "2025-03-01T09:30:15 Europe/Prague",
    "2025-03-01T09:30:15.12345678",
    "-2025-03-01",
    "+002025-03-01",
    "10000-01-01",
    "٢٠٢٥-03-01",
    "２０２５-03-01",
    "/Date(1740821400000)/",
    "Sat, 01 Mar 2025 09:30:00 GMT",
    "today",
    "null",
    "x" * 5000,
    "2025-03-01\x00",
    1740821400,
    0,
    20250301.5,
    True,
    [],
    ["2025-03-01"],
    {},
)
ENDS_OF_TIME = (
    ("0001-01-02T00:00:00", "0001-01-02T00:00:00"),
    ("0001-01-01T00:00:00.000001", "0001-01-01T00:00:00.000001"),
    ("0001-01-01T00:00:01", "0001-01-01T00:00:01"),
    ("9999-12-31", "9999-12-31T00:00:00"),
    ("9999-12-31T23:59:59", "9999-12-31T23:59:59"),
    ("9999-12-31T23:59:59.9999999", "9999-12-31T23:59:59.999998"),
    ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999998"),
    ("9999-12-31T23:59:59.999998", "9999-12-31T23:59:59.999998"),
)
NO_DATE = (
    "0001-01-01T00:00:00",
    "0001-01-01T00:00:00Z",
    "0001-01-01",
    "0001-01-01T00:00",
    "0001-01-01T00:00:00.0000000",
    "0001-01-01T00:00:00.0000000Z",
    "0001-01-01T00:00:00+00:00",
    "0001-01-01T00:00:00-00:00",
    "0001-01-01T02:00:00+02:00",
)
DATE_MEMBERS = ("issueDate", "expectedDate", "cancelDate")


def dated(name, value):
    """A body with this value in this member, and where the member is in it."""
    if name == "issueDate":
        return NEW | {name: value}, "IssueDate"
    return NEW | {"lineItems": [LINE, LINE | {name: value}]}, f"LineItems[1].{name[0].upper()}{name[1:]}"


def date_in(order, name):
    return (order if name == "issueDate" else order["lineItems"][1]).get(name)


@pytest.mark.parametrize("name", DATE_MEMBERS)
async def test_every_date_of_the_contract_is_shown_without_a_zone(extensiv, name):
    order = await entered(extensiv, **dated(name, "2001-01-01")[0])
    for written, expected in DATES:
        record, _ = dated(name, written)
        after = body(await put(extensiv, order_id(order), record, "*"))
        assert date_in(after, name) == expected, written
        assert date_in(await shown(extensiv, order_id(order)), name) == expected, written


@pytest.mark.parametrize("written, fraction", FRACTIONS)
async def test_a_fraction_is_shown_if_it_is_not_zero(extensiv, written, fraction):
    seen = (await entered(extensiv, issueDate=written))["issueDate"]

    assert MOMENT.fullmatch(seen)
    assert seen.startswith("2025-03-01T09:30:15.")
    assert Decimal("0" + seen.removeprefix("2025-03-01T09:30:15")) == Decimal("0" + fraction)


async def test_a_fraction_of_seven_digits_is_kept_to_six_at_least(extensiv):
    seen = (await entered(extensiv, issueDate="2025-03-01T09:30:15.1234567"))["issueDate"]

    assert MOMENT.fullmatch(seen)
    assert abs(Decimal(seen.removeprefix("2025-03-01T09:30:")) - Decimal("15.1234567")) < Decimal("0.000001")


@pytest.mark.parametrize("name", DATE_MEMBERS)
async def test_anything_else_is_no_date(extensiv, demo_book, name):
    async with no_trace(demo_book):
        for value in BAD_DATES:
            record, where = dated(name, value)
            assert fault(await post(extensiv, record)) == ("ValueNotSupported", {where}), value


@pytest.mark.parametrize("name", DATE_MEMBERS)
@pytest.mark.parametrize("value, kept", ENDS_OF_TIME)
async def test_a_date_at_the_end_of_time_is_shown_so_that_it_can_be_put_back(extensiv, name, value, kept):
    order = body(await post(extensiv, dated(name, value)[0]), 201)

    assert date_in(order, name) == kept
    assert await shown(extensiv, order_id(order)) == order
    after = body(await put_back(extensiv, order_id(order)))
    assert business(after) == business(order)
    assert date_in(await shown(extensiv, order_id(order)), name) == kept
    (listed,) = (await extensiv.get(f"{POS}?pgsiz=1000", headers={"Accept": HAL})).json()["_embedded"].values()
    assert date_in(listed[-1], name) == kept


@pytest.mark.parametrize("name", DATE_MEMBERS)
@pytest.mark.parametrize("value", ["0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-02:00", "0000-01-01"])
async def test_a_date_beyond_the_end_of_time_is_refused(extensiv, demo_book, name, value):
    record, where = dated(name, value)

    async with no_trace(demo_book):
        assert fault(await post(extensiv, record)) == ("ValueNotSupported", {where})


@pytest.mark.parametrize("name", DATE_MEMBERS)
@pytest.mark.parametrize("value", NO_DATE)
async def test_what_typed_clients_write_where_no_date_is_set_is_none_in_every_spelling(extensiv, name, value):
    order = await entered(extensiv, **dated(name, value)[0])

    assert date_in(order, name) is None
    assert await shown(extensiv, order_id(order)) == order
    await changed(extensiv, order_id(order), **dated(name, "2025-03-01")[0])
    again = body(await put(extensiv, order_id(order), dated(name, value)[0], "*"))
    assert date_in(again, name) is None
    assert await shown(extensiv, order_id(order)) == again


async def test_server_times_are_utc_without_a_zone(extensiv):
    order = await entered(extensiv)

    for name in ("creationDate", "lastModifiedDate"):
        assert MOMENT.fullmatch(order["readOnly"][name])


async def test_a_demo_purchase_shows_its_dates_alike(extensiv):
    order = await shown(extensiv, 10008376)

    assert order["readOnly"]["creationDate"].startswith("2016-05-22T10:52:48")


NUMBERS = (
    "1",
    "2.5",
    "0.0001",
    "0.1",
    "4.25",
    "1234567.8901",
    "99999.9999",
    "100",
    "1e2",
    "2.50",
    "12345678901234.5678",
    "1.1e1",
    "0.3333",
)


def spelled(quantity, price):
    line = f'{{"itemIdentifier":{{"id":1}},"quantity":{quantity},"price":{price}}}'
    return f'{{"purchaseOrderNumber":"PO-7001","customerIdentifier":{{"id":1}},"lineItems":[{line}]}}'


@pytest.mark.parametrize("accept, lines", [(HAL, "lineItems"), (PLAIN, "LineItems")])
async def test_numbers_are_json_numbers_without_loss(extensiv, accept, lines):
    order = await entered(extensiv)
    for number in NUMBERS:
        body(await sent(extensiv, "PUT", path(order_id(order)), spelled(number, number)))
        answer = await extensiv.get(path(order_id(order)), headers={"Accept": accept})
        (line,) = json.loads(answer.text, parse_float=Decimal)[lines]
        for name in ("quantity", "price") if accept == HAL else ("Quantity", "Price"):
            assert type(line[name]) in (int, Decimal)
            assert line[name] == Decimal(number)


async def test_a_price_of_zero_is_a_value(extensiv):
    (line,) = body(await sent(extensiv, "POST", POS, spelled(1, 0)), 201)["lineItems"]

    assert line["price"] == 0
    assert type(line["price"]) in (int, Decimal)


async def test_a_price_of_null_is_none(extensiv):
    (line,) = body(await sent(extensiv, "POST", POS, spelled(1, "null")), 201)["lineItems"]

    assert "price" not in line


@pytest.mark.parametrize("number", ["0", "-1", "-0.0001", "0.0", "-0.0", "-1e3"])
async def test_a_quantity_is_above_zero(extensiv, demo_book, number):
    async with no_trace(demo_book):
        found = fault(await sent(extensiv, "POST", POS, spelled(number, 1)))

    assert found == ("ValueNotSupported", {"LineItems[0].Quantity"})


@pytest.mark.parametrize("number", ["-1", "-0.0001", "-1e3"])
async def test_a_price_is_not_below_zero(extensiv, demo_book, number):
    async with no_trace(demo_book):
        found = fault(await sent(extensiv, "POST", POS, spelled(1, number)))

    assert found == ("ValueNotSupported", {"LineItems[0].Price"})


async def test_texts_have_room(extensiv):
    long, notes = "ž" * 255, "ž" * 4000
    supplier = dict.fromkeys([*SUPPLIER_TEXTS, "code"], long)
    line = LINE | {"externalLineId": long, "notes": notes}

    order = await entered(
        extensiv, purchaseOrderNumber=long, externalId=long, notes=notes, supplier=supplier, lineItems=[line]
    )

    seen = await shown(extensiv, order_id(order))
    assert seen == order
    assert (seen["purchaseOrderNumber"], seen["externalId"], seen["notes"]) == (long, long, notes)
    assert seen["supplier"].items() >= supplier.items()
    assert (seen["lineItems"][0]["externalLineId"], seen["lineItems"][0]["notes"]) == (long, notes)


async def test_a_long_number_is_still_one_number(extensiv):
    long = "Ž" * 254
    await entered(extensiv, purchaseOrderNumber=long + "1")
    await entered(extensiv, purchaseOrderNumber=long + "2")

    assert fault(await post(extensiv, NEW | {"purchaseOrderNumber": long.lower() + "1"}))[0] == "Duplicate"


async def test_notes_keep_their_lines(extensiv):
    notes = "first\nsecond\r\n\tthird\u2028fourth"

    order = await entered(extensiv, notes=notes)

    assert (await shown(extensiv, order_id(order)))["notes"] == notes
    assert (await changed(extensiv, order_id(order), externalId="x"))["notes"] == notes


async def test_a_date_put_back_in_the_spelling_of_the_answer_stays(extensiv):
    order = await entered(extensiv, issueDate="2025-03-01T09:30:15.123Z")
    tag = await tag_of(extensiv, order_id(order))

    after = body(await put(extensiv, order_id(order), NEW | {"issueDate": order["issueDate"]}, tag))

    assert after["issueDate"] == order["issueDate"]
