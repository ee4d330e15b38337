"""What the server survives, in short; `make torture` does the same for long."""

import asyncio
import subprocess
from typing import Any

import asyncpg
import pytest
from torture import clock, full_disk, fuzz, kills, outage, overload, processes, slow
from torture.audit import look
from torture.clients import team
from torture.finding import Finding
from torture.moves import PLAYS
from torture.overload import Load
from torture.stand import Stand, demo


def survived(finding: Finding) -> dict[str, Any]:
    """The counts of a trial without a fault."""
    assert finding.faults == []
    return finding.counts


def test_whatever_is_killed_no_acknowledged_write_is_lost_and_none_is_half_there() -> None:
    counts = survived(kills.run(1, seed=1))
    assert counts["recoveries"] == len(kills.STRIKES)
    assert all(counts[f"kills of {kind}"] == 1 for kind in kills.STRIKES)
    assert all(counts[f"  by {face}"] > 5 for face in PLAYS)
    assert counts["writes of unknown outcome"] + counts["writes not sent"] > 0


def test_a_kill_that_hits_nobody_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = subprocess.Popen(["/bin/true"])
    assert processes.eventually(lambda: not processes.is_alive(gone.pid), 5)
    monkeypatch.setattr(kills, "STRIKES", {"nobody": lambda _: processes.kill(gone.pid)})
    finding = kills.run(1, seed=1)
    gone.wait()
    assert finding.faults == ["a kill of nobody hit nobody"]
    assert finding.counts["kills of nobody"] == 0


def test_postgresql_may_go_and_come_back_without_a_restart_and_without_a_write_made_twice() -> None:
    counts = survived(outage.run(1, seconds=1.0, silent=False))
    assert counts["recoveries without a restart"] == len(outage.OUTAGES)
    assert counts["answers looked at meanwhile"] > 10
    assert counts["writes of unknown outcome"] > 0


def test_crowds_of_slow_silent_and_gone_clients_take_nothing_from_others() -> None:
    counts = survived(slow.run(2000, one_by_one=False))
    # On a busy machine the first are given up before the last ones come.
    assert counts["files open at most"] > 1000
    assert counts["writes not sent"] == 0


def test_with_too_much_to_do_some_are_refused_quickly_and_the_others_served_quickly() -> None:
    survived(overload.run([Load(300)], seconds=2, records=500))


def test_without_room_for_data_reads_go_on_and_with_room_again_all_does() -> None:
    counts = survived(full_disk.run(1, ["files that may not grow"]))
    assert counts["files that may not grow: writes of unknown outcome"] > 0


def test_a_clock_that_jumps_by_hours_and_days_ends_tokens_and_nothing_else() -> None:
    counts = survived(clock.run(0.3))
    assert counts["jumps"] == len(clock.JUMPS_H)


def test_damaged_requests_fail_nothing_and_leave_no_secret_in_a_log() -> None:
    counts = survived(fuzz.run(2500, seed=20))
    assert counts["lines of the log"] > 2000


DAMAGES = {
    "an event is gone": "delete from events where id = (select max(id) from events where name = 'OrderAmended')",
    "an order is gone": "delete from orders where id = (select max(id) from orders)",
    "a line is gone": "delete from lines where id = (select max(id) from lines)",
    "a cost is gone": "delete from costings where order_id = (select max(order_id) from costings)",
    "a version is left out": "update orders set version = version + 1 where id = (select max(id) from orders)",
    "a value is another": """update orders set title = 'another' where id = (select max(noun_id) from events
                              where face = 'intouch' and name = 'OrderPlaced')""",
    "a change is told twice": """insert into events (tenant_id, at, face, actor, name, noun, noun_id, version, changes)
                                  select tenant_id, at, face, actor, name, noun, noun_id, version, changes from events
                                   where name = 'OrderAmended' order by id desc limit 1""",
}


def test_the_audit_finds_whatever_is_lost_or_half_there() -> None:
    with demo() as stand:
        asyncio.run(_find_every_damage(stand))


async def _find_every_damage(stand: Stand) -> None:
    async with team(stand.url, 1) as writers:
        for _ in range(15):
            for client in writers.clients:
                await client.write_once()
    db = await asyncpg.connect(stand.database_url)
    assert not any((await look(db, writers.journal)).faults().values())
    for damage, statement in DAMAGES.items():
        transaction = db.transaction()
        await transaction.start()
        assert await db.execute(statement) in ("DELETE 1", "UPDATE 1", "INSERT 0 1"), damage
        found = (await look(db, writers.journal)).faults()
        assert any(found.values()), damage
        await transaction.rollback()
    await db.close()
