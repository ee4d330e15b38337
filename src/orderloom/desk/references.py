"""What an earlier state of an order refers to, and what of it is gone."""

from collections.abc import Container, Iterator

from msgspec.structs import replace

from orderloom.book.errors import BadInput, Fault
from orderloom.book.states import LineState, State
from orderloom.book.users import User
from orderloom.book.whole_orders import Known, Named
from orderloom.desk.caller import Caller
from orderloom.store import items, known, restoring, supply_types, users
from orderloom.store.pool import Db


async def of_today(db: Db, caller: Caller, earlier: State, standing: State | None) -> State:
    """The state, in which who answers for the order is named by the e-mail of today, and without names that others have
    given to another order meanwhile.

    `standing` is the order as it is, None if it is deleted. To be called in a transaction: until that ends, no item of
    the state loses a qualifier. Raises BadInput with a fault for everything that the state refers to and that is gone.
    """
    named = _named(earlier)
    if named.items:
        await items.hold(db, caller.tenant_id, named.items)
    there = await known.find(db, caller.tenant_id, named)
    responsible = await _responsible(db, caller, earlier)
    faults = [*_gone(earlier, there, set() if standing is None else _qualified(standing))]
    if responsible is None and (earlier.responsible, earlier.responsible_id) != (None, None):
        faults.append(Fault("responsible", "unknown", value=earlier.responsible))
    supply_type = (earlier.costing or {}).get("supply_type")
    if supply_type is not None and not await supply_types.codes_among(db, caller.tenant_id, [supply_type]):
        faults.append(Fault("supply_type", "unknown", value=supply_type))
    if faults:
        raise BadInput(*faults)
    if earlier.external_ids:
        gone = await restoring.names_of_others(db, caller.tenant_id, earlier)
        names = {source: name for source, name in earlier.external_ids.items() if source not in gone}
        earlier = replace(earlier, external_ids=names)
    if responsible is None:
        return earlier
    return replace(earlier, responsible=responsible.email, responsible_id=responsible.id)


async def _responsible(db: Db, caller: Caller, earlier: State) -> User | None:
    if earlier.responsible_id is not None:
        return await users.user_by_id(db, caller.tenant_id, earlier.responsible_id)
    if earlier.responsible is not None:
        return await users.user_by_email(db, caller.tenant_id, earlier.responsible)
    return None


def _named(state: State) -> Named:
    """The ids of what the state refers to, its user apart."""
    return Named(
        customers=_set(state.customer_id),
        suppliers=_set(state.supplier_id),
        cases=_set(state.case_id),
        users=frozenset(),
        items=_set(*(line.item_id for line in state.lines)),
        facilities=_set(*(line.facility_id for line in state.lines)),
    )


def _set(*ids: int | None) -> frozenset[int]:
    return frozenset(each for each in ids if each is not None)


def _gone(state: State, there: Known, used: Container[tuple[int | None, str | None]]) -> Iterator[Fault]:
    """A fault for each thing that is not there any more; `line` is the place of the line that names it.

    `used` are the items, each with a qualifier, that lines of the order name at this moment: they are not gone.
    InTouch knows no qualifiers, so that a line which got another item there may have one that this item never had.
    """
    for field, value, found in (
        ("customer_id", state.customer_id, there.customers),
        ("supplier_id", state.supplier_id, there.suppliers),
        ("case_id", state.case_id, there.cases),
    ):
        if value is not None and value not in found:
            yield Fault(field, "unknown", value=value)
    for place, line in enumerate(state.lines):
        if line.item_id is not None and line.item_id not in there.items:
            yield Fault("item_id", "unknown", value=line.item_id, line=place)
        elif (line.item_id, line.qualifier) not in used and not _is_qualified(line, there):
            yield Fault("qualifier", "unknown", value=line.qualifier, line=place)
        if line.facility_id is not None and line.facility_id not in there.facilities:
            yield Fault("facility_id", "unknown", value=line.facility_id, line=place)


def _is_qualified(line: LineState, there: Known) -> bool:
    """Whether the qualifier of the line is one of its item's, if it names both."""
    if line.item_id is None or line.qualifier is None:
        return True
    return there.items[line.item_id].item.qualifier(line.qualifier) is not None


def _qualified(state: State) -> set[tuple[int | None, str | None]]:
    return {(line.item_id, line.qualifier) for line in state.lines}
