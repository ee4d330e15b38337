"""Query strings and forms."""

import re
from io import BytesIO
from typing import Any, Final
from urllib.parse import parse_qsl

from python_multipart import parse_form
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

URLENCODED: Final = b"application/x-www-form-urlencoded"
MULTIPART: Final = b"multipart/form-data"
MAX_FIELDS: Final = 200
# Most have nothing to decode.
_ENCODED: Final = re.compile(rb"[%+\x80-\xff]")


class TooManyFields(ValueError):
    """More than MAX_FIELDS fields."""


class NotAForm(ValueError):
    """The body is not what its content type says."""


def fields(encoded: bytes, *, errors: str = "replace") -> list[tuple[str, str]]:
    """The decoded fields in the order in which they stand, repeated names included; empty values are kept.

    Bytes that are no UTF-8 become U+FFFD, or lone surrogates if `errors` is "surrogateescape". Raises TooManyFields.
    """
    if not _ENCODED.search(encoded) and encoded.count(b"&") < MAX_FIELDS:
        pairs = [pair.partition("=") for pair in encoded.decode().split("&") if pair]
        return [(name, value) for name, _, value in pairs]
    try:
        return parse_qsl(
            encoded.decode(errors=errors), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors=errors
        )
    except ValueError:
        raise TooManyFields from None


def body_fields(
    content_type: bytes, body: bytes, *, errors: str = "replace", takes_files: bool = False
) -> list[tuple[str, str]]:
    """The fields of an urlencoded or multipart body, none for any other type. A file is the field that it fills.

    Raises TooManyFields, or NotAForm, also for a body with files unless they are taken.
    """
    kind = content_type.split(b";", 1)[0].strip().lower()
    if kind == URLENCODED:
        return fields(body, errors=errors)
    return _parts(content_type, body, errors, takes_files) if kind == MULTIPART else []


def _refuse_file(file: Any) -> None:
    """A field that came as a file would be missed, and what is done without it may be something else."""
    file.close()
    raise NotAForm


def _parts(content_type: bytes, body: bytes, errors: str, takes_files: bool) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def keep(field: object) -> None:
        keep_as(getattr(field, "field_name", None), getattr(field, "value", None))

    def keep_file(file: Any) -> None:
        file.file_object.seek(0)
        keep_as(file.field_name, file.file_object.read())
        file.close()

    def keep_as(name: bytes | None, value: bytes | None) -> None:
        if len(found) >= MAX_FIELDS:
            raise TooManyFields
        found.append(((name or b"").decode(errors=errors), (value or b"").decode(errors=errors)))

    _, options = parse_options_header(content_type)
    if b"--" + options.get(b"boundary", b"") + b"--" not in body:
        raise NotAForm  # cut off; the parser would take what is there
    try:
        parse_form({"Content-Type": content_type}, BytesIO(body), keep, keep_file if takes_files else _refuse_file)
    except FormParserError:
        raise NotAForm from None
    return found
