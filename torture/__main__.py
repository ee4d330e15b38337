"""`python -m torture`: every trial, one after the other; ends with 1 if the server did not survive one as it should."""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from random import SystemRandom
from typing import Final

from rich.console import Console

from torture import clock, full_disk, kills, outage, overload, report, slow
from torture.finding import Finding
from torture.overload import Load

WIDTH: Final = 120
LOADS: Final = (Load(160), Load(1000), Load(1000, times=10))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line asks for."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    asked = _asked(arguments)
    out = Console(width=None if sys.stdout.isatty() else WIDTH)
    out.print(f"seed {asked.seed}", highlight=False)
    findings = []
    for name in asked.only or TRIALS:
        began_at = time.monotonic()
        finding = TRIALS[name](asked)
        findings.append(finding)
        seconds = time.monotonic() - began_at
        out.print(f"{finding.trial}: {len(finding.faults)} faults, {seconds:.0f} s", highlight=False)
    report.show(findings, out)
    sys.exit(any(finding.faults for finding in findings))


TRIALS: Final[Mapping[str, Callable[[argparse.Namespace], Finding]]] = {
    "kills": lambda asked: kills.run(asked.rounds, asked.seed),
    "outage": lambda asked: outage.run(asked.rounds // 4, asked.seconds, silent=True),
    "slow": lambda asked: slow.run(asked.connections, one_by_one=True),
    "overload": lambda asked: overload.run(LOADS, asked.load_seconds, asked.records),
    "disk": lambda asked: full_disk.run(asked.seconds, [*full_disk.DISKS]),
    "clock": lambda asked: clock.run(asked.seconds / 2),
}


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m torture", description=__doc__)
    parser.add_argument("--only", action="append", choices=[*TRIALS], help="may be repeated")
    parser.add_argument("--rounds", type=int, default=20, help="kills of each kind of process")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each outage")
    parser.add_argument("--connections", type=int, default=2000, help="of silent clients")
    parser.add_argument("--load-seconds", type=float, default=15.0, help="of each load")
    parser.add_argument("--records", type=int, default=10_000, help="of one very long call")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6), help="what chance depends on")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
