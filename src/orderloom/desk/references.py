"""What an earlier state of an order refers to, and what of it is gone."""

from collections.abc import Iterator

from msgspec.structs import replace

from orderloom.book.errors import BadInput, Fault
from orderloom.book.states import State
from orderloom.book.users import User
from orderloom.book.whole_orders import Known, Named
from orderloom.desk.caller import Caller
from orderloom.store import known, restoring, supply_types, users
from orderloom.store.pool import Db


async def of_today(db: Db, caller: Caller, earlier: State) -> State:
    """The state, in which who answers for the order is named by the e-mail of today, and without names that others have
    given to another order meanwhile.

    Raises BadInput with a fault for everything that it refers to and that is gone.
    """
    there = await known.find(db, caller.tenant_id, _named(earlier))
    responsible = await _responsible(db, caller, earlier)
    faults = [*_gone(earlier, there)]
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


def _gone(state: State, there: Known) -> Iterator[Fault]:
    """A fault for each thing that is not there any more; `line` is the place of the line that names it."""
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
        if line.facility_id is not None and line.facility_id not in there.facilities:
            yield Fault("facility_id", "unknown", value=line.facility_id, line=place)
