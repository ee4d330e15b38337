"""Listing the purchase orders of a case. Source: contract sections 3, 4 and 8."""

import asyncio

from .given import (
    EMPTY_CASE,
    LIST,
    NO_CASE,
    assert_refused,
    create,
    created,
    delete,
    ids,
    in_homs,
    names,
    no_trace,
    records,
)


async def test_a_stranger_sees_no_list(iinsight):
    assert_refused(await iinsight.get(f"{LIST}?case_id=3", auth=None), 401, "unauthorized")


async def test_the_neighbours_purchase_orders_and_cases_are_not_listed(iinsight, demo_book):
    await created(iinsight, "ours")
    ours = await demo_book.add_case("ONLY-HERE", "Only, Here")
    await created(iinsight, "ours", ours)

    assert await names(iinsight.neighbour) == []
    assert_refused(await iinsight.neighbour.get(f"{LIST}?case_id={ours}"), 404, "not_found")
    assert await names(iinsight, ours) == ["ours"]


async def test_a_list_is_a_bare_array_of_objects_with_exactly_two_texts(iinsight):
    number = await created(iinsight, "PO 1")

    answer = await iinsight.get(f"{LIST}?case_id=3")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json() == [{"record_id": str(number), "purchase_order": "PO 1"}]


async def test_every_record_of_the_demo_cases_has_the_two_texts(iinsight):
    for case_id in range(1, 8):
        for record in await records(iinsight, case_id):
            assert list(record) == ["record_id", "purchase_order"]
            assert record["record_id"].isascii()
            assert record["record_id"].isdecimal()
            assert int(record["record_id"]) > 0
            assert isinstance(record["purchase_order"], str)
            assert record["purchase_order"]


async def test_a_case_without_purchase_orders_is_an_empty_array(iinsight):
    answer = await iinsight.get(f"{LIST}?case_id={EMPTY_CASE}")

    assert answer.status_code == 200
    assert answer.json() == []


async def test_a_case_emptied_again_is_an_empty_array(iinsight):
    await created(iinsight)
    await delete(iinsight)

    assert await records(iinsight) == []


async def test_a_case_that_does_not_exist_is_404_and_no_empty_array(iinsight):
    assert_refused(await iinsight.get(f"{LIST}?case_id={NO_CASE}"), 404, "not_found")


async def test_the_case_is_mandatory(iinsight):
    assert_refused(await iinsight.get(LIST), 400, "missing_parameter")


async def test_the_number_that_people_see_is_no_case_id(iinsight):
    for code in ("ACB1", "ACB3", "acb3"):
        assert_refused(await iinsight.get(f"{LIST}?case_id={code}"), 400, "invalid_parameter")


async def test_a_list_is_whole_and_oldest_first(iinsight):
    answers = await asyncio.gather(*(create(iinsight, f"PO {number}") for number in range(120)))
    made = sorted(answer.json()["purchase_order_id"] for answer in answers)

    assert len(set(made)) == 120
    assert await ids(iinsight) == made


async def test_unknown_parameters_of_a_list_are_ignored(iinsight):
    made = [await created(iinsight, name) for name in ("c", "a", "b")]
    extras = ("page=2", "limit=1", "page=0&limit=x", "sort_col=purchase_order&sort_type=desc", "purchase_order=a")

    for extra in (*extras, f"record_id={made[0]}", "fields=record_id", "x[]=1&=&&"):
        answer = await iinsight.get(f"{LIST}?case_id=3&{extra}")
        assert [int(record["record_id"]) for record in answer.json()] == made, extra


async def test_the_case_of_a_list_is_not_read_from_the_body(iinsight):
    assert_refused(await iinsight.request("GET", LIST, data={"case_id": "3"}), 400, "missing_parameter")


async def test_each_case_lists_its_own(iinsight):
    before = {case_id: await ids(iinsight, case_id) for case_id in (1, 2, 3)}
    made = {case_id: await created(iinsight, "same name", case_id) for case_id in (1, 2, 3)}

    for case_id in (1, 2, 3):
        assert await ids(iinsight, case_id) == [*before[case_id], made[case_id]]


async def test_listing_leaves_no_trace(iinsight, demo_book):
    async with no_trace(demo_book):
        await records(iinsight, 5)
        await records(iinsight, 3)


async def test_a_purchase_shows_its_number_else_its_title(iinsight):
    assert await records(iinsight, 5) == [
        {"record_id": "10008229", "purchase_order": "012082"},
        {"record_id": "10008233", "purchase_order": "Engraved plates"},
        {"record_id": "10008375", "purchase_order": "012083"},
    ]


async def test_a_purchase_without_number_and_title_shows_its_code(iinsight, demo_book, demo_homs):
    number = await created(iinsight)
    await demo_book.desk.pool.execute(
        "update orders set number = null where tenant_id = $1 and id = $2", demo_book.tenant_id, number
    )

    assert await names(iinsight) == [(await in_homs(demo_homs, number))["code"]]


async def test_a_created_record_is_in_the_next_list_and_a_deleted_one_is_not(iinsight):
    for turn in range(5):
        number = await created(iinsight, f"PO {turn}")
        assert await ids(iinsight) == [number]
        await delete(iinsight, purchase_order_id=number)
        assert await ids(iinsight) == []


async def test_a_purchase_that_homs_closed_and_archived_is_still_listed(iinsight, demo_homs):
    number = await created(iinsight, "PO 1")
    code = (await in_homs(demo_homs, number))["code"]

    answer = await demo_homs.put(f"/api/orders/{code}", json={"order": {"state": "done", "archived": True}})

    assert answer.status_code == 200
    assert await records(iinsight) == [{"record_id": str(number), "purchase_order": "PO 1"}]


async def test_what_homs_entered_is_in_no_case(iinsight, demo_homs):
    before = {case_id: await records(iinsight, case_id) for case_id in range(1, 8)}
    for order_type in ("purchase_order", "support_request"):
        answer = await demo_homs.post("/api/orders", json={"order": {"order_type_code": order_type}})
        assert answer.status_code == 201, answer.text

    assert {case_id: await records(iinsight, case_id) for case_id in range(1, 8)} == before


async def test_a_purchase_that_homs_deleted_is_gone(iinsight, demo_homs):
    number = await created(iinsight)
    code = (await in_homs(demo_homs, number))["code"]

    await demo_homs.delete(f"/api/orders/{code}")

    assert await records(iinsight) == []
    assert_refused(await delete(iinsight, purchase_order_id=number), 404, "not_found")


async def test_a_closed_case_is_listed_as_before(iinsight, demo_book):
    number = await created(iinsight)

    await demo_book.close_case(EMPTY_CASE)

    assert await ids(iinsight) == [number]


async def test_the_demo_cases_are_1_2_and_3_and_the_third_is_empty(iinsight):
    for case_id in (1, 2):
        await records(iinsight, case_id)
    assert await records(iinsight, 3) == []
    assert_refused(await iinsight.get(f"{LIST}?case_id=99999999"), 404, "not_found")
