"""Why the book refuses: a small tree of errors that carry facts; each face gives them its own words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar


class Refusal(Exception):
    """The book will not do what was asked. Nothing has been changed."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one value.

    `reason` is one of the words in `REASONS` (`unknown`: it names nothing that is in the book; `illegal`: this one may
    not have it, although another may); `field` is the book's name of the field; `part` names the place inside it (a
    custom field's name); `value` is the value as it was given; `line` is the place, from 0, among the lines that
    came along.
    """

    REASONS: ClassVar[frozenset[str]] = frozenset(
        {
            "blank",
            "illegal",
            "inclusion",
            "invalid",
            "taken",
            "too_large",
            "too_long",
            "too_short",
            "type",
            "unexpected",
            "unknown",
        }
    )

    field: str
    reason: str
    part: str | None = None
    value: object = None
    expected: str | None = None
    line: int | None = None


class BadInput(Refusal):
    """Values that cannot be entered, every fault that was found."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.reason}" for fault in faults))
        self.faults = faults


@contextmanager
def collecting(faults: list[Fault]) -> Iterator[None]:
    """Adds what is refused inside to the faults."""
    try:
        yield
    except BadInput as refusal:
        faults += refusal.faults


class NotFound(Refusal):
    """What the caller named is not in the tenant's book; so it is for a neighbour's things too."""

    noun: ClassVar[str] = "thing"

    def __init__(self, key: object) -> None:
        super().__init__(f"no {self.noun} {key!r}")
        self.key = key


class OrderNotFound(NotFound):
    """No such order."""

    noun = "order"


class StateNotFound(NotFound):
    """The order was not there at that moment, never had that version, or nobody knows what it was like then."""

    noun = "state of the order"

    def __init__(self, order_id: int, key: object) -> None:
        super().__init__(key)
        self.order_id = order_id


class OrderTypeNotFound(NotFound):
    """No active order type with this code."""

    noun = "order type"


class UserNotFound(NotFound):
    """No user with this e-mail."""

    noun = "user"


class LineNotFound(NotFound):
    """No such line on this order."""

    noun = "line"


class CustomerNotFound(NotFound):
    """No such customer."""

    noun = "customer"


class CaseNotFound(NotFound):
    """No such case."""

    noun = "case"


class ClientNotFound(NotFound):
    """No such client, or it is revoked already."""

    noun = "client"


class ApiKeyNotFound(NotFound):
    """No such API key, or it is revoked already."""

    noun = "API key"


class ItemNotFound(NotFound):
    """No such item of this customer."""

    noun = "item"


class FacilityNotFound(NotFound):
    """No such facility."""

    noun = "facility"


class ContactNotFound(NotFound):
    """No such contact."""

    noun = "contact"


class ReceiptNotFound(NotFound):
    """No such receipt."""

    noun = "receipt"


class Ambiguous(Refusal):
    """Several things are meant where one has to be."""

    def __init__(self, noun: str) -> None:
        super().__init__(f"more than one {noun} is meant")
        self.noun = noun


class TooManyTries(Refusal):
    """Somebody has tried wrong credentials too often and has to wait."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class UserBlocked(Refusal):
    """Somebody has the right password but is kept out."""

    def __init__(self, email: str) -> None:
        super().__init__("the user is blocked")
        self.email = email


class UnknownKey(Refusal):
    """Somebody came with an API key that is none, or that has ended."""


class NotAllowed(Refusal):
    """Somebody is known but may not do this at this face; `right` is what they lack, such as `write`."""

    def __init__(self, right: str) -> None:
        super().__init__(f"no right to {right}")
        self.right = right


class StaleOrder(Refusal):
    """The order moved since it was read."""

    def __init__(self, order_id: int, version: int) -> None:
        super().__init__(f"order {order_id} is past version {version}")
        self.order_id = order_id
        self.version = version


class IllegalMove(Refusal):
    """A change that may not be made, for instance retiring the type that always exists."""

    def __init__(self, field: str, value: object) -> None:
        super().__init__(f"{field} may not become {value!r}")
        self.field = field
        self.value = value


class TooCostly(Refusal):
    """What was asked for takes longer to find than anybody is given."""


class InUse(Refusal):
    """It cannot be deleted while something else depends on it."""

    def __init__(self, noun: str, dependents: str) -> None:
        super().__init__(f"{noun} still has {dependents}")
        self.noun = noun
        self.dependents = dependents
