"""What orders refer to, many at once."""

from collections.abc import Iterable
from typing import Any

from orderloom.book.conditions import Operator, Test
from orderloom.book.lists import Cut
from orderloom.desk import parties
from orderloom.dialects.contract import Call


async def customers(call: Call, ids: Iterable[int]) -> dict[Any, Any]:
    """Customers by id."""
    wanted = tuple(ids)
    where = Test("id", Operator.IN, wanted)
    page = await parties.search(call.desk, call.caller, where, (), Cut(len(wanted)))
    return {each.id: each for each in page.records}
