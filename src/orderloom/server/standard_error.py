"""Writing lines to standard error without ever waiting for whoever reads them.

A pipe that nobody reads is full after 64 KiB, and a worker that waited for it would serve nobody any more.
"""

import os
import socket
import stat
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from select import PIPE_BUF
from typing import Final

# What waits until it can be written; beyond that lines are lost, and how many is told later.
BACKLOG_BYTES: Final = 1024 * 1024


class StandardError:
    """Takes whole lines. What cannot be written now is tried again with the next ones; what cannot be written at all is
    lost: that a log is gone is no reason to fail a request.

    `tell_lost` makes a line of how many were lost.
    """

    def __init__(self, tell_lost: Callable[[int], bytes], descriptor: int = 2) -> None:
        self._tell_lost = tell_lost
        self._put, self.close = _putting(descriptor)
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._lost = 0
        # Whether what was written ends within a line: its rest waits in front, or is lost for good.
        self._is_in_line = self._is_torn = False
        self._lock = threading.Lock()

    def write(self, lines: Iterable[bytes] = ()) -> None:
        """Write these lines, and before them whatever still waits."""
        with self._lock:
            for piece in _pieces(lines):
                if self._bytes + len(piece) > BACKLOG_BYTES:
                    self._lost += piece.count(b"\n")
                else:
                    self._waiting.append(piece)
                    self._bytes += len(piece)
            self._write_waiting()

    def _write_waiting(self) -> None:
        while self._waiting:
            piece = self._waiting.popleft()
            self._bytes -= len(piece)
            try:
                self._write(piece)
            except BlockingIOError:
                self._wait_with(piece)
                return
            except OSError:
                self._lose(piece)
        if self._lost:
            told = self._tell_lost(self._lost)
            with suppress(OSError):
                self._write(told)
                self._lost = 0

    def _write(self, piece: bytes) -> None:
        torn = b"\n" if self._is_torn else b""
        written = self._put(torn + piece) - len(torn)
        self._is_torn = False
        self._is_in_line = written < len(piece)
        if self._is_in_line:
            self._wait_with(piece[written:])

    def _wait_with(self, piece: bytes) -> None:
        self._waiting.appendleft(piece)
        self._bytes += len(piece)

    def _lose(self, piece: bytes) -> None:
        self._lost += piece.count(b"\n")
        self._is_torn, self._is_in_line = self._is_torn or self._is_in_line, False


def keep_standard_files() -> None:
    """Have something harmless stand where a standard file was closed.

    Otherwise the next file or connection that is opened gets its number, and whatever is meant for standard error goes
    there.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest free number is this one


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines joined, never more at once than a pipe takes whole: several workers share one."""
    piece = b""
    for line in lines:
        if piece and len(piece) + len(line) > PIPE_BUF:
            yield piece
            piece = b""
        piece += line
    if piece:
        yield piece


def _putting(descriptor: int) -> tuple[Callable[[bytes], int], Callable[[], None]]:
    """What writes to the file and says how many bytes it took, and what closes the way there.

    Writing raises BlockingIOError rather than wait.

    The mark that makes a file not wait belongs to all who share it: a pipe is opened once more for it, and a socket has
    another way.
    """
    with suppress(OSError):
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISSOCK(mode):
            connection = socket.socket(fileno=os.dup(descriptor))
            return lambda piece: connection.send(piece, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL), connection.close
        if stat.S_ISFIFO(mode):
            again = os.open(f"/proc/self/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            return lambda piece: os.write(again, piece), lambda: os.close(again)
    return lambda piece: os.write(descriptor, piece), lambda: None
