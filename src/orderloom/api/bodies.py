"""Reading the JSON that is sent to our own API."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Generic, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from orderloom.api import errors
from orderloom.api.errors import MAX_DETAIL, MAX_FAULTS, Error, OfMany
from orderloom.api.shapes import Result
from orderloom.dialects.contract import Call, Refused
from orderloom.wire import exact_json

T = TypeVar("T")


class Read(NamedTuple, Generic[T]):
    """What of a body has its shape, and everything that is wrong with the rest."""

    given: T
    errors: tuple[Error, ...] = ()


def decode(call: Call, shape: type[T]) -> T:
    """The body as this shape. Raises Refused with 415, with 400 for what is no JSON, or with 422 and every fault."""
    given, wrong = read(call, shape)
    if wrong:
        raise Refused(errors.invalid(wrong))
    return given


def read(call: Call, shape: type[T]) -> Read[T]:
    """As much of the body as has this shape, for those who can find what else is wrong with it.

    Raises Refused with 415, with 400 for what is no JSON, or with 422 if nothing can be made of it.
    """
    _require_json(call)
    try:
        return Read(_decoder(shape).decode(call.body))  # type: ignore[arg-type]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        try:
            return _read_in_part(call.body, shape, MAX_FAULTS)
        except _Invalid as invalid:
            raise Refused(errors.invalid(invalid.errors)) from None


def _require_json(call: Call) -> None:
    media_type = (call.header(b"content-type") or b"").partition(b";")[0].strip().lower()
    if media_type and media_type != b"application/json" and not media_type.endswith(b"+json"):
        raise errors.refused(415, "unsupported-type", "Send application/json.")


def decode_many(
    call: Call, name: str, shape: type[T], most: int, refusing: OfMany
) -> tuple[dict[int, T], dict[int, Result]]:
    """The records in the list of this name: those that have this shape, and the refusals of the others, by place.

    Raises Refused as `decode` does, and if there is no such list or it is too long.
    """
    _require_json(call)
    given = _texts(call.body, name)
    if given is None or not 0 < len(given) <= most:
        error = Error("invalid", f"A list of 1 to {most} records, and nothing else.", f"/{name}")
        raise Refused(errors.invalid([error]))
    right: dict[int, T] = {}
    wrong: dict[int, Result] = {}
    for place, each in enumerate(given):
        try:
            right[place] = _one(each, shape, refusing.most)
        except _Invalid as invalid:
            wrong[place] = refusing.invalid(invalid.errors)
        except Refused as refused:
            wrong[place] = refusing.result(refused.reply)
    return right, wrong


def _one(text: bytes | msgspec.Raw, shape: type[T], most: int) -> T:
    """The record. Raises _Invalid, or Refused for what is no JSON."""
    try:
        given: T = _decoder(shape).decode(text)  # type: ignore[arg-type]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        given, wrong = _read_in_part(text, shape, most)
        if wrong:
            raise _Invalid(wrong) from None
    return given


def _texts(body: bytes, name: str) -> Sequence[bytes | msgspec.Raw] | None:
    """The text of each record in the list of this name, None unless that is all that there is. Raises Refused."""
    try:
        members = _raw_members(body)
        return _raws(members[name]) if set(members) == {name} else None
    except (msgspec.MsgspecError, ValueError, RecursionError):
        # What one record says may be no text (a lone surrogate): that takes nothing from the others.
        if not isinstance(_json(body), dict):
            raise Refused(errors.invalid([_NO_OBJECT])) from None
        texts = exact_json.listed(body.decode(), name)
        return None if texts is None else [text.encode() for text in texts]


_raw_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_raws: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode


@lru_cache
def _decoder(shape: type[T]) -> msgspec.json.Decoder[T]:
    """Numbers keep every digit, also where nothing is said of their type."""
    return msgspec.json.Decoder(shape, float_hook=exact_json.number)


class _Invalid(Exception):
    """Nothing can be made of a record, or it is not worth it."""

    def __init__(self, errors: Sequence[Error]) -> None:
        self.errors = errors


def _read_in_part(body: bytes | msgspec.Raw, shape: type[T], most: int) -> Read[T]:
    """Most bodies are right: what is wrong with one, but no more than this, is looked for only when something is.

    Raises _Invalid, or Refused for what is no JSON.
    """
    given = _json(body)
    if not isinstance(given, dict):
        raise _Invalid([_NO_OBJECT])
    wrong = _Wrong(most)
    right = _right_members(given, shape, "", wrong)
    try:
        return Read(msgspec.convert(right, shape), tuple(wrong.told))
    except msgspec.ValidationError as error:
        raise _Invalid([*wrong.told, Error("invalid", _sentence(error), "")]) from None


_NO_OBJECT: Final = Error("type", "An object is required.", "")


class _Wrong:
    """What is found to be wrong with a body."""

    def __init__(self, most: int) -> None:
        self.told: list[Error] = []
        self._most = most

    def tell(self, code: str, detail: str, at: str) -> None:
        """Raises _Invalid when no more is to be told: then there is no need to look further."""
        self.told.append(Error(code, detail, at))
        if len(self.told) >= self._most:
            raise _Invalid(self.told)


def _json(body: bytes | msgspec.Raw) -> Any:
    try:
        return exact_json.decode(bytes(body).decode())
    except (ValueError, RecursionError):
        raise errors.refused(400, "bad-request", "The body is no JSON.") from None


def _right_members(given: Any, shape: type[Any], at: str, wrong: _Wrong) -> dict[str, Any]:
    """The members of a value that are as this struct wants them; what is wrong with the others is told."""
    if not isinstance(given, dict):
        wrong.tell("type", "An object is required.", at)
        return {}
    known, right = _members(shape), {}  # type: ignore[arg-type]
    for name, value in given.items():
        pointer = f"{at}/{errors.escaped(name)}"
        if name not in known:
            wrong.tell("unexpected", "There is no such member here.", pointer)
        elif (part := _right_part(known[name], value, pointer, wrong)) is not _NOTHING:
            right[name] = part
    return right


_NOTHING: Final = object()


def _right_part(member: "_Member", value: Any, at: str, wrong: _Wrong) -> Any:
    """What of the member's value is right, _NOTHING if the value is wrong as a whole."""
    before = len(wrong.told)
    if member.inner is not None and isinstance(value, member.outer):
        if isinstance(value, dict):
            value = _right_members(value, member.inner, at, wrong)
        else:
            value = [_right_members(each, member.inner, f"{at}/{place}", wrong) for place, each in enumerate(value)]
    elif member.inner is None and member.outer is dict and isinstance(value, dict):
        value = {key: each for key, each in value.items() if _is_right_entry(member, key, each, at, wrong)}
    reason = member.reason_against(value)
    if reason is not None and len(wrong.told) == before:
        wrong.tell("invalid", reason, at)
    return value if reason is None else _NOTHING


def _is_right_entry(member: "_Member", key: str, value: Any, at: str, wrong: _Wrong) -> bool:
    reason = member.reason_against({key: value})
    if reason is not None:
        wrong.tell("invalid", reason, f"{at}/{errors.escaped(key)}")
    return reason is None


class _Member(NamedTuple):
    """A member of a shape: a shape that has it alone, what its values are if they have parts, and the struct of those.

    `outer` is dict for a struct and for an object of any names, list for many.
    """

    alone: type[Any]
    outer: type[Any]
    inner: type[Any] | None

    def reason_against(self, value: Any) -> str | None:
        """Why the value cannot be this member's, None if it can."""
        try:
            msgspec.convert({"value": value}, self.alone)
        except msgspec.ValidationError as error:
            return _sentence(error)
        except UnicodeEncodeError:
            return "A lone surrogate is no character."
        return None


def _sentence(error: msgspec.ValidationError) -> str:
    return f"{errors.sayable(str(error).partition(' - at `$')[0])[:MAX_DETAIL]}."


@lru_cache
def _members(shape: type[Any]) -> dict[str, _Member]:
    hints = get_type_hints(shape, include_extras=True)
    return {
        name: _Member(msgspec.defstruct("Alone", [("value", hint, msgspec.UNSET)]), *_parts_of(hint))
        for name, hint in hints.items()
    }


def _parts_of(hint: Any) -> tuple[type[Any], type[Any] | None]:
    """What values of this type are if they have parts, and the struct that those are."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return dict, hint
    if get_origin(hint) is list:
        return list, _parts_of(get_args(hint)[0])[1]
    if get_origin(hint) is dict:
        return dict, None
    found = (_parts_of(part) for part in get_args(hint))
    return next((parts for parts in found if parts[0] is not object), (object, None))
