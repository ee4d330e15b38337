"""History tells what every face has made of an order, and who did it there."""

from typing import Any, Final

import pytest

from orderloom.book.entries import DELETED
from orderloom.book.provenance import Origin
from orderloom.demo.people import DEMO_USER
from orderloom.desk import history
from tests.conformance.face import Ask, Face, Tenant
from tests.conformance.faces import FACES
from tests.desk.watching import Watch, told, whole

_LINE: Final = {"itemIdentifier": {"sku": "SKU-1"}, "quantity": 2.5}
# What `Face.asks` leaves out: requests that change much at once.
MORE: Final[dict[str, tuple[Ask, ...]]] = {
    "homs": (
        Ask(
            "PUT",
            "/api/orders/{order}",
            {
                "order": {
                    "ext_code": "E-1",
                    "state": "in_progress",
                    "archived": True,
                    "user_email": DEMO_USER,
                    "done_at": "2025-03-01T09:30:00+05:00",
                }
            },
        ),
        Ask("PATCH", "/api/orders/{order}", {"order": {"user_email": None, "bp_id": "p"}}),
    ),
    "intouch": (
        Ask(
            "PATCH",
            "/api/buscases/{order}",
            {"totalPrice": 12.50, "ownerUser": "login", "branch": 7, "a": {"b": [1.50, None]}, "c": "x"},
        ),
        Ask("PUT", "/api/buscases/{order}", {"customer": 1, "name": "n", "nothing": None, "a": 1e2}),
        Ask("PATCH", "/api/buscases/{order}", {"nothing": 5, "a": None, "ownerUser": DEMO_USER}),
        Ask("POST", "/api/buscases/{order}/buscaseitems", {"title": "Bolt", "quantity": 2, "price": 1.5, "product": 1}),
        Ask("PATCH", "/api/buscases/{order}/buscaseitems/{item}", {"quantity": 3, "price": 4, "product": 999}),
        Ask("PUT", "/api/buscases/{order}/buscaseitems/{item}", {"title": "Nut", "locked": True, "nothing": None}),
        Ask("PATCH", "/api/buscases/{order}/buscaseitems/{item}", {"nothing": 1, "unit": "kg"}),
    ),
    "extensiv": (
        Ask(
            "PUT",
            "/inventory/pos/{order}",
            {
                "purchaseOrderNumber": "PO-HISTORY",
                "customerIdentifier": {"id": 1},
                "issueDate": "2025-03-01T09:30:00",
                "supplier": {"companyName": "New", "code": "NEW"},
                "lineItems": [
                    {**_LINE, "price": 4.25, "expectedDate": "0001-01-02T00:00:00", "notes": "n"},
                    {**_LINE, "expectedFacility": {"name": "Main"}, "externalLineId": "x", "cancelDate": "9999-12-31"},
                ],
            },
            more={"headers": {"If-Match": "*"}},
        ),
        Ask(
            "PUT",
            "/inventory/pos/{order}",
            {"purchaseOrderNumber": "PO-LATER", "customerIdentifier": {"id": 1}, "lineItems": [_LINE]},
            more={"headers": {"If-Match": "*"}},
        ),
    ),
    "synergist": tuple(
        Ask("POST", f"/jsonapi/purchases.json?version=3.3&action={action}")
        for action in (
            'update&input={"data":[{"poInternal":{order},"poCurrencyCode":"1/EUR","poEstCost":33.335}]}',
            'update&input={"data":[{"poInternal":{order},"poDateRequired":"9999-12-31"}]}',
            "promote&purchase={order}",
            'update&input={"data":[{"poInternal":{order},"poCost":150,"poCharge":200}]}',
            "investment_on&purchase={order}",
            "investment_off&purchase={order}",
        )
    ),
}


async def test_every_state_that_the_faces_have_made_is_found_again(here: Tenant) -> None:
    watch, accepted = Watch(here.book), set()
    await watch.look()
    for writer in FACES:
        order_id = await writer.place(await writer.let_in(here))
        await watch.look()
        for face in (each for each in FACES if each.sees(writer)):
            for ask in await written(face, here, order_id, watch):
                accepted.add((face.name, str(ask), str(ask.json)))

    rich = {(name, str(ask), str(ask.json)) for name, asks in MORE.items() for ask in asks}
    assert rich <= accepted
    for (order_id, version), seen in watch.seen.items():
        state = await history.state(here.book.desk, here.book.caller, order_id, version=version)
        assert told(state) == seen


async def written(face: Face, here: Tenant, order_id: int, watch: Watch) -> list[Ask]:
    """Make every change to the order that the face can make, and look at it; what was accepted."""
    client = await face.let_in(here)
    names = await face.names(client, order_id)
    await watch.look()
    accepted = []
    asks = [ask for ask in face.guarded if ask.writes and ask.names_an_order and ask != face.deletion]
    for ask in (*asks, *MORE.get(face.name, ())):
        if face.accepted(await ask.by(client, names)):
            accepted.append(ask)
        await watch.look()
    return accepted


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)
async def test_what_a_face_entered_is_of_its_caller(face: Face, here: Tenant) -> None:
    word, key = next(iter(face.writes.items()))
    order_id = await face.place(await face.let_in(here), **{key: "Entered here"})

    found = await history.provenance(here.book.desk, here.book.caller, order_id)
    (event,) = (await history.events(here.book.desk, here.book.caller, order_id, limit=5)).records
    assert found.fields[word] == Origin(event.id, 1, event.at, DEMO_USER, face.name)
    assert {origin.face for origin in found.fields.values()} == {face.name}


async def test_each_field_is_of_the_face_that_changed_it_last(here: Tenant) -> None:
    by_name = {face.name: face for face in FACES}
    order_id = await by_name["iinsight"].place(await by_name["iinsight"].let_in(here))
    watch = Watch(here.book)
    for name in ("homs", "intouch", "extensiv", "synergist"):
        await written(by_name[name], here, order_id, watch)

    found = await history.provenance(here.book.desk, here.book.caller, order_id)
    assert {field: origin.face for field, origin in found.fields.items()} == {
        "type": "iinsight",
        "state": "homs",
        "archived": "homs",
        "number": "extensiv",
        "title": "intouch",
        "external_id": "extensiv",  # it took away what another face had given
        "supplier_reference": "synergist",
        "process_id": "homs",
        "process_state": "homs",
        "notes": "extensiv",
        "customer_id": "iinsight",
        "supplier_id": "extensiv",
        "case_id": "iinsight",
        "responsible": "intouch",
        "issued_at": "extensiv",
        "required_on": "synergist",
        "done_at": "homs",
        "price_total": "intouch",
        "price_currency": "intouch",
    }
    assert {origin.actor for origin in found.fields.values()} == {DEMO_USER}
    assert {origin.face for line in found.lines.values() for origin in line.fields.values()} == {"extensiv"}
    assert found.costing["invest"].face == "synergist"
    assert {face: {o.face for o in kept.values()} for face, kept in found.leftovers.items()} == {"intouch": {"intouch"}}


@pytest.mark.parametrize("by", [face for face in FACES if face.deletion], ids=lambda face: face.name)
async def test_what_a_face_deleted_is_shown_by_every_face_again_once_it_is_restored(by: Face, here: Tenant) -> None:
    writer = next(face for face in FACES if face.name == "iinsight")
    order_id = await writer.place(await writer.let_in(here))
    watch = Watch(here.book)
    for face in FACES:
        if face.name != "synergist":  # whose costs it keeps as well, but the others can be compared more simply
            await written(face, here, order_id, watch)
    client = await by.let_in(here)
    names = await by.names(client, order_id)  # may give the order one more name
    before, rows = await shown_by_all(here, order_id), await whole(here.book, order_id)
    assert by.deletion
    assert by.accepted(await by.deletion.by(client, names))
    newest = ((await history.events(here.book.desk, here.book.caller, order_id, limit=1)).records)[0]
    assert (newest.name, newest.face, newest.actor, newest.changes) == (DELETED, by.name, DEMO_USER, "{}")

    await history.restore(here.book.desk, here.book.caller, order_id)

    after = await whole(here.book, order_id)
    moved = {"version", "modified_at", "modified_by"}
    assert {key for key in after if after[key] != rows[key]} == moved
    now = await shown_by_all(here, order_id)
    assert now.keys() == before.keys()
    for name, order in now.items():
        assert order is not None
        assert name not in MOVES or {key for key in order if order[key] != before[name][key]} <= MOVES[name]


# Where each face tells that an order has changed.
MOVES: Final = {
    "homs": set(),
    "iinsight": set(),
    "intouch": {"modified", "modifiedBy"},
    "extensiv": {"ReadOnly"},
    "synergist": {"poTimeStampModified", "poRecordVersionNumber"},
}


async def shown_by_all(here: Tenant, order_id: int) -> dict[str, Any]:
    return {face.name: await face.shown(await face.let_in(here), order_id) for face in FACES}
