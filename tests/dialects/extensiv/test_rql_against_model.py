"""Generated filters and sorts, answered alike by the server and by a plain reading of the contract over what GET shows.

Source: contract sections 5.2 to 5.4.
"""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .given_lists import POS, WHOLE_SUPPLIER, Plain, encoded, escaped, exact, ids_of, page_at, query, stocked
from .rql_model import HEAD, PROPERTIES, Both, Bracketed, Either, Pattern, Predicate, found, in_order, selects, values

BOUNDED = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
FEWER = settings(BOUNDED, max_examples=80)

# Texts with odd characters, for which the contract gives no order, only equality.
WILD = ("notes", "lineitems.notes", "externalid")
# Never null where their object is, and the contract does not say what `=hv=` is where it is not, or is empty.
UNSURE_OF_VALUE = (
    "lineitems.qualifier",
    "supplier.isaddressresidential",
    "supplier.addressstatus",
)
NOTES = (None, "ring twice", "Ring Twice", "50% off, (a*b); x=y!", "ČÁP", "*", "%41", "a b", "a_b\\", "'")
EXTERNAL_IDS = (None, "A1", "a1", "x;(y)", "10", "9", "A,1")
ISSUE_DATES = (None, "2024-04-01", "2024-04-01T12:00:00", "2019-12-31T23:59:59.5", "2030-01-01T02:00:00+02:00")
SUPPLIERS = (None, {"contactId": 1}, {"code": "SUP-1"}, WHOLE_SUPPLIER, {"contactId": 2}, {"companyName": "Zinc"})
LINES = (
    {"itemIdentifier": {"id": 1}, "qualifier": "Blue", "quantity": 2.5, "price": 4.25, "expectedFacility": {"id": 1}},
    {"itemIdentifier": {"id": 2}, "quantity": 10, "price": 0, "expectedFacility": {"id": 2}, "notes": "Fragile"},
    {"itemIdentifier": {"id": 1}, "quantity": 0.0001, "expectedDate": "2024-05-01", "externalLineId": "L1"},
    {"itemIdentifier": {"id": 2}, "quantity": 2.5, "cancelDate": "2024-04-01T12:00:00", "notes": "a,b*c"},
    {"itemIdentifier": {"id": 1}, "quantity": 1000000, "price": 0.05, "externalLineId": "l2", "notes": "fragile"},
)
KINDS = (*(f"open{number}" for number in range(17)), "closed1", "closed2", "closed3")


def kind(number):
    """A purchase whose members differ from those of its neighbours in one way or another."""
    second = number % 4 == 3
    return {
        "purchaseOrderNumber": f"{'aBcD'[number % 4]}{number * 37 % 23:02}",
        "customerIdentifier": {"id": 2 if second else 1},
        "issueDate": ISSUE_DATES[number % 5],
        "notes": NOTES[number % len(NOTES)],
        "externalId": EXTERNAL_IDS[number % len(EXTERNAL_IDS)],
        "supplier": SUPPLIERS[number // 2 % len(SUPPLIERS)],
        "lineItems": [] if second else [LINES[(number + place) % len(LINES)] for place in range(number % 3)],
    }


@pytest.fixture(scope="module")
async def stock(desk, http, published):
    """Twenty purchases of varied kind, beside those of the demo book."""
    return await stocked(desk, http, published, {label: kind(number) for number, label in enumerate(KINDS)})


@pytest.fixture(scope="module")
async def shown(stock):
    """What GET shows of all of them."""
    answer = await stock.client.get(f"{POS}?pgsiz=1000")
    rows = exact(answer)["ResourceList"]
    assert len(rows) == len(KINDS) + 4
    return rows


def occurring(shown, name):
    """The values that occur, to compare with, and some that do not."""
    path = name.split(".")
    if name in HEAD:
        there = [found(row, path) for row in shown]
    else:
        there = [found(line, path[1:]) for row in shown for line in row["LineItems"]]
    typed = PROPERTIES[name]
    there = {each for each in there if each not in (None, "")}
    if typed == "date":
        there = {datetime.fromisoformat(each) for each in there} | {datetime(2024, 1, 1), datetime(2026, 2, 3, 4, 5)}
    if typed == "decimal":
        there = {Decimal(each) for each in there} | {Decimal("2.51"), Decimal(3)}
    if typed == "bool":
        there = {True, False}
    if typed == "int":
        there |= {0, -1, 1000000}
    if typed == "text":
        there |= {"m", "0", "zz"}
    return sorted(there)


def written_dates(value):
    """Every form in which this date may be written."""
    plain = value.isoformat()
    moved = (value + timedelta(hours=2)).isoformat()
    forms = [plain, f"{plain}Z", f"{plain}+00:00", f"{moved}+02:00", plain.lower(), f"{plain}z"]
    if value.microsecond:
        return [*forms, f"{plain}0"]
    forms += [f"{plain}.0", f"{plain}.0000000Z"]
    if not value.second:
        forms.append(value.strftime("%Y-%m-%dT%H:%M"))
    if not (value.hour or value.minute or value.second):
        forms += [value.strftime("%Y-%m-%d")] * 4
    return forms


def written(value, kind):
    """The texts that mean the value."""
    if kind == "date":
        return st.sampled_from(written_dates(value))
    if kind == "bool":
        return st.sampled_from([str(value), str(value).lower(), str(value).upper()])
    if kind == "decimal":
        plain = f"{value:f}"
        return st.sampled_from([plain, f"{plain}0" if "." in plain else f"{plain}.00"])
    if kind == "int":
        return st.just(str(value))
    return st.sampled_from([escaped(value), escaped(value.lower()), escaped(value.upper())])


@st.composite
def patterns(draw, texts):
    """A text with stars, and how it is sent."""
    text = draw(st.sampled_from(texts))
    start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
    part = text[start:end].strip()
    opens, closes = draw(st.sampled_from([(True, False), (False, True), (True, True)]))
    sent = "*" if not part else "*" * opens + escaped(draw(st.sampled_from([part, part.upper()]))) + "*" * closes
    return Pattern(part, opens, closes), sent


@st.composite
def predicates(draw, pools):
    """One comparison of any property in any spelling."""
    name = draw(st.sampled_from(sorted(PROPERTIES)))
    kind = PROPERTIES[name]
    operators = ["==", "!=", "=in=", "=out="]
    if name not in UNSURE_OF_VALUE:
        operators.append("=hv=")
    if kind != "bool" and name not in WILD:
        operators += ["=gt=", "=ge=", "=lt=", "=le="]
    operator = draw(st.sampled_from(operators))
    value, sent = draw(operands(name, operator, pools[name]))
    case = draw(st.sampled_from([str.lower, str.upper, str.title]))
    space = draw(st.sampled_from(["", "", "", " "]))
    return Predicate(name, operator, value, f"{space}{case(name)}{space}{case(operator)}{sent}")


@st.composite
def operands(draw, name, operator, pool):
    """What a property is compared with, and how that is sent."""
    kind = PROPERTIES[name]
    if operator == "=hv=":
        value = draw(st.booleans())
        return value, draw(written(value, "bool"))
    if operator in ("=in=", "=out="):
        chosen = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=4))
        comma = draw(st.sampled_from([",", ", ", " , "]))
        return tuple(chosen), "(" + comma.join(draw(written(each, kind)) for each in chosen) + ")"
    if operator in ("==", "!="):
        form = draw(st.sampled_from(["value", "value", "value", "pattern", "empty"]))
        if form == "empty":
            return None, ""
        if form == "pattern" and kind == "text":
            pattern, sent = draw(patterns(pool))
            # Whether `!=*` holds for what has no value is open.
            if pattern.text or operator == "==":
                return pattern, sent
    value = draw(st.sampled_from(pool))
    return value, draw(written(value, kind))


def expressions(shown):
    """Any well-formed filter."""
    pools = {name: occurring(shown, name) for name in PROPERTIES}
    return st.recursive(
        predicates(pools),
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(tuple).map(Both),
            st.lists(inner, min_size=2, max_size=3).map(tuple).map(Either),
            inner.map(Bracketed),
        ),
        max_leaves=8,
    )


def identity(row):
    return row["ReadOnly"]["PurchaseOrderId"]


def test_any_filter_selects_what_the_model_selects(stock, shown):
    with Plain(stock.client) as client:

        @BOUNDED
        @given(expressions(shown))
        def one(expression):
            answer = client.get(POS + query(pgsiz=1000, rql=expression))
            assert answer.status_code == 200, (str(expression), answer.text)
            expected = [identity(row) for row in shown if selects(expression, row)]
            assert ids_of(answer.json()) == expected, str(expression)
            assert answer.json()["TotalResults"] == len(expected)

        one()


def test_any_single_comparison_selects_what_the_model_selects(stock, shown):
    pools = {name: occurring(shown, name) for name in PROPERTIES}
    with Plain(stock.client) as client:

        @BOUNDED
        @given(predicates(pools))
        def one(predicate):
            answer = client.get(f"{POS}?rql={encoded(str(predicate))}")
            assert answer.status_code == 200, (str(predicate), answer.text)
            assert ids_of(answer.json()) == [identity(row) for row in shown if selects(predicate, row)], str(predicate)

        one()


keys = st.lists(
    st.tuples(st.sampled_from(sorted(set(HEAD) - set(WILD))), st.booleans(), st.sampled_from(["", "+", " "])),
    min_size=1,
    max_size=3,
    unique_by=lambda key: key[0],
)


def sent_keys(keys, case):
    return ",".join(("-" if descends else sign) + case(name) for name, descends, sign in keys)


def test_any_sort_orders_as_the_model_orders(stock, shown):
    with Plain(stock.client) as client:

        @FEWER
        @given(keys, st.sampled_from([str.lower, str.upper, str.title]))
        def one(keys, case):
            answer = client.get(POS + query(sort=sent_keys(keys, case)))
            assert answer.status_code == 200, (keys, answer.text)
            expected = in_order(shown, [(name, descends) for name, descends, _ in keys])
            assert ids_of(answer.json()) == [identity(row) for row in expected], keys

        one()


def test_any_page_of_a_filtered_and_sorted_list_is_its_part_of_the_model(stock, shown):
    with Plain(stock.client) as client:

        @FEWER
        @given(expressions(shown), keys, st.integers(1, 9), st.integers(1, 4))
        def one(expression, keys, size, number):
            wanted = query(rql=expression, sort=sent_keys(keys, str.lower), pgsiz=size, pgnum=number)
            answer = client.get(POS + wanted)
            assert answer.status_code == 200, (wanted, answer.text)
            rows = [row for row in shown if selects(expression, row)]
            rows = in_order(rows, [(name, descends) for name, descends, _ in keys])
            assert ids_of(answer.json()) == [identity(row) for row in rows[(number - 1) * size : number * size]], wanted
            assert answer.json()["TotalResults"] == len(rows)

        one()


async def test_the_twenty_purchases_are_of_varied_kind(stock, shown):
    """A model that is never asked anything would agree with everything."""
    assert len(ids_of(await page_at(stock.client, POS))) == len(shown)
    for name in PROPERTIES:
        assert any(value not in (None, "") for row in shown for value in values(row, name)), name
    assert {len(row["LineItems"]) for row in shown} >= {0, 1, 2}
    assert {row["ReadOnly"]["Closed"] for row in shown} == {True, False}
