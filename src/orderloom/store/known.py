"""What wishes name by id, looked up all at once."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, count
from typing import Any, Final

import msgspec

from orderloom.book.cases import Case
from orderloom.book.orders import Responsible
from orderloom.book.purchase_wishes import CustomerName, FacilityName, KnownItem
from orderloom.book.text import storable
from orderloom.book.whole_orders import Known, Named, Owned
from orderloom.store import several
from orderloom.store.parties import WHOLE_NAME
from orderloom.store.pool import Db

MAX_ID: Final = 2**63 - 1
NOTHING: Final = Known({}, frozenset(), {}, {}, {}, {})


async def find(db: Db, tenant_id: int, named: Named) -> Known:
    """Those of the named things that are in the book."""
    wanted = {part: _askable(values) for part, values in zip(Named._fields, named, strict=True) if values}
    if not wanted:
        return NOTHING
    shape = tuple([(part, several.places(values)) for part, values in wanted.items()])
    asked = [several.spread(values, places) for (_, places), values in zip(shape, wanted.values(), strict=True)]
    row = await db.fetchrow(_finding(shape), tenant_id, *chain.from_iterable(asked))
    found = {part: _decode[part](text) if text else [] for part, text in zip(wanted, row, strict=True)}
    return Known(
        {each.id: each for each in found.get("customers", ())},
        frozenset(found.get("suppliers", ())),
        {each.id: each for each in found.get("cases", ())},
        {each.email: each for each in found.get("users", ())},
        {each[0]: Owned(each[1], KnownItem(each[0], each[2], each[3] or ())) for each in found.get("items", ())},
        {each.id: each for each in found.get("facilities", ())},
    )


def _askable(values: Iterable[int | str]) -> list[int | str]:
    """Without what nothing in the book can be called."""
    return [each for each in values if (storable(each) if isinstance(each, str) else 0 < each <= MAX_ID)]


@lru_cache
def _finding(shape: tuple[tuple[str, int], ...]) -> str:
    """$1 tenant, then the values of each part in their places. Only what is asked for stands in it: each costs time."""
    parameters = (f"${place}" for place in count(2))
    return "select " + ", ".join(
        f"({_FINDING[part].format(several.array(places, parameters))})" for part, places in shape
    )


_FINDING: Final = {
    "customers": f"""select json_agg(json_build_array(c.id, {WHOLE_NAME}, c.external_id)) from customers c
                      where c.tenant_id = $1 and c.id = any({{}}::bigint[])""",
    "suppliers": "select json_agg(s.id) from contacts s where s.tenant_id = $1 and s.id = any({}::bigint[])",
    "cases": """select json_agg(json_build_object('id', c.id, 'code', c.code, 'name', c.name, 'type', c.type,
                                                  'status', c.status, 'customer_id', c.customer_id,
                                                  'job_rate', c.job_rate::text))
                  from cases c where c.tenant_id = $1 and c.id = any({}::bigint[])""",
    "users": """select json_agg(json_build_object('id', u.id, 'email', u.email)) from users u
                 where u.tenant_id = $1 and u.email = any({}::text[])""",
    "items": """select json_agg(json_build_array(i.id, i.customer_id, i.sku,
                                                 (select json_agg(q.name order by q.name_folded) from qualifiers q
                                                   where q.tenant_id = i.tenant_id and q.item_id = i.id)))
                  from items i where i.tenant_id = $1 and i.id = any({}::bigint[])""",
    "facilities": """select json_agg(json_build_array(f.id, f.name)) from facilities f
                      where f.tenant_id = $1 and f.id = any({}::bigint[])""",
}
_decode: Final[dict[str, Any]] = {
    "customers": msgspec.json.Decoder(list[CustomerName]).decode,
    "suppliers": msgspec.json.Decoder(list[int]).decode,
    "cases": msgspec.json.Decoder(list[Case]).decode,
    "users": msgspec.json.Decoder(list[Responsible]).decode,
    "items": msgspec.json.Decoder(list[tuple[int, int, str, list[str] | None]]).decode,
    "facilities": msgspec.json.Decoder(list[FacilityName]).decode,
}
