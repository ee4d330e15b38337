"""The commands about items, facilities, contacts and receipts, as an operator runs them."""

import re
from collections.abc import Callable, Iterator

import httpx
import psycopg
import pytest
from tests.harness import command, serving, short_folder

from orderloom.store import embedded

Run = Callable[..., str]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A new book on a PostgreSQL of this module's own."""
    with short_folder() as folder, embedded.serve(folder / "data") as url:
        assert command("init", "--email", "boss@example.com", database_url=url).returncode == 0
        yield url


@pytest.fixture(scope="module")
def run(url: str) -> Run:
    """Runs a command that succeeds; what it printed."""

    def run(*arguments: str) -> str:
        done = command(*arguments, database_url=url)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout

    return run


@pytest.fixture(scope="module")
def customer(run: Run) -> str:
    """The id of a customer."""
    return re.findall(r"customer (\d+)", run("customer", "add", "Acme", "--external-id", "ACME"))[0]


@pytest.fixture(scope="module")
def purchase(run: Run, url: str, customer: str) -> int:
    """The id of a purchase of that customer."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            """insert into orders (tenant_id, code, code_number, type_id, kind, number, customer_id, created_at,
                                   created_by, modified_at, modified_by)
               select tenant_id, 'ORD-1', 1, id, 'purchase', 'PO-1', %s, now(), 'a', now(), 'a' from order_types limit 1
               returning id""",
            (int(customer),),
        ).fetchone()
        assert found is not None
        return int(found[0])


def test_an_item_is_added_and_listed(run: Run, customer: str) -> None:
    added = run("item", "add", customer, "Čaj", "--description", "Green tea", "--qualifier", "Box", "--qualifier", "")
    run("item", "add", customer, "plain")

    first, second = run("item", "list", customer).splitlines()
    assert added == f"Added item {first.split()[0]} (Čaj).\n"
    assert re.fullmatch(r"\d+\tČaj\tGreen tea\t\|Box\t", first)
    assert re.fullmatch(r"\d+\tplain\t\t\t", second)


def test_a_facility_is_added_and_listed(run: Run) -> None:
    added = run("facility", "add", "Sever")
    number = re.findall(r"Added facility (\d+) \(Sever\)\.", added)[0]
    assert f"{number}\tSever\t\n" in run("facility", "list")


def test_a_contact_is_added_and_listed(run: Run, customer: str) -> None:
    options = ("--code", "SUP-7", "--customer", customer, "--name", "Ann", "--city", "Leeds", "--country", "GB")
    added = run("contact", "add", "Supplies", *options, "--email", "ann@example.com", "--address", "1 High St")
    number = re.findall(r"Added contact (\d+)\.", added)[0]
    assert f"{number}\tSUP-7\tSupplies\tAnn\tLeeds\tGB\tAcme\t0\n" in run("contact", "list")


def test_a_receipt_is_added_listed_and_closed(run: Run, purchase: int) -> None:
    facility = re.findall(r"facility (\d+)", run("facility", "add", "Dock"))[0]
    added = run("receipt", "add", str(purchase), "Truck 7", "--facility", facility)
    number = re.findall(r"Added receipt (\d+) of purchase PO-1\.", added)[0]
    other = re.findall(r"receipt (\d+)", run("receipt", "add", str(purchase), "Van"))[0]

    listed = run("receipt", "list").splitlines()
    assert re.fullmatch(rf"{number}\tTruck 7\topen\tPO-1\tAcme\tDock\t\d{{4}}-\d\d-\d\d", listed[0])
    assert re.fullmatch(rf"{other}\tVan\topen\tPO-1\tAcme\t\t\d{{4}}-\d\d-\d\d", listed[1])
    assert run("receipt", "close", number) == f"Receipt {number} is closed.\n"
    assert run("receipt", "close", number) == f"Receipt {number} is closed.\n"
    assert "\tclosed\t" in run("receipt", "list", "--order", str(purchase)).splitlines()[0]
    assert run("receipt", "list", "--order", str(purchase + 1)) == ""


def test_an_open_receipt_keeps_its_purchase_from_being_deleted(run: Run, url: str, purchase: int) -> None:
    receipt = re.findall(r"receipt (\d+)", run("receipt", "add", str(purchase), "R"))[0]
    token = run("user", "token", "boss@example.com").split()[-1]
    with serving(database_url=url) as server:

        def delete() -> int:
            return httpx.delete(server.url + "/api/orders/ORD-1", auth=("boss@example.com", token)).status_code

        assert delete() >= 400
        for line in run("receipt", "list").splitlines():
            run("receipt", "close", line.split("\t")[0])
        assert receipt in {line.split("\t")[0] for line in run("receipt", "list").splitlines()}
        assert delete() < 300
    assert run("receipt", "list") == ""


@pytest.mark.parametrize(
    "arguments, told",
    [
        (("item", "add", "999999", "x"), "customer_id: unknown"),
        (("item", "add", "CUSTOMER", " "), "sku: blank"),
        (("item", "list", "999999"), "no customer 999999"),
        (("facility", "add", " "), "name: blank"),
        (("contact", "add", ""), "company_name: blank"),
        (("contact", "add", "x", "--customer", "999999"), "customer_id: unknown"),
        (("receipt", "add", "999999", "R"), "no order 999999"),
        (("receipt", "close", "999999"), "no receipt 999999"),
    ],
)
def test_what_cannot_be_entered_is_refused_in_one_line(
    url: str, customer: str, arguments: tuple[str, ...], told: str
) -> None:
    done = command(*(customer if each == "CUSTOMER" else each for each in arguments), database_url=url)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_what_is_there_already_is_refused(run: Run, url: str, customer: str) -> None:
    run("facility", "add", "Twice")
    run("item", "add", customer, "twice")
    for arguments, told in (
        (("facility", "add", "TWICE"), "name: taken"),
        (("item", "add", customer, "TWICE"), "sku: taken"),
    ):
        done = command(*arguments, database_url=url)
        assert (done.returncode, told in done.stderr) == (2, True)


def test_the_commands_are_told(run: Run) -> None:
    said = run("--help")
    assert all(name in said for name in ("item", "facility", "contact", "receipt"))
    said = run("item", "--help")
    assert all(name in said for name in ("add", "list", "import"))
