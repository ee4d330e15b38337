"""Real server processes: starting, stopping, killing, and what they say when they cannot start."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg
import pytest
from tests.harness import COMMAND, Server, command, environment, free_port, serving, short_folder

AUTH = ("demo@example.com", "demo-token")


def postgres_of(folder: Path) -> int:
    """The process id of the PostgreSQL in this data folder."""
    return int((folder / "postgresql" / "postmaster.pid").read_text().splitlines()[0])


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def ends(pid: int, within_s: float = 10) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if not alive(pid):
            return True
        time.sleep(0.05)
    return False


def children(pid: int) -> list[int]:
    """The processes that this one has started."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
        if parent == pid:
            found.append(int(entry.parent.name))
    return found


def test_the_demo_prints_what_is_served_and_a_line_that_works() -> None:
    with serving("--demo") as server:
        said = server.output()
        line = next(line.strip() for line in said.splitlines() if line.strip().startswith("curl"))
        curl, option, credentials, url = line.split()
        assert (curl, option) == ("curl", "-u")
        user, _, token = credentials.partition(":")
        answer = httpx.get(url, auth=(user, token)).text

        assert f"http://127.0.0.1:{server.port}" in said
        assert "demo@example.com" in said
        assert "demo-token" in said
        assert '"code":"ORD-1"' in answer
        assert "James" in answer


def test_the_demo_begins_anew_each_time_unless_a_folder_is_named() -> None:
    new = {"order": {"order_type_code": "support_request"}}
    with serving("--demo") as server:
        assert httpx.post(server.url + "/api/orders", json=new, auth=AUTH).json()["order"]["code"] == "ORD-8"
    with serving("--demo") as server:
        assert httpx.get(server.url + "/api/orders/ORD-8", auth=AUTH).status_code == 404
    with short_folder() as folder:
        for expected in ("ORD-8", "ORD-9"):
            with serving("--demo", "--data", str(folder / "d")) as server:
                assert httpx.post(server.url + "/api/orders", json=new, auth=AUTH).json()["order"]["code"] == expected


def test_new_demo_ids_start_above_all_fixed_ones() -> None:
    with serving("--demo") as server:
        made = httpx.post(
            server.url + "/api/orders", json={"order": {"order_type_code": "support_request"}}, auth=AUTH
        ).json()["order"]
    assert made["id"] > 10008376


def test_a_polite_stop_leaves_no_process_and_loses_nothing() -> None:
    with short_folder() as folder:
        data = folder / "d"
        server = Server("--demo", "--data", str(data), log=folder / "log").wait_until_ready()
        postgres, workers = postgres_of(data), children(server.process.pid)
        assert len(workers) >= 2

        assert server.stop() == 0

        assert all(ends(pid) for pid in (postgres, *workers))
        assert not (data / "postgresql" / "postmaster.pid").exists()


def test_after_kill_9_of_server_and_postgresql_every_acknowledged_write_is_there() -> None:
    with short_folder() as folder:
        data = folder / "d"
        server = Server("--demo", "--data", str(data), log=folder / "log").wait_until_ready()
        acknowledged = []
        with httpx.Client(base_url=server.url, auth=AUTH) as client:
            for number in range(200):
                new = {"order": {"order_type_code": "support_request", "ext_code": str(number)}}
                acknowledged.append(client.post("/api/orders", json=new).json()["order"])
        postgres, workers = postgres_of(data), children(server.process.pid)
        os.kill(server.process.pid, signal.SIGKILL)
        if alive(postgres):
            os.kill(postgres, signal.SIGKILL)
        assert all(ends(pid) for pid in workers)
        server.stop()

        again = Server("--demo", "--data", str(data), log=folder / "log2").wait_until_ready()
        try:
            with httpx.Client(base_url=again.url, auth=AUTH) as client:
                for order in acknowledged:
                    assert client.get(f"/api/orders/{order['code']}").json()["order"] == order
        finally:
            again.stop()


@pytest.mark.parametrize("after_s", [0.05, 0.3, 0.6, 0.9])
def test_a_worker_that_is_just_starting_ends_with_a_server_that_is_killed(database_url: str, after_s: float) -> None:
    with serving(database_url=database_url) as server:
        first = set(children(server.process.pid))
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: bool(set(children(server.process.pid)) - first))
        time.sleep(after_s)
        started = children(server.process.pid)
        server.process.kill()
        server.process.wait()
        assert all(ends(pid) for pid in started)


def test_when_postgresql_is_killed_the_server_answers_503_and_recovers_by_itself() -> None:
    with short_folder() as folder:
        data = folder / "d"
        with serving("--demo", "--data", str(data)) as server:
            os.kill(postgres_of(data), signal.SIGKILL)
            statuses = set()
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                answer = httpx.get(server.url + "/api/orders/ORD-1", auth=AUTH)
                statuses.add(answer.status_code)
                if answer.status_code == 200:
                    break
                assert answer.headers["retry-after"] == "1"
                time.sleep(0.05)
            assert 200 in statuses
            assert statuses <= {200, 503}


def close_standard_files() -> None:
    for descriptor in range(3):
        os.close(descriptor)


@pytest.mark.parametrize("log", ["a pipe that nobody reads", "a full disk", "closed"])
def test_a_log_that_cannot_be_written_stops_nobody(database_url: str, log: str) -> None:
    port = free_port()
    with open("/dev/full", "wb") as full:
        server = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port)],
            env=environment(database_url=database_url),
            stderr=subprocess.PIPE if log == "a pipe that nobody reads" else full,
            preexec_fn=close_standard_files if log == "closed" else None,  # noqa: PLW1509
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            assert eventually(lambda: answers(client))
            # A line is longer than a hundred bytes, and a pipe takes 64 KiB.
            statuses = {client.get("/api/nothing").status_code for _ in range(1000)}
        assert statuses == {404}
    finally:
        server.terminate()
        assert server.wait(20) == 0
        if server.stderr:
            server.stderr.close()


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/ready").status_code == 200
    except httpx.TransportError:
        return False


def eventually(happens: Callable[[], bool], within_s: float = 30) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if happens():
            return True
        time.sleep(0.05)
    return False


def test_a_second_server_on_the_same_folder_is_told_who_is_first() -> None:
    with short_folder() as folder, serving("--demo", "--data", str(folder / "d")) as first:
        done = command("serve", "--port", str(free_port()), "--data", str(folder / "d"))

        assert done.returncode == 2
        assert str(folder / "d") in done.stderr
        assert str(first.process.pid) in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_real_book_never_gets_demo_credentials() -> None:
    with short_folder() as folder:
        data = str(folder / "d")
        assert command("init", "--data", data).returncode == 0
        done = command("serve", "--demo", "--port", str(free_port()), "--data", data)
        assert done.returncode == 2
        assert "real book" in done.stderr


def test_a_port_in_use_is_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = command("serve", "--demo", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "Cannot listen" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "option, value",
    [
        ("--homs-zone", "Moon/Base"),
        ("--homs-shape", "square"),
        ("--port", "99999"),
        ("--workers", "0"),
        ("--connections", "1"),
        ("--patience-s", "0"),
        ("--tls-cert", "/nowhere"),
        ("--log-level", "loud"),
        ("--database-url", "postgresql://nobody@127.0.0.1:1/nothing"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_line(option: str, value: str) -> None:
    done = command("serve", option, value, port=str(free_port()))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("arguments", [("serve",), ("migrate",), ("init",), ("user", "list")])
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bob:s3c%ret@127.0.0.1:1/x",
        "postgresql://bob:s3c@ret@127.0.0.1:1/x",
        "postgresql://bob:s3c/ret@127.0.0.1:1/x",
        "postgresql://bob:s3cret@127.0.0.1:1/x",
        "mysql://bob:s3cret@127.0.0.1:1/x",
    ],
)
def test_a_database_that_cannot_be_reached_is_one_line_without_its_password(
    arguments: tuple[str, ...], url: str
) -> None:
    done = command(*arguments, database_url=url, port=str(free_port()))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "s3c" not in done.stderr + done.stdout
    assert "ret@" not in done.stderr + done.stdout


def test_a_database_user_without_rights_is_told_so(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("create role guest login")
        connection.execute("create database guests_own")
    guest = database_url.replace("orderloom@", "guest@", 1).replace("/orderloom?", "/guests_own?", 1)
    done = command("migrate", database_url=guest)
    assert done.returncode == 2
    assert "may not create tables" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_folder_of_another_postgresql_version_is_refused_and_left_alone() -> None:
    with short_folder() as folder:
        data = folder / "d"
        (data / "postgresql").mkdir(parents=True)
        (data / "postgresql" / "PG_VERSION").write_text("13\n")
        done = command("serve", "--port", str(free_port()), "--data", str(data))
        assert done.returncode == 2
        assert "13" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        assert [path.name for path in data.rglob("*")] == ["postgresql", "PG_VERSION"]


def test_a_server_is_not_ready_while_its_database_is_away_or_behind(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("create database behind")
    behind = database_url.replace("/orderloom?", "/behind?", 1)
    with serving(database_url=behind) as server:
        with psycopg.connect(behind) as connection:
            connection.execute("delete from _yoyo_migration")
        answer = httpx.get(server.url + "/ready")
        assert (answer.status_code, answer.json()) == (503, {"status": "the schema is not current"})

        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("drop database behind with (force)")
        answer = httpx.get(server.url + "/ready")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert httpx.get(server.url + "/health").status_code == 200


def test_a_book_without_a_tenant_answers_503_and_says_what_to_do() -> None:
    with short_folder() as folder, serving("--data", str(folder / "d")) as server:
        assert "orderloom init" in server.output()
        assert httpx.get(server.url + "/api/orders", auth=AUTH).status_code == 503
        assert command("init", "--data", str(folder / "d")).returncode == 0
        assert httpx.get(server.url + "/api/orders", auth=AUTH).status_code == 401
