"""The filters that users write all day are found by an index, in a book that is large enough to need one."""

from collections.abc import AsyncIterator

import pytest

from bench import books, purchases

PURCHASES = 20_000
# The index that narrows a list, by the name of the filter.
INDEXES = {
    "customer": {"purchases_by_customer"},
    "customer, open": {"purchases_by_customer", "purchases_open"},
    "open": {"purchases_open"},
    "number": {"purchases_by_number"},
    "number, its beginning": {"purchases_by_number"},
    "external id": {"purchases_by_external_id"},
    "one of several external ids": {"purchases_by_external_id"},
    "created in a week": {"orders_newest_first"},
    "modified in a week": {"orders_by_change"},
    "supplier code": {"contacts_by_code", "purchases_by_supplier"},
    "sku on a line": {"items_by_sku", "lines_by_item"},
    "customer's name": {"customers_by_name", "purchases_by_customer"},
}


@pytest.fixture(scope="module")
async def findings() -> AsyncIterator[dict[str, purchases.Finding]]:
    """How each filter is answered in a book of its own with many purchases."""
    with books.database() as (url, _):
        tenant_id = await purchases.enter_book(url, "plans.test", PURCHASES)
        yield {found.name: found for found in await purchases.find(url, tenant_id)}


@pytest.mark.parametrize("name", INDEXES)
def test_a_filter_of_every_day_is_found_by_its_index(findings: dict[str, purchases.Finding], name: str) -> None:
    found = findings[name]
    plan = "\n".join(found.lines)

    assert found.total > 0
    assert found.by_index, plan
    used = {index for index in INDEXES[name] if index in plan}
    assert used == INDEXES[name] or (name == "customer, open" and used), plan


def test_every_filter_that_is_measured_has_an_index(findings: dict[str, purchases.Finding]) -> None:
    assert findings.keys() - INDEXES.keys() == {"all"}
