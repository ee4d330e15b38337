"""What stops a command is told in one line."""

import time

import psycopg
import pytest

from orderloom.cli.opening import Stop, told


def test_a_lock_that_others_hold_is_told_as_such(database_url: str) -> None:
    with psycopg.connect(database_url) as holder, psycopg.connect(database_url) as other:
        holder.execute("lock table supply_types")
        other.execute("set lock_timeout = '50ms'")
        with pytest.raises(Stop, match=r"others hold its tables locked \(SQLSTATE 55P03\)"), told():
            other.execute("select from supply_types")


def test_the_row_at_which_postgresql_was_stopped_is_not_quoted(database_url: str) -> None:
    with psycopg.connect(database_url) as other:
        other.execute("set statement_timeout = '200ms'")
        with (
            pytest.raises(Stop, match=r"canceling statement due to statement timeout$") as caught,
            told(),
            other.cursor() as cursor,
            cursor.copy("copy supply_types (tenant_id, code, name) from stdin") as copy,
        ):
            copy.write(b"1\ta\tconfidential\n")
            time.sleep(1)
    assert "confidential" in str(caught.value.__cause__)
    assert "confidential" not in str(caught.value)
