"""Reading the JSON that is sent to our own API."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar, get_args, get_type_hints

import msgspec

from orderloom.api import errors
from orderloom.api.errors import Error
from orderloom.api.shapes import Result
from orderloom.dialects.contract import Call, Refused

T = TypeVar("T")


def decode(call: Call, shape: type[T]) -> T:
    """The body as this shape. Raises Refused with 415, with 400 for what is no JSON, or with 422 and every fault."""
    media_type = (call.header(b"content-type") or b"").partition(b";")[0].strip().lower()
    if media_type and media_type != b"application/json" and not media_type.endswith(b"+json"):
        raise errors.refused(415, "unsupported-type", "Send application/json.")
    try:
        decoded: T = _decoder(shape).decode(call.body)  # type: ignore[arg-type]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise _refusal(call.body, shape) from None
    return decoded


def decode_many(call: Call, name: str, shape: type[T], most: int) -> tuple[dict[int, T], dict[int, Result]]:
    """The records in the list of this name: those that have this shape, and the refusals of the others, by place.

    Raises Refused as `decode` does, and if there is no such list or it is too long.
    """
    members = decode(call, dict[str, msgspec.Raw])
    try:
        given = _raws(members[name]) if set(members) == {name} else None
    except msgspec.MsgspecError:
        given = None
    if given is None or not 0 < len(given) <= most:
        error = Error("invalid", f"A list of 1 to {most} records, and nothing else.", f"/{name}")
        raise Refused(errors.invalid([error]))
    decoder = _decoder(shape)  # type: ignore[arg-type]
    right: dict[int, T] = {}
    wrong: dict[int, Result] = {}
    for place, each in enumerate(given):
        try:
            right[place] = decoder.decode(each)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            wrong[place] = errors.result(_refusal(each, shape).reply)
    return right, wrong


_raws: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode


@lru_cache
def _decoder(shape: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(shape)


def _refusal(body: bytes | msgspec.Raw, shape: type[Any]) -> Refused:
    """Most bodies are right: what is wrong with one is looked for only when something is."""
    try:
        given = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return errors.refused(400, "bad-request", "The body is no JSON.")
    return Refused(errors.invalid(faults(given, shape)))


def faults(given: Any, shape: type[Any], at: str = "") -> list[Error]:
    """Everything that is wrong with a JSON value that shall have this shape, a struct."""
    if not isinstance(given, dict):
        return [Error("type", "An object is required.", at)]
    found = list(_of_members(given, shape, at))
    return found or list(_of_whole(given, shape, at))


def _of_members(given: dict[str, Any], shape: type[Any], at: str) -> Iterator[Error]:
    members = _members(shape)  # type: ignore[arg-type]
    for name, value in given.items():
        pointer = f"{at}/{errors.escaped(name)}"
        if name not in members:
            yield Error("unexpected", "There is no such member here.", pointer)
            continue
        inner = members[name].inner
        if inner is not None and isinstance(value, dict):
            yield from faults(value, inner, pointer)
        elif inner is not None and isinstance(value, list):
            parts = [error for place, each in enumerate(value) for error in faults(each, inner, f"{pointer}/{place}")]
            yield from parts or _of_whole({name: value}, members[name].alone, pointer)
        else:
            yield from _of_whole({name: value}, members[name].alone, pointer)


def _of_whole(given: dict[str, Any], shape: type[Any], at: str) -> Iterator[Error]:
    try:
        msgspec.convert(given, shape)
    except msgspec.ValidationError as error:
        yield Error("invalid", f"{str(error).partition(' - at ')[0]}.", at)


class _Member(NamedTuple):
    """A member of a shape: the shape of what is inside, if it is one, and a shape that has this member alone."""

    inner: type[Any] | None
    alone: type[Any]


@lru_cache
def _members(shape: type[Any]) -> dict[str, _Member]:
    hints = get_type_hints(shape, include_extras=True)
    return {
        name: _Member(_struct_in(hint), msgspec.defstruct("Alone", [(name, hint, msgspec.UNSET)]))
        for name, hint in hints.items()
    }


def _struct_in(hint: Any) -> type[Any] | None:
    """The struct that a type is made of: one, or a list of many."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint
    return next((found for part in get_args(hint) if (found := _struct_in(part)) is not None), None)
