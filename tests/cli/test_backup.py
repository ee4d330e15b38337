"""`orderloom backup` and `orderloom restore`, as an operator runs them."""

import os
import re
import resource
import signal
import stat
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from tests.harness import COMMAND, Server, command, environment, on_a_terminal, serving, short_folder
from tests.store.test_archive import with_manifest
from tests.whole_books import all_of, careless_postgresql, contents, enter_book, new_database
from tests.writing_clients import WritingClients, contradictions, written

from orderloom.cli import new_file
from orderloom.demo.people import DEMO_CLIENT, DEMO_PASSWORD, DEMO_SECRET, DEMO_TOKEN, DEMO_USER
from orderloom.store import embedded

WAIT_S = 60
MANY = 400_000


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """A PostgreSQL for many databases."""
    with careless_postgresql() as url:
        yield url


@pytest.fixture(scope="module")
async def book(postgresql: str) -> AsyncIterator[str]:
    """A book on a PostgreSQL of one's own, with rows in every table, which nobody changes."""
    with new_database(postgresql) as url:
        await enter_book(url)
        yield url


@pytest.fixture(scope="module")
async def long_book(postgresql: str) -> AsyncIterator[str]:
    """A book that takes some seconds to back up, and more to restore."""
    with new_database(postgresql) as url:
        await enter_book(url, odd=False)
        with psycopg.connect(url) as db:
            db.execute(
                """insert into events (tenant_id, at, face, actor, name, noun, noun_id, changes)
                   select 1, now(), 'f', 'a', 'n', 'none', n, jsonb_build_object('n', sha256(n::text::bytea)::text)
                     from generate_series(1, %s) n""",
                (MANY,),
            )
        yield url


@pytest.fixture
def empty(postgresql: str) -> Iterator[str]:
    """A database with nothing in it."""
    with new_database(postgresql) as url:
        yield url


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a backup is to be."""
    return tmp_path / "book.zip"


@pytest.fixture(scope="module")
def made(book: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the book."""
    path = tmp_path_factory.mktemp("made") / "book.zip"
    run("backup", str(path), database_url=book)
    return path


@pytest.fixture(scope="module")
def long_made(long_book: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the long book."""
    path = tmp_path_factory.mktemp("long") / "book.zip"
    run("backup", str(path), database_url=long_book)
    return path


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command that succeeds."""
    done = command(*arguments, **settings)
    assert done.returncode == 0, done.stderr
    return done


def refused(told: str, *arguments: str, **settings: str) -> None:
    """Run a command that is refused in one line, nothing else being said."""
    done = command(*arguments, **settings)
    check_refusal(done, told)


def check_refusal(done: subprocess.CompletedProcess[str], told: str, lines: int = 1) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == ""
    assert told in done.stderr.splitlines()[-1], done.stderr
    assert len(done.stderr.splitlines()) == lines, done.stderr


def is_empty(url: str) -> bool:
    """Whether the database holds no row of a book."""
    with psycopg.connect(url) as db:
        return not any(contents(db).values())


def started(*arguments: str, **settings: str) -> subprocess.Popen[str]:
    """A command that is at work, told to say nothing of it."""
    return subprocess.Popen(
        [*COMMAND, *arguments, "--quiet"],
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_signals,  # noqa: PLW1509 - a command waits for what it does
    )


def heed_signals() -> None:
    """Let a command be stopped also where the tests run in the background, which is passed on to what they start."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)


def ended(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """What it said and how it ended."""
    out, err = process.communicate(timeout=WAIT_S)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def wait_until(true: Callable[[], Any]) -> None:
    give_up_at = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def restoring_in(url: str) -> Callable[[], bool]:
    """Whether rows are just entered into this database."""

    def asked() -> bool:
        with psycopg.connect(url) as db:
            found = db.execute(
                """select exists (select from pg_stat_progress_copy p
                                   where p.datname = current_database() and p.tuples_processed > 10000)"""
            ).fetchone()
        return found == (True,)

    return asked


# The way of a book -------------------------------------------------------------------------------------------


def test_a_book_that_is_served_is_backed_up_and_restored_and_everybody_can_still_sign_in(file: Path) -> None:
    with short_folder() as first, short_folder() as second:
        with serving("--data", str(first / "d"), "--demo") as server, WritingClients(server.url) as clients:
            token = access_token(server)
            last = newest_code(server)
            clients.wait_for(30)
            said = run("backup", str(file), data=str(first / "d")).stdout
            clients.wait_for(30)
            assert clients.refused == []
        assert re.fullmatch(rf"Backed up \d+ rows of \d+ tables to {file} \(\d.*B\)\.\n", said)

        assert "Restored" in run("restore", str(file), data=str(second / "d")).stdout
        with embedded.borrow(second / "d") as url, psycopg.connect(url) as db:
            assert contradictions(db) == []
            assert written(db) > 2
        with serving("--data", str(second / "d")) as server:
            assert httpx.get(f"{server.url}/api/orders/ORD-1", auth=(DEMO_USER, DEMO_TOKEN)).status_code == 200
            assert httpx.get(f"{server.url}/api/buscases/241", auth=(DEMO_USER, DEMO_PASSWORD)).status_code == 200
            assert httpx.get(f"{server.url}/inventory/pos", headers={"Authorization": f"Bearer {token}"}).is_success
            assert access_token(server)
            assert httpx.get(f"{server.url}/api/orders/ORD-1", auth=(DEMO_USER, "other")).status_code == 401
            assert newest_code(server) > last + 2


def access_token(server: Server) -> str:
    grant = {"grant_type": "client_credentials", "user_login": DEMO_USER}
    answer = httpx.post(f"{server.url}/AuthServer/api/Token", auth=(DEMO_CLIENT, DEMO_SECRET), json=grant)
    return str(answer.json()["access_token"])


def newest_code(server: Server) -> int:
    """The number in the code of an order that is entered now."""
    new = {"order": {"order_type_code": "pizza_order", "data": {"customerName": "A", "pizzaPrice": "1"}}}
    answer = httpx.post(f"{server.url}/api/orders", auth=(DEMO_USER, DEMO_TOKEN), json=new)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["order"]["code"].removeprefix("ORD-"))


def test_the_embedded_database_and_ones_own_are_exchanged_for_each_other(
    book: str, made: Path, empty: str, file: Path
) -> None:
    before = all_of(book)
    with short_folder() as folder:
        run("restore", str(made), data=str(folder / "d"))
        with embedded.borrow(folder / "d") as url:
            assert all_of(url) == before
        run("backup", str(file), data=str(folder / "d"))
    run("restore", str(file), database_url=empty)
    assert all_of(empty) == before


def test_a_backup_goes_through_pipes(book: str, empty: str) -> None:
    backup = [*COMMAND, "backup", "-", "--quiet"]
    with subprocess.Popen(backup, env=environment(database_url=book), stdout=subprocess.PIPE) as source:
        done = subprocess.run(
            [*COMMAND, "restore", "-"],
            env=environment(database_url=empty),
            stdin=source.stdout,
            capture_output=True,
            text=True,
            check=False,
            timeout=WAIT_S,
        )
    assert source.returncode == 0
    assert done.returncode == 0, done.stderr
    assert all_of(empty) == all_of(book)


def test_what_standard_output_is_added_to_can_still_be_read(book: str, empty: str, file: Path) -> None:
    file.write_bytes(b"something before\n")
    with file.open("ab") as out:
        subprocess.run([*COMMAND, "backup", "-"], env=environment(database_url=book), stdout=out, check=True)
    run("restore", str(file), database_url=empty)
    assert all_of(empty) == all_of(book)


# The file ----------------------------------------------------------------------------------------------------


def test_the_file_is_its_owners_alone_and_nothing_else_is_left_in_the_folder(book: str, file: Path) -> None:
    before = os.umask(0)
    try:
        run("backup", str(file), database_url=book)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == ["book.zip"]


def test_a_file_that_is_there_is_replaced_only_by_force(book: str, file: Path) -> None:
    file.write_bytes(b"precious")
    refused("--force puts the new one in its place", "backup", str(file), database_url=book)
    assert file.read_bytes() == b"precious"
    run("backup", "--force", str(file), database_url=book)
    assert file.read_bytes().startswith(b"PK")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_comes_meanwhile_is_not_replaced(file: Path) -> None:
    with pytest.raises(new_file.Stop, match="File exists"), new_file.writing(file, replace=False) as out:
        out.write(b"ours")
        file.write_bytes(b"theirs")
    assert file.read_bytes() == b"theirs"
    assert os.listdir(file.parent) == ["book.zip"]


@pytest.mark.parametrize("meanwhile", [False, True])
def test_where_files_have_one_name_only_the_same_holds(
    file: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: bool
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    if not meanwhile:
        with new_file.writing(file, replace=False) as out:
            out.write(b"ours")
        assert file.read_bytes() == b"ours"
        return
    with pytest.raises(new_file.Stop, match="is there already"), new_file.writing(file, replace=False) as out:
        file.write_bytes(b"theirs")
    assert file.read_bytes() == b"theirs"
    assert os.listdir(file.parent) == ["book.zip"]


@pytest.mark.parametrize("force", [(), ("--force",)], ids=["", "by force"])
def test_what_is_no_file_is_never_replaced(book: str, tmp_path: Path, force: tuple[str, ...]) -> None:
    refused("is not a file", "backup", str(tmp_path), *force, database_url=book)
    refused("is not a file", "backup", "/dev/null", *force, database_url=book)
    refused("there is no folder", "backup", str(tmp_path / "none" / "book.zip"), *force, database_url=book)
    assert Path("/dev/null").is_char_device()


def test_a_disk_that_becomes_full_leaves_no_file(book: str, file: Path) -> None:
    file.write_bytes(b"precious")
    done = subprocess.run(
        [*COMMAND, "backup", "--force", "--quiet", str(file)],
        env=environment(database_url=book),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_S,
    )
    check_refusal(done, f"{file} cannot be written: File too large.")
    assert os.listdir(file.parent) == ["book.zip"]
    assert file.read_bytes() == b"precious"


def test_standard_output_that_takes_no_more_is_told_of_in_one_line(book: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "backup", "-", "-q"],
            env=environment(database_url=book),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=WAIT_S,
        )
    assert (done.returncode, done.stderr) == (2, "Standard output cannot be written: No space left on device.\n")

    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*COMMAND, "backup", "-", "-q"],
        env=environment(database_url=book),
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=WAIT_S,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (2, "Standard output cannot be written: Broken pipe.\n")


def test_a_backup_is_not_written_to_a_terminal(book: str) -> None:
    shown, code = on_a_terminal("backup", "-", database_url=book)
    assert code == 2
    assert "not for a terminal" in shown


# Being stopped -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_backup_that_is_stopped_leaves_no_file(long_book: str, file: Path, number: signal.Signals) -> None:
    process = started("backup", str(file), database_url=long_book)
    wait_until(lambda: any(each.stat().st_size > 100_000 for each in file.parent.iterdir()))
    process.send_signal(number)
    check_refusal(ended(process), "Interrupted: there is no backup.")
    assert os.listdir(file.parent) == []


def test_a_backup_that_is_killed_leaves_no_file_of_that_name_and_can_be_made_again(long_book: str, file: Path) -> None:
    process = started("backup", str(file), database_url=long_book)
    wait_until(lambda: any(each.stat().st_size > 100_000 for each in file.parent.iterdir()))
    process.kill()
    ended(process)
    assert not file.exists()
    left = next(file.parent.iterdir())
    assert (left.name[0], stat.S_IMODE(left.stat().st_mode)) == (".", 0o600)
    refused("only the beginning of one", "restore", str(left), database_url=long_book)
    run("backup", str(file), database_url=long_book)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_restore_that_is_stopped_leaves_the_book_empty(
    long_book: str, long_made: Path, empty: str, number: signal.Signals
) -> None:
    process = started("restore", str(long_made), database_url=empty)
    wait_until(restoring_in(empty))
    process.send_signal(number)
    check_refusal(ended(process), "Interrupted: nothing was restored.")
    assert is_empty(empty)


def test_a_restore_that_is_killed_leaves_the_book_empty_and_can_be_done_again(
    long_book: str, long_made: Path, empty: str
) -> None:
    process = started("restore", str(long_made), database_url=empty)
    wait_until(restoring_in(empty))
    process.kill()
    ended(process)
    assert is_empty(empty)
    run("restore", str(long_made), database_url=empty)
    assert all_of(empty) == all_of(long_book)


def test_a_restore_into_the_embedded_database_that_is_killed_can_be_done_again(long_book: str, long_made: Path) -> None:
    with short_folder() as folder:
        data = folder / "d"
        process = started("restore", str(long_made), data=str(data))
        wait_until(lambda: embedded.leftover.is_ready(data / "postgresql"))
        wait_until(restoring_in(embedded._url(data)))
        process.kill()
        ended(process)
        done = command("backup", str(folder / "b"), "-q", data=str(data))
        assert done.returncode == 2
        assert "This book is empty" in done.stderr
        run("restore", str(long_made), data=str(data))
        with embedded.borrow(data) as url:
            assert all_of(url) == all_of(long_book)


def test_a_database_that_goes_away_is_told_of_in_one_line(
    long_book: str, long_made: Path, empty: str, file: Path
) -> None:
    def end_copies() -> bool:
        with psycopg.connect(long_book) as db:
            done = db.execute("select pg_terminate_backend(pid) from pg_stat_progress_copy").fetchall()
        return bool(done)

    process = started("backup", str(file), database_url=long_book)
    wait_until(end_copies)
    check_refusal(ended(process), "Cannot reach the database")
    assert os.listdir(file.parent) == []
    process = started("restore", str(long_made), database_url=empty)
    wait_until(end_copies)
    done = ended(process)
    check_refusal(done, "Cannot reach the database")
    assert "COPY" not in done.stderr, "a row that was being entered would be quoted"
    assert is_empty(empty)


# Refusals ----------------------------------------------------------------------------------------------------


def test_a_bad_file_is_refused_before_anything_is_made(made: Path, tmp_path: Path) -> None:
    octets = made.read_bytes()
    bad = {
        "none": None,
        "empty": b"",
        "text": b"hello\n" * 1000,
        "half": octets[: len(octets) // 2],
        "damaged": octets[:100_000] + bytes(100) + octets[100_100:],
        "newer": with_manifest(octets, lambda m: m.update(format_version=9)),
        "later": with_manifest(octets, lambda m: m["migrations"].append("9999_later")),
    }
    told = {
        "none": "cannot be read: No such file or directory.",
        "damaged": "it is damaged",
        "newer": "newer than this one",
        "later": "newer than this one",
    }
    for name, content in bad.items():
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with short_folder() as folder:
            done = command("restore", str(path), "--quiet", data=str(folder / "d"))
            check_refusal(done, f"{path}")
            assert told.get(name, "it is not a backup of Orderloom") in done.stderr
            assert os.listdir(folder) == []
    with short_folder() as folder:
        refused("cannot be read: Is a directory.", "restore", str(folder), "-q", data=str(folder / "d"))


def test_a_book_that_is_not_empty_is_left_as_it_is(book: str, made: Path) -> None:
    before = all_of(book)
    refused("There is a book already", "restore", str(made), "-q", database_url=book)
    with short_folder() as folder:
        run("init", data=str(folder / "d"))
        refused("There is a book already", "restore", str(made), "-q", data=str(folder / "d"))
    assert all_of(book) == before


def test_nothing_is_restored_while_a_server_runs(made: Path, empty: str) -> None:
    with short_folder() as folder, serving("--data", str(folder / "d")) as server:
        refused(
            f"in use by process {server.process.pid}: stop that one first", "restore", str(made), "-q",
            data=str(folder / "d"),
        )  # fmt: skip
    with serving(database_url=empty):
        refused("has this database open: stop it first", "restore", str(made), "-q", database_url=empty)
    assert is_empty(empty)


def test_an_empty_book_is_not_backed_up(empty: str, file: Path) -> None:
    refused("This book is empty", "backup", str(file), database_url=empty)
    run("migrate", database_url=empty)
    refused("This book is empty", "backup", str(file), database_url=empty)
    assert os.listdir(file.parent) == []


def test_a_database_that_is_not_there_is_told_of_without_its_password(made: Path, file: Path) -> None:
    url = "postgresql://someone:sesame@127.0.0.1:1/orderloom"
    for arguments in (("backup", str(file)), ("restore", str(made), "-q")):
        done = command(*arguments, database_url=url)
        check_refusal(done, "Cannot reach the database")
        assert "sesame" not in done.stderr


def test_a_table_that_others_keep_locked_is_told_of(book: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = "from orderloom.store import copying; copying.LOCK_WAIT_S = 1; "
    program += "copying._SETTINGS = copying._SETTINGS.replace('60s', '1s'); " + COMMAND[2]
    with psycopg.connect(book) as db:
        db.execute("lock table orders in access exclusive mode")
        done = subprocess.run(
            [*COMMAND[:2], program, "backup", str(file)],
            env=environment(database_url=book),
            capture_output=True,
            text=True,
            check=False,
            timeout=WAIT_S,
        )
    check_refusal(done, "The database refused: others hold its tables locked (SQLSTATE 55P03)")


# How far it got ----------------------------------------------------------------------------------------------


def test_elsewhere_than_on_a_terminal_each_table_is_a_line(book: str, made: Path, empty: str, file: Path) -> None:
    backup = run("backup", str(file), database_url=book)
    assert "orders: 23 rows\n" in backup.stderr
    assert "tokens: 1 rows\n" in backup.stderr
    restore = run("restore", str(made), database_url=empty)
    assert restore.stderr.startswith("A backup of 20")
    assert "orders: 23 rows\n" in restore.stderr
    assert "\x1b" not in backup.stderr + restore.stderr
    assert re.fullmatch(r"Restored \d+ rows of \d+ tables\.\n", restore.stdout)


def test_on_a_terminal_there_are_bars(book: str, made: Path, empty: str, file: Path) -> None:
    shown, code = on_a_terminal("backup", str(file), database_url=book)
    assert code == 0
    assert "Backing up" in shown
    assert "━" in shown
    assert "orders: 23" not in shown
    shown, code = on_a_terminal("restore", str(made), database_url=empty)
    assert code == 0
    for doing in ("Checking", "Restoring", "Finishing"):
        assert re.search(rf"{doing} ━+ 100%", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)), shown


def test_nothing_is_told_to_who_wants_it_quiet(book: str, made: Path, empty: str, file: Path) -> None:
    assert run("backup", "-q", str(file), database_url=book).stderr == ""
    assert run("restore", "--quiet", str(made), database_url=empty).stderr == ""
    shown, _ = on_a_terminal("backup", "-q", "--force", str(file), database_url=book)
    assert "Backing up" not in shown


def test_the_commands_are_told_of() -> None:
    said = command("--help").stdout
    assert "backup" in said
    assert "restore" in said
    assert "--force" in command("backup", "--help").stdout
    assert "empty book" in command("restore", "--help").stdout
