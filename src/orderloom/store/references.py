"""What somebody names by a word of its own, looked up all at once."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

import msgspec

from orderloom.book.contacts import Contact
from orderloom.book.purchase_wishes import CustomerName, FacilityName, Found, KnownItem, PurchaseWish, Reference
from orderloom.store import folding
from orderloom.store.parties import WHOLE_NAME
from orderloom.store.pool import Db
from orderloom.store.purchases import SUPPLIER

ID: Final = "id"
MAX_ID: Final = 2**63 - 1
# No record has it.
_NO_ID: Final = 0
_CUSTOMERS: Final = {ID: "c.id", "external_id": "c.external_id_folded", "name": "c.name_folded"}
_SUPPLIERS: Final = {ID: "s.id", "code": "s.code_folded"}

T = TypeVar("T")


async def find(db: Db, tenant_id: int, wish: PurchaseWish, *, customer_id: int | None) -> Found:
    """What the wish's references stand for.

    Items are those of the customer that the wish names, else of the one with this id. Where several things bear the
    same word, the one with the lowest id is meant.
    """
    customer = wish.customer if isinstance(wish.customer, Reference) else None
    supplier = wish.supplier if isinstance(wish.supplier, Reference) else None
    named_items, named_facilities = wish.items, wish.facilities
    if not (customer or supplier or named_items or named_facilities):
        return Found()
    row = await db.fetchrow(
        _finding(customer and customer.by, supplier and supplier.by),
        tenant_id,
        *_ids_and_words(named_items),
        *_ids_and_words(named_facilities),
        _word(customer) if customer else customer_id,
        *([_word(supplier)] if supplier else ()),
    )
    items = [(KnownItem(each[0], each[1], each[3] or ()), each[2]) for each in _items(row[2])] if row[2] else []
    facilities = [(FacilityName(*each[:2]), each[2]) for each in _facilities(row[3])] if row[3] else []
    return Found(
        _customer(row[0]) if row[0] else None,
        _contact(row[1]) if row[1] else None,
        _matched(named_items, items),
        _matched(named_facilities, facilities),
    )


@lru_cache
def _finding(customer_by: str | None, supplier_by: str | None) -> str:
    """$1 tenant, $2 and $3 ids and SKUs, $4 and $5 ids and names of facilities, $6 customer, $7 supplier."""
    customer, supplier, owner = "null", "null", "$6::bigint"
    if customer_by is not None:
        chosen = f"c.tenant_id = $1 and {_CUSTOMERS[customer_by]} = $6 order by c.id limit 1"
        customer = f"(select json_build_array(c.id, {WHOLE_NAME}, c.external_id) from customers c where {chosen})"
        owner = f"(select c.id from customers c where {chosen})"
    if supplier_by is not None:
        chosen = f"s.tenant_id = $1 and {_SUPPLIERS[supplier_by]} = $7 order by s.id limit 1"
        supplier = f"(select json_build_array({', '.join(SUPPLIER)}) from contacts s where {chosen})"
    return f"""
    select {customer}, {supplier},
           (select json_agg(json_build_array(i.id, i.sku, i.sku_folded,
                                             (select json_agg(q.name order by q.name_folded) from qualifiers q
                                               where q.tenant_id = i.tenant_id and q.item_id = i.id)))
              from items i
             where i.tenant_id = $1 and i.customer_id = {owner}
               and (i.id = any($2::bigint[]) or i.sku_folded = any($3::text[]))),
           (select json_agg(json_build_array(f.id, f.name, f.name_folded))
              from facilities f
             where f.tenant_id = $1 and (f.id = any($4::bigint[]) or f.name_folded = any($5::text[])))"""


def _ids_and_words(references: Sequence[Reference]) -> tuple[list[Any], list[Any]]:
    ids = {_word(each) for each in references if each.by == ID}
    return list(ids), list({_word(each) for each in references if each.by != ID})


def _word(reference: Reference) -> int | str:
    """The word as it is compared. An id that nothing can have becomes one that nothing has."""
    if isinstance(reference.value, str):
        return folding.folded_text(reference.value)
    return reference.value if 0 < reference.value <= MAX_ID else _NO_ID


def _matched(references: Iterable[Reference], found: Iterable[tuple[T, str]]) -> Mapping[Reference, T]:
    """What each reference stands for, out of things with an id and the word that they are compared by."""
    known: dict[int | str, T] = {}
    for thing, folded in found:
        known[thing.id] = known[folded] = thing  # type: ignore[attr-defined]
    named = [(each, known.get(_word(each))) for each in references]
    return {each: thing for each, thing in named if thing is not None}


_Row = tuple[int, str, str, list[str] | None]
_items: Final = msgspec.json.Decoder(list[_Row]).decode
_facilities: Final = msgspec.json.Decoder(list[tuple[int, str, str]]).decode
_customer: Final = msgspec.json.Decoder(CustomerName).decode
_values: Final = msgspec.json.Decoder(list[Any]).decode


def _contact(text: str) -> Contact:
    return Contact(*_values(text))
