"""JSON whose numbers keep every digit, in both directions."""

import json
from decimal import Decimal
from typing import Any


def json_of(value: Any) -> str:
    """The JSON text of a value, whose decimals are numbers."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json_of(name)}:{json_of(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(json_of, value)) + "]"
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def parsed(text: str | bytes) -> Any:
    """The value of a JSON text; numbers with a point or an exponent are decimals."""
    return json.loads(text, parse_float=Decimal)
