"""The company, currencies, supply types, rates of jobs and default markups at the desk."""

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest
from tests.given_books import Book, new_tenant

from orderloom.book.cases import Case
from orderloom.book.companies import Company, CompanyWish
from orderloom.book.conditions import ALWAYS
from orderloom.book.contacts import Contact, ContactWithMarkup
from orderloom.book.currencies import Currency
from orderloom.book.errors import BadInput, CaseNotFound, ContactNotFound, Fault
from orderloom.book.lists import Cut, Sort
from orderloom.book.supply_types import SupplyType
from orderloom.desk import cases, companies, contacts, currencies, entering, supply_types
from orderloom.desk.desk import Desk
from orderloom.store import companies as company_store
from orderloom.store import currencies as currency_store
from orderloom.store import supply_types as supply_type_store

LARGEST = Decimal("9999999999999.999999")


async def told(book: Book, noun: str) -> list[tuple[str, int, dict[str, Any]]]:
    """The events about this noun: name, id, changes."""
    return [(row["name"], row["noun_id"], json.loads(row["changes"])) for row in await book.events(noun)]


async def test_a_currency_is_entered_and_its_rate_changed(book: Book) -> None:
    desk, caller = book.desk, book.caller
    for rate in ("1.2100005", "1.210001", "1.3"):
        await currencies.put(desk, caller, Currency("1/EUR", Decimal(rate)))
    kept = await currencies.put(desk, caller, Currency("1/XXX", LARGEST))

    assert kept.rate == LARGEST
    assert await currencies.first(desk, caller, 5) == [Currency("1/EUR", Decimal("1.3")), Currency("1/XXX", LARGEST)]
    assert await currencies.first(desk, caller, 1) == [Currency("1/EUR", Decimal("1.3"))]
    events = await told(book, "currency")
    assert events == [
        ("CurrencyAdded", 0, {"code": "1/EUR", "rate": "1.210001"}),
        ("CurrencyAmended", 0, {"code": "1/EUR", "rate": ["1.210001", "1.300000"]}),
        ("CurrencyAdded", 0, {"code": "1/XXX", "rate": "9999999999999.999999"}),
    ]


async def test_a_currency_that_cannot_be_kept_is_refused(book: Book) -> None:
    with pytest.raises(BadInput) as refused:
        await currencies.put(book.desk, book.caller, Currency(" ", Decimal(0)))
    assert [fault.field for fault in refused.value.faults] == ["code", "rate"]
    assert await currencies.first(book.desk, book.caller, 5) == []
    assert await book.events("currency") == []


async def test_two_who_enter_a_currency_at_once_leave_one_and_the_history_of_both(book: Book) -> None:
    both = (Currency("1/EUR", Decimal(rate)) for rate in (2, 3))
    await asyncio.gather(*(currencies.put(book.desk, book.caller, each) for each in both))
    events = await told(book, "currency")
    assert [name for name, _, _ in events] == ["CurrencyAdded", "CurrencyAmended"]
    assert events[1][2]["rate"][0] == events[0][2]["rate"]
    [kept] = await currencies.first(book.desk, book.caller, 5)
    assert str(kept.rate) == events[1][2]["rate"][1]


async def test_rates_are_found_by_exact_codes(demo_book: Book) -> None:
    rates = await currency_store.all_rates(demo_book.desk.pool, demo_book.tenant_id)
    assert rates == {"1/EUR": Decimal("1.21"), "1/USD": Decimal("1.3")}


async def test_a_supply_type_is_added_once(book: Book) -> None:
    desk, caller = book.desk, book.caller
    await supply_types.add(desk, caller, SupplyType("1/ENG", "Engraving"))
    with pytest.raises(BadInput) as refused:
        await supply_types.add(desk, caller, SupplyType("1/ENG", "Another"))
    assert refused.value.faults == (Fault("code", "taken", value="1/ENG"),)
    with pytest.raises(BadInput):
        await supply_types.add(desk, caller, SupplyType("1/X ", "x"))
    await supply_types.add(desk, caller, SupplyType("1/eng", "Another"))

    assert await supply_types.first(desk, caller, 5) == [
        SupplyType("1/ENG", "Engraving"),
        SupplyType("1/eng", "Another"),
    ]
    assert await supply_types.first(desk, caller, 1) == [SupplyType("1/ENG", "Engraving")]
    assert await supply_type_store.codes_among(desk.pool, caller.tenant_id, ["1/eng"])
    assert not await supply_type_store.codes_among(desk.pool, caller.tenant_id, ["1/Eng"])
    assert await supply_type_store.codes_among(desk.pool, caller.tenant_id, ["1/ENG", "1/X"]) == {"1/ENG"}
    assert await told(book, "supply_type") == [
        ("SupplyTypeAdded", 0, {"code": "1/ENG", "name": "Engraving"}),
        ("SupplyTypeAdded", 0, {"code": "1/eng", "name": "Another"}),
    ]


async def test_a_company_is_amended_and_history_tells_what_changed(book: Book) -> None:
    desk, caller = book.desk, book.caller
    before = await companies.show(desk, caller)
    assert (before.number, before.base_currency, before.base_symbol) == (1, "GBP", "£")

    await companies.amend(desk, caller, CompanyWish(number=1, name=before.name))
    after = await companies.amend(desk, caller, CompanyWish(number=7, base_currency="eur", base_symbol="€"))

    assert after == Company(7, before.name, "EUR", "€")
    assert await companies.show(desk, caller) == after
    assert await company_store.company(desk.pool, caller.tenant_id) == after
    changes = {"number": [1, 7], "base_currency": ["GBP", "EUR"], "base_symbol": ["£", "€"]}
    assert await told(book, "company") == [("CompanyAmended", caller.tenant_id, changes)]
    with pytest.raises(BadInput):
        await companies.amend(desk, caller, CompanyWish(name="New", number=0))
    assert await companies.show(desk, caller) == after
    assert len(await book.events("company")) == 1


async def test_the_rate_of_a_job_is_kept_and_changed(book: Book) -> None:
    desk, caller = book.desk, book.caller
    plain = await cases.add(desk, caller, Case(code="A", name="x"))
    added = await cases.add(desk, caller, Case(code="B", name="x", job_rate=Decimal("1.50000049")))

    async def rates() -> list[Decimal]:
        page = await cases.page(desk, caller, sort=Sort(), cut=Cut(10))
        return [each.job_rate for each in page.records]

    assert added.job_rate == Decimal("1.5")
    assert await rates() == [1, Decimal("1.5")]
    for rate in ("2.25", "2.2500004"):
        assert await cases.set_rate(desk, caller, added.id, Decimal(rate)) == Decimal("2.25")
    assert await rates() == [1, Decimal("2.25")]
    said = {"name": "x", "type": "client", "status": "open"}
    assert await told(book, "case") == [
        ("CaseAdded", plain.id, {"code": "A", **said, "job_rate": "1.000000"}),
        ("CaseAdded", added.id, {"code": "B", **said, "job_rate": "1.500000"}),
        ("CaseAmended", added.id, {"job_rate": ["1.500000", "2.250000"]}),
    ]
    for rate, case_id, refusal in ((1, 999, CaseNotFound), (0, added.id, BadInput)):
        with pytest.raises(refusal):
            await cases.set_rate(desk, caller, case_id, Decimal(rate))
    with pytest.raises(BadInput):
        await cases.add(desk, caller, Case(code="C", name="x", job_rate=Decimal("1e13")))
    assert len(await book.events("case")) == 3


async def test_a_default_markup_is_kept_and_changed(book: Book) -> None:
    desk, caller = book.desk, book.caller
    added = await contacts.add(desk, caller, ContactWithMarkup(name="S", default_markup=Decimal("12.345")))
    [imported] = await entering.add_all(
        desk, caller, contacts.ENTRY, [ContactWithMarkup(name="I", default_markup=Decimal(-5))]
    )
    plain = await contacts.add(desk, caller, Contact(name="P"))

    async def markups() -> dict[int, Decimal]:
        page = await contacts.page(desk, caller, ALWAYS, (), Cut(10))
        assert all(type(each.contact) is Contact for each in page.records)
        return {each.contact.id: each.default_markup for each in page.records}

    assert await markups() == {added.id: Decimal("12.35"), imported: Decimal(-5), plain.id: Decimal(0)}
    for percent in ("30.005", "30.01"):
        assert await contacts.set_markup(desk, caller, added.id, Decimal(percent)) == Decimal("30.01")
    assert (await contacts.show(desk, caller, added.id)).default_markup == Decimal("30.01")
    said = {"is_address_residential": False, "address_status": 0}
    assert await told(book, "contact") == [
        ("ContactAdded", added.id, {"name": "S", **said, "default_markup": "12.35"}),
        ("ContactAdded", imported, {"name": "I", **said, "default_markup": "-5.00"}),
        ("ContactAdded", plain.id, {"name": "P", **said, "default_markup": "0"}),
        ("ContactAmended", added.id, {"default_markup": ["12.35", "30.01"]}),
    ]
    for percent, contact_id, refusal in (("1", 999, ContactNotFound), ("1e13", added.id, BadInput)):
        with pytest.raises(refusal):
            await contacts.set_markup(desk, caller, contact_id, Decimal(percent))
    with pytest.raises(BadInput):
        await contacts.add(desk, caller, ContactWithMarkup(name="x", default_markup=Decimal("-1e13")))
    assert len(await book.events("contact")) == 4


async def test_the_neighbours_money_is_not_there(demo_book: Book, desk: Desk) -> None:
    caller, _ = await new_tenant(desk)
    case_id = await demo_book.add_case("MINE", "x")
    before = await companies.show(desk, demo_book.caller)

    assert await currencies.first(desk, caller, 5) == []
    assert await supply_types.first(desk, caller, 5) == []
    assert (await currency_store.all_rates(desk.pool, caller.tenant_id)).get("1/EUR") is None
    assert not await supply_type_store.codes_among(desk.pool, caller.tenant_id, ["1/ENG"])
    for refusal, attempt in (
        (CaseNotFound, cases.set_rate(desk, caller, case_id, Decimal(2))),
        (ContactNotFound, contacts.set_markup(desk, caller, 2, Decimal(2))),
    ):
        with pytest.raises(refusal):
            await attempt
    await currencies.put(desk, caller, Currency("1/EUR", Decimal(9)))
    await supply_types.add(desk, caller, SupplyType("1/ENG", "Own"))
    await companies.amend(desk, caller, CompanyWish(number=2))
    assert (await currency_store.all_rates(desk.pool, demo_book.tenant_id)).get("1/EUR") == Decimal("1.21")
    assert await companies.show(desk, demo_book.caller) == before
