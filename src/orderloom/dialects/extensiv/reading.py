"""Reading the members of a body, and noting everything that is wrong with them.

Source: contracts/extensiv.md sections 3.2 and 7.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from orderloom.book.errors import Fault
from orderloom.book.purchase_wishes import Reference
from orderloom.book.text import text_fault
from orderloom.dialects.extensiv import moments
from orderloom.wire.exact_json import Unkeepable, as_whole

Members = Mapping[str, Any]
NOTHING: Final[Members] = {}


class Reader:
    """Takes values out of a body; what cannot be entered becomes a fault with the path of its member."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, reason: str, value: object = None) -> None:
        """Note that the member at the path is wrong; `reason` is one of the book's words."""
        told = None if isinstance(value, dict | list | Unkeepable) else value
        self.faults.append(Fault("body", reason, path, str(told) if isinstance(told, Decimal) else told))

    def text(self, value: object, path: str, longest: int) -> str | None:
        """The text, None if there is none or if it cannot be entered."""
        if value is None:
            return None
        if not isinstance(value, str):
            self.fault(path, "type", value)
        elif reason := text_fault(value, longest):
            self.fault(path, reason, value)
        else:
            return value
        return None

    def truth(self, value: object, path: str) -> bool:
        """False if there is no value."""
        if value is not None and not isinstance(value, bool):
            self.fault(path, "type", value)
        return value is True

    def moment(self, value: object, path: str) -> datetime | None:
        """The moment in UTC; the beginning of time counts as none, for typed clients write it where nothing is set."""
        found = moments.parse(value) if isinstance(value, str) else None
        if found is None and value is not None:
            self.fault(path, "invalid", value)
        return None if found == moments.UNSET else found

    def amount(self, value: object, path: str) -> Decimal | None:
        """The number with every digit; None if there is none or if it is none."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.fault(path, "type", value)
            return None
        return Decimal(value)

    def id(self, value: object, path: str) -> int | None:
        """The id; 0 counts as none, for typed clients write it where nothing is set."""
        if value is None:
            return None
        value = as_whole(value)
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(path, "type", value)
            return None
        return value or None

    def members(self, value: object, path: str) -> Members:
        """The members of an object; none if there is no object."""
        if value is None:
            return NOTHING
        if not isinstance(value, dict):
            self.fault(path, "type", value)
            return NOTHING
        return value

    def reference(self, given: Members, path: str, words: Mapping[str, tuple[str, str]]) -> Reference | None:
        """How an object names a thing, by the first of its words that it has; None if it has none.

        `words` are the members' names in lower case, each with the book's word for it and its place in the path.
        """
        before = len(self.faults)
        for name, (by, member) in words.items():
            value = given.get(name)
            if value is None:
                continue
            place = f"{path}.{member}"
            word: int | str | None = self.id(value, place) if name in _IDS else self.text(value, place, LONGEST_WORD)
            if word is not None and (isinstance(word, int) or word.strip()):
                return Reference(by, word, place)
            if len(self.faults) > before:
                return None
        return None


_IDS: Final = frozenset(("id", "contactid"))
# No word that a thing is known by is longer.
LONGEST_WORD: Final = 2_000
CUSTOMER_WORDS: Final = {"id": ("id", "Id"), "externalid": ("external_id", "ExternalId"), "name": ("name", "Name")}
ITEM_WORDS: Final = {"id": ("id", "Id"), "sku": ("sku", "Sku")}
FACILITY_WORDS: Final = {"id": ("id", "Id"), "name": ("name", "Name")}
