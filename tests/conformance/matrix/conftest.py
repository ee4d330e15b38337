"""One book with its five faces, for each test in a tenant of its own."""

import pytest
from msgspec.structs import replace

from orderloom.desk import types
from tests.conformance.face import Tenant
from tests.conformance.matrix.five import Five
from tests.conformance.matrix.table import STOCKED, TYPES
from tests.given_books import ALL_KINDS


@pytest.fixture
async def stocked(here: Tenant) -> Tenant:
    """The tenant of this test, with a type of purchases that has custom fields."""
    await add_stocked(here)
    return here


@pytest.fixture
async def five(stocked: Tenant) -> Five:
    """The five faces of this test's tenant."""
    return await Five.of(stocked)


async def add_stocked(tenant: Tenant) -> None:
    """Add the type of purchases that has custom fields."""
    kind = replace(ALL_KINDS, code=STOCKED, name="Stocked purchase", kind="purchase")
    added = await types.add(tenant.book.desk, tenant.book.caller, kind, activate=True)
    assert added.number == TYPES[STOCKED]
