"""What text the book can keep."""

from collections.abc import Mapping
from typing import Final

import msgspec

from orderloom.book.errors import Fault

# Text in orders and their parts ends here; it is far above every vendor's own limit and keeps a line of a log,
# an index entry or a page of a screen from being a megabyte long.
MAX_TEXT: Final = 2_000
MAX_NOTES: Final = 100_000


def folded(text: str) -> str:
    """The text as texts are compared without case."""
    return text.casefold()


def storable(text: str) -> bool:
    """True unless the text holds a NUL character or a lone surrogate, which PostgreSQL cannot keep."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def text_fault(text: str, longest: int) -> str | None:
    """Why the text cannot be entered: `invalid`, `too_long`, or None if it can."""
    if not storable(text):
        return "invalid"
    return "too_long" if len(text) > longest else None


def required_fault(text: str, longest: int) -> str | None:
    """The same for a text that has to say something: `blank` if it does not."""
    return text_fault(text, longest) if text.strip() else "blank"


def code_fault(code: str, longest: int) -> Fault | None:
    """What is wrong with a code that is compared exactly, None if nothing is: blanks around it would not be seen."""
    if reason := required_fault(code, longest):
        return Fault("code", reason, value=code, expected=f"1 to {longest} characters")
    return None if code == code.strip() else Fault("code", "invalid", value=code, expected="without blanks around it")


def text_faults(record: msgspec.Struct, longest: Mapping[str, int]) -> list[Fault]:
    """A fault for each of these fields whose text cannot be entered; what is no text is passed over."""
    faults = []
    for field, limit in longest.items():
        text = getattr(record, field)
        if isinstance(text, str) and (reason := text_fault(text, limit)):
            faults.append(Fault(field, reason))
    return faults


def is_longer(json_text: str, longest: int) -> bool:
    """True if the JSON text is longer; blanks between tokens, of which the database gives more than it got, are not
    counted."""
    return len(json_text) > longest and len(msgspec.json.format(json_text, indent=-1)) > longest
