"""A password that arrives in a URL or a body is nowhere to be found afterwards."""

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import quote, quote_plus

import httpx
import psycopg
import pytest
from psycopg import sql

from orderloom.store import embedded
from tests.harness import Server, command, short_folder

MARKER = 'Märker "5ecret" & 100%'
"""A wrong password, with everything in it that encoders treat in their own ways."""
EMAIL = "me@example.com"
PATH = "/jsonapi/purchases.json"
UPDATE = '{"data":[{"poInternal":1,"poCost":1}]}'


def traces_of(secret: str) -> list[bytes]:
    """The forms in which programs write a secret down."""
    hashed = hashlib.sha512(secret.encode()).hexdigest()
    basic = base64.b64encode(f"{EMAIL}:{secret}".encode()).decode()
    forms = {secret, quote(secret), quote_plus(secret), quote(secret, safe=""), hashed, hashed.upper(), basic}
    forms |= {secret.encode().decode("latin-1"), secret.replace('"', '\\"'), secret.encode("unicode_escape").decode()}
    return [form.encode() for form in forms]


def asks(password: str) -> list[dict[str, object]]:
    """Calls that carry the password in every way, right and wrong in other respects."""
    hashed = hashlib.sha512(password.encode()).hexdigest()
    base = {"user": EMAIL, "password": password, "version": "3.3"}
    by_hash = {"user": EMAIL, "sha512password": hashed.upper(), "version": "3.3"}
    updating = base | {"action": "update", "input": UPDATE}
    strange = [
        base | {"action": password},
        base | {"action": password * 9},
        base | {"style": password},
        base | {"modelstructure": password},
        base | {"purchase": password},
        base | {"view": password},
        base | {"sort": password},
        base | {"rows": password},
        base | {"company": password},
        base | {"version": password},
        base | {"password": [password, "another"]},
        base | {"action": "update", "input": password},
        base | {"action": "update", "input": f'{{"data":[{{"{quote(password)}":1}}]}}'},
        base | {"action": "update", "input": f'{{"data":[{{"poInternal":"{quote(password)}","poCost":1}}]}}'},
        base | {"action": "create", "input": '{"data":[{"poDescription":"x"}]}'},
    ]
    files = {name: (None, value) for name, value in updating.items()}
    return [
        *({"method": "GET", "params": each} for each in (base, by_hash, updating, *strange)),
        *({"method": "POST", "data": each} for each in (base, by_hash, updating, *strange)),
        {"method": "POST", "files": files},
        {"method": "PUT", "json": updating},
        {"method": "POST", "json": base | {"input": {"data": []}, "action": "update"}},
        {"method": "POST", "params": base, "content": b"x" * (1024 * 1024 + 1)},
        {"method": "POST", "params": base, "content": b"{", "headers": {"Content-Type": "application/json"}},
        {"method": "DELETE", "params": base},
        {"method": "PATCH", "params": base},
    ]


def everything_said(answer: httpx.Response) -> bytes:
    headers = b"\n".join(name + b": " + value for name, value in answer.headers.raw)
    return headers + b"\n" + answer.content


@pytest.mark.parametrize("which", ["a right password", "a wrong password"])
def test_a_password_is_in_no_log_metric_error_event_file_or_answer(which: str) -> None:
    with short_folder() as folder:
        made = command("init", "--email", EMAIL, "--data", str(folder / "data"))
        own = re.search(r"password\s+(\S+)", made.stdout)
        assert own is not None, made.stdout
        password = own[1] if which == "a right password" else MARKER
        settings = {"log_level": "debug", "metrics_public": "true"}
        server = Server("--data", str(folder / "data"), log=folder / "log", **settings).wait_until_ready()
        said = b""
        try:
            for ask in asks(password):
                said += everything_said(httpx.request(url=server.url + PATH, **ask))
                said += everything_said(httpx.request(url=f"{server.url}/jsonapi/{quote(password)}.json", **ask))
            assert b"too many" not in said
            said += _fail(server, folder / "data", password)
            said += httpx.get(f"{server.url}/metrics").content
            rows = _rows(folder / "data")
        finally:
            server.stop()
        outputs = {"answers": said, "log": server.output().encode(), "rows": rows} | _files(folder)

        assert b'"status":500' in outputs["log"]
        for form in traces_of(password):
            assert [name for name, content in outputs.items() if form in content] == [], form


def _fail(server: Server, data: Path, password: str) -> bytes:
    """What is said when a call hits a fault of the server's."""
    with embedded.borrow(data) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter table users rename to away")
        connection.execute("alter table costings rename to gone")
        try:
            ask = {"user": f"x{EMAIL}", "password": password, "version": "3.3"}
            answers = [httpx.get(server.url + PATH, params=ask), httpx.post(server.url + PATH, data=ask)]
        finally:
            connection.execute("alter table away rename to users")
            connection.execute("alter table gone rename to costings")
    assert [answer.status_code for answer in answers] == [500, 500]
    return b"".join(map(everything_said, answers))


def _rows(data: Path) -> bytes:
    """Every row of the book as text."""
    with embedded.borrow(data) as url, psycopg.connect(url) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        every = sql.SQL("select string_agg(t::text, ' ') from {} t")
        texts = [connection.execute(every.format(sql.Identifier(table))).fetchone() for (table,) in tables]
    return "\n".join(text or "" for row in texts if row is not None for text in row).encode()


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_process_that_crashes_leaves_no_picture_of_its_memory() -> None:
    with short_folder() as folder:
        server = Server("--demo", "--data", str(folder / "data"), log=folder / "log").wait_until_ready()
        try:
            limits = Path(f"/proc/{server.process.pid}/limits").read_text()
        finally:
            server.stop()
    assert re.search(r"Max core file size\s+0\s", limits)
