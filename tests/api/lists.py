"""Asking lists of our own API, and holding what they answer against plain Python."""

from typing import Any
from urllib.parse import urlencode

from orderloom.api.filters import Fields

from . import model

MEANINGLESS = (
    ("limit=0", ("limit", "invalid")),
    ("limit=201", ("limit", "invalid")),
    ("limit=x", ("limit", "invalid")),
    ("sort=nonsense", ("sort", "inclusion")),
    ("sort=", ("sort", "inclusion")),
    ("cursor=x", ("cursor", "invalid")),
    ("cursor=" + "x" * 4001, ("cursor", "invalid")),
    ("fields=nonsense", ("fields", "inclusion")),
    ("expand=nonsense", ("expand", "inclusion")),
    ("id=x", ("id", "invalid")),
    ("id.nonsense=1", ("id.nonsense", "unexpected")),
    ("id.like=1", ("id.like", "unexpected")),
    ("id.empty=true", ("id.empty", "unexpected")),
    ("id.in=" + ",".join(["1"] * 101), ("id.in", "too_long")),
    ("nonsense=1", ("nonsense", "unexpected")),
    ("&".join(f"x{number}=1" for number in range(40)), ("query", "too_long")),
)


async def listed(client, path: str, /, **query: Any) -> list[dict[str, Any]]:
    """All records of the list, part by part."""
    found: list[dict[str, Any]] = []
    while True:
        answer = await client.get(f"{path}?{urlencode(query)}")
        assert answer.status_code == 200, (query, answer.text)
        records, query["cursor"] = answer.json().values()
        found += records
        if query["cursor"] is None:
            return found


async def check_filters(client, path: str, fields: Fields, everything: list[dict[str, Any]], **more: str) -> None:
    """Every field by every operator that it has, and some of them together, do what plain Python does."""
    asked = list(model.questions(fields, everything))
    pairs = [(each,) for each in asked] + list(zip(asked[::7], asked[3::7], strict=False))
    for tests in pairs:
        query = {f"{name}{operator}": value for name, operator, value in tests}
        if len(query) == len(tests):
            expected = [
                each["id"]
                for each in everything
                if all(model.holds(fields[name], operator, each[name], value) for name, operator, value in tests)
            ]
            found = await listed(client, path, limit=200, **query, **more)
            assert [each["id"] for each in found] == expected, query


async def check_orders(client, path: str, fields: Fields, everything: list[dict[str, Any]], **more: str) -> None:
    """Every order is that of plain Python, in parts of any length."""
    for name, field in fields.items():
        if field.sorts:
            for sort, limit in ((name, 3), (f"-{name}", 200), (f"-{name}", 2)):
                expected = [each["id"] for each in model.ordered(fields, everything, sort)]
                found = await listed(client, path, sort=sort, limit=limit, **more)
                assert [each["id"] for each in found] == expected, (sort, limit)
