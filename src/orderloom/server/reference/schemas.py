"""The JSON Schemas of shapes. Pure.

The same type means different things in both directions: what has a default need not be sent, but is there in an answer.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, UnsetType

from orderloom.dialects.description import AnyOf

Schema = dict[str, Any]
REF: Final = "#/components/schemas/"
NULL: Final = {"type": "null"}
# What a docstring says to those who work on the code.
_SOURCE: Final = re.compile(r"\s*Source:.*", re.DOTALL)


class Schemas:
    """The schema of each shape, and the components that they refer to."""

    def __init__(self, taken: Sequence[Any], given: Sequence[Any]) -> None:
        of_requests, of_answers = _Direction(taken, given=False), _Direction(given, given=True)
        clashing = {
            name for name, schema in of_requests.components.items() if of_answers.components.get(name, schema) != schema
        }
        of_requests.rename(lambda name: f"{name}Sent" if name in clashing else name)
        self.components = dict(sorted((of_requests.components | of_answers.components).items()))
        self.taken = of_requests.schema
        """The schema of what a request holds, by its shape."""
        self.given = of_answers.schema
        """The schema of what an answer holds, by its shape."""


class _Direction:
    """The schemas of all shapes of requests, or of all shapes of answers."""

    def __init__(self, shapes: Sequence[Any], *, given: bool) -> None:
        types = [each for shape in shapes for each in _types(shape)]
        structs = list(_structs(types))
        # Each of those becomes a component, and so a reference that tells its name.
        schemas, self.components = msgspec.json.schema_components([*types, *structs], ref_template=f"{REF}{{name}}")
        for struct, schema in zip(structs, schemas[len(types) :], strict=True):
            _tidy(self.components[schema["$ref"].removeprefix(REF)])
            if given:
                _complete(self.components[schema["$ref"].removeprefix(REF)], struct)
        self._schemas: list[tuple[Any, Schema]] = list(zip(types, schemas, strict=False))
        self.rename(_spoken)

    def schema(self, shape: Any) -> Schema:
        """The schema of this shape, which is one of those that were given."""
        if isinstance(shape, Mapping):
            return dict(shape)
        if isinstance(shape, AnyOf):
            return {"anyOf": [self.schema(each) for each in shape.shapes]}
        return next(schema for each, schema in self._schemas if each is shape or each == shape)

    def rename(self, new: Callable[[str], str]) -> None:
        """Give the components other names."""
        self.components = {new(name): _renamed(schema, new) for name, schema in self.components.items()}
        self._schemas = [(shape, _renamed(schema, new)) for shape, schema in self._schemas]


def _types(shape: Any) -> Iterator[Any]:
    """The types that the shape is made of."""
    if isinstance(shape, AnyOf):
        for each in shape.shapes:
            yield from _types(each)
    elif not isinstance(shape, Mapping):
        yield shape


def _structs(types: Sequence[Any]) -> Iterator[Any]:
    """Every Struct that the types are made of."""
    found, left = [], list(types)
    while left:
        each = left.pop()
        origin = get_origin(each) or each
        if not (isinstance(origin, type) and issubclass(origin, msgspec.Struct)):
            left += get_args(each)
        elif each not in found:
            found.append(each)
            left += [field.type for field in msgspec.structs.fields(each)]
            yield each


def _tidy(schema: Schema) -> None:
    """Leave out what repeats the name, and what is said of the code."""
    schema.pop("title", None)
    if about := _SOURCE.sub("", schema.pop("description", "")):
        schema["description"] = about


def _complete(schema: Schema, struct: Any) -> None:
    """Say of an answer's members which are always there. One that is left out when it is null is never null."""
    leaves_out = (get_origin(struct) or struct).__struct_config__.omit_defaults
    names = {field.encode_name for field in msgspec.structs.fields(struct)}
    schema["required"] = [name for name in schema["required"] if name not in names]  # what tells types apart
    for field in msgspec.structs.fields(struct):
        member = schema["properties"][field.encode_name]
        member.pop("default", None)
        if leaves_out and not field.required and field.default_factory is NODEFAULT:
            if field.default is None:
                schema["properties"][field.encode_name] = _not_null(member)
        elif UnsetType not in get_args(field.type):
            schema["required"].append(field.encode_name)


def _not_null(schema: Schema) -> Schema:
    options = [option for option in schema.get("anyOf", ()) if option != NULL]
    return options[0] if len(options) == 1 else schema | ({"anyOf": options} if options else {})


def _spoken(name: str) -> str:
    """`Page_Order_`, as msgspec calls a generic type, in words."""
    return "Of".join(part for part in name.split("_") if part)


def _renamed(value: Any, new: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {
            key: f"{REF}{new(inner.removeprefix(REF))}" if key == "$ref" else _renamed(inner, new)
            for key, inner in value.items()
        }
    return [_renamed(inner, new) for inner in value] if isinstance(value, list | tuple) else value
