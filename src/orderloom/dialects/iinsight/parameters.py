"""The decoding of iinsight's parameters. Source: contracts/iinsight.md sections 1, 5.4 and 7."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from orderloom.book.text import storable
from orderloom.dialects.contract import Call
from orderloom.dialects.iinsight.errors import InvalidParameter, MissingParameter
from orderloom.wire.forms import NotAForm, body_fields, fields

MAX_NAME: Final = 255
# Each text is looked for in every case.
MAX_TEXTS: Final = 20
MAX_SEARCH: Final = 1_000
MAX_ID: Final = 2**63 - 1
_ID: Final = re.compile(r"[0-9]{1,400}")
# Alternatives are separated by a comma alone; "Demo, Anna" is one name.
_COMMA: Final = re.compile(r",(?! )")


class Parameters:
    """The parameters of a call, from its query string and its body; the query string wins.

    Raises MissingParameter or InvalidParameter where one is not what it has to be.
    """

    def __init__(self, call: Call) -> None:
        self._query = fields(call.query_string, errors="surrogateescape")
        self._body: list[tuple[str, str]] = []
        if call.body:
            content_type = call.header(b"content-type") or b""
            try:
                self._body = body_fields(content_type, call.body, errors="surrogateescape")
            except NotAForm:
                raise InvalidParameter("body", "is not a form") from None
        self._unread = bool(call.body.strip()) and not self._body

    def optional(self, name: str) -> str | None:
        """The value, None if the parameter is not there. One that is given twice must be the same both times."""
        for source in (self._query, self._body):
            values = {value for key, value in source if key == name}
            if len(values) > 1:
                raise InvalidParameter(name, "is given more than once")
            if values:
                return values.pop()
        return None

    def required(self, name: str) -> str:
        """The value of a parameter that has to be there and not blank."""
        value = self.optional(name)
        if value is None or not value.strip():
            raise MissingParameter(name)
        if not storable(value):
            raise InvalidParameter(name, "has characters that cannot be kept")
        return value

    def case_id(self) -> int:
        """The case's internal id."""
        return _record("case_id", self.required("case_id"))

    def name(self) -> str:
        """The name of a new purchase order, exactly as it was sent."""
        name = self.required("purchase_order")
        if len(name) > MAX_NAME:
            raise InvalidParameter("purchase_order", f"is longer than {MAX_NAME} characters")
        return name

    def record(self) -> int | None:
        """The purchase order that is meant, under either of its names; None if none is named. Source: section 5.3."""
        if self._unread:
            # It may well name one, and the only one that the case has would go instead.
            raise InvalidParameter("body", "is not a form")
        named = {name: self.optional(name) for name in ("purchase_order_id", "record_id")}
        ids = {_record(name, value) for name, value in named.items() if value is not None}
        if len(ids) > 1:
            raise InvalidParameter("purchase_order_id", "and record_id name different purchase orders")
        return ids.pop() if ids else None

    def positive(self, name: str, otherwise: int) -> int:
        """A positive number; `otherwise` if the parameter is not there or empty."""
        value = self.optional(name)
        return _positive(name, value) if value else otherwise

    def choice(self, name: str, known: Sequence[str], otherwise: str) -> str:
        """One of the known words, case ignored; `otherwise` if the parameter is not there or empty."""
        value = (self.optional(name) or otherwise).lower()
        if value not in known:
            raise InvalidParameter(name, f"must be one of {', '.join(known)}")
        return value

    def search(self, known: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """`search_criteria`: by the book's word for each field the texts of which it shall contain one."""
        text = self.optional("search_criteria")
        if not text:
            return {}
        wanted: dict[str, tuple[str, ...]] = {}
        for name, value in _object("search_criteria", text).items():
            if name not in known:
                raise InvalidParameter("search_criteria", f"may name {', '.join(known)}")
            if not isinstance(value, str) or not storable(value):
                raise InvalidParameter("search_criteria", "must have texts as values")
            texts = tuple(part for part in _COMMA.split(value) if part)
            if len(texts) > MAX_TEXTS or len(value) > MAX_SEARCH:
                raise InvalidParameter("search_criteria", f"may have {MAX_TEXTS} texts a field")
            wanted[known[name]] = texts
        return {field: texts for field, texts in wanted.items() if texts}


def _object(name: str, text: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text.encode())
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise InvalidParameter(name, "is not JSON") from None
    if not isinstance(found, dict):
        raise InvalidParameter(name, "is not a JSON object")
    return found


def _record(name: str, value: str) -> int:
    """A positive decimal integer; one too large for any record is one that nothing has."""
    return min(_positive(name, value), MAX_ID)


def _positive(name: str, value: str) -> int:
    if not _ID.fullmatch(value) or not value.strip("0"):
        raise InvalidParameter(name, "must be a positive integer")
    return int(value)
