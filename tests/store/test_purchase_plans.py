"""The filters that users write all day are found by an index, in a book that is large enough to need one."""

from collections.abc import AsyncIterator

import pytest

from bench import books, filters, purchases

PURCHASES = 40_000
# The index that narrows a list, by the face and the name of the filter.
INDEXES = {
    ("extensiv", "customer"): {"orders_by_customer"},
    ("extensiv", "customer, open"): {"orders_by_customer", "purchases_open"},
    ("extensiv", "open"): {"purchases_open"},
    ("extensiv", "number"): {"purchases_by_number"},
    ("extensiv", "number, its beginning"): {"purchases_by_number"},
    ("extensiv", "external id"): {"purchases_by_external_id"},
    ("extensiv", "one of several external ids"): {"purchases_by_external_id"},
    ("extensiv", "created in a week"): {"orders_newest_first"},
    ("extensiv", "modified in a week"): {"orders_by_change"},
    ("extensiv", "supplier code"): {"contacts_by_code", "orders_by_supplier"},
    ("extensiv", "sku on a line"): {"items_by_sku", "lines_by_item"},
    ("extensiv", "customer's name"): {"customers_by_name", "orders_by_customer"},
    ("synergist", "phase"): {"cases_code_key", "orders_by_case"},
    ("synergist", "phase, dearest first"): {"cases_code_key", "orders_by_case"},
    ("synergist", "job"): {"cases_by_code", "orders_by_case"},
    ("synergist", "supplier"): {"contacts_by_code", "orders_by_supplier"},
    ("synergist", "phase and supplier"): {"cases_code_key", "orders_by_case"},
    ("synergist", "uuid"): {"orders_uuid_key"},
    ("synergist", "modified in a week"): {"orders_by_change"},
    ("synergist", "modified in the last hour"): {"orders_by_change"},
    ("synergist", "phase, modified since"): {"cases_code_key", "orders_by_case"},
}
# A whole list has nothing to narrow, and a part of a text stands in no index.
READ_THROUGH = {
    ("extensiv", "all"),
    ("synergist", "all"),
    ("synergist", "all, by description"),
    ("synergist", "a number in a text"),
    ("synergist", "a word that nothing has"),
    ("synergist", "modified since the first week"),
}
EITHER = {("extensiv", "customer, open"), ("synergist", "phase and supplier")}


@pytest.fixture(scope="module")
async def findings() -> AsyncIterator[dict[tuple[str, str], filters.Finding]]:
    """How each filter is answered in a book of its own with many purchases."""
    with books.database() as (url, _):
        tenant_id = await purchases.enter_book(url, "plans.test", PURCHASES)
        yield {(found.face, found.name): found for found in await filters.find(url, tenant_id)}


@pytest.mark.parametrize("name", INDEXES, ids=" ".join)
def test_a_filter_of_every_day_is_found_by_its_index(
    findings: dict[tuple[str, str], filters.Finding], name: tuple[str, str]
) -> None:
    found = findings[name]
    plan = "\n".join(found.lines)

    assert found.total > 0
    assert not [line for line in found.lines if "Seq Scan on" in line and line.split()[-2] in ("orders", "lines")], plan
    used = {index for index in INDEXES[name] if index in plan}
    assert used == INDEXES[name] or (name in EITHER and used), plan


def test_every_filter_that_is_measured_has_an_index_or_a_reason(
    findings: dict[tuple[str, str], filters.Finding],
) -> None:
    assert findings.keys() - INDEXES.keys() == READ_THROUGH
