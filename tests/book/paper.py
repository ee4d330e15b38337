"""An order kept on paper: changed by the book's own rules, with a copy of it and the event after each change."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import asdict, replace

from orderloom.book import costing, external_ids, lines, orders, purchases, restoring
from orderloom.book.costing import Costing, CostWish
from orderloom.book.entries import Entry
from orderloom.book.events import Author, as_json
from orderloom.book.fields import accept
from orderloom.book.history import Sought
from orderloom.book.lines import Item, Line, LineWish
from orderloom.book.orders import Order, References, Responsible, Wish
from orderloom.book.purchase_wishes import Found, GoodsWish, KnownItem, PurchaseWish, Reference
from orderloom.book.purchases import Standing, StandingLine
from orderloom.book.states import HEAD, NO_COSTS, LineState, State, TypeName
from orderloom.book.types import FieldDefinition, OrderType
from orderloom.desk import purchases as desk_purchases
from orderloom.desk.line_costs import Followed

BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
FIELDS = (FieldDefinition("text", "string", "Text"), FieldDefinition("number", "number", "Number"))
TYPES = tuple(
    OrderType(id=number, code=code, version=version, kind="purchase", name="T", fields=fields, active=True)
    for number, code, version, fields in ((1, "a", 1, FIELDS), (2, "a", 2, FIELDS[:1]), (3, "b", 1, FIELDS))
)
USERS = (Responsible(1, "one@example.com"), Responsible(2, "two@example.com"), None)
ITEMS = {Reference("id", key, "item"): KnownItem(key, f"SKU-{key}", ("",)) for key in (11, 12)}
AUTHORS = (Author("ann", "one"), Author("ben", "other"))
RATES = {"1/EUR": Decimal("1.21")}


class Paper:
    """The order as it is, the events so far, and the state after each; None for none, before it was entered."""

    def __init__(self, wish: Wish, *, told: bool, author: Author) -> None:
        placed = orders.place(wish, TYPES[0], References(), at=BEGAN, author=author)
        self.order = replace(placed.order, id=1, code="ORD-1")
        self.lines: list[Line] = []
        self.costing = Costing()
        self.names: dict[str, str] = {}
        self.now = BEGAN
        self.entries: list[Entry] = []
        self.states: list[State | None] = []
        self.is_there = True
        self._next_line = 101
        if told:
            self.states.append(None)
            self._tell("OrderPlaced", author, BEGAN, placed.changes)
        else:
            self.order = replace(self.order, version=5, modified_at=BEGAN + timedelta(hours=1), modified_by="import")
            self.now = self.order.modified_at
            self.states.append(self.state)

    @property
    def state(self) -> State:
        """The order whole."""
        return state_of(self.order, self.lines, self.costing, self.names)

    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def amend(self, wish: Wish, order_type: OrderType, responsible: Responsible | None, author: Author) -> None:
        """Change the head."""
        known = References(responsible=responsible)
        self.order, changes = orders.amend(self.order, wish, order_type, known, at=self.now, author=author)
        self._tell("OrderAmended", author, self.order.modified_at, changes)

    def name(self, wished: Mapping[str, str | None], author: Author) -> None:
        """Change what others call it."""
        told = external_ids.differences(self.names, wished)
        self.names = {source: name for source, name in {**self.names, **wished}.items() if name is not None}
        self.order, changes = orders.amend(
            self.order, Wish(), self.order.type, References(), at=self.now, author=author
        )
        self._tell("OrderAmended", author, self.order.modified_at, changes | ({"external_ids": told} if told else {}))

    def price(self, wish: CostWish, author: Author) -> None:
        """Change what it costs."""
        rate = None if wish.currency is msgspec.UNSET else RATES.get(wish.currency)
        after = costing.amend(self.costing, wish, table_rate=rate, job_rate=Decimal(1)).costing
        told = costing.changes(self.costing, after)
        self.order, changes = orders.amend(
            self.order, Wish(), self.order.type, References(), at=self.now, author=author
        )
        self.costing = after
        self._tell("OrderAmended", author, self.order.modified_at, changes | ({"costing": told} if told else {}))

    def enter_line(self, wish: LineWish, item: Item | None, author: Author) -> None:
        """Enter a line by itself."""
        line, changes = lines.enter(1, wish, item, at=self.now, author=author)
        line = replace(line, id=self._new_line())
        costs = self._follow(line)
        self.lines = in_order([*self.lines, line])
        self._tell_of_line("LineEntered", author, line, {**changes, **costs})

    def amend_line(self, number: int, wish: LineWish, item: Item | None, author: Author) -> None:
        """Change a line by itself; nothing if there is none."""
        if self.lines:
            before = self.lines[number % len(self.lines)]
            line, changes = lines.amend(before, wish, item, at=self.now, author=author)
            costs = self._follow(line)
            self.lines = in_order(line if each.id == line.id else each for each in self.lines)
            self._tell_of_line("LineAmended", author, line, {**changes, **costs})

    def amend_whole(self, wish: Wish, goods: list[GoodsWish], author: Author) -> None:
        """Change the head and all lines at once; wished lines count from 0 among those that are there."""
        named = [each if each.id is None else replace(each, id=self.lines[each.id].id) for each in goods]
        standing = Standing(
            None,  # type: ignore[arg-type]
            self.order,
            [StandingLine(**asdict(line)) for line in self.lines],
        )
        found = Found(items=ITEMS)
        # Who sees an order so names no customer and no supplier: what is shown of them is not looked at.
        amended = purchases.amend(
            standing._replace(purchase=_NOBODY), PurchaseWish(head=wish, goods=named), found, at=self.now, author=author
        )
        ids = [self._new_line() for _ in amended.entered]
        entered = iter(ids)
        self.lines = in_order(
            Line(**{field: getattr(each.line, field) for field in Line.__struct_fields__} | {"id": line_id})
            for each in amended.lines
            for line_id in [each.line.id or next(entered)]
        )
        before, self.costing = self.costing, self._costs()
        self.order = amended.order
        told = costing.changes(before, self.costing)
        changes = msgspec.json.decode(
            desk_purchases.told(amended, Followed(told={"costing": told} if told else {})), type=dict[str, msgspec.Raw]
        )
        self._tell("OrderAmended", author, self.order.modified_at, changes | ({"entered_ids": ids} if ids else {}))

    def delete(self, author: Author) -> None:
        """Delete the order; its last state is what the event keeps."""
        if self.is_there:
            self.is_there = False
            self._keep("OrderDeleted", author, self.now, {"order": {"anything": 1}}, self.order.version)

    def restore(self, sought: Sought, author: Author) -> None:
        """Bring it back to the state after a version, which it has had, or as it is."""
        earlier = self.state if sought.version is None else self.after(sought.version)
        restored = restoring.restored(self.state, earlier, at=self.now, author=author)
        self.is_there = True
        self.order, self.lines, self.costing = parts_of(restored.state)
        self.names = dict(restored.state.external_ids)
        assert self.state == restored.state
        self._tell("OrderRestored", author, self.order.modified_at, restored.changes)

    def after(self, version: int) -> State:
        """The state after this version, which the order has had."""
        return next(state for state in self.states if state is not None and state.version == version)

    def versions(self) -> list[int]:
        return sorted({state.version for state in self.states if state is not None})

    def _new_line(self) -> int:
        self._next_line += 1
        return self._next_line - 1

    def _follow(self, line: Line) -> dict[str, Any]:
        before, self.costing = self.costing, self._costs(line)
        self.order = replace(self.order, version=self.order.version + 1)
        told = costing.changes(before, self.costing)
        return {"costing": told} if told else {}

    def _costs(self, changed: Line | None = None) -> Costing:
        others = [line for line in self.lines if changed is None or line.id != changed.id]
        total = lines.total(others if changed is None else [*others, changed])
        return costing.from_lines(self.costing, total, job_rate=Decimal(1))

    def _tell_of_line(self, name: str, author: Author, line: Line, changes: Mapping[str, Any]) -> None:
        self._tell(name, author, line.modified_at, {"line": line.id, **changes})

    def _tell(self, name: str, author: Author, at: datetime, changes: Mapping[str, Any]) -> None:
        self._keep(name, author, at, changes, self.order.version)

    def _keep(self, name: str, author: Author, at: datetime, changes: Mapping[str, Any], version: int) -> None:
        self.now = max(self.now, at)
        entry = Entry(len(self.entries) + 1, at, author.name, author.face, name, version, as_json(changes))
        self.entries.append(entry)
        self.states.append(self.state)


def state_of(order: Order, of_order: list[Line], costs: Costing, names: Mapping[str, str]) -> State:
    """The state that these parts make."""
    record = {**costing.record(costs), "supply_type": None, "sent_on": None, "final_invoice_on": None}
    plain = {field: getattr(order, field) for field in HEAD if field != "type"}
    stamps = ("id", "code", "kind", "created_at", "created_by", "modified_at", "modified_by", "version")
    return State(
        **plain,
        **{field: getattr(order, field) for field in stamps},
        uuid=UUID(int=1),
        type=TypeName(order.type.code, order.type.version),
        data=_members(order.data),
        leftovers=_leftovers(order.leftovers),
        external_ids=names,
        lines=tuple(_line_state(line) for line in of_order),
        costing=None if record == NO_COSTS else record,
    )


def parts_of(state: State) -> tuple[Order, list[Line], Costing]:
    """The other way round."""
    order_type = next(each for each in TYPES if TypeName(each.code, each.version) == state.type)
    plain = {field: getattr(state, field) for field in Order.__struct_fields__ if field not in _OTHERWISE}
    order = Order(
        type=order_type, type_id=order_type.id, data=_text(state.data), leftovers=_text(state.leftovers), **plain
    )
    of_order = [
        Line(**(asdict(line) | {"order_id": state.id, "leftovers": _text(line.leftovers)})) for line in state.lines
    ]
    costs = dict(state.costing or NO_COSTS)
    groups = {
        "actual": costing.CostGroup(*(costs[slot] for slot in costing.CostGroup.__struct_fields__)),
        "estimate": costing.CostGroup(*(costs[f"estimate_{slot}"] for slot in costing.CostGroup.__struct_fields__)),
    }
    own = {field: groups.get(field, costs.get(field)) for field in Costing.__struct_fields__}
    return order, of_order, Costing(**own)


def in_order(several: Any) -> list[Line]:
    return sorted(several, key=lambda line: (line.position is None, line.position or 0, line.id))


def accepted(order_type: OrderType, given: Mapping[str, object]) -> bool:
    """Whether the type takes these custom fields."""
    return not accept(order_type, given)[1]


_OTHERWISE = ("type", "type_id", "data", "leftovers")
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_leftovers = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]]).decode
_NOBODY: Any = type("Nobody", (), {"customer": None, "supplier": None})


def _line_state(line: Line) -> LineState:
    fields = {field: getattr(line, field) for field in LineState.__struct_fields__ if field not in ("sku", "leftovers")}
    return LineState(**fields, leftovers=_leftovers(line.leftovers))


def _text(members: Any) -> str:
    return msgspec.json.encode(members).decode()
