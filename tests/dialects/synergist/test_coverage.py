"""The ledger in `COVERAGE.md` names tests that exist."""

import re
from pathlib import Path

HERE = Path(__file__).parent


def test_every_test_named_in_the_ledger_exists():
    written = "".join(each.read_text() for each in HERE.glob("test_*.py"))
    existing = set(re.findall(r"^(?:async )?def (test_\w+)", written, re.MULTILINE))
    named = set(re.findall(r"`(test_\w+)`", (HERE / "COVERAGE.md").read_text()))

    assert named
    assert named - existing == set()
