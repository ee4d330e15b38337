"""Which operation a path and a method mean.

Paths are compared segment by segment as they arrive and each segment is decoded on its own, so that `%2F` inside an
id is data; a router that matches the decoded path cannot tell it from a separator.
"""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from orderloom.dialects.contract import Operation


class Found(NamedTuple):
    """The operations of a path by method, and the values of its parameters."""

    operations: dict[str, Operation]
    parameters: dict[str, str]


class Unreadable(Exception):
    """The path holds bytes that are no text; nothing can have such a name."""


def segments(raw_path: bytes) -> list[str]:
    """The decoded segments of a path; a trailing slash means nothing. Raises Unreadable."""
    try:
        text = raw_path.decode("ascii")
        parts = (
            text.split("/")[1:]
            if "%" not in text
            else [unquote_to_bytes(part).decode() for part in text.split("/")[1:]]
        )
    except UnicodeDecodeError:
        raise Unreadable from None
    if len(parts) > 1 and parts[-1] == "":
        parts.pop()
    if "\x00" in "".join(parts):
        raise Unreadable
    return parts


def root_of(parts: list[str]) -> str:
    """What picks the face: the first segment in lower case, the first two under `api`."""
    first = parts[0].lower()
    return f"api/{parts[1].lower()}" if first == "api" and len(parts) > 1 else first


class Paths:
    """The paths of one face."""

    def __init__(self, operations: Iterable[Operation], *, ignores_case: bool) -> None:
        self._ignores_case = ignores_case
        self._templates: dict[int, list[tuple[list[str | None], list[str], dict[str, Operation]]]] = {}
        for operation in operations:
            self._add(operation)

    def find(self, parts: list[str]) -> Found | None:
        """What the path means, None if nothing."""
        compared = [part.lower() for part in parts] if self._ignores_case else parts
        for literals, names, operations in self._templates.get(len(parts), ()):
            values = []
            for literal, part, original in zip(literals, compared, parts, strict=True):
                if literal is None:
                    values.append(original)
                elif literal != part:
                    break
            else:
                return Found(operations, dict(zip(names, values, strict=True)))
        return None

    def _add(self, operation: Operation) -> None:
        parts = operation.path.split("/")[1:]
        names = [part[1:-1] for part in parts if part.startswith("{")]
        literals = [None if part.startswith("{") else self._literal(part) for part in parts]
        same_length = self._templates.setdefault(len(parts), [])
        operations = next((entry[2] for entry in same_length if entry[0] == literals), None)
        if operations is None:
            operations = {}
            same_length.append((literals, names, operations))
        operations[operation.method] = operation
        if operation.method == "GET":
            operations["HEAD"] = operation

    def _literal(self, part: str) -> str:
        return part.lower() if self._ignores_case else part
