"""Which operation a path and a method mean.

Paths are compared segment by segment as they arrive and each segment is decoded on its own, so that `%2F` inside an
id is data; a router that matches the decoded path cannot tell it from a separator.
"""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from orderloom.dialects.contract import Operation


class Known(NamedTuple):
    """An operation and the template of the path that led to it."""

    operation: Operation
    path: str


class Found(NamedTuple):
    """The operations of a path by method, and the values of its parameters."""

    operations: dict[str, Known]
    parameters: dict[str, str]


class NoPath(Exception):
    """The target of the request is no path: `OPTIONS *` and its like name no resource."""


def segments(raw_path: bytes) -> list[str]:
    """The decoded segments of a path; a trailing slash means nothing. Raises NoPath.

    Bytes that are no UTF-8 become lone surrogates. Nothing can have such a name, nor one with a NUL, but who asks for
    it is asked first who he is, as for any other name.
    """
    if not raw_path.startswith(b"/"):
        raise NoPath
    text = raw_path.decode(errors="surrogateescape")
    parts = text.split("/")[1:]
    if "%" in text:
        parts = [unquote_to_bytes(part).decode(errors="surrogateescape") for part in raw_path.split(b"/")[1:]]
    if len(parts) > 1 and parts[-1] == "":
        parts.pop()
    return parts


def root_of(parts: list[str]) -> str:
    """What picks the face: the first segment in lower case, the first two under `api`."""
    first = parts[0].lower()
    return f"api/{parts[1].lower()}" if first == "api" and len(parts) > 1 else first


class Shape(NamedTuple):
    """Templates of one length whose parameters stand at the same places."""

    literals: tuple[int, ...]
    parameters: tuple[int, ...]
    templates: dict[tuple[str, ...], tuple[dict[str, Known], tuple[str, ...]]]


class Paths:
    """The paths of one face."""

    def __init__(self, operations: Iterable[Operation], *, ignores_case: bool) -> None:
        self._ignores_case = ignores_case
        self._shapes: dict[int, list[Shape]] = {}
        for operation in operations:
            for path in operation.paths:
                self._add(operation, path)

    def find(self, parts: list[str]) -> Found | None:
        """What the path means, None if nothing. A template without parameters wins over one with them."""
        compared = [part.lower() for part in parts] if self._ignores_case else parts
        for shape in self._shapes.get(len(parts), ()):
            template = shape.templates.get(tuple([compared[place] for place in shape.literals]))
            if template is not None:
                operations, names = template
                values = [parts[place] for place in shape.parameters]
                return Found(operations, dict(zip(names, values, strict=True)))
        return None

    def _add(self, operation: Operation, path: str) -> None:
        parts = path.split("/")[1:]
        parameters = tuple(place for place, part in enumerate(parts) if part.startswith("{"))
        shape = self._shape(len(parts), parameters)
        names = tuple(parts[place][1:-1] for place in parameters)
        literals = tuple(self._literal(parts[place]) for place in shape.literals)
        operations, _ = shape.templates.setdefault(literals, ({}, names))
        known = Known(operation, path)
        operations.update(dict.fromkeys(operation.methods, known))
        if "GET" in operation.methods:
            operations["HEAD"] = known

    def _shape(self, length: int, parameters: tuple[int, ...]) -> Shape:
        shapes = self._shapes.setdefault(length, [])
        for shape in shapes:
            if shape.parameters == parameters:
                return shape
        literals = tuple(place for place in range(length) if place not in parameters)
        shapes.append(Shape(literals, parameters, {}))
        shapes.sort(key=lambda shape: len(shape.parameters))
        return next(shape for shape in shapes if shape.parameters == parameters)

    def _literal(self, part: str) -> str:
        return part.lower() if self._ignores_case else part
