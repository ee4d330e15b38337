"""Standard error is never waited for, and what is lost of it is told."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from orderloom.server.standard_error import BACKLOG_BYTES, StandardError

LINE = b"x" * 99 + b"\n"
# More than any pipe or socket takes by itself.
MANY = 2 * BACKLOG_BYTES // len(LINE)


def told_lost(lost: int) -> bytes:
    return b'{"lost": %d}\n' % lost


def taken(reader: int) -> bytes:
    """Everything that can be read at this moment."""
    os.set_blocking(reader, False)
    found = b""
    try:
        while piece := os.read(reader, 1 << 20):
            found += piece
    except BlockingIOError:
        pass
    return found


@contextmanager
def written_to(descriptor: int) -> Iterator[StandardError]:
    """Standard error that is this file."""
    out = StandardError(told_lost, descriptor)
    yield out
    out.close()


@pytest.fixture(params=["pipe", "socket"])
def ends(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    """The reading and the writing end of something that is full at some time."""
    if request.param == "pipe":
        reader, writer = os.pipe()
    else:
        reader, writer = (each.detach() for each in socket.socketpair())
    yield reader, writer
    for each in (reader, writer):
        with suppress(OSError):
            os.close(each)


def test_lines_arrive_whole_and_in_their_order(ends: tuple[int, int]) -> None:
    reader, writer = ends
    with written_to(writer) as out:
        out.write([b"%d\n" % number for number in range(1000)])
        assert taken(reader) == b"".join(b"%d\n" % number for number in range(1000))


def test_a_reader_that_stops_reading_is_not_waited_for_and_gets_what_still_waits(ends: tuple[int, int]) -> None:
    reader, writer = ends
    found = b""
    with written_to(writer) as out:
        for _ in range(MANY):
            out.write([LINE])
        while piece := taken(reader):
            found += piece
            out.write()
        *lines, last = found.splitlines(keepends=True)
        assert set(lines) == {LINE}
        assert json.loads(last) == {"lost": MANY - len(lines)}
        assert len(found) > BACKLOG_BYTES

        out.write([b"again\n"])
        assert taken(reader) == b"again\n"


def test_the_file_of_another_is_left_as_it_was(ends: tuple[int, int]) -> None:
    with written_to(ends[1]) as out:
        out.write([LINE])
        assert os.get_blocking(ends[1])


def test_a_reader_that_is_gone_is_no_error(ends: tuple[int, int]) -> None:
    reader, writer = ends
    with written_to(writer) as out:
        os.close(reader)
        for _ in range(3):
            out.write([LINE])


def test_a_full_disk_loses_lines_and_tells_how_many(tmp_path: Path) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    with written_to(full) as out:
        out.write([LINE] * 5)
        log = os.open(tmp_path / "log", os.O_CREAT | os.O_WRONLY)
        os.dup2(log, full)
        out.write([b"again\n"])
    os.close(log)
    os.close(full)
    assert (tmp_path / "log").read_bytes() == b'again\n{"lost": 5}\n'


TEARING = """
import os, resource, signal, sys
from orderloom.server.standard_error import StandardError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
file = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY | os.O_APPEND)
out = StandardError(lambda lost: b"%d lost\\n" % lost, file)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (15, hard))
out.write([b"0123456789\\n"])
out.write([b"torn in the middle\\n"])
out.write([b"lost\\n"])
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
out.write([b"whole\\n"])
"""


def test_a_line_that_was_torn_by_a_full_disk_does_not_spoil_the_next(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", TEARING, str(tmp_path / "log")], check=True, timeout=30)
    assert (tmp_path / "log").read_bytes() == b"0123456789\ntorn\nwhole\n2 lost\n"


KEEPING = """
import os, subprocess, sys
from orderloom.server.standard_error import keep_standard_files
for descriptor in range(3):
    os.close(descriptor)
keep_standard_files()
assert os.open(os.devnull, os.O_RDONLY) > 2
os.write(2, b"nothing")
# Programs that are started get them too.
sys.exit(subprocess.call([sys.executable, "-c", "import os; [os.fstat(descriptor) for descriptor in range(3)]"]))
"""


def test_nothing_else_gets_the_number_of_a_closed_standard_file() -> None:
    assert subprocess.run([sys.executable, "-c", KEEPING], check=False, timeout=30).returncode == 0
