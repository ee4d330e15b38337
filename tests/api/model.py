"""What lists of our own API do, in plain Python: the filters, and the order."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderloom.api.filters import Field, Fields

OPERATORS = ("", ".eq", ".ne", ".lt", ".lte", ".gt", ".gte", ".in", ".like", ".empty")
LONGEST_KEY = 500


def value_of(field: Field, shown: Any) -> Any:
    """A member as it is compared: texts without case, moments and decimals as such."""
    if shown is None:
        return None
    if field.type == "text":
        return compared(field, shown)
    if field.type == "moment":
        return datetime.fromisoformat(shown)
    return Decimal(shown) if field.type == "decimal" else shown


def compared(field: Field, text: str) -> str:
    """A text as it is compared."""
    return text if field.exact else text.casefold()


def holds(field: Field, operator: str, shown: Any, asked: str) -> bool:
    """Whether the filter holds for the member of a record."""
    value = value_of(field, shown)
    if operator == ".empty":
        return (value in (None, "")) == (asked == "true")
    if operator == ".in":
        return value is not None and value in [_read(field, each) for each in asked.split(",")]
    if operator == ".like":
        return value is not None and _is_like(value, compared(field, asked))
    other = _read(field, asked)
    if operator == ".ne":
        return bool(value != other)
    if value is None:
        return False
    return bool(
        {
            "": lambda: value == other,
            ".eq": lambda: value == other,
            ".lt": lambda: value < other,
            ".lte": lambda: value <= other,
            ".gt": lambda: value > other,
            ".gte": lambda: value >= other,
        }[operator]()
    )


def questions(fields: Fields, records: list[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Filters of every field by every operator that it has: field, operator, value."""
    for name, field in fields.items():
        shown = [_written(each[name]) for each in records if each[name] is not None]
        some = [each for each in dict.fromkeys((*shown[:2], *shown[-2:])) if len(each) < 400] or ["1"]
        for operator in OPERATORS:
            if operator == ".empty":
                if field.optional:
                    yield from ((name, operator, each) for each in ("true", "false"))
            elif operator == ".like":
                if field.type == "text" and not field.values:
                    yield from ((name, operator, each) for one in some[:2] for each in _patterns(one))
            elif operator == ".in":
                yield name, operator, ",".join(each for each in some if "," not in each)
            elif operator in ("", ".eq", ".ne") or (field.type != "boolean" and not field.values):
                yield from ((name, operator, each) for each in some)


def ordered(fields: Fields, records: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """The records in the order that the sort asks for."""
    name = sort.removeprefix("-")
    field = fields[name]

    def key(record: dict[str, Any]) -> tuple[Any, ...]:
        value = value_of(field, record[name])
        if value is None:
            return (0, record["id"])
        return (1, value[:LONGEST_KEY] if isinstance(value, str) else value, record["id"])

    return sorted(records, key=key, reverse=sort.startswith("-"))


def _patterns(text: str) -> Iterator[str]:
    middle = text.strip("*").swapcase()
    yield from (f"{middle[:2]}*", f"*{middle[1:]}", f"*{middle[1:2]}*", middle)


def _is_like(value: str, pattern: str) -> bool:
    middle = pattern.strip("*")
    if pattern.startswith("*") and pattern.endswith("*"):
        return middle in value
    if pattern.startswith("*"):
        return value.endswith(middle)
    return value.startswith(middle) if pattern.endswith("*") else value == pattern


def _read(field: Field, text: str) -> Any:
    if field.type == "integer":
        return int(text)
    if field.type == "boolean":
        return text == "true"
    return value_of(field, text)


def _written(shown: Any) -> str:
    return str(shown).lower() if isinstance(shown, bool) else str(shown)
