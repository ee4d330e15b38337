"""The parameters of a call, wherever they stand. Source: contracts/synergist.md section 1."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import msgspec

from orderloom.dialects.contract import Call
from orderloom.dialects.synergist.errors import Wrong
from orderloom.wire import exact_json
from orderloom.wire.forms import NotAForm, TooManyFields, body_fields, fields

VERSIONS: Final = frozenset({"3", *(f"3.{minor}" for minor in range(10)), "4", "4.0"})
# No parameter but `input` is longer in a JSON body.
MAX_MEMBER: Final = 10_000
# An error says so much.
MAX_TOLD: Final = 300
# What is shorter is no password, and would be found in any text.
MIN_SECRET: Final = 6

Pair = tuple[str, str]


class Parameters:
    """What a call came with: names in lower case, and an empty value counts as none. The body wins over the query.

    What is wrong with it is told when something other than the credentials is asked for: those are looked at first.
    """

    def __init__(self, call: Call) -> None:
        self._trouble = ""
        self._twice: set[str] = set()
        given = self._once(self._query(call)) | self._once(self._body(call))
        self._values = {name: value for name, value in given.items() if value != ""}

    def credential(self, name: str) -> str | None:
        """The user or a password: "" if there is none, None if there are several."""
        return None if name in self._twice else self._values.get(name, "")

    def check(self) -> None:
        """Raises Wrong if the body cannot be read, or if a parameter has two values."""
        if self._trouble:
            raise Wrong(self._trouble)
        if self._twice:
            raise Wrong(f"{', '.join(sorted(self._twice))} is given twice")

    def text(self, name: str) -> str:
        """The parameter, "" if there is none."""
        return self._values.get(name, "")

    @property
    def without_credentials(self) -> bytes:
        """Everything but who is calling, however it was sent: the boundary of a multipart body is another each time."""
        told = {name: value for name, value in sorted(self._values.items()) if name not in CREDENTIALS}
        return repr((told, sorted(self._twice), self._trouble)).encode(errors="surrogatepass")

    @property
    def input(self) -> Any:
        """The JSON value of `input`, which in a JSON body may be a value or a text that holds one. Raises Wrong."""
        given = self._values.get("input", "")
        if not given.strip():
            raise Wrong("input is missing")
        value = _decoded(given, "input")
        return _decoded(value, "input") if isinstance(value, str) else value

    def hushed(self, text: str) -> str:
        """The text without the caller's password, wherever in the request it may have come from, and not too long."""
        for name in ("password", "sha512password"):
            secret = self._values.get(name, "")
            if len(secret) >= MIN_SECRET:
                text = re.sub(re.escape(secret), "***", text, flags=re.IGNORECASE)
        return text if len(text) <= MAX_TOLD else f"{text[:MAX_TOLD]}…"

    def _once(self, pairs: Iterable[Pair]) -> dict[str, str]:
        values: dict[str, str] = {}
        for given, value in pairs:
            name = given.lower()
            if name in KNOWN and values.setdefault(name, value) != value:
                self._twice.add(name)
        return {name: value for name, value in values.items() if name in KNOWN}

    def _query(self, call: Call) -> list[Pair]:
        try:
            return fields(call.query_string, errors="surrogateescape")
        except TooManyFields:
            self._trouble = "there are too many parameters"
            return []

    def _body(self, call: Call) -> list[Pair]:
        content_type = call.header(b"content-type") or b""
        body = call.body.removeprefix(BOM_UTF8)
        try:
            if _is_json(content_type, body):
                return self._members(body)
            return body_fields(content_type, body, errors="surrogateescape", takes_files=True)
        except NotAForm:
            self._trouble = "the body is not what its content type says"
        except TooManyFields:
            self._trouble = "there are too many parameters"
        return []

    def _members(self, body: bytes) -> list[Pair]:
        """The members of a JSON body. Only what stands beside `input` is decoded, since nobody has signed in yet."""
        try:
            members = _decode_members(body) if body.strip() else {}
            # What is passed over while the members are told apart may be no text.
            texts = [(name, bytes(value).decode()) for name, value in members.items()]
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self._trouble = "the body is not a JSON object"
            return []
        found = []
        for name, text in texts:
            if name.lower() in KNOWN and name.lower() != "input":
                read = _as_text(text)
                if read is None:
                    self._trouble = f"{name} must be a text or a number"
                    continue
                found.append((name, read))
            else:
                found.append((name, "" if text == "null" else text))
        return found


CREDENTIALS: Final = ("user", "password", "sha512password")
KNOWN: Final = frozenset(
    {
        *CREDENTIALS,
        *("version", "company", "action", "input", "purchase", "style"),
        *("modelstructure", "jobphase", "view", "views", "rows", "page", "sort", "dir", "job", "supplier", "uuid"),
        *("search", "timestampfrom", "timestampto"),
    }
)
"""Every parameter that means something; others are ignored."""


def of(call: Call) -> Parameters:
    """The parameters of this call, which are read once."""
    if call.given is None:
        call.given = Parameters(call)
    given: Parameters = call.given
    return given


def _is_json(content_type: bytes, body: bytes) -> bool:
    """Whether the body is JSON: by its type, or where it has none by its first character."""
    kind = content_type.split(b";", 1)[0].strip().lower()
    return kind.endswith((b"/json", b"+json")) or (not kind and body.lstrip().startswith(b"{"))


def _as_text(text: str) -> str | None:
    """A member of a JSON body as a query would have it, None for what is neither a text nor a number."""
    if len(text) > MAX_MEMBER:
        return None
    try:
        value = exact_json.decode(text)
    except (ValueError, RecursionError):
        return None
    if value is None:
        return ""
    return str(value) if isinstance(value, int | Decimal | str) and not isinstance(value, bool) else None


def _decoded(text: str, what: str) -> Any:
    try:
        return exact_json.decode(text)
    except (ValueError, RecursionError):
        raise Wrong(f"{what} is not valid JSON") from None


_decode_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
