"""What holds of the cost model whatever is entered, in any order, into whatever stands there."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from orderloom.book import costing as book
from orderloom.book.costing import Amended, CostGroup, Costing, CostWish, values
from orderloom.book.errors import BadInput
from orderloom.book.money import LIMIT

BOUNDED = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))

TABLE = {"1/EUR": Decimal("1.21"), "1/USD": Decimal("1.5"), "1/JPY": Decimal("190.123456"), "1/KWD": Decimal("0.39")}
JOB_RATES = tuple(map(Decimal, ("1", "1.5", "0.37", "163.55")))
SLOTS = CostGroup.__struct_fields__
ACTUAL = (*SLOTS, "investment", "investment_markup")
ESTIMATE = tuple(f"estimate_{slot}" for slot in SLOTS)
ORIGINAL = ("original_cost", "original_currency_cost")
AMOUNTS = (*ACTUAL, *ESTIMATE, *ORIGINAL)
SWITCHES = ("currency", "rate", "invest")


class Purchase(NamedTuple):
    """A costing as some history has made it, and the rate of its job."""

    costing: Costing
    job_rate: Decimal


def amend(purchase: Purchase, wished: dict[str, Any]) -> Amended:
    """The costing with the wish fulfilled; examples in which it is refused are passed over."""
    try:
        return attempt(purchase, wished)
    except BadInput:
        assume(False)
        raise


def attempt(purchase: Purchase, wished: dict[str, Any]) -> Amended:
    rate = TABLE.get(wished.get("currency", ""))
    return book.amend(purchase.costing, CostWish(**wished), table_rate=rate, job_rate=purchase.job_rate)


def switched(costing: Costing, on: bool, job_rate: Decimal) -> Costing:
    return attempt(Purchase(costing, job_rate), {"invest": on}).costing


def to_cents(exact: Fraction) -> Decimal:
    """Half away from zero, by whole numbers."""
    cents = int(abs(exact) * 100 + Fraction(1, 2))
    return Decimal(cents if exact >= 0 else -cents).scaleb(-2)


# What is entered

CENTS = st.integers(-10_000, 1_000_000).map(lambda cents: Decimal(cents).scaleb(-2))
FEW = st.sampled_from(["0", "0.01", "0.02", "1", "10", "30", "100", "130", "-30", "-100"]).map(Decimal)
EXACT = st.decimals(-(10**7), 10**7, places=5)
HUGE = st.one_of(st.sampled_from([LIMIT, -LIMIT, LIMIT - 1]), st.decimals(-2 * 10**13, 2 * 10**13, places=2))
NUMBERS = st.one_of(FEW, FEW, CENTS, CENTS, EXACT, HUGE)
RATES = st.one_of(st.sampled_from(["1", "1.21", "1.1", "2", "3"]).map(Decimal), st.decimals("0.0001", 1000, places=7))
CURRENCIES = st.sampled_from(["", *TABLE])


def value_of(field: str) -> st.SearchStrategy[Any]:
    switches = {"currency": CURRENCIES, "rate": RATES, "invest": st.booleans()}
    return switches.get(field, NUMBERS)


@st.composite
def wishes(draw: st.DrawFn, *fields: str, most: int = 4) -> dict[str, Any]:
    """A wish of a few of these fields."""
    named = draw(st.lists(st.sampled_from(fields), min_size=1, max_size=most, unique=True))
    return {field: draw(value_of(field)) for field in named}


def single(*fields: str) -> st.SearchStrategy[dict[str, Any]]:
    return wishes(*fields, most=1)


@st.composite
def purchases(draw: st.DrawFn, steps: int = 4) -> Purchase:
    """A purchase after a few steps, of which those that are refused do nothing."""
    job_rate = draw(st.sampled_from(JOB_RATES))
    purchase = Purchase(draw(beginnings(job_rate)), job_rate)
    for step in draw(st.lists(st.sampled_from(STEPS), max_size=steps)):
        try:
            purchase = Purchase(step(draw, purchase), job_rate)
        except BadInput:
            continue
    return purchase


@st.composite
def beginnings(draw: st.DrawFn, job_rate: Decimal) -> Costing:
    """A purchase without amounts, the record of the seed, or a new estimate."""
    if draw(st.booleans()):
        seed = Costing(actual=CostGroup(Decimal(150), Decimal(0), Decimal(30), Decimal(195), Decimal(195)))
        return draw(st.sampled_from([Costing(), seed]))
    wished = draw(wishes("currency", *ESTIMATE))
    rate = TABLE.get(wished.get("currency", ""))
    try:
        return book.estimated(CostWish(**wished), default_markup=draw(CENTS), table_rate=rate, job_rate=job_rate)[0]
    except BadInput:
        return Costing(is_estimate=True)


STEPS = (
    lambda draw, purchase: attempt(purchase, draw(wishes(*SWITCHES, *AMOUNTS))).costing,
    lambda draw, purchase: attempt(purchase, draw(wishes(*SLOTS))).costing,
    lambda draw, purchase: attempt(purchase, draw(single(*SWITCHES))).costing,
    lambda draw, purchase: switched(purchase.costing, draw(st.booleans()), purchase.job_rate),
    lambda draw, purchase: book.from_lines(purchase.costing, draw(NUMBERS), job_rate=purchase.job_rate),
    lambda _, purchase: book.promote(purchase.costing),
)


# The laws


@BOUNDED
@given(purchases(), st.sampled_from([ACTUAL, ESTIMATE, ORIGINAL]), st.data())
def test_a_group_that_is_not_named_stays_as_it_is(purchase: Purchase, fields: tuple[str, ...], data: Any) -> None:
    after = amend(purchase, data.draw(wishes(*fields))).costing

    untouched = [field for field in values(after) if field not in fields]
    assert [values(after)[field] for field in untouched] == [values(purchase.costing)[field] for field in untouched]


@BOUNDED
@given(purchases(), wishes(*AMOUNTS))
def test_what_is_entered_is_stored_as_it_was_entered_or_named_as_lost(
    purchase: Purchase, wished: dict[str, Any]
) -> None:
    before, (costing, lost) = values(purchase.costing), amend(purchase, wished)
    after = values(costing)

    for field, value in wished.items():
        entered = to_cents(Fraction(value))
        if entered != before[field] and not (costing.invest and field in ("charge", "job_charge")):
            assert (after[field] != entered) == (field in lost), field
    assert set(lost) <= wished.keys()


@BOUNDED
@given(purchases(), wishes("cost", "currency_cost", "markup", most=2))
def test_the_charge_is_the_cost_with_the_markup_to_the_cent(purchase: Purchase, wished: dict[str, Any]) -> None:
    after = amend(purchase, wished).costing
    assume(after != purchase.costing)

    charge = to_cents(Fraction(after.actual.cost) * (1 + Fraction(after.actual.markup) / 100))
    job_charge = to_cents(Fraction(charge) * Fraction(purchase.job_rate))
    if after.invest:
        assert (after.investment, after.investment_markup) == (charge, after.actual.markup)
    else:
        assert (after.actual.charge, after.actual.job_charge) == (charge, job_charge)


@BOUNDED
@given(purchases(), single("charge", "job_charge", "investment"))
def test_the_markup_is_what_makes_the_charge_that_was_entered(purchase: Purchase, wished: dict[str, Any]) -> None:
    after = amend(purchase, wished).costing
    assume(values(after) != values(purchase.costing) and after.actual.cost)

    charge = Fraction(after.investment if after.invest else after.actual.charge)
    assert after.actual.markup == to_cents((charge / Fraction(after.actual.cost) - 1) * 100)


@BOUNDED
@given(purchases(), st.sampled_from(["cost", "estimate_cost", "original_cost"]), st.data())
def test_cost_and_price_are_one_amount_in_two_currencies(purchase: Purchase, cost: str, data: Any) -> None:
    price = cost.removesuffix("cost") + "currency_cost"
    wished = data.draw(single(cost, price))
    costing = amend(purchase, wished).costing
    assume(values(costing) != values(purchase.costing))

    after, rate = values(costing), Fraction(costing.rate)
    if cost in wished:
        assert after[price] == to_cents(Fraction(after[cost]) * rate)
    else:
        assert after[cost] == to_cents(Fraction(after[price]) / rate)


@BOUNDED
@given(purchases())
def test_an_investment_that_ends_is_charged_as_before(purchase: Purchase) -> None:
    costing, job_rate = purchase
    assume(not costing.invest)

    on = switched(costing, True, job_rate)
    off = switched(on, False, job_rate)

    assert (on.actual.charge, on.actual.job_charge, on.investment) == (0, 0, costing.actual.charge)
    job_charge = to_cents(Fraction(costing.actual.charge) * Fraction(job_rate))
    assert off == replace(costing, actual=replace(costing.actual, job_charge=job_charge))


@BOUNDED
@given(purchases())
def test_a_whole_record_that_comes_back_changes_nothing(purchase: Purchase) -> None:
    assert attempt(purchase, dict(values(purchase.costing))) == (purchase.costing, ())


@BOUNDED
@given(purchases(), single(*SWITCHES))
def test_a_whole_record_with_one_switch_is_that_switch_alone(purchase: Purchase, wished: dict[str, Any]) -> None:
    alone = amend(purchase, wished)

    assert attempt(purchase, {**values(purchase.costing), **wished}) == alone


@BOUNDED
@given(purchases(), single(*AMOUNTS))
def test_a_whole_record_with_one_new_amount_is_that_amount_alone(purchase: Purchase, wished: dict[str, Any]) -> None:
    """Save where what was sent agrees with itself as it stands, once rounded: then it is stored so."""
    alone, whole = amend(purchase, wished), attempt(purchase, {**values(purchase.costing), **wished})
    (field,) = wished

    assert whole.lost == alone.lost == ()
    if whole != alone:
        assert field.removeprefix("estimate_") in ("cost", "currency_cost")
        assert agrees(_priced(whole.costing, field))


def _priced(costing: Costing, field: str) -> CostGroup:
    """The group of the field, as it would be if all were charged."""
    if field in ESTIMATE:
        return costing.estimate
    return replace(costing.actual, charge=costing.investment) if costing.invest else costing.actual


def agrees(group: CostGroup) -> bool:
    """True if the markup is that of the charge."""
    cost, markup, charge = map(Fraction, (group.cost, group.markup, group.charge))
    return to_cents((charge / cost - 1) * 100) == markup


@BOUNDED
@given(purchases(), single(*SWITCHES, *AMOUNTS))
def test_one_field_given_twice_is_given_once(purchase: Purchase, wished: dict[str, Any]) -> None:
    once = amend(purchase, wished)

    assert attempt(purchase._replace(costing=once.costing), wished) == once


@BOUNDED
@given(purchases(), wishes(*SWITCHES, *AMOUNTS))
def test_a_wish_that_came_out_as_it_was_given_changes_nothing_again(purchase: Purchase, wished: dict[str, Any]) -> None:
    once = amend(purchase, wished).costing
    sent = {field: values(once)[field] for field in wished}

    assert attempt(purchase._replace(costing=once), sent) == (once, ())


@BOUNDED
@given(purchases(steps=8))
def test_whatever_happens_amounts_are_amounts(purchase: Purchase) -> None:
    for field, value in values(purchase.costing).items():
        if isinstance(value, Decimal):
            assert value.is_finite(), field
            assert -LIMIT < value < LIMIT, field
            assert value or not value.is_signed(), field
            assert -int(value.as_tuple().exponent) <= (6 if field == "rate" else 2), field


@BOUNDED
@given(purchases(steps=6))
def test_whatever_happens_the_rate_is_positive_and_one_in_the_base_currency(purchase: Purchase) -> None:
    costing = purchase.costing
    assert costing.rate > 0
    assert costing.currency or costing.rate == 1


@BOUNDED
@given(purchases(steps=6))
def test_whatever_happens_an_investment_is_not_charged_and_nothing_else_is_one(purchase: Purchase) -> None:
    costing = purchase.costing
    if costing.invest:
        assert (costing.actual.charge, costing.actual.job_charge) == (0, 0)
        assert costing.investment_markup == costing.actual.markup
    else:
        assert (costing.investment, costing.investment_markup) == (0, 0)


@BOUNDED
@given(purchases())
def test_an_estimate_made_real_is_charged_as_estimated(purchase: Purchase) -> None:
    before, after = purchase.costing, book.promote(purchase.costing)
    estimate = before.estimate

    assert (after.actual.cost, after.actual.currency_cost, after.actual.markup) == (
        (estimate.cost, estimate.currency_cost, estimate.markup)
    )
    charged = estimate.charge, estimate.job_charge
    assert (after.actual.charge, after.actual.job_charge) == ((0, 0) if before.invest else charged)
    assert after.investment == (estimate.charge if before.invest else 0)
    assert (after.original_cost, after.original_currency_cost) == (estimate.cost, estimate.currency_cost)
    assert (after.estimate, after.currency, after.rate) == (estimate, before.currency, before.rate)
    assert (after.is_estimate, after.source, after.over_limit) == (False, "entered", False)


@BOUNDED
@given(purchases(), NUMBERS)
def test_lines_are_the_cost_until_one_is_entered_or_say_that_they_are_too_much(
    purchase: Purchase, total: Decimal
) -> None:
    before = purchase.costing
    after = book.from_lines(before, total, job_rate=purchase.job_rate)

    if before.is_estimate or before.source == "entered":
        assert after == before
    elif after.over_limit:
        assert after == replace(before, over_limit=True)
    else:
        entered = amend(purchase, {"cost": total}).costing
        assert after == replace(entered, source="lines", over_limit=False)


@BOUNDED
@given(purchases(), wishes(*SWITCHES, *AMOUNTS))
def test_what_changed_is_told_and_nothing_else(purchase: Purchase, wished: dict[str, Any]) -> None:
    before, after = purchase.costing, amend(purchase, wished).costing

    told = book.changes(before, after)

    assert {**everything(before), **{field: new for field, (_, new) in told.items()}} == everything(after)
    assert {**everything(after), **{field: old for field, (old, _) in told.items()}} == everything(before)
    assert all(old != new for old, new in told.values())


def everything(costing: Costing) -> dict[str, Any]:
    """The flat record and what cannot be wished for."""
    state = {field: getattr(costing, field) for field in ("is_estimate", "source", "over_limit")}
    return {**values(costing), **state}
