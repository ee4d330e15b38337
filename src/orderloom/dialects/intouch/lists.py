"""How InTouch asks for a page of a list. Source: contracts/intouch.md section 4."""

import re
from collections.abc import Mapping
from typing import Any, Final

from orderloom.book.lists import Cut, Leftover, Page, Sort
from orderloom.dialects.contract import Call
from orderloom.dialects.intouch.errors import Invalid
from orderloom.dialects.intouch.translate import FACE
from orderloom.wire.paging import whole

DEFAULT_SIZE: Final = 20
MAX_SIZE: Final = 1000
_NAME: Final = re.compile(r"\w{1,2000}")
_TRUTH: Final = {"": False, "true": True, "false": False}

Sorts = Mapping[str, Sort]
"""Named attributes with what each is sorted by; any other is a further attribute."""


def _fields(*names: str) -> Sort:
    return Sort(names)


def _leftover(attribute: str, *fields: str) -> Sort:
    """By a field of the book where it is set, else by what InTouch alone knows."""
    return Sort(fields, Leftover(FACE, attribute))


_COMMON: Final = {
    "id": _fields("id"),
    "entered": _fields("created_at"),
    "enteredBy": _fields("created_by"),
    "modified": _fields("modified_at"),
    "modifiedBy": _fields("modified_by"),
    "totalPrice": _fields("price_total"),
}
ORDERS: Final[Sorts] = _COMMON | {
    "customer": _fields("customer_id"),
    "name": _fields("title", "number", "code"),
    "caseType": _fields("type_number"),
    "currency": _fields("price_currency"),
    "comment": _fields("notes"),
    "ownerUser": _leftover("ownerUser", "responsible"),
}
ITEMS: Final[Sorts] = _COMMON | {
    "buscase": _fields("order_id"),
    "title": _fields("title", "sku"),
    "locked": _fields("locked"),
    "quantity": _fields("quantity"),
    "price": _fields("price"),
    "unit": _fields("unit"),
    "note": _fields("notes"),
    "product": _leftover("product", "item_id"),
}
PARTIES: Final[Sorts] = {
    "id": _fields("id"),
    "type": _fields("kind"),
    "firstname": _fields("first_name"),
    "lastname": _fields("last_name"),
    "company": _fields("company"),
    "city": _fields("city"),
    "country": _fields("country"),
    # Parties do not change here, so they were last changed when they were entered.
    "entered": _fields("created_at"),
    "modified": _fields("created_at"),
}


class Query:
    """The query parameters of a list. Raises Invalid with every problem."""

    def __init__(self, call: Call, sorts: Sorts, *, further: bool = True) -> None:
        self._given = call.query
        self._wrong: list[tuple[str | None, str]] = []
        position = self._count("position", 0)
        self.cut = Cut(min(self._count("size", DEFAULT_SIZE), MAX_SIZE), position)
        self.case_type = self._number("caseType", 0) if sorts is ORDERS else 0
        self.sort = self._sort(sorts, further)
        if self._wrong:
            raise Invalid(*self._wrong)

    def page(self, found: Page[Any]) -> dict[str, int]:
        """What a page says of itself."""
        return {"total": found.total, "position": self.cut.offset, "size": self.cut.limit}

    def _sort(self, sorts: Sorts, further: bool) -> Sort:
        descending = _TRUTH.get(self._given.get("desc", "").lower())
        if descending is None:
            self._wrong.append(("desc", "value"))
        name = self._given.get("orderBy") or "id"
        if not _NAME.fullmatch(name):
            self._wrong.append(("orderBy", "value"))
            name = "id"
        sort = sorts.get(name) or (_leftover(name) if further else sorts["id"])
        return sort._replace(descending=bool(descending))

    def _count(self, name: str, otherwise: int) -> int:
        number = self._number(name, otherwise)
        if number < 0:
            self._wrong.append((name, "value"))
        return number

    def _number(self, name: str, otherwise: int) -> int:
        text = self._given.get(name)
        if not text:
            return otherwise
        number = whole(text)
        if number is None:
            self._wrong.append((name, "type"))
        return otherwise if number is None else number
