"""Lists: what a terminal and a pipe are shown of what the book has."""

import io
from contextlib import redirect_stdout

import pytest

from orderloom.book.lists import Page
from orderloom.cli import listing

HEADINGS = ("Id", "SKU")
Capture = pytest.CaptureFixture[str]


class Terminal(io.StringIO):
    """Standard output that says of itself that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def known_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has no colours and is wide enough."""
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "80")


def drawn(*rows: tuple[str, str]) -> list[list[str]]:
    """The cells of the table that a terminal is shown, without the headings."""
    with redirect_stdout(Terminal()) as terminal:
        listing.show(HEADINGS, rows)
    lines = [line for line in terminal.getvalue().splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines]


SQUARE = ("A[red]B", "A[/x]B", "[bold]", "[link=http://example.com]x", ":smile:", "\\[red]")
CONTROLS = ("a\tb", "a\nb", "a\rb", "a\x00b", "a\x1bb", "a\x7fb", "a\x85b", "a\x9bb", "a\u2028b")


@pytest.mark.parametrize("sku", SQUARE)
def test_a_cell_in_square_brackets_is_shown_as_it_is(sku: str) -> None:
    assert drawn(("1", sku)) == [["1", sku]]


@pytest.mark.parametrize("sku", SQUARE)
def test_a_cell_in_square_brackets_is_piped_as_it_is(capsys: Capture, sku: str) -> None:
    listing.show(HEADINGS, [("1", sku)])
    assert capsys.readouterr().out == f"1\t{sku}\n"


@pytest.mark.parametrize("sku", CONTROLS)
def test_a_control_character_moves_no_cursor(sku: str) -> None:
    assert drawn(("1", sku), ("2", "\x1b[31mred")) == [["1", "a b"], ["2", "[31mred"]]


@pytest.mark.parametrize("sku", CONTROLS)
def test_a_control_character_ends_no_cell_and_no_line(capsys: Capture, sku: str) -> None:
    listing.show(HEADINGS, [("1", sku), ("2", "Čaj ☕")])
    assert capsys.readouterr().out == "1\ta b\n2\tČaj ☕\n"


def row(number: int) -> tuple[str]:
    return (str(number),)


@pytest.mark.parametrize("total, told", [(2, ""), (3, "Only the first 2 of 3 are shown.\n")])
def test_a_page_says_how_much_more_there_is(capsys: Capture, total: int, told: str) -> None:
    listing.show_page(("N",), Page(total, [1, 2]), row)
    assert capsys.readouterr() == ("1\n2\n", told)


@pytest.mark.parametrize("count, told", [(2, ""), (3, "Only the first 2 are shown.\n")])
def test_a_list_that_nobody_counted_says_that_there_is_more(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, count: int, told: str
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    listing.show_first(("N",), range(1, count + 1), row)
    assert capsys.readouterr() == ("1\n2\n", told)
