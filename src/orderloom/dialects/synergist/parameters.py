"""The parameters of a call, wherever they stand. Source: contracts/synergist.md section 1."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from orderloom.dialects.contract import Call
from orderloom.dialects.synergist.errors import MAX_QUOTED, Wrong, quoted
from orderloom.wire import exact_json
from orderloom.wire.forms import NotAForm, TooManyFields, body_fields, fields

VERSIONS: Final = frozenset({"3", *(f"3.{minor}" for minor in range(10)), "4", "4.0"})
_JSON: Final = b"application/json"

Pair = tuple[str, Any]


class Parameters:
    """What a call came with: names in lower case, and an empty value counts as none. The body wins over the query.

    `input` may be a JSON value already, where the body is JSON. What is wrong with the body is told when something
    other than the credentials is asked for: those are looked at first.
    """

    def __init__(self, call: Call) -> None:
        self._trouble = ""
        self._twice: set[str] = set()
        self._values = self._once(self._query(call)) | self._once(self._body(call))

    def credential(self, name: str) -> str | None:
        """The user or a password: "" if there is none, None if there are several."""
        value = self._values.get(name, "")
        return value if isinstance(value, str) and name not in self._twice else None

    def check(self) -> None:
        """Raises Wrong if the body cannot be read, or if a parameter has two values."""
        if self._trouble:
            raise Wrong(self._trouble)
        if self._twice:
            raise Wrong(f"{', '.join(sorted(map(quoted, self._twice)))} is given twice")

    def text(self, name: str) -> str:
        """The parameter, "" if there is none. Raises Wrong if it is no text."""
        value = self._values.get(name, "")
        if not isinstance(value, str):
            raise Wrong(f"{name} must be a text")
        return value

    def hushed(self, text: str) -> str:
        """The text without the caller's password, wherever in the request it may have come from."""
        for name in ("password", "sha512password"):
            secret = str(self._values.get(name, ""))[:MAX_QUOTED]
            if secret:
                text = text.replace(secret, "***")
        return text

    @property
    def input(self) -> Any:
        """The JSON value of `input`. Raises Wrong."""
        value = self._values.get("input", "")
        if not isinstance(value, str):
            return value
        if not value.strip():
            raise Wrong("input is missing")
        return _decoded(value, "input")

    def _once(self, pairs: Iterable[Pair]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for given, value in pairs:
            name = given.lower()
            if name in KNOWN and values.setdefault(name, value) != value:
                self._twice.add(name)
        return {name: value for name, value in values.items() if value != ""}

    def _query(self, call: Call) -> list[Pair]:
        try:
            return [*fields(call.query_string, errors="surrogateescape")]
        except TooManyFields:
            self._trouble = "there are too many parameters"
            return []

    def _body(self, call: Call) -> list[Pair]:
        content_type = call.header(b"content-type") or b""
        try:
            if content_type.split(b";", 1)[0].strip().lower() == _JSON:
                return _members(call.body)
            return [*body_fields(content_type, call.body, errors="surrogateescape")]
        except NotAForm:
            self._trouble = "the body is not what its content type says"
        except TooManyFields:
            self._trouble = "there are too many parameters"
        except Wrong as wrong:
            self._trouble = wrong.text
        return []


KNOWN: Final = frozenset(
    {
        *("user", "password", "sha512password", "version", "company", "action", "input", "purchase", "style"),
        *("modelstructure", "jobphase", "view", "views", "rows", "page", "sort", "dir", "job", "supplier", "uuid"),
        *("search", "timestampfrom", "timestampto"),
    }
)
"""Every parameter that means something; others are ignored."""


def _members(body: bytes) -> list[Pair]:
    """The members of a JSON body. Raises Wrong."""
    if not body.strip():
        return []
    decoded = _decoded(body.decode(errors="surrogateescape"), "the body")
    if not isinstance(decoded, dict):
        raise Wrong("the body must be an object")
    return [(name, value if name.lower() == "input" else _as_text(name, value)) for name, value in decoded.items()]


def _as_text(name: str, value: Any) -> str:
    """A parameter as a query would have it. Raises Wrong."""
    if value is None:
        return ""
    if isinstance(value, int | Decimal | str) and not isinstance(value, bool):
        return str(value)
    raise Wrong(f"{quoted(name)} must be a text or a number")


def _decoded(text: str, what: str) -> Any:
    try:
        return exact_json.decode(text)
    except (ValueError, RecursionError):
        raise Wrong(f"{what} is not valid JSON") from None
