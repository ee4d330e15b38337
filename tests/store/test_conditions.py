"""Conditions against PostgreSQL: each operator on each type, beside a model of what the book means by it."""

import operator
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any, Final, NamedTuple

import pytest

from orderloom.book import conditions
from orderloom.book.conditions import ALWAYS, NEVER, AllOf, AnyOf, Condition, Operator, Pattern
from orderloom.book.lists import Sort
from orderloom.desk.desk import Desk
from orderloom.store.conditions import BEGINNING, Field, compiled, ordered, text_of
from orderloom.store.folding import folded, folded_text
from orderloom.store.pool import Db

TEXT: Final = text_of("t", "text")
FIELDS: Final = {
    "text": TEXT,
    "begun": TEXT._replace(beginning=f'(left({TEXT.sql}, {BEGINNING}) collate "C")'),
    "copied": Field("t.copied", "text"),
    "number": Field("t.number", "numeric"),
    "whole": Field("t.whole", "bigint"),
    "moment": Field("t.moment", "timestamptz"),
    "flag": Field("t.flag", "boolean"),
    "sure": Field("coalesce(t.flag, false)", "boolean", nullable=False),
}
EPOCH: Final = datetime(2024, 4, 1, tzinfo=UTC)
LAST: Final = "\U0010ffff"
LONG: Final = "Ž" + "x" * 300
# Longer once it is folded than before, so that its beginning ends somewhere else.
GROWING: Final = "ß" * 150 + "Ab"
TEXTS: Final = (
    None,
    "",
    " ",
    "abc",
    "ABC",
    "abcd",
    "xabc",
    "xabcy",
    "a%c",
    "a_c",
    "a\\c",
    "a%",
    "%",
    "_",
    "\\",
    "*",
    "Čaj",
    "čaj",
    "STRASSE",
    "Straße",
    "ÅNGSTRÖM",
    "Ωmega",
    "İ",
    "\ud7ff",
    "\ue000",
    LAST,
    LAST + "a",
    "z" * (BEGINNING - 1),
    "z" * BEGINNING,
    "z" * (BEGINNING + 1),
    "z" * (BEGINNING - 1) + LAST + "z",
    LONG,
    LONG.lower() + "y",
    GROWING,
    "ss" * 150 + "aB",
)
NUMBERS: Final = (None, Decimal(-1), Decimal(0), Decimal("1.50"), Decimal("1.5000001"), Decimal(10) ** 20)
WHOLES: Final = (None, -1, 0, 7, 2**62)
MOMENTS: Final = (None, EPOCH, EPOCH + timedelta(microseconds=1), EPOCH - timedelta(days=3650))
FLAGS: Final = (None, True, False)
COMPARED: Final[dict[Operator, Callable[[Any, Any], bool]]] = {
    Operator.EQUAL: operator.eq,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


class Row(NamedTuple):
    """What stands in one row of the table."""

    id: int
    text: str | None = None
    number: Decimal | None = None
    whole: int | None = None
    moment: datetime | None = None
    flag: bool | None = None

    def value(self, field: str) -> Any:
        """What the field is, as texts are compared."""
        found = {"begun": self.text, "copied": self.text, "sure": bool(self.flag)}.get(
            field, getattr(self, field, None)
        )
        return found.casefold() if isinstance(found, str) else found


def all_rows() -> list[Row]:
    """Every value of every type in some row, none of them without company of nulls."""
    length = max(map(len, (TEXTS, NUMBERS, WHOLES, MOMENTS, FLAGS)))
    return [
        Row(
            place + 1,
            TEXTS[place % len(TEXTS)],
            NUMBERS[place % len(NUMBERS)],
            WHOLES[place % len(WHOLES)],
            MOMENTS[place % len(MOMENTS)],
            FLAGS[place % len(FLAGS)],
        )
        for place in range(length)
    ]


ROWS: Final = all_rows()


@pytest.fixture(scope="module")
async def db(desk: Desk) -> AsyncIterator[Db]:
    """A table of those rows, with the folded copy of the text in a column of its own."""
    async with desk.pool.transaction() as db:
        await db.execute(
            """create temporary table t (id bigint, text text, folded jsonb, copied text,
                                         number numeric, whole bigint, moment timestamptz, flag boolean)
               on commit drop"""
        )
        for row in ROWS:
            await db.execute(
                """insert into t (id, text, number, whole, moment, flag, folded, copied)
                   values ($1, $2, $3, $4, $5, $6, $7, $8)""",
                *row,
                folded([("text", row.text)]),
                row.text and folded_text(row.text),
            )
        yield db


async def found(db: Db, condition: Condition) -> list[int]:
    """The ids of the rows for which the condition holds."""
    arguments: list[Any] = []
    where = compiled(condition, FIELDS, arguments)
    statement = f"select t.id from t where {where} order by t.id"  # noqa: S608 - what is tested
    return [row[0] for row in await db.fetch(statement, *arguments)]


def meant(test: conditions.Test) -> list[int]:
    """The ids of the rows for which it holds, by the words of `Operator`."""
    return [row.id for row in ROWS if holds(test.operator, row.value(test.field), test.value)]


def holds(by: Operator, value: Any, asked: Any) -> bool:
    if by is Operator.EMPTY:
        return value in (None, "")
    if by is Operator.FILLED:
        return value not in (None, "")
    if by is Operator.UNLIKE:
        return not holds(Operator.LIKE, value, asked)
    if by is Operator.OUT:
        return not holds(Operator.IN, value, asked)
    if by is Operator.DIFFERS:
        return not holds(Operator.EQUAL, value, asked)
    if value is None:
        return False
    if by is Operator.IN:
        return value in [plain(each) for each in asked]
    if by is Operator.LIKE:
        return fits(value, asked)
    return COMPARED[by](value, plain(asked))


def fits(value: str, pattern: Pattern) -> bool:
    text = pattern.text.casefold()
    if not (pattern.open_start or pattern.open_end):
        return text == value
    if pattern.open_start and pattern.open_end:
        return text in value
    return value.endswith(text) if pattern.open_start else value.startswith(text)


def plain(asked: Any) -> Any:
    return asked.casefold() if isinstance(asked, str) else asked


VALUES: Final[dict[str, tuple[Any, ...]]] = {
    "text": TEXTS[1:],
    "begun": TEXTS[1:],
    "copied": TEXTS[1:],
    "number": (*NUMBERS[1:], Decimal("1.5"), Decimal(2)),
    "whole": (*WHOLES[1:], 8),
    "moment": (*MOMENTS[1:], EPOCH + timedelta(days=1)),
    "flag": (True, False),
    "sure": (True, False),
}


# Flags have no order.
COMPARISONS: Final = [
    (by, field)
    for by, field in product([*COMPARED, Operator.DIFFERS], VALUES)
    if FIELDS[field].type != "boolean" or by in (Operator.EQUAL, Operator.DIFFERS)
]


@pytest.mark.parametrize("by, field", COMPARISONS, ids=lambda each: getattr(each, "name", each))
async def test_a_comparison_with_a_value_finds_what_the_book_means(db: Db, by: Operator, field: str) -> None:
    for value in VALUES[field]:
        test = conditions.Test(field, by, value)
        assert await found(db, test) == meant(test), test


@pytest.mark.parametrize("field", ["text", "begun", "copied", "number", "whole", "moment"])
@pytest.mark.parametrize("by", [Operator.IN, Operator.OUT], ids=lambda by: by.name)
async def test_a_list_is_met_by_each_of_its_values_and_nothing_is_in_none(db: Db, by: Operator, field: str) -> None:
    values = VALUES[field]
    for asked in ((), values[:1], values[1:3], values):
        test = conditions.Test(field, by, asked)
        assert await found(db, test) == meant(test), test
    assert await found(db, conditions.Test(field, Operator.IN, ())) == []
    assert len(await found(db, conditions.Test(field, Operator.OUT, ()))) == len(ROWS)


@pytest.mark.parametrize("field", VALUES)
@pytest.mark.parametrize("by", [Operator.EMPTY, Operator.FILLED], ids=lambda by: by.name)
async def test_a_text_is_empty_too_if_it_has_no_characters(db: Db, by: Operator, field: str) -> None:
    test = conditions.Test(field, by)
    assert await found(db, test) == meant(test)


ENDS: Final = [(True, False), (False, True), (True, True), (False, False)]


@pytest.mark.parametrize("field", ["text", "begun", "copied"])
@pytest.mark.parametrize("by", [Operator.LIKE, Operator.UNLIKE], ids=lambda by: by.name)
@pytest.mark.parametrize("ends", ENDS, ids=["*x", "x*", "*x*", "x"])
async def test_a_pattern_finds_what_the_book_means(db: Db, by: Operator, field: str, ends: tuple[bool, bool]) -> None:
    asked = (*TEXTS[1:], "B", "ČA", "AJ", "ss", "%c", "z" * BEGINNING + "Z", LONG[:BEGINNING], LONG[: BEGINNING + 1])
    for text in asked:
        test = conditions.Test(field, by, Pattern(text, *ends))
        assert await found(db, test) == meant(test), test


async def texts(db: Db, condition: Condition) -> set[str | None]:
    """What the rows say for which the condition holds."""
    return {ROWS[place - 1].text for place in await found(db, condition)}


@pytest.mark.parametrize("field", ["text", "begun", "copied"])
async def test_percent_underscore_and_backslash_mean_themselves(db: Db, field: str) -> None:
    def like(text: str, open_start: bool, open_end: bool) -> Condition:
        return conditions.Test(field, Operator.LIKE, Pattern(text, open_start, open_end))

    assert await texts(db, like("A%", False, True)) == {"a%c", "a%"}
    assert await texts(db, like("_C", True, False)) == {"a_c"}
    assert await texts(db, like("\\", True, True)) == {"a\\c", "\\"}
    assert await texts(db, like("*", True, True)) == {"*"}
    assert await texts(db, conditions.Test(field, Operator.EQUAL, "_")) == {"_"}


@pytest.mark.parametrize("field", ["text", "begun", "copied"])
async def test_case_is_ignored_beyond_ascii(db: Db, field: str) -> None:
    assert await texts(db, conditions.Test(field, Operator.EQUAL, "ČAJ")) == {"Čaj", "čaj"}
    assert await texts(db, conditions.Test(field, Operator.IN, ("strasse", "ångström"))) == {
        "STRASSE",
        "Straße",
        "ÅNGSTRÖM",
    }
    assert await texts(db, conditions.Test(field, Operator.LIKE, Pattern("ωM", False, True))) == {"Ωmega"}


async def test_texts_that_begin_alike_are_told_apart_by_what_comes_after(db: Db) -> None:
    longer = "Z" * (BEGINNING + 1)
    assert await texts(db, conditions.Test("begun", Operator.EQUAL, longer)) == {longer.lower()}
    assert await texts(db, conditions.Test("begun", Operator.IN, (longer, "abc"))) == {longer.lower(), "abc", "ABC"}
    assert await texts(db, conditions.Test("begun", Operator.LIKE, Pattern(longer, False, True))) == {longer.lower()}
    assert await texts(db, conditions.Test("begun", Operator.EQUAL, "SS" * 150 + "AB")) == {
        GROWING,
        "ss" * 150 + "aB",
    }


async def test_all_of_and_any_of_hold_as_their_parts_do(db: Db) -> None:
    small = conditions.Test("number", Operator.LESS, Decimal(1))
    on = conditions.Test("flag", Operator.EQUAL, True)
    late = conditions.Test("moment", Operator.AT_LEAST, EPOCH)
    ids = {row.id for row in ROWS}
    one, two, three = (set(meant(each)) for each in (small, on, late))

    assert set(await found(db, AllOf((small, AnyOf((on, late)))))) == one & (two | three)
    assert set(await found(db, AnyOf((AllOf((small, on)), late)))) == (one & two) | three
    assert one & two != one & (two | three)
    assert set(await found(db, ALWAYS)) == ids
    assert await found(db, NEVER) == []
    assert set(await found(db, AnyOf((NEVER, AllOf((ALWAYS, small)))))) == one


async def test_a_test_of_a_part_is_asked_inside_the_thing(db: Db) -> None:
    within = "exists (select from (values (t.whole), (5)) v(n) where {})"
    fields = {"some": Field("v.n", "bigint", within=within)}
    for asked, expected in ((5, len(ROWS)), (7, len([row for row in ROWS if row.whole == 7])), (6, 0)):
        arguments: list[Any] = []
        where = compiled(conditions.Test("some", Operator.EQUAL, asked), fields, arguments)
        statement = f"select t.id from t where {where}"  # noqa: S608 - what is tested
        assert len(await db.fetch(statement, *arguments)) == expected


async def test_of_one_that_is_not_there_nothing_holds_but_that_it_is_not_so(db: Db) -> None:
    within = "t.id in (select v.id from t v where v.copied is not null and {})"
    one = {"text": Field("v.copied", "text", nullable=False, within=within, of_one=True)}
    for by, value in (
        *((by, "abc") for by in (*COMPARED, Operator.DIFFERS)),
        *((by, ("abc", "čaj")) for by in (Operator.IN, Operator.OUT)),
        *((by, Pattern("a", False, True)) for by in (Operator.LIKE, Operator.UNLIKE)),
        (Operator.EMPTY, None),
        (Operator.FILLED, None),
    ):
        test, arguments = conditions.Test("text", by, value), list[Any]()
        where = compiled(test, one, arguments)
        rows = await db.fetch(f"select t.id from t where {where} order by t.id", *arguments)  # noqa: S608
        assert [row[0] for row in rows] == meant(test), test


async def test_a_text_without_a_folded_copy_is_found_as_it_is_written_and_without_the_case_of_ascii(db: Db) -> None:
    kept = {"text": Field('lower(t.text collate "C")', "text", keeps_case=True)}
    for asked, expected in (
        ("Čaj", {"Čaj"}),
        ("ČAJ", {"Čaj"}),
        ("čaj", {"čaj"}),
        ("aBC", {"abc", "ABC"}),
        ("ÅNGSTRÖM", {"ÅNGSTRÖM"}),
    ):
        for test in (
            conditions.Test("text", Operator.EQUAL, asked),
            conditions.Test("text", Operator.IN, (asked,)),
            conditions.Test("text", Operator.LIKE, Pattern(asked, False, False)),
        ):
            arguments: list[Any] = []
            where = compiled(test, kept, arguments)
            rows = await db.fetch(f"select t.text from t where {where}", *arguments)  # noqa: S608
            assert {row[0] for row in rows} == expected, test


def test_texts_have_one_order_whatever_the_databases_own_is() -> None:
    # Said by the text of the SQL: the PostgreSQL of the tests has no other order than this.
    for by in (Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST):
        assert 'collate "C"' in compiled(conditions.Test("copied", by, "x"), FIELDS, [])
    assert 'collate "C"' in ordered([Sort(("copied",))], FIELDS).keys[0].sql


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "pair", list(product(["text", "copied", "number", "moment", "flag"], ["whole", "sure"])), ids="-".join
)
async def test_lists_are_sorted_by_one_field_after_the_other_and_then_by_id(
    db: Db, pair: tuple[str, str], descending: bool
) -> None:
    sorts = [Sort((pair[0],), descending=descending), Sort((pair[1],), descending=not descending)]
    by = ordered(sorts, FIELDS)
    keys = ", ".join([*(f"{key.sql} {key.way}" for key in by.keys), f"t.id {by.way}"])
    rows = await db.fetch(f"select t.id from t order by {keys}")  # noqa: S608 - what is tested

    expected = sorted(ROWS, key=lambda row: row.id)
    for sort in reversed(sorts):
        # What nothing is set in stands first, and last the other way round.
        expected.sort(key=lambda row: key(row.value(sort.fields[0])), reverse=sort.descending)
    assert [row[0] for row in rows] == [row.id for row in expected]


def key(value: Any) -> tuple[bool, Any]:
    return (value is not None, 0 if value is None else value)
