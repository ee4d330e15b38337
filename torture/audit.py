"""What the book holds afterwards, held against what clients were told and against its own history."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

import asyncpg
import msgspec

from torture.journal import Entry, Journal, Outcome

# The fields of orders and lines that are kept under the name by which history tells of them.
_HEAD: Final = (
    *("state", "archived", "number", "title", "external_id", "supplier_reference", "process_id", "process_state"),
    *("notes", "customer_id", "supplier_id", "case_id"),
)
_LINE: Final = ("title", "quantity", "unit", "price", "price_total", "qualifier", "notes", "external_id", "item_id")
# Whatever hangs on an order that is not there.
_ORPHANS: Final = {
    table: f"""select count(*) from {table} t where not exists
                   (select from orders o where o.tenant_id = t.tenant_id and o.id = t.order_id)"""
    for table in ("lines", "costings", "receipts", "number_claims")
}
PLACED, DELETED = "OrderPlaced", "OrderDeleted"


class Told(NamedTuple):
    """One event of an order."""

    id: int
    order_id: int
    name: str
    version: int
    changes: dict[str, Any]


class Findings(NamedTuple):
    """What is wrong, in words: empty lists when all is well. `present` are the writes of unknown outcome that came
    through after all."""

    lost: list[str]
    repeated: list[str]
    half: list[str]
    uninvited: list[str]
    present: int

    def faults(self) -> dict[str, list[str]]:
        """What is wrong, by what kind of wrong it is."""
        return {
            "lost": self.lost,
            "half there": self.half,
            "there twice": self.repeated,
            "there although refused": self.uninvited,
        }


async def audit(url: str, journal: Journal) -> Findings:
    """Look at the whole book. Nobody may be writing meanwhile."""
    db = await asyncpg.connect(url)
    try:
        return await look(db, journal)
    finally:
        await db.close()


async def look(db: Any, journal: Journal) -> Findings:
    """The same through a connection, which sees what its transaction sees."""
    await db.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=msgspec.json.decode, format="text")
    events = await _events(db)
    half = [*await _orphans(db), *_ill_counted(events, await _versions(db))]
    half += [*await _heads_unlike_history(db, events), *await _lines_unlike_history(db, events)]
    half += await _costs_unlike_history(db, events)
    return _held_against(journal, events, half)


async def _events(db: Any) -> list[Told]:
    rows = await db.fetch("select id, noun_id, name, version, changes from events where noun = 'order' order by id")
    return [Told(*row) for row in rows]


async def _versions(db: Any) -> dict[int, int]:
    return {row[0]: row[1] for row in await db.fetch("select id, version from orders")}


async def _orphans(db: Any) -> list[str]:
    counts = {table: await db.fetchval(statement) for table, statement in _ORPHANS.items()}
    return [f"{count} {table} without their order" for table, count in counts.items() if count]


def _ill_counted(events: list[Told], versions: Mapping[int, int]) -> Iterator[str]:
    """Orders whose history does not count up to their version, and histories of orders that are not there."""
    known = _by_order(events)
    for order_id, told in _placed(events):
        counted = [event.version for event in told if event.name != DELETED]
        last = told[-1].version if told[-1].name == DELETED else versions.get(order_id)
        is_there = order_id in versions
        if counted != list(range(1, len(counted) + 1)) or last != counted[-1] or is_there == (told[-1].name == DELETED):
            names = [f"{event.name} {event.version}" for event in told]
            yield f"order {order_id} has the version {versions.get(order_id)}, by its history {names}"
    # Those of the demo book have no beginning in history; all others are younger than the first that has one.
    first = min((order_id for order_id, _ in _placed(events)), default=0)
    for order_id, version in versions.items():
        if order_id >= first and (order_id not in known or known[order_id][0].name != PLACED):
            yield f"order {order_id} has the version {version} and no beginning"


async def _heads_unlike_history(db: Any, events: list[Told]) -> list[str]:
    rows = {row["id"]: row for row in await db.fetch(f"select id, {', '.join(_HEAD)} from orders")}
    wrong = []
    for order_id, told in _placed(events):
        if order_id in rows:
            history = _replayed(told, _HEAD)
            shown = {field: rows[order_id][field] for field in history}
            if shown != history:
                wrong.append(f"order {order_id} is {shown}, by its history {history}")
    return wrong


def _replayed(told: list[Told], fields: tuple[str, ...]) -> dict[str, Any]:
    """What the events of an order make of these fields of its head."""
    values: dict[str, Any] = {}
    for event in told:
        if event.name in ("LineEntered", "LineAmended", DELETED):
            continue
        for field in fields:
            if field in event.changes:
                values[field] = event.changes[field][1]
    return values


async def _lines_unlike_history(db: Any, events: list[Told]) -> list[str]:
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in await db.fetch(f"select order_id, id, {', '.join(_LINE)} from lines order by id"):
        rows[row["order_id"]].append(row)
    there = set(await _versions(db))
    wrong = []
    for order_id, told in _placed(events):
        if order_id in there:
            history = sorted(_lines_by(told), key=str)
            shown = sorted(({field: _plain(row[field]) for field in _LINE} for row in rows[order_id]), key=str)
            if shown != history:
                wrong.append(f"order {order_id} has the lines {shown}, by its history {history}")
    return wrong


def _lines_by(told: list[Told]) -> list[dict[str, Any]]:
    """The lines that the events of an order make."""
    known: dict[Any, dict[str, Any]] = {}
    for event in told:
        changes = event.changes
        if event.name == "LineEntered":
            known[changes["line"]] = _line({}, changes)
        elif event.name == "LineAmended":
            known[changes["line"]] = _line(known.get(changes["line"], {}), changes)
        elif event.name != DELETED:
            for line in changes.get("removed", []):
                known.pop(line["id"], None)
            for each in changes.get("altered", []):
                known[each["line"]] = _line(known.get(each["line"], {}), each)
            for line_id, each in zip(changes.get("entered_ids", []), changes.get("entered", []), strict=True):
                known[line_id] = _line({}, each)
    return list(known.values())


def _line(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    blank = dict.fromkeys(_LINE)
    return blank | dict(before) | {field: _plain(changes[field][1]) for field in _LINE if field in changes}


async def _costs_unlike_history(db: Any, events: list[Told]) -> list[str]:
    rows = {row["order_id"]: row for row in await db.fetch("select * from costings")}
    wrong = []
    for order_id, told in _placed(events):
        history: dict[str, Any] = {}
        for event in told:
            if event.name != DELETED:
                history |= {field: _plain(pair[1]) for field, pair in event.changes.get("costing", {}).items()}
        if told[-1].name == DELETED:
            continue
        shown = {field: _plain(rows[order_id][field]) for field in history} if order_id in rows else {}
        if shown != history:
            wrong.append(f"order {order_id} has the costs {shown}, by its history {history}")
    return wrong


def _plain(value: Any) -> Any:
    """Amounts by their worth, whatever their form; days as text; all else as it is."""
    if isinstance(value, Decimal):
        return value.normalize()
    if isinstance(value, str):
        try:
            return Decimal(value).normalize()
        except ArithmeticError:
            return value
    return value if value is None or isinstance(value, bool | int) else str(value)


def _by_order(events: list[Told]) -> dict[int, list[Told]]:
    found: dict[int, list[Told]] = defaultdict(list)
    for event in events:
        found[event.order_id].append(event)
    return found


def _placed(events: list[Told]) -> Iterator[tuple[int, list[Told]]]:
    """The orders whose whole life is in their history."""
    return ((order_id, told) for order_id, told in _by_order(events).items() if told[0].name == PLACED)


def _held_against(journal: Journal, events: list[Told], half: list[str]) -> Findings:
    versions: dict[str, list[int]] = defaultdict(list)
    for event in events:
        for marker in set(_arrived(event)):
            versions[marker].append(event.version)
    found = Findings([], [], half, [], 0)
    present = 0
    for entry in journal.entries:
        if entry.marker:
            _judge(entry, versions[entry.marker], found)
            present += entry.outcome is Outcome.UNKNOWN and bool(versions[entry.marker])
    _judge_unmarked([entry for entry in journal.entries if not entry.marker], events, found)
    return found._replace(present=present)


def _judge(entry: Entry, versions: list[int], found: Findings) -> None:
    times = len(versions)
    said = f"{entry.face} {entry.what} {entry.marker} of {entry.order_id}: {entry.outcome} {entry.status}"
    if entry.outcome is Outcome.ACKNOWLEDGED:
        if times < entry.copies:
            found.lost.append(f"{said}, found {times} of {entry.copies}")
        elif entry.version is not None and versions != [entry.version]:
            found.lost.append(f"{said} as version {entry.version}, found {versions}")
    if times > entry.copies:
        found.repeated.append(f"{said}, found {times} of {entry.copies}")
    if entry.outcome is Outcome.UNKNOWN and 0 < times < entry.copies and not entry.apart:
        found.half.append(f"{said}, found {times} of {entry.copies}")
    if times and entry.outcome in (Outcome.REFUSED, Outcome.UNSENT):
        found.uninvited.append(f"{said}, found {times}")


def _judge_unmarked(entries: list[Entry], events: list[Told], found: Findings) -> None:
    """Deletions and the like, which carry no text: as many as were acknowledged, or some of unknown outcome more."""
    there: Counter[tuple[str, int | None]] = Counter((event.name, event.order_id) for event in events)
    known = Counter((entry.event, entry.order_id) for entry in entries if entry.outcome is Outcome.ACKNOWLEDGED)
    perhaps = Counter((entry.event, entry.order_id) for entry in entries if entry.outcome is Outcome.UNKNOWN)
    for what in known | perhaps:
        said = f"{what[0]} of {what[1]} was acknowledged {known[what]} times, {perhaps[what]} times unknown"
        if there[what] < known[what]:
            found.lost.append(f"{said}, found {there[what]}")
        if there[what] > known[what] + perhaps[what]:
            found.repeated.append(f"{said}, found {there[what]}")


def _arrived(event: Told) -> Iterator[str]:
    """The texts that a change brought, without those that it replaced."""
    if event.name != DELETED:
        yield from _texts({field: change for field, change in event.changes.items() if field != "removed"})


def _texts(changes: Mapping[str, Any]) -> Iterator[str]:
    for field, change in changes.items():
        if field in ("entered", "altered"):
            for line in change:
                yield from _texts(line)
        elif isinstance(change, dict):
            yield from _texts(change)
        elif isinstance(change, list) and len(change) == 2 and isinstance(change[1], str):
            yield change[1]
