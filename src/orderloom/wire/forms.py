"""Query strings and urlencoded bodies."""

from typing import Final
from urllib.parse import parse_qsl

MAX_FIELDS: Final = 200


class TooManyFields(ValueError):
    """More than MAX_FIELDS fields."""


def fields(encoded: bytes) -> list[tuple[str, str]]:
    """The decoded fields in the order in which they stand, repeated names included; empty values are kept.

    Bytes that are no UTF-8 become U+FFFD. Raises TooManyFields.
    """
    try:
        return parse_qsl(encoded.decode(errors="replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise TooManyFields from None
