"""How Extensiv writes moments: UTC, without a zone. Source: contracts/extensiv.md section 3.2, "Formats"."""

import re
from datetime import UTC, datetime
from typing import Final

import msgspec

# What typed clients write where nothing is set.
UNSET: Final = datetime.min.replace(tzinfo=UTC)
# The driver takes the last moment of all for infinity.
LAST: Final = datetime.max.replace(tzinfo=UTC) - datetime.resolution
_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?(Z|[+-]\d\d:?[0-5]\d)?)?", re.ASCII
)


def parse(text: str) -> datetime | None:
    """The moment in UTC, None if the text is none; what stands behind microseconds is dropped."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    day, clock, seconds, fraction, zone = match.groups()
    whole = f"{day}T{clock or '00:00'}:{seconds or '00'}.{(fraction or '')[:6]:0<6}{zone or 'Z'}"
    try:
        return min(datetime.fromisoformat(whole).astimezone(UTC), LAST)
    except (ValueError, OverflowError):
        return None


def shown(moment: datetime) -> str:
    """The text of a moment, at UTC, with a fraction only if it is not zero."""
    text = _encode(moment).decode()
    if text[-2] != "Z":
        text = _encode(moment.astimezone(UTC)).decode()
    return text[1:-2].rstrip("0") if "." in text else text[1:-2]


# A tenth of the time of `isoformat`: a page shows hundreds of them.
_encode: Final = msgspec.json.Encoder().encode
