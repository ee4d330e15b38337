"""Commands that are stopped while they work."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

from orderloom.cli.opening import Stop


@dataclass
class Interruption:
    """What is to be told should the command be stopped now."""

    line: str


@contextmanager
def interruptible(line: str) -> Iterator[Interruption]:
    """Turns Ctrl-C, a hang-up and a polite kill into Stop with this line, once the block has cleaned up."""
    told = Interruption(line)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # nohup has said so
            signal.signal(number, _interrupt)
    try:
        yield told
    except KeyboardInterrupt:
        raise Stop(told.line) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(*_: Any) -> NoReturn:
    raise KeyboardInterrupt
