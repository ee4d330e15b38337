"""The same questions to every dialect, and to our own API."""

import inspect

import pytest

from orderloom.book import errors
from orderloom.book.errors import Ambiguous, BadInput, Fault, IllegalMove, InUse, Refusal, StaleOrder, TooManyTries
from orderloom.dialects.contract import Dialect, Reply
from tests.conformance.face import MOUNTED

EXAMPLES = {
    BadInput: BadInput(Fault("state", "inclusion", value="x")),
    errors.OrderNotFound: errors.OrderNotFound("ORD-1"),
    errors.StateNotFound: errors.StateNotFound(1, 7),
    errors.OrderTypeNotFound: errors.OrderTypeNotFound("x"),
    errors.UserNotFound: errors.UserNotFound("x"),
    errors.LineNotFound: errors.LineNotFound(1),
    errors.CustomerNotFound: errors.CustomerNotFound(1),
    errors.CaseNotFound: errors.CaseNotFound(1),
    errors.ClientNotFound: errors.ClientNotFound("x"),
    errors.ApiKeyNotFound: errors.ApiKeyNotFound("x"),
    errors.ItemNotFound: errors.ItemNotFound(1),
    errors.FacilityNotFound: errors.FacilityNotFound(1),
    errors.ContactNotFound: errors.ContactNotFound(1),
    errors.ReceiptNotFound: errors.ReceiptNotFound(1),
    errors.TooCostly: errors.TooCostly(),
    Ambiguous: Ambiguous("order"),
    TooManyTries: TooManyTries(7),
    errors.UserBlocked: errors.UserBlocked("disabled@example.com"),
    errors.UnknownKey: errors.UnknownKey(),
    errors.NotAllowed: errors.NotAllowed("write"),
    StaleOrder: StaleOrder(1, 1),
    IllegalMove: IllegalMove("type", "x"),
    InUse: InUse("order", "open receipts"),
}
every_dialect = pytest.mark.parametrize("dialect", MOUNTED, ids=lambda dialect: dialect.name)


def refusals() -> list[type[Refusal]]:
    """Every book error that can be raised."""
    found = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, Refusal)]
    return [each for each in found if each not in (Refusal, errors.NotFound)]


@every_dialect
@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: kind.__name__)
def test_each_book_error_has_a_face(dialect: Dialect, kind: type[Refusal]) -> None:
    reply = dialect.refuse(EXAMPLES[kind])
    assert isinstance(reply, Reply)
    assert 400 <= reply.status < 500


@every_dialect
def test_who_has_to_wait_is_told_how_long(dialect: Dialect) -> None:
    assert ("Retry-After", "7") in dialect.refuse(TooManyTries(7)).headers


@every_dialect
@pytest.mark.parametrize("reason", sorted(Fault.REASONS))
def test_each_reason_of_a_fault_has_words(dialect: Dialect, reason: str) -> None:
    for fault in (
        Fault("external_id", reason, value="x"),
        Fault("data", reason),
        *(Fault("data", reason, "part", "x", kind) for kind in ("string", "number", "boolean", "datetime", "json")),
    ):
        assert dialect.refuse(BadInput(fault)).status < 500


@every_dialect
@pytest.mark.parametrize("status", [400, 408, 413, 500, 503])
def test_what_stops_before_any_operation_has_an_answer(dialect: Dialect, status: int) -> None:
    # A vendor may have one status for whatever a caller does wrong.
    assert dialect.fault(status).status in ({status} if status >= 500 else {status, 404})


@every_dialect
def test_every_operation_says_what_it_is(dialect: Dialect) -> None:
    assert dialect.operations
    for operation in dialect.operations:
        assert operation.summary
        assert operation.source
        assert operation.methods
        assert all(path.startswith("/") for path in operation.paths)
        assert 200 <= operation.status < 300
        assert (operation.gives is None) == (operation.status == 204)
