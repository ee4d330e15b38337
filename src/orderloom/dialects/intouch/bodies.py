"""The decoding of InTouch's request bodies: JSON whose numbers keep every digit.

Source: contracts/intouch.md sections 1 and 6.
"""

from typing import Any, Final

from orderloom.book.text import storable
from orderloom.dialects.contract import Call
from orderloom.dialects.intouch.errors import Invalid
from orderloom.wire import exact_json
from orderloom.wire.exact_json import UNKEEPABLE

# Arrays and objects inside each other.
MAX_DEPTH: Final = 100


def decode(call: Call) -> dict[str, Any]:
    """The JSON object of the body: numbers are int or Decimal, or UNKEEPABLE. Raises Invalid.

    The body is read as UTF-8 JSON whatever its content type says.
    """
    try:
        found = exact_json.decode(call.body.decode())
    except ValueError:
        raise Invalid((None, "json")) from None
    except RecursionError:
        raise Invalid((None, "value")) from None
    if not isinstance(found, dict):
        raise Invalid((None, "type"))
    return found


def keepable(value: object, depth: int = MAX_DEPTH) -> bool:
    """True if the book can keep the JSON value and give it back equal."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return depth > 0 and all(storable(name) and keepable(inside, depth - 1) for name, inside in value.items())
    if isinstance(value, list):
        return depth > 0 and all(keepable(inside, depth - 1) for inside in value)
    return value is not UNKEEPABLE
