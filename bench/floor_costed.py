"""The floor of Synergist's purchases: one, a page, a search, and an estimated cost whose charge follows."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec

from bench import statements
from bench.scene import PAGE_SIZE
from bench.traffic_costed import LONG_PAGE
from orderloom.dialects.synergist.shapes import Amounts, Details, InList, Read, Written

PURCHASES: Final = "/jsonapi/purchases.json"
BY: Final = "floor"
DONE: Final = "data processed successfully."
Fetch = Callable[..., Awaitable[Any]]


class Record(msgspec.Struct):
    """A line of what an update is told."""

    poInternal: int
    poEstCost: Decimal


class Input(msgspec.Struct):
    data: list[Record]


_input: Final = msgspec.json.Decoder(Input).decode
# Amounts come out with all the digits that the database has of them, which saves cutting off the zeros.
_encode: Final = msgspec.json.Encoder(decimal_format="number").encode
_CENT: Final = Decimal("0.01")
_VERSION: Final = msgspec.Raw(b"3.8")
ONE: Final = statements.one_costed()
OF_PHASE: Final = statements.page_of_costed(LONG_PAGE)
SEARCH: Final = statements.search_of_costed(PAGE_SIZE)
UPDATE: Final = statements.update_costed()


class Floor:
    """Answers what the load asks of purchases and their costs, and nothing else."""

    def __init__(self, fetch: Fetch, fetchrow: Fetch, tenant_id: int) -> None:
        self.fetch = fetch
        self.fetchrow = fetchrow
        self.tenant_id = tenant_id

    async def answer(self, query: bytes, body: bytes | None) -> tuple[int, bytes]:
        """Status and JSON of a read, or of an update if there is a body."""
        asked = dict(parse_qsl((query if body is None else body).decode()))
        if body is not None:
            return await self.update(_input(asked["input"]).data[0])
        if "purchase" in asked:
            row = await self.fetchrow(ONE, self.tenant_id, int(asked["purchase"]))
            return (200, _read(1, [_details(row)], 0)) if row else (404, b"{}")
        rows = await self.page(asked)
        return 200, _read(rows[0][-1], [_listed(row) for row in rows], int(asked["rows"]))

    async def page(self, asked: dict[str, str]) -> Any:
        phase, supplier = asked["jobphase"], asked.get("supplier")
        if supplier is None:
            return await self.fetch(OF_PHASE, self.tenant_id, phase)
        first, behind = _at(int(asked["timestampfrom"])), _at(int(asked["timestampto"]) + 1)
        return await self.fetch(SEARCH, self.tenant_id, phase, supplier, supplier.lower(), first, behind)

    async def update(self, told: Record) -> tuple[int, bytes]:
        row = await self.fetchrow(ONE, self.tenant_id, told.poInternal)
        if row is None:
            return 404, b"{}"
        now, cost = datetime.now(UTC), told.poEstCost
        charge = _money(cost * (1 + row[54] / 100))
        currency_cost, job_charge = _money(cost * row[43]), _money(charge * row[33])
        amounts = (cost, currency_cost, charge, job_charge)
        version = (await self.fetchrow(UPDATE, self.tenant_id, told.poInternal, now, BY, *amounts))[0]
        values = (
            *row[42:48],
            *row[47:52],
            cost,
            currency_cost,
            row[54],
            charge,
            job_charge,
            *row[57:],
            row[1],
            _uuid(row[31]),
            int(now.timestamp()),
            version,
            _number(row[39], row),
        )
        return 200, _encode(Written(responsemessage=DONE, synapiversion=_VERSION, data=[Amounts(*values)]))


def _read(total: int, shown: list[Any], rows: int) -> bytes:
    pages = -(-total // rows) if rows else 1
    return _encode(Read(totalrows=total, totalpages=pages, pagerows=rows, synapiversion=_VERSION, data=shown))


def _details(row: Any) -> Details:
    """The row of the store's own statement as it is shown."""
    return Details(
        row[1],
        _uuid(row[31]),
        int(row[28].timestamp()),
        row[30],
        _number(row[39], row),
        row[14] or "",
        row[15] or "",
        row[32] or "",
        row[16] or "",
        row[27],
        row[34] or "",
        row[35] or "",
        row[36] or "",
        f"£{row[52] if row[39] else row[44]:,.2f}",
        row[26].date().isoformat(),
        _day(row[22]),
        _day(row[37]),
        _day(row[38]),
        row[6] == "done",
        *row[42:48],
        *row[47:59],
    )


def _listed(row: Any) -> InList:
    return InList(
        row[0],
        _uuid(row[1]),
        int(row[10].timestamp()),
        row[11],
        "{EST}" if row[18] else row[3] or row[2],
        row[4] or "",
        row[12] or "",
        row[5] or "",
        row[9],
        row[13] or "",
        row[14] or "",
        row[15] or "",
        f"£{row[20] if row[18] else row[19]:,.2f}",
        row[8].date().isoformat(),
        _day(row[7]),
        _day(row[16]),
        _day(row[17]),
        row[6] == "done",
    )


def _number(is_estimate: bool, row: Any) -> str:
    number: str = "{EST}" if is_estimate else row[13] or row[2]
    return number


def _uuid(uuid: UUID) -> str:
    return uuid.hex.upper()


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
