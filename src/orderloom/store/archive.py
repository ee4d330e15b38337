"""The file that a backup is: a zip with the rows of each table, as COPY writes them, and a manifest of it all.

docs/decisions/0016-backups.md says what stands in it. Nothing of a file is believed before it was checked: it may be
damaged, or be made by somebody else.
"""

import errno
import hashlib
import io
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import IO, Annotated, Any, BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import msgspec
from msgspec import Meta, Struct

FORMAT: Final = "orderloom-backup"
FORMAT_VERSION: Final = 1
MANIFEST: Final = "manifest.json"
MAX_MANIFEST_BYTES: Final = 16 * 1024 * 1024
# What is in memory of a table at once, except for a row that is longer.
BLOCK_BYTES: Final = 256 * 1024
# The list of what is in a zip is read in one piece; the longest of ours has a few thousand bytes.
MAX_READ_BYTES: Final = 1024 * 1024
# Rows that are like each other come down to a twentieth. What comes down to much less is no book, but made to fill
# disks; a small file may be as it likes.
MOST_UNPACKED: Final = 200
ALWAYS_ALLOWED_BYTES: Final = 256 * 1024 * 1024

Name = Annotated[str, Meta(pattern=r"^[a-z_][a-z0-9_]{0,62}\Z")]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Version = Annotated[str, Meta(pattern=r"^[0-9A-Za-z.+-]{1,50}\Z")]


class BadBackup(Exception):
    """Why a file cannot be restored, in one line that begins with "it"."""


class Table(Struct, frozen=True):
    """The rows of a table: how many there are, and what they look like unpacked."""

    name: Name
    columns: tuple[Name, ...]
    rows: Count
    bytes: Count
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class Counter(Struct, frozen=True):
    """How far a sequence has counted: to `last_value`, which was given away if it `is_called`."""

    name: Name
    last_value: Annotated[int, Meta(ge=1, le=2**63 - 1)]
    is_called: bool


class Manifest(Struct, frozen=True, kw_only=True):
    """What is in a backup. Tables that others refer to come first."""

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    product_version: Version
    created_at: Annotated[datetime, Meta(tz=True)]
    migrations: tuple[Annotated[str, Meta(pattern=r"^[0-9a-z_]{1,100}\Z")], ...]
    tables: tuple[Table, ...]
    left_out: tuple[Name, ...]
    sequences: tuple[Counter, ...]

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def bytes(self) -> int:
        """How long all tables are, unpacked."""
        return sum(table.bytes for table in self.tables)


class _Head(Struct):
    """What every version of the format says of itself."""

    format: str
    format_version: int
    product_version: Version


class Writer:
    """Writes a backup from its beginning to its end into a file or pipe: table after table, then the manifest.

    A file without a manifest is no backup, so that one which was not finished is none.
    """

    def __init__(self, out: IO[bytes], at: datetime) -> None:
        self._zip = ZipFile(out, "w")
        self._at = at

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        # After a failure this fails once more; left open, it would try at some later time.
        with suppress(OSError, ValueError):
            self._zip.close()

    def add(self, name: str, columns: Sequence[str], rows: Iterable[bytes | bytearray | memoryview]) -> Table:
        """Write the rows of a table, each as COPY gives it; what the manifest has to say of them."""
        digest, count, size = hashlib.sha256(), 0, 0
        with self._zip.open(self._member(_path(name)), "w", force_zip64=True) as member:
            for block in _blocks(rows):
                member.write(block)
                digest.update(block)
                count += block.count(b"\n")
                size += len(block)
        return Table(name, tuple(columns), count, size, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and what else makes a zip complete."""
        self._zip.writestr(self._member(MANIFEST), msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        self._zip.close()

    def _member(self, name: str) -> ZipInfo:
        info = ZipInfo(name, self._at.timetuple()[:6])
        info.compress_type = ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return info


class Archive:
    """A backup that is read. Raises BadBackup when it is opened, and later, for whatever is wrong with it."""

    manifest: Manifest

    def __init__(self, file: BinaryIO) -> None:
        length = file.seek(0, io.SEEK_END)
        with _told("it is not a backup of Orderloom, or only the beginning of one"):
            self._zip = ZipFile(_Sparing(file))
        members = self._zip.infolist()
        if any(info.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or info.flag_bits & _ENCRYPTED for info in members):
            raise BadBackup("it is not a backup of Orderloom: it is packed in another way")
        self.manifest = self._read_manifest()
        self._check_members(members, length)

    def rows(self, table: Table) -> Iterator[bytes]:
        """The rows of the table in blocks. Only when the last one was given is it certain that all are right."""
        digest, count, size = hashlib.sha256(), 0, 0
        with _told(f"it is damaged: {table.name} cannot be read"), self._zip.open(_path(table.name)) as member:
            while block := member.read(BLOCK_BYTES):
                digest.update(block)
                count += block.count(b"\n")
                size += len(block)
                yield block
        if (digest.hexdigest(), count, size) != (table.sha256, table.rows, table.bytes):
            raise BadBackup(f"it is damaged: the rows of {table.name} are not those that its manifest names")

    def _read_manifest(self) -> Manifest:
        with _told("it is not a backup of Orderloom: its manifest cannot be read"):
            if MANIFEST not in self._zip.namelist():
                raise BadBackup("it is not a backup of Orderloom, or one that was not finished")
            length = self._zip.getinfo(MANIFEST).file_size
            if length > MAX_MANIFEST_BYTES:
                raise BadBackup("it is not a backup of Orderloom: its manifest is too long")
            with self._zip.open(MANIFEST) as member:
                # Told how much is wanted, it unpacks no more than that; without, all there is.
                written = member.read(length)
            head = msgspec.json.decode(written, type=_Head)
            if head.format != FORMAT:
                raise BadBackup("it is not a backup of Orderloom")
            if head.format_version > FORMAT_VERSION:
                raise BadBackup(newer(head.product_version))
            return msgspec.json.decode(written, type=Manifest)

    def _check_members(self, members: Sequence[ZipInfo], length: int) -> None:
        """Refuse a zip that holds anything but what its manifest names, or more than its length can account for."""
        sizes = {info.filename: info.file_size for info in members}
        named = {_path(table.name): table.bytes for table in self.manifest.tables}
        if sizes.keys() - {MANIFEST} != named.keys() or len(members) != 1 + len(self.manifest.tables):
            raise BadBackup("it is not a backup of Orderloom: it holds other things than its manifest names")
        if any(sizes[path] != size for path, size in named.items()):
            raise BadBackup("it is damaged: its tables have not the sizes that its manifest names")
        # Tables that share their bytes in the file would unpack to any size.
        if sum(info.compress_size for info in members) > length:
            raise BadBackup("it is not a backup of Orderloom: its tables overlap")
        if self.manifest.bytes > ALWAYS_ALLOWED_BYTES + MOST_UNPACKED * length:
            raise BadBackup(f"it is not a backup of Orderloom: it unpacks to more than {MOST_UNPACKED} times its size")


def newer(version: str) -> str:
    """Why a backup of this version of Orderloom cannot be read."""
    return (
        f"it was made by Orderloom {version}, which is newer than this one: restore it with that version or a later one"
    )


def _path(table: str) -> str:
    return f"tables/{table}.copy"


def _blocks(rows: Iterable[bytes | bytearray | memoryview]) -> Iterator[bytes]:
    """The rows joined to blocks, as each of them is too short to be worth a call of its own."""
    block = bytearray()
    for row in rows:
        block += row
        if len(block) >= BLOCK_BYTES:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


_ENCRYPTED: Final = 0x1
# Whatever reading a zip that was tampered with raises; RuntimeError for one with a password or nested too deeply.
_DAMAGE: Final = (
    BadZipFile,
    EOFError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
    msgspec.MsgspecError,
)


@contextmanager
def _told(otherwise: str) -> Iterator[None]:
    """Turns what reading a bad file raises into BadBackup."""
    try:
        yield
    except _DAMAGE as error:
        raise BadBackup(otherwise) from error
    except OSError as error:
        # A place in the file that cannot be: the zip is wrong, and not the disk.
        raise BadBackup(
            otherwise if error.errno in (None, errno.EINVAL) else f"it cannot be read: {error.strerror}"
        ) from error


class _Sparing:
    """A file of which only so much is read into memory at once, however much a zip says of itself."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def read(self, size: int = -1) -> bytes:
        found = self._file.read(size if 0 <= size <= MAX_READ_BYTES else MAX_READ_BYTES + 1)
        if len(found) > MAX_READ_BYTES:
            raise BadZipFile("more is to be read at once than a backup has in one place")
        return found
