"""Many callers at one moment. Source: contract section 8, concurrent updates; design, rules on versions and numbers."""

import asyncio
from collections import Counter
from contextlib import suppress

import asyncpg
import pytest

from .given import (
    ACTUAL,
    ESTIMATE,
    EURO,
    NEW,
    NOBODY,
    PROMOTED,
    REAL,
    act,
    amounts,
    asked,
    create,
    data,
    delete,
    entered,
    homs_order,
    is_gone,
    is_refused,
    listed,
    no_trace,
    parsed,
    read,
    refused,
    rows,
    shown,
    update,
    updated,
    written,
)

MANY = 16
ROUNDS = range(4)
EITHER_FIRST = pytest.mark.parametrize("here_first", [True, False], ids=["here first", "there first"])
WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


async def in_turn(book, purchase, *requests):
    """The answers to these requests, each of which waited for the order before the next one came."""
    pool, tasks = book.desk.pool, []
    async with pool.transaction() as db:
        await db.execute(
            "select from orders where tenant_id = $1 and id = $2 for no key update", book.tenant_id, purchase
        )
        for request in requests:
            tasks.append(asyncio.create_task(request))
            async with asyncio.timeout(10):
                while await pool.fetchval(WAITING) < len(tasks):
                    await asyncio.sleep(0.01)
    return await asyncio.gather(*tasks)


def won(answers):
    """How many calls were accepted; the others were refused in the one shape."""
    return Counter(not is_refused(answer) for answer in answers)[True]


async def version(synergist, purchase):
    return (await shown(synergist, purchase))["poRecordVersionNumber"]


async def test_strangers_at_once_change_nothing(synergist, demo_book):
    async with no_trace(demo_book):
        answers = await asyncio.gather(
            *(update(synergist, {"poInternal": REAL, "poCost": 1}, **NOBODY) for _ in range(8)),
            *(delete(synergist, EURO, **NOBODY) for _ in range(8)),
        )
    for answer in answers:
        refused(answer, 404001)


async def test_neighbours_at_once_do_not_meet(synergist, neighbour):
    await asyncio.gather(*(updated(face, REAL, poTheirRef=face.host) for face in [synergist, neighbour] * (MANY // 2)))

    for face in (synergist, neighbour):
        assert (await shown(face, REAL))["poTheirRef"] == face.host
        assert await version(face, REAL) == 16 + MANY // 2


async def test_n_updates_raise_the_version_by_n(synergist, demo_book):
    events = (await demo_book.counts())["events"]

    answers = await asyncio.gather(*(update(synergist, {"poInternal": REAL, "poCost": n}) for n in range(MANY)))

    versions = [written(answer)["data"][0]["poRecordVersionNumber"] for answer in answers]
    assert sorted(versions) == list(range(17, 17 + MANY))
    assert await version(synergist, REAL) == 16 + MANY
    assert (await demo_book.counts())["events"] == events + MANY
    last = max(answers, key=lambda answer: parsed(answer)["data"][0]["poRecordVersionNumber"])
    assert (await shown(synergist, REAL)).items() >= parsed(last)["data"][0].items()


async def test_updates_of_different_fields_at_once_are_all_kept(synergist):
    changes = {
        "poDescription": "a",
        "poOrderText": "b",
        "poTheirRef": "c",
        "poDateRequired": "2025-03-01",
        "poCost": 100,
        "poEstCost": 50,
        "poOriginalCost": 5,
    }
    await asyncio.gather(*(updated(synergist, REAL, **{name: value}) for name, value in changes.items()))

    assert (await shown(synergist, REAL)).items() >= changes.items()
    assert await version(synergist, REAL) == 16 + len(changes)


async def test_of_many_updates_of_one_version_exactly_one_wins(synergist):
    answers = await asyncio.gather(
        *(update(synergist, {"poInternal": REAL, "poCost": n, "poRecordVersionNumber": 16}) for n in range(MANY))
    )

    assert won(answers) == 1
    (winner,) = [answer for answer in answers if answer.status_code == 200]
    assert (await shown(synergist, REAL)).items() >= written(winner)["data"][0].items()
    assert await version(synergist, REAL) == 17


async def test_of_many_promotions_exactly_one_wins(synergist, demo_book):
    answers = await asyncio.gather(*(act(synergist, "promote", ESTIMATE) for _ in range(MANY)))

    assert won(answers) == 1
    (winner,) = [answer for answer in answers if answer.status_code == 200]
    (row,) = written(winner, PROMOTED)["data"]
    assert (await shown(synergist, ESTIMATE)).items() >= row.items()
    assert row["poRecordVersionNumber"] == 2


async def test_promotions_at_once_have_numbers_of_their_own(synergist):
    ids = [await entered(synergist) for _ in range(MANY)]

    answers = await asyncio.gather(*(act(synergist, "promote", each) for each in ids))

    numbers = [written(answer, PROMOTED)["data"][0]["poPONumber"] for answer in answers]
    assert len({*numbers, "012082", "012083"}) == MANY + 2


async def test_promotions_and_numbers_of_another_face_at_once_are_no_server_error(synergist, extensiv):
    for each in ROUNDS:
        purchase = await entered(synergist)
        answer, of_extensiv = await asyncio.gather(
            act(synergist, "promote", purchase),
            extensiv.post(
                "/inventory/pos", json={"purchaseOrderNumber": f"{12084 + each:06}", "customerIdentifier": {"id": 1}}
            ),
        )
        written(answer, PROMOTED)
        assert of_extensiv.status_code == 201


async def test_creations_at_once_have_ids_of_their_own(synergist):
    answers = await asyncio.gather(*(create(synergist, NEW, NEW) for _ in range(MANY)))

    made = [row for answer in answers for row in written(answer)["data"]]
    assert len({row["poInternal"] for row in made}) == len({row["poUuid"] for row in made}) == 2 * MANY
    assert len(await listed(synergist)) == 4 + 2 * MANY


async def test_of_many_deletions_exactly_one_wins(synergist, demo_book):
    before = await demo_book.counts()
    answers = await asyncio.gather(*(delete(synergist, REAL) for _ in range(MANY)))

    assert won(answers) == 1
    after = await demo_book.counts()
    assert (after["orders"], after["events"]) == (before["orders"] - 1, before["events"] + 1)


async def test_deletions_that_share_a_purchase_delete_all_of_one_or_the_other(synergist):
    one, two, both = await entered(synergist), await entered(synergist), await entered(synergist)

    answers = await asyncio.gather(delete(synergist, one, both), delete(synergist, two, both))

    assert won(answers) == 1
    assert await is_gone(synergist, both)
    assert (await is_gone(synergist, one)) is not (await is_gone(synergist, two))


async def test_calls_that_name_the_same_purchases_in_opposite_order_do_not_hang(synergist):
    ids = [await entered(synergist) for _ in range(6)]
    for each in ROUNDS:
        forward = [{"poInternal": purchase, "poTheirRef": f"forward {each}"} for purchase in ids]
        backward = [{"poInternal": purchase, "poTheirRef": f"backward {each}"} for purchase in reversed(ids)]
        answers = await asyncio.gather(*(update(synergist, *records) for records in [forward, backward] * 3))
        for answer, records in zip(answers, [forward, backward] * 3, strict=True):
            assert [row["poInternal"] for row in written(answer)["data"]] == [each["poInternal"] for each in records]
        references = {(await shown(synergist, purchase))["poTheirRef"] for purchase in ids}
        assert len(references) == 1
    assert {await version(synergist, purchase) for purchase in ids} == {1 + 6 * len(ROUNDS)}


async def test_of_an_update_and_a_deletion_both_win_or_the_update_is_told(synergist, demo_book):
    for update_first in (True, False):
        purchase = await entered(synergist)
        calls = [update(synergist, {"poInternal": purchase, "poCost": 1}), delete(synergist, purchase)]
        if not update_first:
            calls.reverse()
        answers = await in_turn(demo_book, purchase, *calls)
        if update_first:
            assert [answer.status_code for answer in answers] == [200, 200]
        else:
            written(answers[0])
            refused(answers[1])
        assert await is_gone(synergist, purchase)


async def test_a_promotion_during_an_update_of_the_estimate_takes_the_first(synergist, demo_book):
    for promote_first in (True, False):
        purchase = await entered(synergist, poEstCost=100)
        calls = [act(synergist, "promote", purchase), update(synergist, {"poInternal": purchase, "poEstCost": 50})]
        if not promote_first:
            calls.reverse()
        for answer in await in_turn(demo_book, purchase, *calls):
            assert answer.status_code == 200
        record = await shown(synergist, purchase)
        assert amounts(record, "poCost", "poEstCost") == ("100 50" if promote_first else "50 50")
        assert record["poRecordVersionNumber"] == 3


async def test_switches_at_once_leave_one_whole_state(synergist):
    actions = ["investment_on", "investment_off"] * (MANY // 2)
    await asyncio.gather(*(act(synergist, action, REAL) for action in actions))

    record = await shown(synergist, REAL)
    group = amounts(record, *ACTUAL, "poInvestment", "poInvestmentMarkup")
    assert group == ("150 0 30 0 0 0 195 30" if record["poInvest"] else "150 0 30 195 195 195 0 0")
    assert record["poRecordVersionNumber"] == 16 + MANY


async def test_readers_see_whole_states_only(synergist):
    async def write():
        for number in range(1, 15):
            await updated(synergist, REAL, poCost=number, poMarkup=0, poTheirRef=str(number))

    async def look():
        for _ in range(25):
            (record,) = read(await asked(synergist, purchase=REAL))["data"]
            if record["poTheirRef"]:
                assert record["poCost"] == record["poCharge"] == record["poCurrencyCost"] == int(record["poTheirRef"])

    await asyncio.gather(write(), look(), look())


async def test_all_or_nothing_holds_for_those_who_read_meanwhile(synergist):
    ids = [await entered(synergist) for _ in range(5)]

    async def write():
        for number in range(8):
            written(await update(synergist, *({"poInternal": each, "poTheirRef": f"{number}"} for each in ids)))

    async def look():
        for _ in range(20):
            found = read(await asked(synergist, timestampfrom=1_700_000_000))["data"]
            assert len({record["poTheirRef"] for record in found}) == 1

    await asyncio.gather(write(), look(), look())


@EITHER_FIRST
async def test_changes_here_and_in_homs_at_once_are_both_kept(synergist, demo_homs, demo_book, here_first):
    code = (await homs_order(demo_homs, REAL))["code"]
    calls = [
        update(synergist, {"poInternal": REAL, "poCost": 100}),
        demo_homs.put(f"/api/orders/{code}", json={"order": {"state": "done"}}),
    ]
    answers = await in_turn(demo_book, REAL, *(calls if here_first else reversed(calls)))

    assert [answer.status_code for answer in answers] == [200, 200]
    record = await shown(synergist, REAL)
    assert (record["poCost"], record["poCompleted"], record["poRecordVersionNumber"]) == (100, True, 18)


@EITHER_FIRST
async def test_changes_here_and_in_intouch_at_once_are_both_kept(synergist, intouch, demo_book, here_first):
    calls = [
        update(synergist, {"poInternal": REAL, "poTheirRef": "here"}),
        intouch.patch(f"/api/buscases/{REAL}", json={"comment": "there"}),
    ]
    answers = await in_turn(demo_book, REAL, *(calls if here_first else reversed(calls)))

    assert [answer.status_code for answer in answers] == [200, 200]
    record = await shown(synergist, REAL)
    assert (record["poTheirRef"], record["poOrderText"], record["poRecordVersionNumber"]) == ("here", "there", 18)


@EITHER_FIRST
async def test_a_cost_entered_while_lines_change_stays(synergist, extensiv, demo_book, here_first):
    answer = await extensiv.post(
        "/inventory/pos", json={"purchaseOrderNumber": "RACE-1", "customerIdentifier": {"id": 1}, "lineItems": []}
    )
    assert answer.status_code == 201, answer.text
    purchase = answer.json()["ReadOnly"]["PurchaseOrderId"]
    lines = [{"itemIdentifier": {"id": 1}, "quantity": 2, "price": 5}]
    calls = [
        update(synergist, {"poInternal": purchase, "poCost": 77}),
        extensiv.put(
            f"/inventory/pos/{purchase}",
            json={"purchaseOrderNumber": "RACE-1", "customerIdentifier": {"id": 1}, "lineItems": lines},
            headers={"If-Match": "*"},
        ),
    ]
    answers = await in_turn(demo_book, purchase, *(calls if here_first else reversed(calls)))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert (await shown(synergist, purchase))["poCost"] == 77


async def test_a_receipt_that_opens_during_a_deletion_is_not_orphaned(synergist, demo_book):
    for _ in ROUNDS:
        purchase = await entered(synergist)
        answer, _ = await asyncio.gather(delete(synergist, purchase), receipt(demo_book, purchase))
        open_receipts = await rows(demo_book, "receipts", f"order_id = {purchase}")
        assert bool(open_receipts) is not await is_gone(synergist, purchase)
        assert (answer.status_code == 200) is await is_gone(synergist, purchase)


async def receipt(book, purchase):
    """Try to begin to receive goods; the order may be gone by then."""
    with suppress(asyncpg.ForeignKeyViolationError):
        await book.open_receipt(purchase)


async def test_one_call_and_its_retry_at_once_are_two_calls(synergist):
    answers = await asyncio.gather(
        *(asked(synergist, action="update", input=data({"poInternal": REAL, "poEstCost": 33})) for _ in range(2))
    )

    assert sorted(written(answer)["data"][0]["poRecordVersionNumber"] for answer in answers) == [17, 18]
