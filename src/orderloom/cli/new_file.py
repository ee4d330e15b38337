"""A file that stands under its name whole, or not at all."""

import errno
import io
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, NoReturn

from orderloom.cli.opening import Stop

STANDARD: Final = Path("-")
# File systems that have no second names say one of these.
_NO_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def check(file: Path, *, replace: bool) -> None:
    """Nothing, if something may be written under this name. Raises Stop."""
    if file == STANDARD:
        if sys.stdout.isatty():
            raise Stop("A backup is not for a terminal: name a file, or send it on to another program.")
        return
    try:
        found = file.lstat()
    except FileNotFoundError:
        if not file.parent.is_dir():
            raise Stop(f"{file} cannot be written: there is no folder {file.parent}.") from None
        return
    except OSError as error:
        raise Stop(f"{file} cannot be written: {error.strerror}.") from error
    if not stat.S_ISREG(found.st_mode):
        raise Stop(f"{file} is there already and is not a file.")
    if not replace:
        raise Stop(f"{file} is there already: --force puts the new one in its place.")


@contextmanager
def writing(file: Path, *, replace: bool) -> Iterator[IO[bytes]]:
    """What is written to appear under this name at the end, for its owner alone to read; `-` is standard output.

    Raises Stop if it cannot be written, and leaves nothing behind then.
    """
    try:
        if file == STANDARD:
            with io.BufferedWriter(_OneWay(sys.stdout.fileno(), "wb", closefd=False)) as out:
                yield out
        else:
            with _beside(file, replace=replace) as out:
                yield out
    except OSError as error:
        raise Stop(f"{_called(file)} cannot be written: {error.strerror or error}.") from error


@contextmanager
def _beside(file: Path, *, replace: bool) -> Iterator[IO[bytes]]:
    """Under another name in the same folder, renamed at the end."""
    descriptor, name = tempfile.mkstemp(prefix=".orderloom-", suffix=".part", dir=file.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        _rename(beside, file, replace=replace)
    finally:
        beside.unlink(missing_ok=True)
    _sync(file.parent)


def _rename(beside: Path, file: Path, *, replace: bool) -> None:
    """Give the file its name; never in the place of one that came meanwhile, unless that is wanted."""
    if not replace:
        try:
            file.hardlink_to(beside)
            return
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
        check(file, replace=False)
    beside.replace(file)


def _sync(folder: Path) -> None:
    """Bring the names in a folder to the disk; not every file system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _called(file: Path) -> str:
    return "Standard output" if file == STANDARD else str(file)


class _OneWay(io.FileIO):
    """A stream that is only written on: going back, even in a file, would miss if the shell only adds to it."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> NoReturn:
        raise io.UnsupportedOperation
