"""What operations have in common, as their description tells it: statuses, headers, and the parameters of lists."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from msgspec import Meta

from orderloom.api.cursors import MAX_CURSOR
from orderloom.api.filters import DECIMAL, DEFAULT_LIMIT, MAX_LIMIT, TYPES, Fields, suits
from orderloom.book.text import MAX_TEXT
from orderloom.book.words import MAX_SEARCH
from orderloom.dialects.description import Parameter
from orderloom.wire.paging import MOST

READS: Final = (304, 400, 401, 403, 404, 405)
LISTS: Final = (400, 401, 403, 405, 422)
CREATES: Final = (400, 401, 403, 405, 413, 415, 422)
WRITES: Final = (400, 401, 403, 404, 405, 412, 413, 415, 422)
DELETES: Final = (400, 401, 403, 404, 405, 409, 412)

IF_MATCH: Final = Parameter("If-Match", "header", str, "An entity tag; if it is another one by now, the answer is 412.")
IF_NONE_MATCH: Final = Parameter(
    "If-None-Match", "header", str, "An entity tag; if it is the same still, the answer is 304."
)
ETAG: Final = Parameter("ETag", "header", str, "Another one whenever something differs.", required=True)
# The tag of an order is its version, which whoever changes it names; what it refers to is renamed without a new one.
IF_NONE_MATCH_ORDER: Final = IF_NONE_MATCH._replace(
    about="An entity tag; if it is the same, the answer is 304, unless a user or item is shown, which may be renamed."
)
ETAG_ORDER: Final = ETAG._replace(
    about="The version: another one whenever the order changes, but not when a user or item that it shows is renamed."
)
LOCATION: Final = Parameter("Location", "header", str, "Where the new one is.", required=True)
_LIMIT = Annotated[int, Meta(ge=1, le=MAX_LIMIT)]
_WORDS = Annotated[str, Meta(max_length=MAX_SEARCH)]
_CURSOR = Annotated[str, Meta(max_length=MAX_CURSOR)]
_SHAPES: Final[dict[str, Any]] = {
    "integer": Annotated[int, Meta(gt=-MOST, lt=MOST)],
    "text": Annotated[str, Meta(max_length=MAX_TEXT)],
    "decimal": Annotated[str, Meta(pattern=f"^{DECIMAL}$")],
    "moment": Annotated[datetime, Meta(tz=True)],
}
_SAYS: Final = {
    "ne": "differs from it",
    "lt": "is less",
    "lte": "is at most this",
    "gt": "is more",
    "gte": "is at least this",
    "in": "is one of these, separated by commas",
    "like": "is like it, with `*` at an end for anything",
    "empty": "has nothing (`true`) or something (`false`)",
}


def of_record(members: Iterable[str], expandable: Iterable[str] = ()) -> tuple[Parameter, ...]:
    """What the look of a record can be asked for."""
    fields = Parameter(
        "fields",
        "query",
        _several(members),
        f"Show these alone, separated by commas, and leave out all others: {_code(members)}.",
    )
    expand = Parameter(
        "expand", "query", _several(expandable), "Show these whole, each in a member of its name, separated by commas."
    )
    return (fields, expand) if list(expandable) else (fields,)


def of_list(
    fields: Fields,
    members: Iterable[str],
    expandable: Iterable[str] = (),
    *,
    searches: bool = False,
    sort: str = "-id",
) -> tuple[Parameter, ...]:
    """What a list can be asked for."""
    sorts = tuple(f"{way}{name}" for name, field in fields.items() if field.sorts for way in ("", "-"))
    words = Parameter(
        "search",
        "query",
        _WORDS,
        "Words that its own texts have, accents and case apart; `*` behind one for any end. Without a word it is all.",
    )
    return (
        *(Parameter(name, "query", _shape(fields, name), _about(fields, name)) for name in fields),
        *((words,) if searches else ()),
        Parameter("sort", "query", Literal[sorts], f"With `-` before it the list falls. Otherwise it is `{sort}`."),
        Parameter("limit", "query", _LIMIT, f"How many at most; otherwise {DEFAULT_LIMIT}."),
        Parameter("cursor", "query", _CURSOR, "The `next` of the part before, with the same sort."),
        *of_record(members, expandable),
    )


def _shape(fields: Fields, name: str) -> Any:
    field = fields[name]
    return Literal[field.values] if field.values else _SHAPES.get(field.type, TYPES[field.type])


def _about(fields: Fields, name: str) -> str:
    others = [f"`{name}.{word}`: {says}" for word, says in _SAYS.items() if suits(word, fields[name])]
    case = ", case and all" if fields[name].exact else ""
    return f"Those of which it is this{case}. {'; '.join(others)}."


def _several(names: Iterable[str]) -> Any:
    one = f"({'|'.join(names)})"
    return Annotated[str, Meta(pattern=f"^{one}(,{one})*$")]


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
