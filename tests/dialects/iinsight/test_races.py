"""Many callers at one moment. Source: contract sections 2.2, 3, 5.1 and 5.3."""

import asyncio
from collections import Counter

from .given import (
    LIST,
    NO_CASE,
    assert_refused,
    create,
    created,
    delete,
    ids,
    logged_in,
    login,
    opens,
    records,
    refresh,
    refreshed,
)

MANY = 20


async def at_once(call, times=MANY):
    """The answers to so many calls under way together."""
    return await asyncio.gather(*(call() for _ in range(times)))


def statuses(answers):
    return Counter(answer.status_code for answer in answers)


async def test_strangers_at_once_change_nothing(iinsight):
    number = await created(iinsight)

    answers = await at_once(lambda: iinsight.delete("/api1/purchase_orders/delete?case_id=3", auth=None))

    assert statuses(answers) == {401: MANY}
    assert await ids(iinsight) == [number]


async def test_neighbours_at_once_do_not_meet(iinsight):
    both = [iinsight, iinsight.neighbour] * (MANY // 2)

    answers = await asyncio.gather(*(create(face, f"{face.host}") for face in both))

    assert statuses(answers) == {200: MANY}
    for face in (iinsight, iinsight.neighbour):
        assert {record["purchase_order"] for record in await records(face)} == {face.host}
        assert len(await records(face)) == MANY // 2


async def test_one_refresh_token_used_by_many_at_once_is_renewed_once(iinsight):
    token = (await logged_in(iinsight))["refresh_token"]

    answers = await at_once(lambda: refresh(iinsight, token))

    assert statuses(answers) == {200: 1, 400: MANY - 1}
    for answer in answers:
        if answer.status_code == 400:
            assert_refused(answer, 400, "invalid_grant")
        else:
            winner = answer.json()
    assert await opens(iinsight, winner["access_token"])
    await refreshed(iinsight, winner["refresh_token"])


async def test_a_refresh_token_raced_for_by_two_clients_goes_to_its_own(iinsight, demo_book):
    other = await demo_book.add_client()
    token = (await logged_in(iinsight))["refresh_token"]

    answers = await asyncio.gather(
        *(refresh(iinsight, token, client=other) for _ in range(MANY // 2)),
        *(refresh(iinsight, token) for _ in range(MANY // 2)),
    )

    assert statuses(answers[: MANY // 2]) == {400: MANY // 2}
    assert statuses(answers[MANY // 2 :]) == {200: 1, 400: MANY // 2 - 1}


async def test_logins_at_once_all_get_tokens_of_their_own(iinsight):
    answers = await at_once(lambda: login(iinsight), 8)

    assert statuses(answers) == {200: 8}
    tokens = [answer.json()[key] for answer in answers for key in ("access_token", "refresh_token")]
    assert len(set(tokens)) == 16


async def test_one_record_deleted_by_many_at_once_is_deleted_once(iinsight):
    number = await created(iinsight)
    kept = await created(iinsight, "kept")

    answers = await at_once(lambda: delete(iinsight, purchase_order_id=number))

    assert statuses(answers) == {200: 1, 404: MANY - 1}
    assert await ids(iinsight) == [kept]


async def test_the_only_record_deleted_without_an_id_by_many_at_once_is_deleted_once(iinsight, demo_book):
    await created(iinsight)
    before = await demo_book.counts()

    answers = await at_once(lambda: delete(iinsight))

    assert statuses(answers) == {200: 1, 404: MANY - 1}
    assert await ids(iinsight) == []
    assert (await demo_book.counts())["orders"] == before["orders"] - 1
    assert (await demo_book.counts())["events"] == before["events"] + 1


async def test_two_records_are_ambiguous_to_many_at_once(iinsight):
    made = [await created(iinsight, "a"), await created(iinsight, "b")]

    answers = await at_once(lambda: delete(iinsight))

    assert statuses(answers) == {409: MANY}
    assert await ids(iinsight) == made


async def test_creations_at_once_get_ids_of_their_own_that_rise(iinsight):
    before = {case_id: await ids(iinsight, case_id) for case_id in (1, 2, 3)}
    wanted = [(case_id, f"PO {turn}") for turn in range(MANY // 2) for case_id in (1, 2, 3)]

    answers = await asyncio.gather(*(create(iinsight, name, case_id) for case_id, name in wanted))

    assert statuses(answers) == {200: len(wanted)}
    made = [answer.json()["purchase_order_id"] for answer in answers]
    assert len(set(made)) == len(wanted)
    assert min(made) > max((number for each in before.values() for number in each), default=0)
    for case_id in (1, 2, 3):
        own = sorted(number for number, (owner, _) in zip(made, wanted, strict=True) if owner == case_id)
        assert await ids(iinsight, case_id) == before[case_id] + own
    assert await created(iinsight) > max(made)


async def test_a_deletion_without_an_id_never_takes_what_came_meanwhile(iinsight):
    """Whatever the order of events, a deletion takes one record that it saw alone, or none."""
    for turn in range(5):
        await created(iinsight, f"first {turn}")
        deletion, *creations = await asyncio.gather(
            delete(iinsight), *(create(iinsight, f"later {each}") for each in range(4))
        )

        made = {answer.json()["purchase_order_id"] for answer in creations}
        left = await ids(iinsight)
        assert len(made) == 4
        if deletion.status_code == 200:
            assert set(left) == made
        else:
            assert_refused(deletion, 409, "ambiguous_purchase_order")
            assert len(left) == 5
            assert made < set(left)
        for number in left:
            await delete(iinsight, purchase_order_id=number)


async def test_a_delete_by_id_and_one_without_never_take_two(iinsight):
    for _ in range(5):
        first, second = await created(iinsight, "a"), await created(iinsight, "b")

        by_id, without = await asyncio.gather(delete(iinsight, purchase_order_id=first), delete(iinsight))

        assert by_id.status_code == 200
        if without.status_code == 200:
            assert without.json()["purchase_order_id"] == str(second)
            assert await ids(iinsight) == []
        else:
            assert_refused(without, 409, "ambiguous_purchase_order")
            assert await ids(iinsight) == [second]
            await delete(iinsight)


async def test_lists_during_changes_are_always_whole(iinsight):
    made = [await created(iinsight, f"PO {turn}") for turn in range(8)]

    answers = await asyncio.gather(
        *(delete(iinsight, purchase_order_id=number) for number in made[:4]),
        *(create(iinsight, "later") for _ in range(4)),
        *(iinsight.get(f"{LIST}?case_id=3") for _ in range(MANY)),
        *(iinsight.get(f"{LIST}?case_id={NO_CASE}") for _ in range(4)),
    )

    assert statuses(answers) == {200: 8 + MANY, 404: 4}
    for answer in answers[8 : 8 + MANY]:
        listed = [int(record["record_id"]) for record in answer.json()]
        assert listed == sorted(set(listed))
        assert set(made[4:]) <= set(listed)


async def test_wrong_passwords_at_once_are_counted_together(iinsight):
    answers = await at_once(lambda: login(iinsight, "c.johnson@example.com", "wrong"), 15)

    assert set(statuses(answers)) == {401, 429}
    assert statuses(answers)[401] == 10
