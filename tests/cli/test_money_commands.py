"""The commands about the company, currencies, supply types, rates of jobs and default markups, as an operator runs
them."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from tests.harness import command, short_folder

from orderloom.store import embedded

Run = Callable[..., str]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A new book on a PostgreSQL of this module's own."""
    with short_folder() as folder, embedded.serve(folder / "data") as url:
        assert command("init", "--company", "Čapek & Co", database_url=url).returncode == 0
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
def ids(run: Run) -> dict[str, str]:
    """The ids of a case and a contact."""
    return {
        "CASE": re.findall(r"case (\d+)", run("case", "add", "REF", "To be refused"))[0],
        "CONTACT": re.findall(r"contact (\d+)", run("contact", "add", "To be refused"))[0],
    }


def test_the_company_is_shown_and_changed(run: Run) -> None:
    assert run("company", "show") == "1\tČapek & Co\tGBP\t£\n"
    assert run("company", "set", "--currency", "czk", "--symbol", "Kč") == "1\tČapek & Co\tCZK\tKč\n"
    assert run("company", "set", "--number", "42", "--name", "Bratři Čapkové") == "42\tBratři Čapkové\tCZK\tKč\n"
    assert run("company", "show") == "42\tBratři Čapkové\tCZK\tKč\n"


def test_currencies_are_set_and_listed(run: Run) -> None:
    assert run("currency", "set", "1/USD", "1.3") == "Currency 1/USD has the rate 1.3.\n"
    assert run("currency", "set", "1/EUR", "1.2") == "Currency 1/EUR has the rate 1.2.\n"
    assert run("currency", "set", "1/EUR", "1.2100005") == "Currency 1/EUR has the rate 1.210001.\n"
    assert run("currency", "set", "1/JPY", "200") == "Currency 1/JPY has the rate 200.\n"
    assert run("currency", "list") == "1/EUR\t1.210001\n1/JPY\t200\n1/USD\t1.3\n"


def test_supply_types_are_added_and_listed(run: Run, url: str) -> None:
    assert run("supplytype", "add", "1/PRT", "Print") == "Added supply type 1/PRT.\n"
    run("supplytype", "add", "1/ENG", "Engraving")
    assert run("supplytype", "list") == "1/ENG\tEngraving\n1/PRT\tPrint\n"
    done = command("supplytype", "add", "1/ENG", "Again", database_url=url)
    assert (done.returncode, done.stderr) == (2, "Refused: code: taken\n")


def test_a_case_has_the_rate_of_its_job(run: Run) -> None:
    plain = re.findall(r"case (\d+)", run("case", "add", "A-1", "Plain"))[0]
    other = re.findall(r"case (\d+)", run("case", "add", "A-2", "Abroad", "--job-rate", "1.5"))[0]
    listed = run("case", "list")
    assert f"{plain}\tA-1\tPlain\tclient\topen\t\t1\n" in listed
    assert f"{other}\tA-2\tAbroad\tclient\topen\t\t1.5\n" in listed
    assert run("case", "rate", other, "0.0000015") == f"Case {other} has the job rate 0.000002.\n"
    assert f"{other}\tA-2\tAbroad\tclient\topen\t\t0.000002\n" in run("case", "list")


def test_a_supplier_has_a_default_markup(run: Run, tmp_path: Path) -> None:
    number = re.findall(r"contact (\d+)", run("contact", "add", "Supplies", "--code", "S-1", "--markup", "-12.345"))[0]
    assert f"{number}\tS-1\tSupplies\t\t\t\t\t-12.35\n" in run("contact", "list")
    assert run("contact", "markup", number, "30") == f"Contact {number} has the default markup 30 %.\n"
    assert run("contact", "markup", number, "-7.5") == f"Contact {number} has the default markup -7.5 %.\n"
    assert f"{number}\tS-1\tSupplies\t\t\t\t\t-7.5\n" in run("contact", "list")

    file = tmp_path / "contacts.csv"
    file.write_text("name,default_markup\nImported,12.5\nWithout,\n")
    assert run("contact", "import", str(file)) == "Added 2 contacts.\n"
    listed = run("contact", "list")
    assert "\t\t\tImported\t\t\t\t12.5\n" in listed
    assert "\t\t\tWithout\t\t\t\t0\n" in listed


RATE = "inclusion, it has to be at least 0.000001 and below 10000000000000"
MARKUP = "default_markup: inclusion, it has to be between -10000000000000 and 10000000000000"


@pytest.mark.parametrize(
    "arguments, told",
    [
        (("company", "set"), "Say what to change: --number, --name, --currency or --symbol."),
        (("company", "set", "--number", "0"), "number: inclusion, it has to be from 1 to 2147483647"),
        (("company", "set", "--number", "2147483648"), "number: inclusion, it has to be from 1 to 2147483647"),
        (("company", "set", "--name", " "), "name: blank"),
        (("company", "set", "--name", "x" * 501), "name: too_long"),
        (("company", "set", "--currency", "EURO"), "base_currency: invalid, it has to be three letters, such as GBP"),
        (("company", "set", "--symbol", ""), "base_symbol: blank, it has to be 1 to 8 characters"),
        (("company", "set", "--symbol", "x" * 9), "base_symbol: too_long, it has to be 1 to 8 characters"),
        (("currency", "set", " ", "1"), "code: blank, it has to be 1 to 50 characters"),
        (("currency", "set", "1/X ", "1"), "code: invalid, it has to be without blanks around it"),
        (("currency", "set", "x" * 51, "1"), "code: too_long, it has to be 1 to 50 characters"),
        (("currency", "set", "1/X", "0"), f"rate: {RATE}"),
        (("currency", "set", "1/X", "-1"), f"rate: {RATE}"),
        (("currency", "set", "1/X", "0.0000004"), f"rate: {RATE}"),
        (("currency", "set", "1/X", "10000000000000"), f"rate: {RATE}"),
        (("currency", "set", "1/X", "9999999999999.9999995"), f"rate: {RATE}"),
        (("currency", "set", "1/X", "1,21"), "rate '1,21' is not a number such as 12 or 1.5."),
        (("currency", "set", "1/X", "NaN"), "rate 'NaN' is not a number such as 12 or 1.5."),
        (("currency", "set", "1/X", ""), "rate '' is not a number such as 12 or 1.5."),
        (("supplytype", "add", "", "x"), "code: blank, it has to be 1 to 50 characters"),
        (("supplytype", "add", " x", "x"), "code: invalid, it has to be without blanks around it"),
        (("supplytype", "add", "x" * 51, "x"), "code: too_long, it has to be 1 to 50 characters"),
        (("supplytype", "add", "1/X", " "), "name: blank"),
        (("case", "add", "X", "x", "--job-rate", "0"), f"job_rate: {RATE}"),
        (("case", "add", "X", "x", "--job-rate", "x"), "job_rate 'x' is not a number such as 12 or 1.5."),
        (("case", "rate", "999999", "1"), "no case 999999"),
        (("case", "rate", "9" * 20, "1"), "it cannot hold a value that was given"),
        (("case", "rate", "CASE", "-1"), f"job_rate: {RATE}"),
        (("case", "rate", "CASE", "1e3"), "rate '1e3' is not a number such as 12 or 1.5."),
        (("contact", "add", "X", "--markup", "10000000000000"), MARKUP),
        (("contact", "add", "X", "--markup", "30%"), "markup '30%' is not a number such as 12 or 1.5."),
        (("contact", "markup", "999999", "1"), "no contact 999999"),
        (("contact", "markup", "CONTACT", "-9999999999999.995"), MARKUP),
        (("contact", "markup", "CONTACT", "-x"), "percent '-x' is not a number such as 12 or 1.5."),
    ],
)
def test_what_cannot_be_entered_is_refused_in_one_line_and_changes_nothing(
    url: str, ids: dict[str, str], arguments: tuple[str, ...], told: str
) -> None:
    before = whole(url)
    done = command(*(ids.get(each, each) for each in arguments), database_url=url)
    assert done.returncode == 2
    assert done.stdout == ""
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert whole(url) == before


def whole(url: str) -> list[object]:
    """What the commands write, and how much history there is."""
    with psycopg.connect(url) as connection:
        return [
            connection.execute(query).fetchall()
            for query in (
                "select * from tenants",
                "select * from currencies order by code",
                "select * from supply_types order by code",
                "select id, job_rate from cases order by id",
                "select id, default_markup from contacts order by id",
                "select count(*) from events",
            )
        ]


def test_what_was_changed_is_history(url: str, run: Run) -> None:
    run("company", "set", "--number", "3")
    run("currency", "set", "1/HIS", "2")
    run("supplytype", "add", "1/HIS", "x")
    with psycopg.connect(url) as connection:
        told = connection.execute("select face, actor, name from events order by id desc limit 3").fetchall()
    assert told == [("cli", "administrator", name) for name in ("SupplyTypeAdded", "CurrencyAdded", "CompanyAmended")]


def test_the_commands_are_told(run: Run) -> None:
    said = run("--help")
    assert all(name in said for name in ("company", "currency", "supplytype"))
    for noun, verbs in (("company", ("show", "set")), ("case", ("rate",)), ("contact", ("markup",))):
        said = run(noun, "--help")
        assert all(verb in said for verb in verbs)
