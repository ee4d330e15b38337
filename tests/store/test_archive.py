"""The file format: what is written comes back, and whatever else is brought is refused in one line."""

import copy
import hashlib
import io
import os
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from orderloom.store import archive
from orderloom.store.archive import Archive, BadBackup, Counter, Manifest, Table, Writer

AT = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)
ROWS = [b"1\tone\n", b"2\t\\N\n", b"3\t" + b"x" * 700_000 + b"\n"]


def written(rows: list[bytes] = ROWS, **other: Any) -> bytes:
    """A backup of two tables, whose manifest says what it should but for these members."""
    out = io.BytesIO()
    with Writer(out, AT) as writer:
        tables = (writer.add("orders", ("id", "name"), rows), writer.add("empty", ("id",), []))
        told = {"migrations": ("0001_a",), "left_out": (), "sequences": (Counter("s", 5, True),)}
        writer.finish(
            Manifest(**({"product_version": "1.2.3", "created_at": AT, "tables": tables} | told | other))  # type: ignore[arg-type]
        )
    return out.getvalue()


def read(octets: bytes) -> dict[str, bytes]:
    """The tables of a backup, everything checked. Raises BadBackup."""
    opened = Archive(io.BytesIO(octets))
    return {table.name: b"".join(opened.rows(table)) for table in opened.manifest.tables}


def repacked(octets: bytes, change: Callable[[dict[str, bytes]], None], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The same zip with its members changed."""
    with zipfile.ZipFile(io.BytesIO(octets)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    change(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return out.getvalue()


def with_manifest(octets: bytes, change: Callable[[Any], None]) -> bytes:
    """The same backup with its manifest changed."""

    def apply(members: dict[str, bytes]) -> None:
        told = msgspec.json.decode(members["manifest.json"])
        change(told)
        members["manifest.json"] = msgspec.json.encode(told)

    return repacked(octets, apply)


def refused(octets: bytes) -> str:
    """Why the file is refused, which has to be one line."""
    with pytest.raises(BadBackup) as caught:
        read(octets)
    line = str(caught.value)
    assert line.startswith("it ")
    assert "\n" not in line
    return line


def test_what_is_written_comes_back_with_what_the_manifest_says_of_it() -> None:
    octets = written()
    opened = Archive(io.BytesIO(octets))

    assert read(octets) == {"orders": b"".join(ROWS), "empty": b""}
    assert [(table.name, table.columns, table.rows) for table in opened.manifest.tables] == [
        ("orders", ("id", "name"), 3),
        ("empty", ("id",), 0),
    ]
    assert opened.manifest.created_at == AT
    assert opened.manifest.sequences == (Counter("s", 5, True),)
    assert opened.manifest.rows == 3
    assert opened.manifest.bytes == len(b"".join(ROWS))


def test_a_backup_is_a_zip_that_other_programs_read_and_write() -> None:
    with zipfile.ZipFile(io.BytesIO(written())) as other:
        assert other.testzip() is None
        assert other.namelist() == ["tables/orders.copy", "tables/empty.copy", "manifest.json"]
        assert msgspec.json.decode(other.read("manifest.json"))["format"] == "orderloom-backup"
    assert read(repacked(written(), lambda _: None, zipfile.ZIP_STORED)) == read(written())


def test_a_backup_can_be_written_to_what_is_only_written_on() -> None:
    class Pipe(io.RawIOBase):
        taken = b""

        def writable(self) -> bool:
            return True

        def write(self, octets: Any) -> int:
            self.taken += bytes(octets)
            return len(octets)

    pipe = Pipe()
    with Writer(pipe, AT) as writer:
        table = writer.add("orders", ("id",), [b"1\n"])
        manifest = Manifest(
            product_version="1", created_at=AT, migrations=("0001",), tables=(table,), left_out=(), sequences=()
        )
        writer.finish(manifest)

    assert read(pipe.taken) == {"orders": b"1\n"}


def test_only_blocks_are_in_memory_at_once() -> None:
    rows = [b"a" * 99 + b"\n"] * 50_000
    opened = Archive(io.BytesIO(written(rows)))
    blocks = list(opened.rows(opened.manifest.tables[0]))
    assert max(map(len, blocks)) <= archive.BLOCK_BYTES
    assert sum(map(len, blocks)) == 5_000_000


def test_one_that_was_not_finished_is_none() -> None:
    out = io.BytesIO()
    with pytest.raises(ZeroDivisionError), Writer(out, AT) as writer:
        writer.add("orders", ("id",), [b"1\n"])
        raise ZeroDivisionError
    assert "was not finished" in refused(out.getvalue())


@pytest.mark.parametrize("octets", [b"", b"PK", b"nonsense" * 1000, b"\x00" * 100_000, b"PK\x05\x06" + b"\x00" * 18])
def test_a_foreign_file_is_refused(octets: bytes) -> None:
    assert "not a backup of Orderloom" in refused(octets)


@pytest.mark.parametrize("keep", [0.001, 0.1, 0.5, 0.9, 0.999])
def test_the_beginning_of_a_backup_is_refused(keep: float) -> None:
    octets = written([os.urandom(1_000_000).replace(b"\n", b"") + b"\n"])
    assert "not a backup of Orderloom" in refused(octets[: int(len(octets) * keep)])


def test_no_damaged_byte_goes_unnoticed_and_each_is_told_in_one_line() -> None:
    octets = written([b"1\tone\n", b"2\ttwo\n"])
    right = read(octets), Archive(io.BytesIO(octets)).manifest
    told = []
    for place in range(len(octets)):
        for flip in (0x01, 0x80, 0xFF):
            damaged = bytearray(octets)
            damaged[place] ^= flip
            try:
                assert (read(bytes(damaged)), Archive(io.BytesIO(bytes(damaged))).manifest) == right
            except BadBackup as error:
                told.append(str(error))
    assert len(told) > len(octets)  # the rest says of the zip what nobody needs, such as when it was made
    assert not [line for line in told if "\n" in line]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_way_of_packing_is_refused(method: int) -> None:
    assert "packed in another way" in refused(repacked(written(), lambda _: None, method))


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "tables/../orders.copy",
        "tables\\orders.copy",
        "C:x",
        "tables/",
        "more",
        "a" * 60_000,
    ],
)
def test_a_zip_with_anything_else_in_it_is_refused(name: str) -> None:
    def add(members: dict[str, bytes]) -> None:
        members[name] = b"x"

    assert "other things" in refused(repacked(written(), add))


@pytest.mark.parametrize("name", ["tables/orders.copy", "tables/empty.copy"])
def test_a_missing_table_is_refused(name: str) -> None:
    def leave_out(members: dict[str, bytes]) -> None:
        del members[name]

    assert "other things" in refused(repacked(written(), leave_out))


def test_a_member_that_is_there_twice_is_refused() -> None:
    out = io.BytesIO(written())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as more:
        more.writestr("tables/orders.copy", b"".join(ROWS))
    assert "other things" in refused(out.getvalue())


def test_rows_that_are_not_those_of_the_manifest_are_refused() -> None:
    def alter(members: dict[str, bytes]) -> None:
        members["tables/orders.copy"] = members["tables/orders.copy"].replace(b"one", b"One")

    def lengthen(members: dict[str, bytes]) -> None:
        members["tables/orders.copy"] += b"4\tfour\n"

    assert "orders are not those" in refused(repacked(written(), alter))
    assert "sizes" in refused(repacked(written(), lengthen))


def test_a_password_is_refused() -> None:
    octets = bytearray(written())
    octets[octets.find(b"PK\x01\x02") + 8] |= 1
    assert "packed in another way" in refused(bytes(octets))


@pytest.mark.parametrize(
    "change, told",
    [
        (lambda m: m.update(format="other"), "not a backup"),
        (lambda m: m.update(format_version=2), "made by Orderloom 1.2.3, which is newer"),
        (lambda m: m.update(format_version=2, tables="another shape"), "made by Orderloom 1.2.3, which is newer"),
        (lambda m: m.update(product_version="1\n2"), "manifest cannot be read"),
        (lambda m: m.update(created_at="yesterday"), "manifest cannot be read"),
        (lambda m: m.update(created_at="2026-01-01T00:00:00"), "manifest cannot be read"),
        (lambda m: m.pop("tables"), "manifest cannot be read"),
        (lambda m: m["tables"][0].update(name="../orders"), "manifest cannot be read"),
        (lambda m: m["tables"][0].update(name='x" drop'), "manifest cannot be read"),
        (lambda m: m["tables"][0].update(name="orders\n"), "manifest cannot be read"),
        (lambda m: m["tables"][0].update(rows=-1), "manifest cannot be read"),
        (lambda m: m["tables"][0].update(rows=2), "orders are not those"),
        (lambda m: m["tables"][0].update(sha256="0" * 64), "orders are not those"),
        (lambda m: m["tables"][0].update(bytes=10), "sizes"),
        (lambda m: m["tables"].append(m["tables"][0]), "other things"),
        (lambda m: m["tables"].pop(), "other things"),
        (lambda m: m["sequences"][0].update(last_value=2**63), "manifest cannot be read"),
        (lambda m: m["sequences"][0].update(last_value=0), "manifest cannot be read"),
        (lambda m: m["sequences"][0].update(name="A"), "manifest cannot be read"),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(change: Callable[[Any], None], told: str) -> None:
    assert told in refused(with_manifest(written(), change))


@pytest.mark.parametrize("manifest", [b"", b"{", b"[" * 1_000_000, b'{"format": "orderloom-backup"}', b"\xff", b"1"])
def test_a_manifest_that_is_none_is_refused(manifest: bytes) -> None:
    def put(members: dict[str, bytes]) -> None:
        members["manifest.json"] = manifest

    assert "not a backup of Orderloom" in refused(repacked(written(), put))


def test_what_a_newer_version_adds_to_the_manifest_does_no_harm() -> None:
    assert read(with_manifest(written(), lambda m: m.update(more={"a": [1]}))) == read(written())


def test_a_manifest_that_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MANIFEST_BYTES", 1000)
    long = with_manifest(written(), lambda m: m.update(more="x" * 1000))
    assert "manifest is too long" in refused(long)


def test_a_bomb_that_says_what_it_is_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = written([b"0" * 999_999 + b"\n"] * 50)
    assert len(bomb) < 60_000
    assert read(bomb), "a small one does no harm"
    monkeypatch.setattr(archive, "ALWAYS_ALLOWED_BYTES", 1_000_000)
    assert "unpacks to more than 200 times its size" in refused(bomb)


def test_a_bomb_that_says_it_is_small_is_read_no_further_than_that() -> None:
    octets = written([b"0" * 9_999_999 + b"\n"])
    small = with_manifest(octets, lambda m: m["tables"][0].update(bytes=10, rows=1))
    place = small.find(b"PK\x01\x02")
    lying = small[: place + 24] + struct.pack("<L", 10) + small[place + 28 :]
    opened = Archive(io.BytesIO(lying))
    taken = 0

    def take() -> Iterator[bytes]:
        nonlocal taken
        for block in opened.rows(opened.manifest.tables[0]):
            taken += len(block)
            yield block

    with pytest.raises(BadBackup):
        list(take())
    assert taken <= 10


def test_a_manifest_that_is_a_bomb_and_says_it_is_small_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("manifest.json", bytes(200_000_000))
        bomb.getinfo("manifest.json").file_size = 1000
    out.seek(0)
    tracemalloc.start()
    try:
        with pytest.raises(BadBackup):
            Archive(out)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_tables_that_share_their_bytes_are_refused() -> None:
    """Many names for one packed content would unpack to any size."""
    content = os.urandom(50_000)
    table = Table("order0", ("id",), content.count(b"\n"), len(content), hashlib.sha256(content).hexdigest())
    tables = tuple(msgspec.structs.replace(table, name=f"order{number}") for number in range(20))
    manifest = msgspec.structs.replace(Archive(io.BytesIO(written())).manifest, tables=tables)

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as forged:
        forged.writestr("tables/order0.copy", content)
        for other in tables[1:]:
            info = copy.copy(forged.getinfo("tables/order0.copy"))
            info.filename = f"tables/{other.name}.copy"
            forged.filelist.append(info)
        forged.writestr("manifest.json", msgspec.json.encode(manifest))

    assert "tables overlap" in refused(out.getvalue())


def test_a_zip_that_names_endlessly_many_members_is_not_read_into_memory(tmp_path: Path) -> None:
    octets = written()
    with zipfile.ZipFile(io.BytesIO(octets)) as source:
        start = source.start_dir
    claimed = 3_000_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, claimed, start, 0)
    file = tmp_path / "long.zip"
    file.write_bytes(octets[:start] + b"PK\x01\x02" * (claimed // 4) + end)
    with file.open("rb") as opened, pytest.raises(BadBackup, match="not a backup"):
        Archive(opened)
