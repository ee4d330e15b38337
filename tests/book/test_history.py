"""History: every state that an order has had is found again, and for each of its fields who set it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Raw
from tests.book.paper import AUTHORS, BEGAN, ITEMS, RATES, TYPES, USERS, Paper

from orderloom.book.costing import CostWish
from orderloom.book.errors import BadInput, StateNotFound
from orderloom.book.events import Author, as_json
from orderloom.book.history import Rewinding, Sought, undone
from orderloom.book.lines import Item, LineWish
from orderloom.book.orders import Wish
from orderloom.book.provenance import OfLine, Origin, Provenance, Tracing
from orderloom.book.purchase_wishes import GoodsWish
from orderloom.book.states import HEAD, LINE, NO_COSTS, LineState, State, TypeName, line_of

BOUNDED = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

# What is wished for

TEXTS = st.sampled_from([None, "", "a", "Žitná", 'x "y"', "\\u0000 [1,2]"])
AMOUNTS = st.sampled_from([None, *map(Decimal, ("0", "5", "5.00", "-0.5", "1E+2", "12345678901234567890.123"))])
PRICES = AMOUNTS.filter(lambda amount: amount is not None)
MOMENTS = st.sampled_from(
    [None, BEGAN, BEGAN + timedelta(microseconds=1), BEGAN.replace(year=1), BEGAN.replace(year=9999)]
)
RAWS = st.sampled_from(
    [None, *(Raw(text) for text in (b"null", b"1", b"1.50", b'"a"', b'{"a":[1,{}]}', b"[]", b"false"))]
)
LEFTOVERS = st.dictionaries(st.sampled_from(["x", "y", "line", ""]), RAWS, max_size=2)
ANN, BEN = AUTHORS
AUTHOR = st.sampled_from(AUTHORS)
ITEM = st.sampled_from([UNSET, None, *(Item(each.id, each.sku) for each in ITEMS.values())])


@st.composite
def some(draw: Any, **fields: st.SearchStrategy[Any]) -> dict[str, Any]:
    """A few of these fields."""
    return {field: draw(fields[field]) for field in draw(st.lists(st.sampled_from([*fields]), max_size=4, unique=True))}


HEADS = some(
    title=TEXTS,
    notes=TEXTS,
    number=TEXTS,
    customer_id=st.sampled_from([None, 1, 2]),
    state=st.sampled_from(["to_execute", "in_progress", "done"]),
    archived=st.booleans(),
    issued_at=MOMENTS,
    required_on=st.sampled_from([None, BEGAN.date()]),
    price_total=AMOUNTS,
)
MEMBERS = some(
    leftovers=LEFTOVERS,
    data=some(text=st.sampled_from([None, "a", ["b", "c"]]), number=st.sampled_from([None, "1.50", 7, "9" * 30])),
    keeps_data=st.booleans(),
)
LINES = some(
    title=TEXTS,
    quantity=AMOUNTS,
    price=AMOUNTS,
    locked=st.booleans(),
    notes=TEXTS,
    expected_at=MOMENTS,
    leftovers=LEFTOVERS,
)
GOODS = some(quantity=AMOUNTS, price=AMOUNTS, notes=TEXTS)
COSTS = some(
    cost=PRICES,
    charge=PRICES,
    estimate_cost=PRICES,
    currency=st.sampled_from(["", *RATES]),
    invest=st.booleans(),
)


def change(paper: Paper, draw: Any) -> None:
    """Make some change to the order; one that is refused leaves no trace."""
    paper.wait(draw(st.integers(1, 3)))
    author = draw(AUTHOR)
    step = draw(st.sampled_from(STEPS)) if paper.is_there else _restore
    try:
        step(paper, draw, author)
    except BadInput:
        return


def _amend(paper: Paper, draw: Any, author: Author) -> None:
    wish, responsible = Wish(**draw(HEADS), **draw(MEMBERS)), None
    if draw(st.booleans()):
        responsible = draw(st.sampled_from(USERS))
        wish = Wish(**_told(wish), responsible_email=responsible and responsible.email)
    paper.amend(wish, draw(st.sampled_from([paper.order.type, *TYPES])), responsible, author)


def _enter_line(paper: Paper, draw: Any, author: Author) -> None:
    item = draw(ITEM)
    paper.enter_line(LineWish(**draw(LINES), item_id=_id(item)), item or None, author)


def _amend_line(paper: Paper, draw: Any, author: Author) -> None:
    item = draw(ITEM)
    paper.amend_line(draw(st.integers(0, 9)), LineWish(**draw(LINES), item_id=_id(item)), item or None, author)


def _amend_whole(paper: Paper, draw: Any, author: Author) -> None:
    stay = draw(st.permutations(range(len(paper.lines))))[: draw(st.integers(0, 3))]
    new = draw(st.lists(st.none(), max_size=2))
    goods = [
        GoodsWish(id=each, wish=LineWish(**draw(GOODS)), item=draw(st.sampled_from([UNSET, None, *ITEMS])))
        for each in draw(st.permutations([*stay, *new]))
    ]
    paper.amend_whole(Wish(**draw(HEADS)), goods, author)


def _price(paper: Paper, draw: Any, author: Author) -> None:
    paper.price(CostWish(**draw(COSTS)), author)


def _name(paper: Paper, draw: Any, author: Author) -> None:
    paper.name(draw(some(erp=st.sampled_from([None, "1", "2"]), shop=st.sampled_from([None, "1"]))), author)


def _delete(paper: Paper, draw: Any, author: Author) -> None:
    paper.delete(author)


def _restore(paper: Paper, draw: Any, author: Author) -> None:
    version = draw(st.sampled_from(paper.versions()))
    paper.restore(Sought(None if not paper.is_there and draw(st.booleans()) else version), author)


STEPS = (_amend, _enter_line, _amend_line, _amend_whole, _price, _name, _delete, _restore)


def _told(wish: Wish) -> dict[str, Any]:
    return {field: value for field in wish.__struct_fields__ if (value := getattr(wish, field)) is not UNSET}


def _id(item: Any) -> Any:
    return item.id if isinstance(item, Item) else item


@st.composite
def papers(draw: Any) -> Paper:
    """An order after a few changes, which came into the book with an event or without."""
    paper = Paper(Wish(**draw(HEADS), **draw(MEMBERS)), told=draw(st.booleans()), author=draw(AUTHOR))
    for _ in range(draw(st.integers(0, 15))):
        change(paper, draw)
    return paper


# What holds


@BOUNDED
@given(papers())
def test_every_state_is_found_again_by_undoing_the_events(paper: Paper) -> None:
    state: State | None = paper.state
    for entry, before in zip(reversed(paper.entries), reversed(paper.states[:-1]), strict=True):
        assert state is not None
        state = undone(state, entry)
        assert state == before


@BOUNDED
@given(papers())
def test_the_state_after_every_version_is_found(paper: Paper) -> None:
    for version in paper.versions():
        assert rewound(paper, Sought(version=version)) == paper.after(version)
    for version in (paper.versions()[0] - 1, paper.versions()[-1] + 1, -(2**70), 2**70):
        with pytest.raises(StateNotFound):
            rewound(paper, Sought(version=version))


@BOUNDED
@given(papers())
def test_the_state_at_every_moment_is_found_where_the_order_was_there(paper: Paper) -> None:
    moments = [entry.at for entry in paper.entries]
    for moment in (*moments, *(each - timedelta(microseconds=1) for each in moments), paper.now + timedelta(days=1)):
        expected = state_at(paper, moment)
        if expected is None:
            with pytest.raises(StateNotFound):
                rewound(paper, Sought(at=moment))
        else:
            assert rewound(paper, Sought(at=moment)) == expected


def test_at_a_moment_an_order_was_as_before_all_that_was_stamped_later() -> None:
    """Two who write at once may be stamped in another order than they were let in."""
    paper = plain(title="a")
    for title in "bcd":
        paper.wait(10)
        paper.amend(Wish(title=title), paper.order.type, None, ANN)
    first, second, third, fourth = paper.entries
    paper.entries = [first, second._replace(at=third.at), third._replace(at=second.at), fourth]

    found = [rewound(paper, Sought(at=moment)).title for moment in (first.at, second.at, third.at, fourth.at)]
    assert found == ["a", "a", "c", "d"]


@BOUNDED
@given(papers())
def test_the_origin_of_every_value_is_the_last_change_that_made_it_different(paper: Paper) -> None:
    tracing = Tracing(paper.state)
    for entry in reversed(paper.entries):
        if tracing.is_done(entry):
            break
    assert flat(tracing.end()) == origins(paper)


@BOUNDED
@given(papers(), st.data())
def test_what_is_restored_is_the_earlier_state_of_the_same_order(paper: Paper, data: Any) -> None:
    earlier = paper.after(data.draw(st.sampled_from(paper.versions())))
    now = paper.state
    paper.restore(Sought(earlier.version), AUTHORS[0])

    after = paper.state
    assert substance(after) == substance(earlier)
    assert (after.id, after.uuid, after.code, after.kind) == (now.id, now.uuid, now.code, now.kind)
    assert (after.created_at, after.created_by) == (now.created_at, now.created_by)
    assert (after.version, after.modified_by) == (now.version + 1, AUTHORS[0].name)
    assert after.modified_at > now.modified_at
    assert undone(after, paper.entries[-1]) == now


def rewound(paper: Paper, sought: Sought) -> State:
    later = [entry.id for entry in paper.entries if sought.at is not None and entry.at > sought.at]
    rewinding = Rewinding(1, paper.state, sought, later=min(later, default=None))
    for entry in reversed(paper.entries):
        if rewinding.arrives(entry):
            return rewinding.state
    return rewinding.end()


def state_at(paper: Paper, moment: Any) -> State | None:
    """The order at the moment, None where it was not there or nobody knows."""
    so_far = [place for place, entry in enumerate(paper.entries, start=1) if entry.at <= moment]
    if so_far:
        return None if paper.entries[so_far[-1] - 1].name == "OrderDeleted" else paper.states[so_far[-1]]
    first = paper.states[0]
    return first if first is not None and first.modified_at <= moment else None


def substance(state: State) -> tuple[Any, ...]:
    """What is restored of an order."""
    own = [getattr(state, field) for field in HEAD]
    lines = [(line.id, line.leftovers, *(getattr(line, field) for field in LINE)) for line in state.lines]
    return own, state.data, state.leftovers, state.external_ids, lines, state.costing


def values(state: State | None) -> dict[tuple[Any, ...], Any]:
    """Everything that is set in the state, by its place."""
    if state is None:
        return {}
    found: dict[tuple[Any, ...], Any] = {("head", field): getattr(state, field) for field in HEAD}
    found |= {("data", name): value for name, value in state.data.items()}
    found |= {("called", source): name for source, name in state.external_ids.items()}
    found |= {("kept", face, name): raw for face, kept in state.leftovers.items() for name, raw in kept.items()}
    for line in state.lines:
        found |= {("line", line.id, field): getattr(line, field) for field in LINE if field != "locked"}
        found |= {("line", line.id, "locked"): line.locked or None}
        found |= {("line", line.id, face, name): x for face, kept in line.leftovers.items() for name, x in kept.items()}
    costs = state.costing or {}
    found |= {("costing", field): value for field, value in costs.items() if value != NO_COSTS[field]}
    return found


def origins(paper: Paper) -> dict[tuple[Any, ...], Origin]:
    """Who set each value that is there, found forwards: whoever made it different last."""
    found: dict[tuple[Any, ...], Origin] = {}
    first = paper.states[0]
    if first is not None:
        entered = Origin(None, None, first.created_at, first.created_by, None)
        found = {place: entered for place, value in values(first).items() if value is not None}
    for entry, before, after in zip(paper.entries, paper.states[:-1], paper.states[1:], strict=True):
        old, new = values(before), values(after)
        origin = Origin(entry.id, entry.version, entry.at, entry.actor, entry.face)
        came = line_ids(after) - line_ids(before)
        for place in {*old, *new}:
            if place[0] == "line" and place[1] in came:
                found.pop(place, None)
            if old.get(place) != new.get(place):
                found[place] = origin
    now = {**values(paper.state), **{("costing", field): 1 for field in NO_COSTS}}
    return {place: origin for place, origin in found.items() if place in now and place[-1] != "responsible_id"}


def line_ids(state: State | None) -> set[int]:
    return set() if state is None else {line.id for line in state.lines}


def flat(provenance: Provenance) -> dict[tuple[Any, ...], Origin]:
    found: dict[tuple[Any, ...], Origin] = {("head", field): each for field, each in provenance.fields.items()}
    found |= {("data", name): each for name, each in provenance.data.items()}
    found |= {("called", source): each for source, each in provenance.external_ids.items()}
    found |= {("kept", face, name): o for face, kept in provenance.leftovers.items() for name, o in kept.items()}
    for line_id, line in provenance.lines.items():
        assert isinstance(line, OfLine)
        found |= {("line", line_id, field): each for field, each in line.fields.items()}
        found |= {("line", line_id, face, name): o for face, kept in line.leftovers.items() for name, o in kept.items()}
    return found | {("costing", field): each for field, each in provenance.costing.items()}


# What it comes down to, one by one


def plain(**wish: Any) -> Paper:
    """An order that was entered like this by Ann, with an event."""
    return Paper(Wish(**wish), told=True, author=ANN)


def at_first(paper: Paper) -> State:
    return rewound(paper, Sought(version=1))


def traced(paper: Paper) -> Provenance:
    tracing = Tracing(paper.state)
    for entry in reversed(paper.entries):
        if tracing.is_done(entry):
            break
    return tracing.end()


def test_a_leftover_that_was_null_is_null_again_and_one_that_was_absent_is_absent() -> None:
    paper = plain(leftovers={"a": Raw(b"null")})
    paper.amend(Wish(leftovers={"a": Raw(b"1"), "b": Raw(b"null"), "c": Raw(b"3")}), TYPES[0], None, ANN)
    assert at_first(paper).leftovers == {"one": {"a": Raw(b"null")}}


def test_leftovers_are_those_of_the_face_that_told_of_them() -> None:
    paper = plain(leftovers={"a": Raw(b"1")})
    paper.amend(Wish(leftovers={"a": Raw(b"2")}), TYPES[0], None, BEN)
    assert paper.state.leftovers == {"one": {"a": Raw(b"1")}, "other": {"a": Raw(b"2")}}
    assert at_first(paper).leftovers == {"one": {"a": Raw(b"1")}}


def test_a_line_that_was_removed_stands_at_its_place_again_with_everything_it_had() -> None:
    paper = plain()
    for title in ("first", "second", "third"):
        paper.enter_line(LineWish(title=title, leftovers={"x": Raw(b"[1]")}), None, BEN)
    before = paper.state.lines
    paper.amend_whole(Wish(), [GoodsWish(id=2), GoodsWish(), GoodsWish(id=0)], ANN)
    assert [line.title for line in paper.state.lines] == ["third", None, "first"]
    assert rewound(paper, Sought(version=4)).lines == before


def test_a_change_of_type_gives_back_the_custom_fields_that_it_took_away() -> None:
    paper = plain(data={"text": "a", "number": "1.50"})
    paper.amend(Wish(data={"text": "b"}), TYPES[1], None, ANN)
    first = at_first(paper)
    assert (first.type, first.data) == (TypeName("a", 1), {"text": Raw(b'"a"'), "number": Raw(b"1.5")})
    assert (paper.state.type, paper.state.data) == (TypeName("a", 2), {"text": Raw(b'"b"')})


def test_costs_that_came_with_the_lines_go_with_them() -> None:
    paper = plain()
    paper.enter_line(LineWish(quantity=Decimal(2), price=Decimal("4.25")), None, ANN)
    assert paper.state.costing is not None
    assert paper.state.costing["cost"] == Decimal("8.50")
    assert at_first(paper).costing is None


def test_what_others_call_an_order_is_part_of_what_it_was() -> None:
    paper = plain()
    paper.name({"erp": "1"}, ANN)
    paper.name({"erp": "2", "shop": "x"}, BEN)
    paper.name({"shop": None}, BEN)
    called = [rewound(paper, Sought(version=version)).external_ids for version in (1, 2, 3, 4)]
    assert called == [{}, {"erp": "1"}, {"erp": "2", "shop": "x"}, {"erp": "2"}]
    assert {source: origin.version for source, origin in traced(paper).external_ids.items()} == {"erp": 3}


def test_an_order_that_is_deleted_at_a_moment_was_not_there_then() -> None:
    paper = plain(title="a")
    paper.wait(10)
    paper.delete(ANN)
    gone_at = paper.now
    paper.wait(10)
    paper.restore(Sought(), BEN)

    assert rewound(paper, Sought(at=gone_at - timedelta(minutes=1))) == paper.after(1)
    assert rewound(paper, Sought(at=paper.now)) == paper.state
    for moment in (gone_at, paper.now - timedelta(minutes=1), BEGAN - timedelta(minutes=1)):
        with pytest.raises(StateNotFound):
            rewound(paper, Sought(at=moment))


def test_nobody_knows_what_an_order_was_like_before_its_first_known_change() -> None:
    paper = Paper(Wish(title="a"), told=False, author=ANN)
    known_since = paper.state.modified_at
    assert rewound(paper, Sought(at=known_since)) == paper.state
    with pytest.raises(StateNotFound):
        rewound(paper, Sought(at=known_since - timedelta(minutes=1)))


def test_who_answered_for_an_order_is_named_by_e_mail_alone_where_an_older_event_told_no_id() -> None:
    paper = plain()
    paper.amend(Wish(responsible_email="two@example.com"), TYPES[0], USERS[1], ANN)
    older = as_json({"responsible": ["one@example.com", "two@example.com"]})
    before = undone(paper.state, paper.entries[-1]._replace(changes=older))
    assert before is not None
    assert (before.responsible, before.responsible_id) == ("one@example.com", None)


def test_the_row_of_a_removed_line_may_keep_its_leftovers_as_text() -> None:
    stamps = {name: Raw(b'"2025-01-01T00:00:00Z"') for name in ("created_at", "modified_at")}
    names = {name: Raw(b'"ann"') for name in ("created_by", "modified_by")}
    for kept in (rb'"{\"one\": {\"a\": 1.50}}"', b'{"one": {"a": 1.50}}'):
        line = line_of({"id": Raw(b"7"), "sku": Raw(b'"S"'), "leftovers": Raw(kept), **stamps, **names})
        assert line == LineState(
            id=7,
            leftovers={"one": {"a": Raw(b"1.50")}},
            created_at=BEGAN,
            created_by="ann",
            modified_at=BEGAN,
            modified_by="ann",
        )


def test_what_was_never_set_has_no_origin_and_what_was_emptied_has_one() -> None:
    paper = plain(title="a", notes="n")
    paper.amend(Wish(title=None), TYPES[0], None, BEN)
    fields = traced(paper).fields
    assert fields.keys() == {"type", "state", "archived", "title", "notes"}
    assert (fields["title"].actor, fields["title"].version) == ("ben", 2)
    assert (fields["notes"].actor, fields["notes"].event_id) == ("ann", 1)


def test_what_came_without_an_event_is_of_whoever_entered_it() -> None:
    paper = Paper(Wish(title="a", leftovers={"x": Raw(b"1")}), told=False, author=ANN)
    paper.amend(Wish(notes="n"), TYPES[0], None, BEN)
    found = traced(paper)
    assert found.fields["title"] == found.leftovers["one"]["x"] == Origin(None, None, BEGAN, "ann", None)
    assert found.fields["notes"] == Origin(1, 6, paper.entries[0].at, "ben", "other")


def test_a_deletion_and_its_undoing_leave_the_origins_as_they_were() -> None:
    paper = plain(title="a")
    before = traced(paper)
    paper.delete(BEN)
    assert traced(paper) == before
    paper.restore(Sought(), BEN)
    assert traced(paper) == before


def test_what_was_restored_is_of_whoever_restored_it() -> None:
    paper = plain(title="a")
    paper.enter_line(LineWish(title="l"), None, ANN)
    paper.amend(Wish(title="b"), TYPES[0], None, ANN)
    paper.amend_whole(Wish(), [], ANN)
    paper.restore(Sought(version=2), BEN)
    found = traced(paper)
    assert (found.fields["title"].actor, found.fields["title"].version) == ("ben", 5)
    assert found.lines[101].fields["title"].actor == "ben"
    assert paper.state.lines[0].modified_by == "ann"
