"""Importing files: what is read out of one, and that a book gets all of it or nothing."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from tests.harness import command, on_a_terminal, short_folder

from orderloom.cli import cells as typed
from orderloom.cli import importing, sheets
from orderloom.cli.cells import BadCell
from orderloom.cli.opening import Stop
from orderloom.cli.progress import Bar
from orderloom.cli.sheets import Row
from orderloom.store import embedded

KNOWN: Final = ("name", "external_id", "city")


def read(text: str | bytes, known: Sequence[str] = KNOWN, required: Sequence[Sequence[str]] = ()) -> sheets.Sheet:
    """What is read out of a file that says this."""
    octets = text if isinstance(text, bytes) else text.encode()
    return sheets.read(BytesIO(octets), known, required)


def cells(text: str | bytes) -> list[dict[str, str]]:
    sheet = read(text)
    assert sheet.bad == {}
    return [dict(row.cells) for row in sheet.rows]


@pytest.mark.parametrize(
    "heading",
    ["name,external_id", "NAME,External Id", " name , EXTERNAL ID ", "Name,externalId", '"name","external_id"'],
)
def test_headings_are_read_whatever_their_case_and_blanks(heading: str) -> None:
    assert cells(f"{heading}\nAcme,X\n") == [{"name": "Acme", "external_id": "X"}]


def test_columns_stand_in_any_order_and_need_not_be_there() -> None:
    assert cells("city,name\nYork,Acme\n") == [{"city": "York", "name": "Acme"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("beginning", ["", "\ufeff"])
def test_delimiters_ends_of_lines_and_marks_of_spreadsheets_are_known(delimiter: str, end: str, beginning: str) -> None:
    lines = (("name", "city"), ("Äpfel, Birnen; Co\t" if delimiter == "," else "a", "b"), ("", "c"))
    text = end.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    first = "Äpfel, Birnen; Co" if delimiter == "," else "a"
    assert cells(beginning + text) == [{"name": first, "city": "b"}, {"city": "c"}]


def test_blanks_around_a_cell_are_dropped_and_blank_cells_and_rows_are_not_there() -> None:
    assert cells("name;city\n  Acme ;  \n\n ; \nB;C\n") == [{"name": "Acme"}, {"name": "B", "city": "C"}]


def test_rows_are_known_by_the_line_in_which_they_begin() -> None:
    sheet = read('name,city\n"two\nlines",a\n\nb,c,d\n"e\n\n",f\ng,h\n')
    assert sheet.rows == [
        Row(2, {"name": "two\nlines", "city": "a"}),
        Row(6, {"name": "e", "city": "f"}),
        Row(9, {"name": "g", "city": "h"}),
    ]
    assert sheet.bad == {5: "it has 3 cells, and there are 2 headings"}


@pytest.mark.parametrize(
    "text, told",
    [
        (b"", "no headings"),
        (b"\n\n", "no headings"),
        (b"name,colour,size\n", "unknown headings: 'colour', 'size'. Known are: name, external_id, city"),
        (b"name,\n", "unknown headings: ''"),
        (b"name,city,Name\n", "headings twice: name"),
        (b"city\nYork\n", "no column name or external_id"),
        (b"name\nfine\nM\xfcller\n", "line 3: it is not UTF-8"),
        ("name\nAcme\n".encode("utf-16"), "line 1: it is not UTF-8"),
        (b'name,city\na,b\n"open,c\nd,e\n', "line 3: it is not CSV"),
        (b'name,city\n"a"b,c\n', "line 2: it is not CSV"),
        (b"name\na\rb\n", "line 2: it is not CSV"),
        (b"name\n" + b"x" * 200_000, "line 2: it is not CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(text: bytes, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        read(text, required=(("name", "external_id"),))


def test_a_file_may_have_so_many_rows_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    assert len(read("name\na\n\nb\nc\n").rows) == 3
    with pytest.raises(ValueError, match="more than 3 rows"):
        read("name\na\nb\nc\nd\n")


def test_a_file_may_be_so_long_and_no_longer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sheets, "MAX_BYTES", 8)
    file = tmp_path / "long.csv"
    reads: Callable[[], Any] = lambda: sheets.read_file(file, KNOWN, (), Bar())  # noqa: E731
    file.write_text("name\nab\n")
    assert len(reads().rows) == 1
    file.write_text("name\nabc\n")
    with pytest.raises(Stop, match="longer than 8 bytes"):
        reads()
    with file.open("rb") as opened, pytest.raises(ValueError, match="longer than 8 bytes"):
        list(sheets._lines(opened, lambda _: None))


def test_only_the_first_bad_rows_are_told_of_in_the_order_of_the_file() -> None:
    few = list(importing.report({9: "b", 3: "a"}))
    assert few == ["line 3: a", "line 9: b"]
    many = list(importing.report(dict.fromkeys(range(2, 253), "x")))
    assert len(many) == importing.MAX_TOLD + 1
    assert many[99:] == ["line 101: x", "... and 151 more."]


@pytest.mark.parametrize("text, expected", [("YES", True), ("true", True), ("1", True), ("No", False), ("0", False)])
def test_flags_are_yes_or_no(text: str, expected: bool) -> None:
    assert typed.flag({"on": text}, "on") is expected
    assert typed.flag({}, "on") is False
    with pytest.raises(BadCell, match="on 'maybe' is neither yes nor no"):
        typed.flag({"on": "maybe"}, "on")


@pytest.mark.parametrize(
    "text, expected", [("30", "30"), ("-1.50", "-1.50"), ("+0", "0"), ("0" * 50 + "." + "1", ".1")]
)
def test_a_number_may_have_a_sign_and_a_point(text: str, expected: str) -> None:
    assert typed.decimal({"n": text}, "n") == Decimal(expected)
    assert typed.decimal({}, "n") is None


@pytest.mark.parametrize("text", ["x", "1,5", "1e5", "NaN", "1_0", "１", ".5", "5.", "--1", "1" * 51, "0." + "1" * 51])
def test_what_is_no_plain_number_is_a_bad_cell(text: str) -> None:
    with pytest.raises(BadCell, match="is not a number such as"):
        typed.decimal({"n": text}, "n")


def test_a_customer_is_named_by_id_or_else_by_external_id() -> None:
    known = {"straße".casefold(): [7], "two": [1, 2]}
    assert typed.customer_id({"customer_id": "5", "customer": "two"}, known) == 5
    assert typed.customer_id({"customer": "STRASSE"}, known) == 7
    assert typed.customer_id({}, known) is None
    for said, told in (
        ({"customer": "Two"}, "more than one customer has"),
        ({"customer": "three"}, "no customer has"),
        ({"customer_id": "-1"}, "not a whole number"),
        ({"customer_id": "１"}, "not a whole number"),
        ({"customer_id": "9" * 19}, "not a whole number"),
    ):
        with pytest.raises(BadCell, match=told):
            typed.customer_id(said, known)


class Counter:
    """A new book on a PostgreSQL of this module's own, and the command line on it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.file = folder / "file.csv"

    def run(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = command(*arguments, database_url=self.url)
        assert done.returncode == code, done.stderr
        return done

    def import_text(self, noun: str, text: str | bytes, *more: str, code: int = 0) -> Any:
        """Import a file that says this."""
        self.file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.run(noun, "import", str(self.file), *more, code=code)

    def rows(self, query: str) -> list[Any]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query).fetchall()  # type: ignore[arg-type]

    def counts(self) -> list[Any]:
        return self.rows(
            """select (select count(*) from customers), (select count(*) from items), (select count(*) from qualifiers),
                      (select count(*) from facilities), (select count(*) from contacts),
                      (select count(*) from events)"""
        )


@pytest.fixture(scope="module")
def server_url() -> Iterator[str]:
    """A PostgreSQL of this module's own: a command works in the first tenant of a book."""
    with short_folder() as folder, embedded.serve(folder / "data") as url:
        assert command("init", database_url=url).returncode == 0
        yield url


@pytest.fixture
def counter(server_url: str, tmp_path: Path) -> Iterator[Counter]:
    """The command line on a book that is empty again afterwards."""
    yield Counter(server_url, tmp_path)
    with psycopg.connect(server_url) as connection:
        connection.execute(
            """delete from qualifiers; delete from items; delete from facilities; delete from contacts;
               delete from customers; delete from events where noun in ('item', 'facility', 'contact', 'customer')"""
        )


def test_each_kind_is_imported_and_listed(counter: Counter) -> None:
    done = counter.import_text(
        "customer",
        "Name;First Name;External ID;City;Country;Deactivated\n"
        "Pekárna;;PEK;Brno;CZ;no\nNováková;Žofie;;;;\nOld;;old;;;yes\n",
    )
    assert done.stdout == "Added 3 customers.\n"
    assert done.stderr == ""
    assert counter.rows(
        "select name, kind, name_folded, external_id_folded, deactivated from customers order by id"
    ) == [
        ("Pekárna", "organisation", "pekárna", "pek", False),
        ("Nováková", "individual", "žofie nováková", None, False),
        ("Old", "organisation", "old", "old", True),
    ]
    person = counter.rows("select id from customers where name = 'Nováková'")[0][0]

    done = counter.import_text(
        "item",
        f"customer_id,customer,sku,description,qualifiers\n,pEK,Čaj-1,Tea,|Blue | red\n{person},nobody,čaj-1,,\n"
        f"{person},,B,,Only\n",
    )
    assert done.stdout == "Added 3 items.\n"
    assert re.fullmatch(r"\d+\tČaj-1\tTea\t\|Blue\|red\t\n", counter.run("item", "list", *pek(counter)).stdout)
    assert counter.rows(
        """select sku, sku_folded, array_agg(q.name order by q.name) from items i join qualifiers q on q.item_id = i.id
            where sku <> 'Čaj-1' group by sku, sku_folded order by sku"""
    ) == [("B", "b", ["Only"]), ("čaj-1", "čaj-1", [""])]

    assert counter.import_text("facility", "name\tdeactivated\nSever\t\nJih\tyes\n").stdout == "Added 2 facilities.\n"
    assert re.sub(r"\d", "", counter.run("facility", "list").stdout) == "\tSever\t\n\tJih\tyes\n"

    done = counter.import_text(
        "contact",
        "customer,code,companyName,Phone Number,zip,is_address_residential,address_status,Default Markup\n"
        "PEK,SUP-Č,Čapek s.r.o.,123,60200,yes,2,12.495\n,,Nobody's,,,,,\n",
    )
    assert done.stdout == "Added 2 contacts.\n"
    assert "\tSUP-Č\tČapek s.r.o.\t\t\t\tPekárna\t12.5\n" in counter.run("contact", "list").stdout
    assert counter.rows(
        """select code, code_folded, phone_number, zip, is_address_residential, address_status,
                  folded ->> 'company_name', default_markup::text
             from contacts order by id"""
    ) == [
        ("SUP-Č", "sup-č", "123", "60200", True, 2, "čapek s.r.o.", "12.50"),
        (None, None, None, None, False, 0, None, "0"),
    ]
    told = counter.rows(
        """select name, count(*) from events where noun in ('contact', 'customer', 'facility', 'item')
            group by name order by name"""
    )
    assert told == [("ContactAdded", 2), ("CustomerAdded", 3), ("FacilityAdded", 2), ("ItemAdded", 3)]


def pek(counter: Counter) -> tuple[str]:
    return (str(counter.rows("select id from customers where external_id = 'PEK'")[0][0]),)


def test_one_bad_row_keeps_the_whole_file_out_and_each_is_told_of_with_its_line(counter: Counter) -> None:
    customers = "name,external_id\nOne,C1\nTwo,C2\nTwice,C2x\n"
    counter.import_text("customer", customers)
    counter.rows("update customers set external_id_folded = 'c2' where external_id = 'C2x' returning 1")
    counter.import_text("item", "customer,sku\nC1,Čaj\n")
    before = counter.counts()

    done = counter.import_text(
        "item",
        "customer_id,customer,sku,qualifiers,deactivated\n"
        ",C1,fine,,\n"
        ",C1,ČAJ,,\n"  # 3: in the book
        ',C1,"new\nlines",,\n'  # 4 and 5
        ",C1,FINE,,\n"  # 6: on line 2
        ",C2,a,,\n"  # 7: ambiguous
        ",C3,a,,\n"  # 8: nobody
        ",,a,,\n"  # 9: nobody
        "999999,,a,,\n"  # 10: nobody
        "x,,a,,\n"  # 11
        ",C1,,,\n"  # 12
        ",C1,q,a|A,maybe\n"  # 13
        ",C1,q,a|A,\n"  # 14
        ",C1,q\n",  # 15
        code=2,
    )

    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "line 3: sku 'ČAJ' is in the book already",
        "line 6: sku 'FINE' is on line 2 already",
        "line 7: customer 'C2': more than one customer has this external id",
        "line 8: customer 'C3': no customer has this external id",
        "line 9: customer is missing",
        "line 10: customer_id '999999' is not in the book",
        "line 11: customer_id 'x' is not a whole number",
        "line 12: sku is missing",
        "line 13: deactivated 'maybe' is neither yes nor no",
        "line 14: qualifiers 'A' is named twice",
        "line 15: it has 3 cells, and there are 5 headings",
        "11 of 13 rows cannot be imported; nothing was changed.",
    ]
    assert counter.counts() == before


@pytest.mark.parametrize(
    "noun, text, told",
    [
        ("customer", "name,external_id\nA,x\nB,X\n", "line 3: external_id 'X' is on line 2 already"),
        ("facility", "name\nÄ\nä\n", "line 3: name 'ä' is on line 2 already"),
        ("contact", "name,code\nA,x\nB,X\n", "line 3: code 'X' is on line 2 already"),
        ("contact", "address_status,name\n3,A\n", "line 2: address_status '3' is none of those that it may be"),
        ("contact", "name,default_markup\nA,30 %\n", "line 2: default_markup '30 %' is not a number such as 12 or 1.5"),
        ("contact", "name,default_markup\nA,-10000000000000\n", "default_markup '-10000000000000' is not between"),
        ("contact", "customer_id,name\n77,A\n", "line 2: customer_id '77' is not in the book"),
        ("contact", "name,code\n,\nA,\n,x\n\n\t,y,z\n", "line 6: it has 3 cells"),
        ("facility", "name\na\x00b\n", "line 2: name 'a\\x00b' has characters that cannot be kept"),
        ("facility", f"name\n{'x' * 256}\n", "is too long"),
        ("item", "customer,sku\n\x00,a\n", "no customer has this external id"),
    ],
)
def test_each_kind_says_what_is_wrong(counter: Counter, noun: str, text: str, told: str) -> None:
    before = counter.counts()
    done = counter.import_text(noun, text, code=2)
    assert told in done.stderr
    assert "nothing was changed" in done.stderr
    assert counter.counts() == before


def test_a_file_that_was_imported_is_refused_the_second_time(counter: Counter) -> None:
    for noun, text in (
        ("customer", "name,external_id\nA,x\n"),
        ("facility", "name\nA\n"),
        ("item", "customer,sku\nx,1\n"),
        ("contact", "customer,name,code\nx,A,c\n"),
    ):
        counter.import_text(noun, text)
        assert "line 2" in counter.import_text(noun, text, code=2).stderr


def test_a_dry_run_checks_and_changes_nothing(counter: Counter) -> None:
    before = counter.counts()
    assert "2 facilities can be added" in counter.import_text("facility", "name\na\nb\n", "--dry-run").stdout
    assert "line 3" in counter.import_text("facility", "name\na\nA\n", "--dry-run", code=2).stderr
    assert counter.counts() == before


def test_a_file_without_rows_adds_nothing(counter: Counter) -> None:
    assert counter.import_text("facility", "name\n").stdout == "Added 0 facilities.\n"


@pytest.mark.parametrize(
    "noun, text, told",
    [
        ("facility", "name,colour\n", "Known are: name, deactivated"),
        ("facility", "deactivated\n", "no column name"),
        ("item", "sku\n", "no column customer_id or customer"),
        ("item", "customer\n", "no column sku"),
        ("customer", "city\n", "no column name"),
        ("customer", b"\xff", "not UTF-8"),
    ],
)
def test_a_file_that_is_not_one_is_refused_in_one_line(
    counter: Counter, noun: str, text: str | bytes, told: str
) -> None:
    done = counter.import_text(noun, text, code=2)
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert counter.run(noun, "import", str(counter.file.parent / "none.csv"), code=2).stdout == ""


def test_of_many_bad_rows_the_first_hundred_are_told(counter: Counter) -> None:
    done = counter.import_text("facility", "name\n" + "same\n" * 151, code=2)
    lines = done.stderr.splitlines()
    assert lines[0] == "line 3: name 'same' is on line 2 already"
    assert len(lines) == 102
    assert lines[100] == "... and 50 more."
    assert lines[101].startswith("150 of 151 rows")


def test_a_terminal_sees_how_far_it_got_and_a_pipe_nothing_but_text(counter: Counter) -> None:
    counter.file.write_text("name\n" + "".join(f"F{n}\n" for n in range(2_500)))
    seen, code = on_a_terminal("facility", "import", str(counter.file), database_url=counter.url)
    assert code == 0, seen
    for doing in ("Reading", "Checking", "Entering"):
        assert doing in seen
    assert "100%" in seen
    assert "Added 2500 facilities." in seen

    assert "\x1b" not in (done := counter.import_text("facility", "name\nG\n")).stdout + done.stderr
    assert done.stderr == ""


def test_a_large_file_is_imported_in_a_moment_and_its_last_row_can_still_refuse_it(counter: Counter) -> None:
    counter.import_text("customer", "name,external_id\nA,x\n")
    before = counter.counts()
    rows = "".join(f"x,SKU-{n},Item {n},|red|blue\n" for n in range(20_000))
    heading = "customer,sku,description,qualifiers\n"

    assert "line 20002: sku 'sku-0' is on line 2 already" in (
        counter.import_text("item", f"{heading}{rows}x,sku-0,,\n", code=2).stderr
    )
    assert counter.counts() == before
    began = time.monotonic()
    counter.import_text("item", heading + rows)
    assert time.monotonic() - began < 15
    assert counter.rows("select count(*) from items") == [(20_000,)]
    assert counter.rows("select count(*) from qualifiers") == [(60_000,)]
    listed = counter.run("item", "list", str(counter.rows("select id from customers")[0][0]))
    assert len(listed.stdout.splitlines()) == 1000
    assert listed.stderr == "Only the first 1000 of 20000 are shown.\n"
