"""The administration commands, as an operator runs them."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.harness import command, serving, short_folder

PARCEL_CLAIM = """
order_type:
  code: parcel_claim
  name: Parcel claim
  print_form_code: claim
  fields:
    parcelNumber: {type: string, label: Parcel number, max_length: 20}
    value: {type: number, label: Value}
"""


@pytest.fixture(scope="module")
def data() -> Iterator[str]:
    """The data folder of a new book."""
    with short_folder() as folder:
        yield str(folder / "d")


@pytest.fixture(scope="module")
def credentials(data: str) -> dict[str, str]:
    """What `init` printed."""
    done = command("init", "--data", data, "--email", "Boss@Example.com")
    assert done.returncode == 0, done.stderr
    return dict(re.findall(r"^  (e-mail|password|API token) +(\S+)$", done.stdout, re.MULTILINE))


def test_init_makes_an_administrator_whose_token_works(data: str, credentials: dict[str, str]) -> None:
    assert set(credentials) == {"e-mail", "password", "API token"}
    assert credentials["e-mail"] == "boss@example.com", "as it is kept and has to be sent"
    with serving("--data", data) as server:
        me = httpx.get(
            server.url + "/api/users/boss@example.com", auth=("boss@example.com", credentials["API token"])
        ).json()["user"]
        assert me["role"] == "admin"
        assert credentials["password"] not in server.output()


def test_a_second_init_changes_nothing(data: str, credentials: dict[str, str]) -> None:
    done = command("init", "--data", data)
    assert done.returncode == 2
    assert "already" in done.stderr


def test_init_refuses_a_bad_administrator_and_leaves_no_book() -> None:
    with short_folder() as folder:
        assert command("init", "--data", str(folder / "d"), "--email", "nonsense").returncode == 2
        assert command("init", "--data", str(folder / "d"), "--email", "a@b.example").returncode == 0


def test_users_are_added_listed_and_given_tokens_while_the_server_runs(data: str, credentials: dict[str, str]) -> None:
    def run(*arguments: str) -> str:
        done = command(*arguments, "--data", data)
        assert done.returncode == 0, done.stderr
        return done.stdout

    with serving("--data", data) as server:

        def status(token: str) -> int:
            return httpx.get(server.url + "/api/orders", auth=("pat@example.com", token)).status_code

        added = ["--first-name", "Pat", "--last-name", "Hill", "--company", "Acme", "--department", "Sales"]
        assert "Password, shown only now" in run("user", "add", "pat@example.com", *added)
        assert "pat@example.com" in run("user", "list")

        token = run("user", "token", "pat@example.com").split()[-1]
        assert status(token) == 200
        run("user", "disable", "pat@example.com")
        assert status("another") == 401
        run("user", "disable", "pat@example.com", "--enable")
        run("user", "token", "pat@example.com", "--revoke")
        assert "shown only now" in run("user", "password", "pat@example.com")
        again = command("user", "add", "pat@example.com", *added, "--data", data)
        assert again.returncode == 2
        assert "taken" in again.stderr
        assert command("user", "token", "nobody@example.com", "--data", data).returncode == 2


def test_types_are_added_listed_activated_and_retired(data: str, credentials: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "claim.yaml"
    file.write_text(PARCEL_CLAIM)

    assert "parcel_claim version 1, active" in command("types", "add", str(file), "--data", data).stdout
    assert "version 2." in command("types", "add", str(file), "--no-activate", "--data", data).stdout
    listed = command(
        "types",
        "list",
        "--data",
        data,
    ).stdout
    assert "parcel_claim" in listed
    assert "purchase_order" in listed
    assert command("types", "activate", "parcel_claim", "--version", "2", "--data", data).returncode == 0
    assert command("types", "activate", "parcel_claim", "--version", "9", "--data", data).returncode == 2
    assert command("types", "retire", "parcel_claim", "--data", data).returncode == 0
    assert command("types", "retire", "parcel_claim", "--data", data).returncode == 2
    assert command("types", "activate", "nothing", "--data", data).returncode == 2


def test_a_new_book_is_made_ready_for_iinsight_and_intouch(data: str, credentials: dict[str, str]) -> None:
    def run(*arguments: str) -> str:
        done = command(*arguments, "--data", data)
        assert done.returncode == 0, done.stderr
        return done.stdout

    customer = re.findall(r"customer (\d+)", run("customer", "add", "Pekárna Novák", "--city", "Brno"))[0]
    person = re.findall(r"customer (\d+)", run("customer", "add", "Nováková", "--first-name", "Žofie"))[0]
    case = re.findall(r"case (\d+)", run("case", "add", "ACB9", "Demo, Dora", "--customer", customer))[0]
    secret = run("client", "add", "warehouse", "--name", "Warehouse robot").split()[-1]

    assert f"{customer}\tPekárna Novák\torganisation\t\tBrno" in run("customer", "list")
    assert f"{person}\tŽofie Nováková\tindividual" in run("customer", "list")
    assert f"{case}\tACB9\tDemo, Dora\tclient\topen\t{customer}" in run("case", "list")
    assert "warehouse\tWarehouse robot" in run("client", "list")
    assert secret not in run("client", "list")

    with serving("--data", data) as server:
        form = {
            "grant_type": "password",
            "username": credentials["e-mail"],
            "password": credentials["password"],
        }

        def log_in() -> httpx.Response:
            return httpx.post(server.url + "/auth/login", auth=("warehouse", secret), data=form)

        bearer = {"Authorization": f"Bearer {log_in().json()['access_token']}"}
        query = {"case_id": case, "purchase_order": "PO 1"}
        purchases = server.url + "/api1/purchase_orders"
        assert httpx.post(f"{purchases}/new", params=query, headers=bearer).status_code == 200
        order = {"customer": int(customer), "name": "Objednávka"}
        password = (credentials["e-mail"], credentials["password"])
        assert httpx.post(server.url + "/api/buscases", auth=password, json=order).status_code == 201

        assert "closed" in run("case", "close", case)
        run("client", "revoke", "warehouse")
        assert log_in().status_code == 401
    assert f"{case}\tACB9\tDemo, Dora\tclient\tclosed" in run("case", "list")


@pytest.mark.parametrize(
    "arguments, told",
    [
        (("client", "add", "a:b"), "client_id: invalid"),
        (("client", "add", " "), "client_id: blank"),
        (("client", "revoke", "nobody"), "no client 'nobody'"),
        (("customer", "add", " "), "name: blank"),
        (("case", "add", " ", "x"), "code: blank"),
        (("case", "add", "NEW", "x", "--customer", "99999999"), "customer_id: unknown"),
        (("case", "close", "99999999"), "no case 99999999"),
    ],
)
def test_what_cannot_be_entered_is_refused_in_one_line(
    data: str, credentials: dict[str, str], arguments: tuple[str, ...], told: str
) -> None:
    done = command(*arguments, "--data", data)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "text, told",
    [
        ("order_type: {name: X, fields: {}}", "code is missing"),
        ("order_type: {code: x, fields: {}}", "name is missing"),
        ("order_type: {code: x, name: X}", "fields"),
        ("order_type: {code: x, name: X, fields: {f: {type: date, label: F}}}", "f.type is not one of"),
        ("order_type: {code: x, name: X, fields: {f: {type: string}}}", "f.label is missing"),
        ("order_type: {code: x, name: X, fields: {f: {type: string, label: F, max_length: 1024}}}", "f.max_length"),
        ("nonsense", "order_type is missing"),
        ("a: [", "is not YAML"),
        ("order_type: {code: [x], name: X, fields: {1: {type: string, label: F}}}", "code is missing"),
    ],
)
def test_a_file_that_is_no_order_type_is_refused_with_the_reason(
    data: str, credentials: dict[str, str], tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "type.yaml"
    file.write_text(text)
    done = command("types", "add", str(file), "--data", data)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())


@pytest.mark.parametrize("arguments", [("backup", "book.zip"), ("user", "list"), ("key", "revoke", "x")], ids=" ".join)
def test_a_folder_whose_name_is_mistyped_becomes_no_book(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    mistyped = tmp_path / "nothere"
    done = command(*arguments, "--data", str(mistyped))
    assert done.returncode == 2
    assert f"There is no book in {mistyped}" in " ".join(done.stderr.split())
    assert not mistyped.exists()


def test_migrate_brings_an_empty_folder_up_to_date_and_then_has_nothing_to_do() -> None:
    with short_folder() as folder:
        first = command("migrate", "--data", str(folder / "d"))
        second = command("migrate", "--data", str(folder / "d"))
    assert "applied 0001" in first.stdout
    assert "The schema is current." in second.stdout


def test_a_command_on_an_empty_book_says_what_to_do() -> None:
    with short_folder() as folder:
        done = command("user", "list", "--data", str(folder / "d"))
    assert done.returncode == 2
    assert "orderloom init" in done.stderr


def test_the_version_and_the_commands_are_told() -> None:
    assert command("--version").stdout.startswith("orderloom 0.")
    said = command("--help").stdout
    for name in ("serve", "init", "migrate", "user", "types", "client", "customer", "case"):
        assert name in said
