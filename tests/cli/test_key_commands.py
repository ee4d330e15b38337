"""`orderloom key`, as an operator runs it."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.harness import Server, command, serving, short_folder

from orderloom.demo.people import DEMO_KEY
from orderloom.dialects.registry import FACES

Run = Callable[..., str]


@pytest.fixture(scope="module")
def data() -> Iterator[str]:
    """The data folder of a new book."""
    with short_folder() as folder:
        assert command("init", "--data", str(folder / "d"), "--email", "boss@example.com").returncode == 0
        yield str(folder / "d")


@pytest.fixture(scope="module")
def server(data: str) -> Iterator[Server]:
    """A server of this book."""
    with serving("--data", data) as server:
        yield server


@pytest.fixture
def run(data: str, server: Server) -> Run:
    """Runs a command that succeeds, beside the server; what it printed."""

    def run(*arguments: str) -> str:
        done = command(*arguments, "--data", data)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout

    return run


def fails(data: str, *arguments: str) -> str:
    """What a command that does not succeed says on its one line."""
    done = command("key", *arguments, "--data", data)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.strip().splitlines()
    return line


def row(run: Run, name: str) -> list[str]:
    """The last row about a key of this name."""
    rows = [line.split("\t") for line in run("key", "list").splitlines()]
    return [each for each in rows if each[0] == name][-1]


def test_a_key_is_added_used_listed_and_revoked_while_the_server_runs(run: Run, server: Server) -> None:
    said = run("key", "add", "Web shop", "--scope", "homs:write", "--scope", "intouch:read")
    found = re.fullmatch(r"Added Web shop\. Key, shown only now: (ol_[A-Za-z0-9_-]{43})\n", said)
    assert found
    key = found[1]
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert row(run, "Web shop") == ["Web shop", "homs:write, intouch:read", today, "administrator", "", "", ""]

    def status(method: str, path: str, **more: object) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.request(method, server.url + path, headers=headers, **more).status_code  # type: ignore[arg-type]

    order = {"order": {"order_type_code": "purchase_order"}}
    assert status("POST", "/api/orders", json=order) == 201
    assert status("GET", "/api/buscases") == 200
    assert status("POST", "/api/buscases", json={"customer": 1, "name": "x"}) == 403
    assert status("GET", "/inventory/pos") == 403
    time.sleep(1.5)
    used = row(run, "Web shop")[5]
    assert abs(datetime.fromisoformat(f"{used}+00:00") - datetime.now(UTC)) < timedelta(minutes=2)

    assert run("key", "revoke", "WEB SHOP") == "Web shop is revoked.\n"
    time.sleep(5)
    assert status("GET", "/api/buscases") == 401
    assert row(run, "Web shop")[6].startswith(today)
    assert "Added web shop" in run("key", "add", "web shop", "--scope", "*:read")
    assert key not in run("key", "list")
    assert key not in server.output()


@pytest.mark.parametrize(
    "name, expires, ends_at",
    [
        ("of a year", "365d", None),
        ("until a day", "2099-02-28", "2099-02-28 00:00"),
    ],
)
def test_a_key_may_end(run: Run, name: str, expires: str, ends_at: str | None) -> None:
    run("key", "add", name, "--scope", "v1:read", "--expires", expires)
    told = row(run, name)[4]
    if ends_at is not None:
        assert told == ends_at
    else:
        expected = datetime.now(UTC) + timedelta(days=365)
        assert abs(datetime.fromisoformat(f"{told}+00:00") - expected) < timedelta(minutes=2)


@pytest.mark.parametrize("face", [*sorted(FACES), "*"])
def test_every_face_can_be_named(run: Run, face: str) -> None:
    run("key", "add", f"of {face}", "--scope", f"{face}:read", "--scope", f"{face}:write")
    assert row(run, f"of {face}")[1] == f"{face}:read, {face}:write"


@pytest.mark.parametrize(
    "arguments, told",
    [
        (("add", " ", "--scope", "v1:read"), "name: blank"),
        (("add", "boss@example.com", "--scope", "v1:read"), "name: invalid, it has to be without @"),
        (("add", "x" * 101, "--scope", "v1:read"), "name: too_long"),
        (("add", "x", "--scope", "v2:read"), "scopes: inclusion, it has to be FACE:read or FACE:write"),
        (("add", "x", "--scope", "homs"), "scopes: inclusion"),
        (("add", "x", *["--scope", "homs:read"] * 21), "scopes: too_long, it has to be 20 at most"),
        (("add", "x", "--scope", "v1:read", "--expires", "2020-01-01"), "expires_at: invalid"),
        (("add", "x", "--scope", "v1:read", "--expires", "99999d"), "expires_at: invalid"),
        (("add", "x", "--scope", "v1:read", "--expires", "0d"), "--expires has to be"),
        (("add", "x", "--scope", "v1:read", "--expires", "soon"), "--expires has to be"),
        (("add", "x", "--scope", "v1:read", "--expires", "2030-02-30"), "--expires has to be"),
        (("revoke", "nobody"), "no API key 'nobody'"),
    ],
)
def test_what_cannot_be_a_key_is_refused_in_one_line_and_no_key_is_shown(
    data: str, server: Server, arguments: tuple[str, ...], told: str
) -> None:
    assert told in fails(data, *arguments)


def test_a_name_is_given_once(data: str, run: Run) -> None:
    run("key", "add", "once", "--scope", "v1:read")
    assert "name: taken" in fails(data, "add", "ONCE", "--scope", "v1:read")


def test_a_key_without_scopes_is_not_made(data: str) -> None:
    done = command("key", "add", "x", "--data", data)
    assert done.returncode == 2
    assert "--scope" in done.stderr


def test_a_real_book_does_not_know_the_demo_key(run: Run, server: Server) -> None:
    assert DEMO_KEY not in run("key", "list")
    answer = httpx.get(f"{server.url}/api/orders", headers={"Authorization": f"Bearer {DEMO_KEY}"})
    assert answer.status_code == 401


def test_the_demo_prints_its_key_which_opens_every_face() -> None:
    with serving("--demo") as demo:
        assert DEMO_KEY in demo.output()
        paths = (
            "/api/orders/ORD-1",
            "/api/buscases/241",
            "/api1/purchase_orders?case_id=1",
            "/inventory/pos",
            "/jsonapi/purchases.json?version=3.9",
        )
        for path in paths:
            assert httpx.get(demo.url + path, headers={"Authorization": f"Bearer {DEMO_KEY}"}).status_code == 200, path
