"""The OpenAPI 3.1 document of a face, made from its operation table. Pure.

Source: https://spec.openapis.org/oas/v3.1.1
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import unquote

from msgspec import Meta

from orderloom.book.kept_answers import MAX_KEY
from orderloom.dialects.contract import Dialect, Operation, by_method
from orderloom.dialects.description import (
    API_KEY,
    FORM_TYPE,
    JSON_TYPE,
    Answer,
    Example,
    Link,
    Media,
    Parameter,
    SignIn,
)
from orderloom.server.reference import curl
from orderloom.server.reference.schemas import Schema, Schemas

VERSION: Final = "3.1.1"
# Whatever it is asked, an operation may answer with what the face makes of these; with a body of these too, and with a
# key of idempotency of the last ones.
ALWAYS: Final = (500, 503)
WITH_BODY: Final = (408, 413)
WITH_KEY: Final = (400, 409, 422)
# A method that a path does not have is the answer of none of its operations.
NEVER: Final = frozenset((405,))
Document = dict[str, Any]
_KEY: Final = Parameter(
    "Idempotency-Key",
    "header",
    Annotated[str, Meta(pattern=f"^[!-~]{{1,{MAX_KEY}}}$")],
    "A text of the caller's own. A write that comes again with it is not done again, and gets the first one's answer.",
)
_PARAMETER: Final = re.compile(r"\{(\w+)\}")


class Place(NamedTuple):
    """Where a document is served: the address of the server, its version, and the words for credentials there."""

    host: str
    version: str
    words: Mapping[str, str]


class Told(NamedTuple):
    """An operation by one of its methods, and the face that has it."""

    face: Dialect
    operation: Operation
    method: str

    @property
    def id(self) -> str:
        """Its name, which no other operation of the document has."""
        own = self.operation.operation_id or camel(getattr(self.operation.handler, "__name__", ""))
        return own if self.method == self.operation.methods[0] else f"{own}By{self.method.capitalize()}"

    @property
    def path(self) -> str:
        """The template by which it is told; the others mean the same."""
        return self.operation.paths[0]

    @property
    def security(self) -> tuple[SignIn, ...]:
        """How one signs in for it."""
        if self.operation.security is not None:
            return self.operation.security
        return () if self.operation.open else self.face.description.security

    @property
    def ways_in(self) -> list[tuple[SignIn, ...]]:
        """Each way to sign in, which may need several parts; the examples go the first one."""
        if not self.security or self.operation.open:
            return [self.security] if self.security else []
        by_key = self.face.description.by_key
        return [(API_KEY,), self.security] if by_key else [self.security, (API_KEY,)]

    @property
    def takes_key(self) -> bool:
        """Whether a key of idempotency counts."""
        operation = self.operation
        writes = self.method != "GET" or operation.writes is not by_method
        return writes and not operation.tells_secret and not operation.open

    @property
    def parameters(self) -> list[Parameter]:
        """What can be said beside the body; a parameter of the path that nobody speaks of is a text."""
        given = self.operation.parameters
        known = {one.name: one for one in given if one.place == "path"}
        names = _PARAMETER.findall(self.path)
        inside = [known.get(name, Parameter(name, "path", str, "")) for name in names]
        return [*inside, *(one for one in given if one.place != "path"), *((_KEY,) if self.takes_key else ())]

    @property
    def examples(self) -> Iterator[Example]:
        """Those of this method."""
        return (each for each in self.operation.examples if (each.method or self.operation.methods[0]) == self.method)

    @property
    def answers(self) -> list[Answer]:
        """Every way in which it answers, by status."""
        operation, refusal = self.operation, self.face.description.refusal
        found = {operation.status: Answer(operation.status, operation.gives, "", operation.tells)}
        found |= {answer.status: answer for answer in operation.also}
        faults = (
            *ALWAYS,
            *(WITH_BODY if self.method != "GET" else ()),
            *(WITH_KEY if self.takes_key else ()),
        )
        more = (*operation.refuses, *(self.face.fault(status).status for status in faults))
        found |= {status: refusal(status) for status in more if status not in found and status not in NEVER}
        return [found[status] for status in sorted(found)]


def told(faces: Iterable[Dialect]) -> list[Told]:
    """Everything that the faces can do."""
    return [
        Told(face, operation, method) for face in faces for operation in face.operations for method in operation.methods
    ]


def document(faces: Sequence[Dialect], place: Place) -> Document:
    """The document of these faces, which are one to its readers; the first one gives it its title and text."""
    operations = told(faces)
    description = faces[0].description
    schemas = Schemas(
        _unique(
            shape
            for each in operations
            for shape in (*_media(each.operation.takes).values(), *(one.shape for one in each.parameters))
        ),
        _unique(shape for each in operations for answer in each.answers for shape in _shapes_of(answer)),
    )
    groups = dict.fromkeys(each.operation.group for each in operations if each.operation.group)
    return {
        "openapi": VERSION,
        "info": {"title": description.title, "version": place.version, "description": description.about.strip()},
        "servers": [{"url": place.host}],
        "tags": [{"name": group} for group in groups],
        "paths": _paths(operations, schemas, place),
        "components": {
            "schemas": schemas.components,
            "securitySchemes": _security_schemes(operations, place),
        },
    }


def camel(name: str) -> str:
    """`create_order` as `createOrder`."""
    first, *more = name.split("_")
    return first + "".join(part.capitalize() for part in more)


def _paths(operations: Sequence[Told], schemas: Schemas, place: Place) -> Document:
    paths: Document = {}
    for each in operations:
        at = paths.setdefault(each.path, {})
        at[each.method.lower()] = _operation(each, schemas, place)
    return paths


def _operation(each: Told, schemas: Schemas, place: Place) -> Document:
    operation = each.operation
    found: Document = {"operationId": each.id, "summary": operation.summary}
    if about := operation.about.strip():
        found["description"] = about
    if operation.group:
        found["tags"] = [operation.group]
    found["parameters"] = [_parameter(one, each, schemas) for one in each.parameters]
    if operation.takes is not None:
        found["requestBody"] = _request_body(each, schemas, place)
    found["responses"] = {str(answer.status): _response(answer, each, schemas) for answer in each.answers}
    found["security"] = [{part.name: [] for part in parts} for parts in each.ways_in]
    found["x-codeSamples"] = [
        {"lang": "Shell", "label": example.title, "source": _curl(example, each, place)} for example in each.examples
    ]
    return {name: value for name, value in found.items() if value != [] or name == "security"}


def _parameter(one: Parameter, each: Told, schemas: Schemas) -> Document:
    found: Document = {"name": one.name, "in": one.place}
    if one.about:
        found["description"] = one.about
    if one.required or one.place == "path":
        found["required"] = True
    elif one.place == "query" and each.face.description.ignores_empty and not one.never_empty:
        found["allowEmptyValue"] = True
    found["schema"] = schema = schemas.taken(one.shape)
    given = {
        _key(example): {"value": _typed(text, schema)}
        for example in each.examples
        for text in _given(one, example, each)
    }
    return found | ({"examples": given} if given else {})


def _given(one: Parameter, example: Example, each: Told) -> list[str]:
    """The text that the example gives to the parameter, if it does."""
    if one.place == "path":
        parts = zip(each.path.split("/"), example.path.split("/"), strict=True)
        return [unquote(part) for template, part in parts if template == f"{{{one.name}}}"]
    pairs = example.query if one.place == "query" else example.headers
    return [value for name, value in pairs if name == one.name]


def _typed(text: str, schema: Schema) -> Any:
    """The text as a value of this schema."""
    return json.loads(text) if schema.get("type") in ("integer", "number", "boolean") else text


def _request_body(each: Told, schemas: Schemas, place: Place) -> Document:
    content: Document = {}
    for media_type, shape in _media(each.operation.takes).items():
        given = {
            _key(example): {"summary": example.title, "value": _body(example, place)}
            for example in each.examples
            if example.body is not None and example.media_type == media_type
        }
        content[media_type] = {"schema": schemas.taken(shape)} | ({"examples": given} if given else {})
    return {"required": True, "content": content}


def _body(example: Example, place: Place) -> Any:
    body = dict(example.body) if example.media_type == FORM_TYPE else example.body
    return curl.filled(body, place.words)


def _response(answer: Answer, each: Told, schemas: Schemas) -> Document:
    found: Document = {"description": answer.about or HTTPStatus(answer.status).phrase}
    if answer.headers:
        found["headers"] = {one.name: _header(one, schemas) for one in answer.headers}
    if content := _media(answer.shape):
        found["content"] = {kind: {"schema": schemas.given(shape)} for kind, shape in content.items()}
    if answer.status == each.operation.status and each.operation.links:
        found["links"] = {link.operation_id: _link(link) for link in each.operation.links}
    return found


def _header(one: Parameter, schemas: Schemas) -> Document:
    return {"description": one.about, "required": one.required, "schema": schemas.given(one.shape)}


def _link(link: Link) -> Document:
    found: Document = {"operationId": link.operation_id, "parameters": dict(link.values)}
    return found | ({"description": link.about} if link.about else {})


def _security_schemes(operations: Sequence[Told], place: Place) -> Document:
    """Each way to sign in; where a token is needed, with the line that gets one."""
    found: Document = {}
    for part in _unique(part for each in operations for parts in each.ways_in for part in parts):
        found[part.name] = dict(part.scheme)
        if "{token}" in part.credentials and (line := _token_line(operations, place)):
            found[part.name]["x-codeSamples"] = [{"lang": "Shell", "label": "Get a token", "source": line}]
    return found


def _token_line(operations: Sequence[Told], place: Place) -> str | None:
    """What gets a token: the first example of an operation that is open, but asks for credentials."""
    for each in operations:
        if each.operation.open and each.security:
            for example in each.examples:
                return curl.token_line(_curl(example, each, place))
    return None


def _curl(example: Example, each: Told, place: Place) -> str:
    in_body = each.face.credentials_in_body
    signing = each.ways_in[0] if each.ways_in else ()
    return curl.command(example, each.method, place.host, signing, place.words, in_body=in_body)


def _key(example: Example) -> str:
    """The title as a key of a mapping."""
    return re.sub(r"\W+", "-", example.title.lower()).strip("-")


def _media(shape: Any) -> Mapping[str, Any]:
    if shape is None:
        return {}
    return shape.shapes if isinstance(shape, Media) else {JSON_TYPE: shape}


def _shapes_of(answer: Answer) -> Iterator[Any]:
    yield from _media(answer.shape).values()
    yield from (one.shape for one in answer.headers)


def _unique(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if not any(each is value or each == value for each in found):
            found.append(value)
    return found
