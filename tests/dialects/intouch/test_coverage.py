"""The ledgers `COVERAGE*.md` name tests that exist."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LEDGERS = sorted(each.name for each in HERE.glob("COVERAGE*.md"))


def existing():
    """The names of all tests in this folder."""
    written = "".join(each.read_text() for each in HERE.glob("test_*.py"))
    return set(re.findall(r"^(?:async )?def (test_\w+)", written, re.MULTILINE))


def test_there_is_a_ledger():
    assert "COVERAGE-orders.md" in LEDGERS


@pytest.mark.parametrize("ledger", LEDGERS)
def test_every_test_named_in_a_ledger_exists(ledger):
    named = set(re.findall(r"`(test_\w+)`", (HERE / ledger).read_text()))

    assert named
    assert named - existing() == set()
