"""The operations of a resource, with what their description tells."""

from collections.abc import Iterator, Mapping
from typing import Any

from orderloom.api.operations import (
    CREATES,
    DELETES,
    ETAG,
    IF_MATCH,
    IF_NONE_MATCH,
    LISTS,
    LOCATION,
    READS,
    WRITES,
    of_list,
    of_record,
)
from orderloom.api.resources import Resource
from orderloom.api.shapes import Id, Source, TheirId
from orderloom.dialects.contract import Operation
from orderloom.dialects.description import Example, Link, Parameter


def of(resource: Resource[Any]) -> tuple[Operation, ...]:
    """All of them: of the list, of one by its id, and of one by what another system calls it."""
    by_source = _of_one_by_source(resource) if resource.named else ()
    return (*_of_all(resource), *_of_one(resource), *by_source)


def _of_all(resource: Resource[Any]) -> Iterator[Operation]:
    path, noun, plural, shape = resource.path, resource.noun, resource.plural, resource.shape
    shows = f"show{noun.capitalize()}"
    parameters = of_list(resource.fields, resource.members, resource.expandable, searches=resource.searches)
    yield Operation(
        ("GET",),
        (path,),
        resource.list,
        f"List {plural}",
        resource.page,
        200,
        LISTS,
        plural,
        parameters=parameters,
        examples=(Example("All", path), Example("Some", path, resource.examples.query)),
        links=(Link(shows, {noun: f"$response.body#/{plural}/0/id"}),),
        operation_id=f"list{plural.capitalize()}",
        group=plural.capitalize(),
        about=resource.about,
    )
    yield Operation(
        ("POST",),
        (path,),
        resource.create,
        f"Enter {_one(noun)}",
        shape,
        201,
        CREATES,
        plural,
        takes=resource.takes,
        examples=(Example("A new one", path, body=resource.examples.new),),
        tells=(ETAG, LOCATION),
        links=(Link(shows, {noun: "$response.body#/id"}),),
        operation_id=f"create{noun.capitalize()}",
        group=plural.capitalize(),
    )


def _of_one(resource: Resource[Any]) -> Iterator[Operation]:
    noun, example = resource.noun, resource.examples
    known = f"{resource.path}/{example.known_id}"
    named = Parameter(noun, "path", Id, f"The id of the {noun}.", required=True)
    examples = _examples(known, example.change, is_used=example.is_used)
    handlers = (resource.show, resource.amend, resource.delete)
    yield from _shown_changed_deleted(resource, f"{resource.path}/{{{noun}}}", (named,), handlers, examples=examples)


def _of_one_by_source(resource: Resource[Any]) -> Iterator[Operation]:
    source = Parameter("source", "path", Source, "The other system.", required=True)
    named = Parameter("their_id", "path", TheirId, f"What that calls the {resource.noun}.", required=True)
    path = f"{resource.path}/by/{{source}}/{{their_id}}"
    handlers = (resource.show_by_source, resource.amend_by_source, resource.delete_by_source)
    known = f"{resource.path}/by/erp/{resource.examples.their_id}"
    change = {name: value for name, value in resource.examples.change.items() if name != "external_ids"}
    examples = _examples(known, change, is_used=resource.examples.theirs_is_used)
    yield from _shown_changed_deleted(
        resource, path, (source, named), handlers, examples=examples, suffix="BySource", told=" by another's id"
    )


def _examples(known: str, change: Mapping[str, Any], *, is_used: bool) -> tuple[Example, Example, Example]:
    """Showing the one at this path, changing it, and deleting it."""
    deleted = Example("One that is in use", known, status=409) if is_used else Example("One of them", known)
    return Example("One of them", known), Example("A change", known, body=change), deleted


def _shown_changed_deleted(
    resource: Resource[Any],
    path: str,
    named: tuple[Parameter, ...],
    handlers: tuple[Any, Any, Any],
    *,
    examples: tuple[Example, Example, Example],
    suffix: str = "",
    told: str = "",
) -> Iterator[Operation]:
    noun, plural, shape = resource.noun, resource.plural, resource.shape
    title, group = noun.capitalize() + suffix, plural.capitalize()
    shows, amends, deletes = handlers
    yield Operation(
        ("GET",),
        (path,),
        shows,
        f"Show {_one(noun)}{told}",
        shape,
        200,
        READS,
        plural,
        parameters=(*named, *of_record(resource.members, resource.expandable), IF_NONE_MATCH),
        examples=examples[0:1],
        tells=(ETAG,),
        operation_id=f"show{title}",
        group=group,
    )
    yield Operation(
        ("PATCH",),
        (path,),
        amends,
        f"Change {_one(noun)}{told}",
        shape,
        200,
        WRITES,
        plural,
        takes=resource.takes,
        parameters=(*named, IF_MATCH),
        examples=examples[1:2],
        tells=(ETAG,),
        operation_id=f"amend{title}",
        group=group,
    )
    yield Operation(
        ("DELETE",),
        (path,),
        deletes,
        f"Delete {_one(noun)}{told}",
        None,
        204,
        DELETES,
        plural,
        parameters=(*named, IF_MATCH),
        examples=examples[2:3],
        operation_id=f"delete{title}",
        group=group,
    )


def _one(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
