"""Filters that users write all day, and how PostgreSQL finds what they select."""

import itertools
import re
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import msgspec

from bench import purchases
from orderloom.book.lists import Cut, Page
from orderloom.demo.records import BEGAN_AT
from orderloom.desk.desk import Desk
from orderloom.dialects.contract import Call, Origin
from orderloom.dialects.extensiv import properties, rql
from orderloom.dialects.synergist import lists
from orderloom.dialects.synergist.parameters import Parameters
from orderloom.store import costed as costed_store
from orderloom.store import purchases as purchase_store
from orderloom.store.pool import Pool, connect

ROWS: Final = 100
RUNS: Final = 9
# What stands in a filter for what only the database knows: a purchase's UUID, and an hour before the last change.
UUID: Final = "<uuid>"
LATELY: Final = "<lately>"
_DAY_S: Final = 24 * 60 * 60
_A_WEEK_IN: Final = int(BEGAN_AT.timestamp()) + 7 * _DAY_S
_NUMBER: Final = 32
_JOB: Final = purchases.job_code(purchases.phase_of(_NUMBER))
_PHASE: Final = purchases.phase_code(purchases.phase_of(_NUMBER))
_SUPPLIER: Final = f"SUP-{purchases.supplier_of(_NUMBER)}"


class Filter(NamedTuple):
    """What a user asks for, in the words of a face."""

    face: str
    name: str
    text: str


def _asked(name: str, **parameters: object) -> Filter:
    return Filter("synergist", name, urlencode({"rows": ROWS} | parameters, safe="<>"))


# What each face is asked all day, and its list without any filter.
FILTERS: Final = (
    Filter("extensiv", "all", ""),
    Filter("extensiv", "customer", "customeridentifier.id==17"),
    Filter("extensiv", "customer, open", "customeridentifier.id==17;readonly.closed==false"),
    Filter("extensiv", "open", "readonly.closed==false"),
    Filter("extensiv", "number", "purchaseordernumber==PO-711"),
    Filter("extensiv", "number, its beginning", "purchaseordernumber==PO-71*"),
    Filter("extensiv", "external id", "externalid==EXT-711"),
    Filter("extensiv", "one of several external ids", "externalid=in=(EXT-1,EXT-711,EXT-815)"),
    Filter("extensiv", "created in a week", "readonly.creationdate=ge=2016-05-20;readonly.creationdate=lt=2016-05-27"),
    Filter(
        "extensiv",
        "modified in a week",
        "readonly.lastmodifieddate=ge=2016-05-20;readonly.lastmodifieddate=lt=2016-05-27",
    ),
    Filter("extensiv", "supplier code", "supplier.code==SUP-42"),
    Filter("extensiv", "sku on a line", "lineitems.itemidentifier.sku==SKU-17-3"),
    Filter("extensiv", "customer's name", "customeridentifier.name==Customer 17"),
    _asked("all"),
    _asked("all, by description", sort="DESCRIPTION"),
    _asked("phase", jobphase=_PHASE),
    _asked("phase, dearest first", jobphase=_PHASE, sort="COST ACTUAL", dir="DESC"),
    _asked("job", job=_JOB),
    _asked("supplier", supplier=_SUPPLIER),
    _asked("phase and supplier", jobphase=_PHASE, supplier=_SUPPLIER),
    _asked("uuid", uuid=UUID),
    _asked("a number in a text", search="PO-711"),
    _asked("a word that nothing has", search="varnish"),
    _asked("modified in a week", timestampfrom=_A_WEEK_IN, timestampto=_A_WEEK_IN + 7 * _DAY_S),
    _asked("modified since the first week", timestampfrom=_A_WEEK_IN),
    _asked("modified in the last hour", timestampfrom=LATELY),
    _asked("phase, modified since", jobphase=_PHASE, timestampfrom=_A_WEEK_IN),
)


class Finding(msgspec.Struct):
    """How a filter was answered: how many it selects, the time of its page of 100 in ms, and the plan."""

    face: str
    name: str
    total: int
    ms: float
    lines: list[str]

    @property
    def by_index(self) -> bool:
        """Whether no step reads a whole table of orders, lines or costings, or many rows in vain."""
        in_vain = max((int(rows) for rows in _IN_VAIN.findall("\n".join(self.lines))), default=0)
        whole = any(f"Seq Scan on {table}" in line for line in self.lines for table in _LARGE)
        return not whole and in_vain <= MOST_IN_VAIN


# An index that gives the order of the list but not what is selected is walked until the page is full.
MOST_IN_VAIN: Final = 1_000
_IN_VAIN: Final = re.compile(r"Rows Removed by (?:Filter|Index Recheck): ([0-9]+)")
_LARGE: Final = ("orders", "lines", "costings")

List = Callable[[Any], Awaitable[Page[Any]]]
"""Asks a database for the page that a filter selects."""


async def find(url: str, tenant_id: int) -> list[Finding]:
    """How each filter is answered, after it has been asked often enough for the database to settle on a plan."""
    return [await _found(url, tenant_id, each) for each in FILTERS]


async def _found(url: str, tenant_id: int, asked: Filter) -> Finding:
    """The same of one filter, on a connection of its own: two may be one statement, and would share a plan there."""
    pool = await connect(url, size=1)
    try:
        known = dict(zip((UUID, LATELY), await pool.fetchrow(_KNOWN, tenant_id), strict=True))
        return await _finding(pool, asked, _list(asked, tenant_id, known, pool))
    finally:
        await pool.close()


_KNOWN: Final = """
select min(o.uuid::text), (extract(epoch from max(o.modified_at))::bigint - 3600)::text
  from orders o where o.tenant_id = $1"""


async def _finding(pool: Pool, asked: Filter, ask: List) -> Finding:
    times = []
    for _ in range(RUNS):
        began_at = time.perf_counter()
        page = await ask(pool)
        times.append((time.perf_counter() - began_at) * 1000)
    explaining = Explaining(pool)
    with suppress(IndexError):
        await ask(explaining)
    return Finding(asked.face, asked.name, page.total, statistics.median(times), explaining.lines)


def _list(asked: Filter, tenant_id: int, known: dict[str, str], pool: Pool) -> List:
    """What the face makes of the filter, as far as the store is concerned."""
    if asked.face == "extensiv":
        where = rql.condition(asked.text, properties.PURCHASE_ORDERS)
        return lambda db: purchase_store.page(db, tenant_id, where=where, sorts=(), cut=Cut(ROWS), up_to=None)
    query = asked.text
    for place, value in known.items():
        query = query.replace(place, value)
    call = Call("GET", {}, query.encode(), {}, Desk(pool), tenant_id, {}, Origin("http", "bench.test", "127.0.0.1"))
    given = Parameters(call)
    chosen, sorts, part = lists.chosen(given), lists.sorts(given), lists.part(given)
    assert chosen is not None
    return lambda db: costed_store.page(db, tenant_id, chosen, sorts, part.cut, up_to=None)


class Explaining:
    """Stands where a pool does and keeps the plan instead of the rows.

    It is the plan that is run once the statement has been used for a while: one that is planned with its values in
    sight, as `explain` by itself would, may be another.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.lines: list[str] = []

    async def search(self, query: str, *args: Any) -> list[Any]:
        await self._pool.execute(f"prepare asked as {query}")
        asked = f"execute asked({', '.join(map(_literal, args))})"
        for _ in range(RUNS):
            await self._pool.execute(asked)
        rows = await self._pool.fetch(f"explain (analyze, costs off, timing off, summary off) {asked}")
        await self._pool.execute("deallocate asked")
        self.lines = list(itertools.takewhile(lambda line: not line.startswith("Planning"), (row[0] for row in rows)))
        return []


def _literal(value: Any) -> str:
    """The value as SQL, without a type unless it is an array: it gets that of the parameter."""
    if isinstance(value, list):
        return f"array[{', '.join(map(_literal, value))}]"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
