"""What docs/coverage.md says is what the tests hold."""

import pytest

from tests.conformance import ledgers
from tests.conformance.matrix.table import NAMES
from tests.conformance.write_coverage import COVERAGE, rendered


def test_the_page_on_coverage_is_as_it_would_be_written_now() -> None:
    assert COVERAGE.read_text() == rendered(), "make coverage writes it anew"


@pytest.mark.parametrize("dialect", NAMES)
def test_every_row_of_a_ledger_is_read(dialect: str) -> None:
    text = (ledgers.DIALECTS / dialect / "COVERAGE.md").read_text()
    rows = [
        line for line in text.splitlines() if line.startswith("|") and not line.startswith(("|---", "| Statement |"))
    ]
    found = ledgers.statements(ledgers.read(dialect))
    assert len(found) == len(rows)
    assert all(each.text and each.held_by for each in found)
