"""Deleting purchases. Source: contract section 8, delete; design, deleting while a receipt is open."""

import pytest

from .given import (
    ESTIMATE,
    EURO,
    LOCKED,
    NO_UUID,
    NOBODY,
    NOWHERE,
    PURCHASES,
    REAL,
    UPDATED,
    UUID,
    VACATION,
    WAYS,
    act,
    asked,
    bought,
    called,
    completed,
    created,
    data,
    delete,
    deleted,
    entered,
    invested,
    is_gone,
    last_event,
    listed,
    no_trace,
    refused,
    rows,
    sent,
    shown,
    update,
    written,
)


async def test_a_stranger_and_a_neighbour_delete_nothing_of_ours(synergist, neighbour, demo_book):
    row = await created(synergist)
    async with no_trace(demo_book):
        refused(await delete(synergist, REAL, **NOBODY), 404001)
        refused(await delete(neighbour, row["poInternal"]))
        refused(await delete(neighbour, {"poUuid": row["poUuid"]}))
        await deleted(neighbour, REAL, EURO)


@pytest.mark.parametrize("how", WAYS)
async def test_a_purchase_is_deleted_in_every_way_of_calling(synergist, how):
    answer = await called(synergist, how, action="delete", input=data({"poInternal": REAL}))

    told = written(answer, UPDATED)
    assert told["warningmessage"] == ""
    assert told["data"] == [{"poInternal": REAL, "poUuid": UUID}]
    assert [list(row) for row in told["data"]] == [["poInternal", "poUuid"]]
    assert await listed(synergist) == [each for each in PURCHASES if each != REAL]


async def test_afterwards_the_id_is_unknown(synergist):
    await deleted(synergist, REAL)

    assert await is_gone(synergist, REAL)
    assert await is_gone(synergist, UUID)
    assert await listed(synergist, uuid=UUID) == []
    refused(await update(synergist, {"poInternal": REAL, "poCost": 1}))
    refused(await update(synergist, {"poUuid": UUID, "poCost": 1}))
    refused(await delete(synergist, REAL))
    refused(await act(synergist, "promote", REAL))
    refused(await act(synergist, "investment_on", REAL))


async def test_ids_are_never_used_again(synergist):
    first = await entered(synergist)
    await deleted(synergist, first)

    assert await entered(synergist) > first


@pytest.mark.parametrize(
    "identifier", [{"poInternal": REAL}, {"poInternal": str(REAL)}, {"poUuid": UUID}, {"poUuid": UUID.lower()}], ids=str
)
async def test_a_purchase_to_delete_is_named_by_id_or_uuid(synergist, identifier):
    assert await deleted(synergist, identifier) == [{"poInternal": REAL, "poUuid": UUID}]
    assert await is_gone(synergist, REAL)


async def test_id_and_uuid_of_a_deletion_must_agree(synergist, demo_book):
    other = (await shown(synergist, EURO))["poUuid"]
    async with no_trace(demo_book):
        for uuid in (other, NO_UUID):
            refused(await delete(synergist, {"poInternal": REAL, "poUuid": uuid}))
    await deleted(synergist, {"poInternal": REAL, "poUuid": UUID})


async def test_a_deletion_needs_an_identifier_of_a_purchase_that_exists(synergist, demo_book):
    async with no_trace(demo_book):
        for record in (
            {},
            {"poPONumber": "012082"},
            {"poInternal": NOWHERE},
            {"poInternal": VACATION},
            {"poInternal": 241},
            {"poInternal": None},
            {"poInternal": ""},
            {"poUuid": NO_UUID},
            {"poUuid": ""},
        ):
            refused(await delete(synergist, record))
        refused(await sent(synergist, action="delete", purchase=REAL))


async def test_many_are_deleted_in_order(synergist):
    ids = [EURO, REAL, ESTIMATE]

    assert [row["poInternal"] for row in await deleted(synergist, *ids)] == ids
    assert await listed(synergist) == [LOCKED]


async def test_one_that_cannot_be_deleted_keeps_all(synergist, demo_book):
    async with no_trace(demo_book):
        refused(await delete(synergist, REAL, EURO, NOWHERE))
        refused(await delete(synergist, REAL, LOCKED, EURO))
        refused(await delete(synergist, REAL, EURO, REAL))
        refused(await delete(synergist, REAL, {"poUuid": UUID}))


async def test_a_purchase_of_any_kind_can_be_deleted(synergist, demo_homs):
    estimate, real = await entered(synergist), await bought(synergist)
    await invested(synergist, real)
    await completed(demo_homs, EURO)
    await deleted(synergist, estimate, real, EURO)

    assert await listed(synergist) == [REAL, ESTIMATE, LOCKED]


async def test_while_a_receipt_is_open_a_purchase_is_not_deleted(synergist, demo_book):
    async with no_trace(demo_book):
        refused(await delete(synergist, LOCKED))
    await demo_book.open_receipt(REAL)
    refused(await delete(synergist, REAL))
    assert (await shown(synergist, REAL))["poPONumber"] == "012082"

    await demo_book.close_receipts(REAL)
    await demo_book.close_receipts(LOCKED)
    await deleted(synergist, REAL, LOCKED)


async def test_while_a_receipt_is_open_a_purchase_can_be_changed(synergist):
    written(await update(synergist, {"poInternal": LOCKED, "poCost": 1}))


async def test_a_deletion_is_one_event_that_keeps_the_whole_order(synergist, demo_book):
    before = await demo_book.counts()
    title = (await shown(synergist, REAL))["poDescription"]
    await deleted(synergist, REAL)

    after = await demo_book.counts()
    changed = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert changed == {"orders": -1, "costings": -1, "events": 1}
    event = await last_event(demo_book)
    assert (event["face"], event["noun_id"]) == ("synergist", REAL)
    assert title in str(event)
    assert await rows(demo_book, "costings", f"order_id = {REAL}") == []


async def test_get_deletes_with_the_action_and_not_without(synergist):
    assert (await shown(synergist, EURO))["poInternal"] == EURO
    assert await listed(synergist, input=data({"poInternal": EURO})) == list(PURCHASES)
    written(await asked(synergist, action="delete", input=data({"poInternal": EURO})))
    assert await is_gone(synergist, EURO)
