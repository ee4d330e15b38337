"""Many callers at one moment. Source: contract sections 6.2 to 6.5; the design's rules on numbers and versions."""

import asyncio
from collections import Counter

import pytest

from .given_writes import (
    FULL,
    LINE,
    LOCKED,
    NEW,
    body,
    delete,
    entered,
    fault,
    homs_order,
    iinsight_purchase,
    intouch_changed,
    intouch_items,
    items_of,
    line_ids,
    no_trace,
    order_id,
    path,
    post,
    put,
    shown,
    tag_of,
    version,
)

MANY = 16
ROUNDS = range(4)


def statuses(answers):
    return Counter(answer.status_code for answer in answers)


async def in_turn(book, order_id, *requests):
    """The answers to these requests, each of which waited for the order before the next one came."""
    pool, tasks = book.desk.pool, []
    async with pool.transaction() as db:
        await db.execute(
            "select from orders where tenant_id = $1 and id = $2 for no key update", book.tenant_id, order_id
        )
        for request in requests:
            tasks.append(asyncio.create_task(request))
            async with asyncio.timeout(10):
                while await pool.fetchval(WAITING) < len(tasks):
                    await asyncio.sleep(0.01)
    return await asyncio.gather(*tasks)


WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
EITHER_FIRST = pytest.mark.parametrize("here_first", [True, False], ids=["here first", "there first"])


def is_duplicate(answer):
    return fault(answer) == ("Duplicate", {"PurchaseOrderNumber"})


async def numbers_of(extensiv, customer=1):
    """The numbers of a customer's purchases, folded."""
    answer = await extensiv.get(f"/inventory/pos?pgsiz=1000&rql=customeridentifier.id=={customer}")
    assert answer.status_code == 200, answer.text
    return [order["PurchaseOrderNumber"].casefold() for order in answer.json()["ResourceList"]]


async def test_strangers_at_once_change_nothing(extensiv, demo_book):
    async with no_trace(demo_book):
        answers = await asyncio.gather(
            *(post(extensiv, NEW, auth=None) for _ in range(8)),
            *(extensiv.delete(path(LOCKED), headers={"If-Match": "*"}, auth=None) for _ in range(8)),
        )

    assert statuses(answers) == {401: 16}


async def test_neighbours_at_once_do_not_meet(extensiv):
    both = [extensiv, extensiv.neighbour]

    answers = await asyncio.gather(*(post(face, NEW | {"notes": face.host}) for face in both * (MANY // 2)))

    assert statuses(answers) == {201: 2, 400: MANY - 2}
    won = [answer.json() for answer in answers if answer.status_code == 201]
    for order in won:
        face = next(each for each in both if each.host == order["notes"])
        assert (await shown(face, order_id(order)))["notes"] == face.host


@pytest.mark.parametrize("number", ["PO-RACE", "Příliš"])
async def test_one_number_posted_by_many_at_once_is_entered_once(extensiv, demo_book, number):
    before = await demo_book.counts()
    spellings = [number, number.upper(), number.lower(), number.title()] * (MANY // 4)
    record = NEW | {"supplier": {"companyName": "New"}, "lineItems": [LINE, LINE]}

    answers = await asyncio.gather(*(post(extensiv, record | {"purchaseOrderNumber": each}) for each in spellings))

    assert statuses(answers) == {201: 1, 400: MANY - 1}
    assert all(is_duplicate(answer) for answer in answers if answer.status_code == 400)
    after = await demo_book.counts()
    assert {name: after[name] - before[name] for name in ("orders", "lines", "contacts", "number_claims")} == {
        "orders": 1,
        "lines": 2,
        "contacts": 1,
        "number_claims": 1,
    }


async def test_two_posts_with_one_number_at_once_are_settled_every_time(extensiv):
    for each in ROUNDS:
        record = NEW | {"purchaseOrderNumber": f"PAIR-{each}"}
        answers = await asyncio.gather(post(extensiv, record), post(extensiv, record))
        assert statuses(answers) == {201: 1, 400: 1}


async def test_one_number_of_several_customers_at_once_is_fine(extensiv):
    answers = await asyncio.gather(
        *(post(extensiv, NEW | {"customerIdentifier": {"id": customer}}) for customer in (1, 2, 2168))
    )

    assert statuses(answers) == {201: 3}


async def test_different_numbers_at_once_are_all_entered(extensiv, demo_book):
    before = await demo_book.counts()

    answers = await asyncio.gather(
        *(post(extensiv, FULL | {"purchaseOrderNumber": f"MANY-{number}"}) for number in range(MANY))
    )

    assert statuses(answers) == {201: MANY}
    orders = [body(answer, 201) for answer in answers]
    assert len({order_id(order) for order in orders}) == MANY
    assert len({number for order in orders for number in line_ids(order)}) == 2 * MANY
    assert (await demo_book.counts())["orders"] == before["orders"] + MANY


async def test_of_many_updates_with_one_tag_exactly_one_wins(extensiv, demo_book):
    order = await entered(extensiv)
    tag = await tag_of(extensiv, order_id(order))
    events = len(await demo_book.events())

    answers = await asyncio.gather(
        *(put(extensiv, order_id(order), NEW | {"notes": f"{number}"}, tag) for number in range(MANY))
    )

    assert statuses(answers) == {200: 1, 412: MANY - 1}
    (winner,) = [answer for answer in answers if answer.status_code == 200]
    assert await shown(extensiv, order_id(order)) == body(winner)
    assert await tag_of(extensiv, order_id(order)) == winner.headers["ETag"]
    assert await version(demo_book, order_id(order)) == 2
    assert len(await demo_book.events()) == events + 1


async def test_losers_leave_no_contacts_and_no_lines(extensiv, demo_book):
    order = await entered(extensiv)
    tag, before = await tag_of(extensiv, order_id(order)), await demo_book.counts()
    record = NEW | {"supplier": {"companyName": "New"}, "lineItems": [LINE, LINE, LINE]}

    answers = await asyncio.gather(*(put(extensiv, order_id(order), record, tag) for _ in range(MANY)))

    assert statuses(answers) == {200: 1, 412: MANY - 1}
    after = await demo_book.counts()
    assert (after["contacts"], after["lines"]) == (before["contacts"] + 1, before["lines"] + 3)


async def test_updates_under_a_star_at_once_leave_one_whole_state(extensiv, demo_book):
    order = await entered(extensiv)
    records = [NEW | {"notes": f"{n}", "externalId": f"{n}", "lineItems": [LINE] * n} for n in range(1, 9)]

    answers = await asyncio.gather(*(put(extensiv, order_id(order), record, "*") for record in records))

    assert statuses(answers) == {200: 8}
    after = await shown(extensiv, order_id(order))
    assert after["notes"] == after["externalId"] == str(len(after["lineItems"]))
    assert await version(demo_book, order_id(order)) == 9


@pytest.mark.parametrize("members", [{}, {"purchaseOrderNumber": "S-1"}], ids=["notes", "number"])
async def test_of_an_update_and_a_deletion_with_one_tag_the_first_wins(extensiv, demo_book, members):
    order = await entered(extensiv, lineItems=[LINE])
    tag = await tag_of(extensiv, order_id(order))

    updated, deleted = await in_turn(
        demo_book,
        order_id(order),
        put(extensiv, order_id(order), NEW | {"notes": "newer"} | members, tag),
        delete(extensiv, order_id(order), tag),
    )

    assert (updated.status_code, deleted.status_code) == (200, 412)
    assert (await shown(extensiv, order_id(order)))["notes"] == "newer"


@pytest.mark.parametrize("members", [{}, {"purchaseOrderNumber": "S-1"}], ids=["notes", "number"])
async def test_of_a_deletion_and_an_update_with_one_tag_the_first_wins(extensiv, demo_book, members):
    order = await entered(extensiv, lineItems=[LINE])
    tag = await tag_of(extensiv, order_id(order))

    deleted, updated = await in_turn(
        demo_book,
        order_id(order),
        delete(extensiv, order_id(order), tag),
        put(extensiv, order_id(order), NEW | {"notes": "newer"} | members, tag),
    )

    assert (deleted.status_code, updated.status_code) == (204, 404)
    assert (await extensiv.get(path(order_id(order)))).status_code == 404
    await entered(extensiv, **members)


async def test_of_many_deletions_exactly_one_wins(extensiv, demo_book):
    order = await entered(extensiv, **FULL)
    tag, before = await tag_of(extensiv, order_id(order)), await demo_book.counts()

    answers = await asyncio.gather(*(delete(extensiv, order_id(order), tag) for _ in range(MANY)))

    assert statuses(answers) == {204: 1, 404: MANY - 1}
    after = await demo_book.counts()
    assert (after["orders"], after["events"]) == (before["orders"] - 1, before["events"] + 1)


async def test_many_purchases_moved_to_one_number_at_once(extensiv):
    orders = [await entered(extensiv, purchaseOrderNumber=f"M-{number}") for number in range(8)]
    record = NEW | {"purchaseOrderNumber": "GOAL"}

    answers = await asyncio.gather(*(put(extensiv, order_id(order), record, "*") for order in orders))

    assert statuses(answers) == {200: 1, 400: 7}
    assert all(is_duplicate(answer) for answer in answers if answer.status_code == 400)
    numbers = await numbers_of(extensiv)
    assert numbers.count("goal") == 1
    assert len(set(numbers)) == len(numbers)


async def test_a_number_that_moves_away_and_is_taken_over_at_once_is_never_twice(extensiv):
    order = await entered(extensiv, purchaseOrderNumber="N-0")
    for each in ROUNDS:
        old, new = NEW | {"purchaseOrderNumber": f"N-{each}"}, NEW | {"purchaseOrderNumber": f"N-{each + 1}"}

        moved, taken = await asyncio.gather(put(extensiv, order_id(order), new, "*"), post(extensiv, old))

        assert moved.status_code == 200, moved.text
        assert taken.status_code == 201 or is_duplicate(taken)
        numbers = await numbers_of(extensiv)
        assert len(set(numbers)) == len(numbers)
        assert (await post(extensiv, old)).status_code == (400 if taken.status_code == 201 else 201)


async def test_a_number_freed_by_a_deletion_and_taken_over_at_once_is_never_twice(extensiv):
    for each in ROUNDS:
        order = await entered(extensiv, purchaseOrderNumber=f"D-{each}")

        gone, taken = await asyncio.gather(
            delete(extensiv, order_id(order)), post(extensiv, NEW | {"purchaseOrderNumber": f"D-{each}"})
        )

        assert gone.status_code == 204
        assert taken.status_code == 201 or is_duplicate(taken)
        assert (await numbers_of(extensiv)).count(f"d-{each}") == (taken.status_code == 201)


async def test_two_purchases_that_want_each_others_number_do_not_hang(extensiv):
    for each in ROUNDS:
        ids = [order_id(await entered(extensiv, purchaseOrderNumber=f"{side}-{each}")) for side in "AB"]

        answers = await asyncio.gather(
            put(extensiv, ids[0], NEW | {"purchaseOrderNumber": f"B-{each}"}, "*"),
            put(extensiv, ids[1], NEW | {"purchaseOrderNumber": f"A-{each}"}, "*"),
        )

        assert all(is_duplicate(answer) for answer in answers)
        assert [(await shown(extensiv, each_id))["purchaseOrderNumber"] for each_id in ids] == [
            f"A-{each}",
            f"B-{each}",
        ]


async def test_two_purchases_that_end_each_others_claims_are_both_changed(extensiv, intouch):
    """Moved to another customer through another face, each has left a claim in the way of the other."""
    for each in range(2):
        ids = [
            order_id(await entered(extensiv, purchaseOrderNumber=f"{side}-{each}", customerIdentifier={"id": customer}))
            for side, customer in (("A", 1), ("B", 2))
        ]
        for number, customer in zip(ids, (2, 1), strict=True):
            await intouch_changed(intouch, number, customer=customer)

        answers = await asyncio.gather(
            put(extensiv, ids[0], NEW | {"purchaseOrderNumber": f"B-{each}", "customerIdentifier": {"id": 2}}, "*"),
            put(extensiv, ids[1], NEW | {"purchaseOrderNumber": f"A-{each}", "customerIdentifier": {"id": 1}}, "*"),
        )

        assert [body(answer)["purchaseOrderNumber"] for answer in answers] == [f"B-{each}", f"A-{each}"]


async def test_a_number_posted_here_and_through_iinsight_at_once_is_no_server_error(extensiv, iinsight):
    for each in ROUNDS:
        answer, _ = await asyncio.gather(
            post(extensiv, NEW | {"purchaseOrderNumber": f"I-{each}"}), iinsight_purchase(iinsight, f"I-{each}")
        )
        assert answer.status_code == 201 or is_duplicate(answer)


# Writes of other faces


@EITHER_FIRST
async def test_an_item_entered_through_intouch_during_an_update_is_never_lost(extensiv, intouch, demo_book, here_first):
    order = await entered(extensiv, lineItems=[LINE])
    tag = await tag_of(extensiv, order_id(order))
    update = put(extensiv, order_id(order), NEW | {"notes": "newer"}, tag)
    entry = intouch.post(items_of(order_id(order)), json={"title": "Krabice"})

    if here_first:
        updated, item = await in_turn(demo_book, order_id(order), update, entry)
    else:
        item, updated = await in_turn(demo_book, order_id(order), entry, update)

    assert (updated.status_code, item.status_code) == (200 if here_first else 412, 201)
    left = [each["id"] for each in await intouch_items(intouch, order_id(order))]
    assert left == [*(() if here_first else line_ids(order)), item.json()["id"]]
    assert ("notes" in await shown(extensiv, order_id(order))) is here_first


@EITHER_FIRST
async def test_an_item_changed_through_intouch_during_an_update_is_whole_or_gone(
    extensiv, intouch, demo_book, here_first
):
    order = await entered(extensiv, lineItems=[LINE])
    (item,) = line_ids(order)
    tag = await tag_of(extensiv, order_id(order))
    update = put(extensiv, order_id(order), NEW, tag)
    change = intouch.patch(items_of(order_id(order), item), json={"unit": "kg", "quantity": 77})

    if here_first:
        updated, patched = await in_turn(demo_book, order_id(order), update, change)
    else:
        patched, updated = await in_turn(demo_book, order_id(order), change, update)

    assert (updated.status_code, patched.status_code) == ((200, 404) if here_first else (412, 200))
    left = await intouch_items(intouch, order_id(order))
    assert [(each["unit"], each["quantity"]) for each in left] == ([] if here_first else [("kg", 77)])


@EITHER_FIRST
async def test_updates_here_and_through_homs_at_once_both_survive_or_one_is_told(
    extensiv, demo_homs, demo_book, here_first
):
    order = await entered(extensiv)
    code = (await homs_order(demo_homs, order_id(order)))["code"]
    tag = await tag_of(extensiv, order_id(order))
    update = put(extensiv, order_id(order), NEW | {"notes": "newer"}, tag)
    change = demo_homs.put(f"/api/orders/{code}", json={"order": {"bp_state": "new"}})

    if here_first:
        updated, in_homs = await in_turn(demo_book, order_id(order), update, change)
    else:
        in_homs, updated = await in_turn(demo_book, order_id(order), change, update)

    assert (updated.status_code, in_homs.status_code) == (200 if here_first else 412, 200)
    assert (await demo_homs.get(f"/api/orders/{code}")).json()["order"]["bp_state"] == "new"
    assert (await shown(extensiv, order_id(order))).get("notes") == ("newer" if here_first else None)
    assert await version(demo_book, order_id(order)) == (3 if here_first else 2)


@EITHER_FIRST
async def test_a_purchase_deleted_through_two_faces_at_once_is_deleted_once(extensiv, demo_homs, demo_book, here_first):
    order = await entered(extensiv, lineItems=[LINE])
    tag, before = await tag_of(extensiv, order_id(order)), await demo_book.counts()
    code = (await homs_order(demo_homs, order_id(order)))["code"]
    here, there = delete(extensiv, order_id(order), tag), demo_homs.delete(f"/api/orders/{code}")

    answers = await in_turn(demo_book, order_id(order), *((here, there) if here_first else (there, here)))

    assert [answer.status_code for answer in answers] == [204, 404]
    after = await demo_book.counts()
    assert (after["orders"], after["events"]) == (before["orders"] - 1, before["events"] + 1)
