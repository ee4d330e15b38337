"""What somebody names by a word of its own, looked up all at once."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import count
from typing import Any, Final, TypeVar

import msgspec

from orderloom.book.contacts import Contact
from orderloom.book.purchase_wishes import CustomerName, FacilityName, Found, KnownItem, PurchaseWish, Reference
from orderloom.store import folding, several
from orderloom.store.parties import WHOLE_NAME
from orderloom.store.pool import Db
from orderloom.store.purchases import SUPPLIER

ID: Final = "id"
MAX_ID: Final = 2**63 - 1
# No record has it.
_NO_ID: Final = 0
_CUSTOMERS: Final = {ID: "c.id", "external_id": "c.external_id_folded", "name": "c.name_folded"}
_SUPPLIERS: Final = {ID: "s.id", "code": "s.code_folded"}
_ITEMS: Final = {int: "i.id = any({}::bigint[])", str: "i.sku_folded = any({}::text[])"}
_FACILITIES: Final = {int: "f.id = any({}::bigint[])", str: "f.name_folded = any({}::text[])"}

T = TypeVar("T")
Words = Mapping[type, list[Any]]
Shape = tuple[tuple[type, int], ...]
"""Of each kind of words, in how many places of a statement they stand."""


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
    item_words, facility_words = _words_of(named_items), _words_of(named_facilities)
    row = await db.fetchrow(
        _finding(customer and customer.by, supplier and supplier.by, _shape(item_words), _shape(facility_words)),
        tenant_id,
        *([_word(customer) if customer else customer_id] if customer or named_items else ()),
        *([_word(supplier)] if supplier else ()),
        *_spread(item_words),
        *_spread(facility_words),
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
def _finding(customer_by: str | None, supplier_by: str | None, items_by: Shape, facilities_by: Shape) -> str:
    """$1 tenant, then what is there of these: customer, supplier, words of items, words of facilities.

    Only what is asked for stands in it: each part costs time whenever the statement runs, also if it finds nothing.
    """
    parameters = (f"${place}" for place in count(2))
    customer = supplier = items = facilities = "null"
    given = owner = next(parameters) if customer_by is not None or items_by else ""
    if customer_by is not None:
        chosen = f"c.tenant_id = $1 and {_CUSTOMERS[customer_by]} = {given} order by c.id limit 1"
        customer = f"(select json_build_array(c.id, {WHOLE_NAME}, c.external_id) from customers c where {chosen})"
        owner = given if customer_by == ID else f"(select c.id from customers c where {chosen})"
    if supplier_by is not None:
        chosen = f"s.tenant_id = $1 and {_SUPPLIERS[supplier_by]} = {next(parameters)} order by s.id limit 1"
        supplier = f"(select json_build_array({', '.join(SUPPLIER)}) from contacts s where {chosen})"
    if items_by:
        items = f"""
           (select json_agg(json_build_array(i.id, i.sku, i.sku_folded,
                                             (select json_agg(q.name order by q.name_folded) from qualifiers q
                                               where q.tenant_id = i.tenant_id and q.item_id = i.id)))
              from items i
             where i.tenant_id = $1 and i.customer_id = {owner} and ({_any_of(_ITEMS, items_by, parameters)}))"""
    if facilities_by:
        facilities = f"""
           (select json_agg(json_build_array(f.id, f.name, f.name_folded))
              from facilities f
             where f.tenant_id = $1 and ({_any_of(_FACILITIES, facilities_by, parameters)}))"""
    return f"select {customer}, {supplier}, {items}, {facilities}"


def _any_of(tests: Mapping[type, str], words: Shape, parameters: Iterator[str]) -> str:
    return " or ".join(tests[kind].format(several.array(places, parameters)) for kind, places in words)


def _shape(words: Words) -> Shape:
    return tuple([(kind, several.places(values)) for kind, values in words.items()])


def _spread(words: Words) -> list[Any]:
    return [each for values in words.values() for each in several.spread(values, several.places(values))]


def _words_of(references: Iterable[Reference]) -> Words:
    """The ids, and the texts, by which things are named, each of them once."""
    words: dict[type, dict[Any, None]] = {}
    for each in references:
        word = _word(each)
        words.setdefault(type(word), {})[word] = None
    return {kind: list(several) for kind, several in words.items()}


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
