"""Deleting a purchase order. Source: contract section 5.3; an open receipt: the design's rules for all faces."""

import pytest

from .given import (
    DELETE,
    EMPTY_CASE,
    NO_CASE,
    assert_refused,
    created,
    delete,
    ids,
    in_homs,
    no_trace,
    parts,
    records,
)

EACH_NAME = pytest.mark.parametrize("name", ["purchase_order_id", "record_id"])


def assert_deleted(answer, number):
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("application/json")
    body = answer.json()
    assert list(body) == ["response", "purchase_order_id"]
    assert body == {"response": "Purchase order deleted", "purchase_order_id": str(number)}


async def test_a_stranger_deletes_nothing(iinsight, demo_book):
    number = await created(iinsight)

    async with no_trace(demo_book):
        assert_refused(await iinsight.delete(f"{DELETE}?case_id=3", auth=None), 401, "unauthorized")
        answer = await iinsight.delete(f"{DELETE}?case_id=3&purchase_order_id={number}", auth="0" * 40)
        assert_refused(answer, 401, "invalid_token")

    assert await ids(iinsight) == [number]


async def test_the_neighbours_purchase_order_does_not_exist(iinsight, demo_book):
    ours = await created(iinsight)
    only_here = await demo_book.add_case("ONLY-HERE", "Only, Here")
    also_ours = await created(iinsight, "x", only_here)

    async with no_trace(demo_book):
        assert_refused(await delete(iinsight.neighbour, purchase_order_id=ours), 404, "not_found")
        assert_refused(await delete(iinsight.neighbour), 404, "not_found")
        assert_refused(await delete(iinsight.neighbour, only_here), 404, "not_found")
        answer = await delete(iinsight.neighbour, only_here, purchase_order_id=also_ours)
        assert_refused(answer, 404, "not_found")

    assert await ids(iinsight) == [ours]
    assert await ids(iinsight, only_here) == [also_ours]


@EACH_NAME
async def test_a_record_is_deleted_by_its_id(iinsight, name):
    first, second, third = [await created(iinsight, each) for each in "abc"]

    assert_deleted(await delete(iinsight, **{name: second}), second)

    assert await ids(iinsight) == [first, third]


async def test_a_deletion_takes_one_order_away_and_writes_one_event(iinsight, demo_book):
    number = await created(iinsight)
    before = await demo_book.counts()
    events = len(await demo_book.events("order"))

    await delete(iinsight, purchase_order_id=number)

    assert (await demo_book.counts())["orders"] == before["orders"] - 1
    assert len(await demo_book.events("order")) == events + 1


async def test_both_names_with_the_same_id_are_one_id(iinsight):
    first, second = await created(iinsight, "a"), await created(iinsight, "b")

    assert_deleted(await delete(iinsight, purchase_order_id=first, record_id=first), first)

    assert await ids(iinsight) == [second]


async def test_both_names_with_different_ids_delete_nothing(iinsight, demo_book):
    first, second = await created(iinsight, "a"), await created(iinsight, "b")

    async with no_trace(demo_book):
        for one, other in ((first, second), (first, "abc"), (first, ""), ("", first), (first, 1)):
            answer = await delete(iinsight, purchase_order_id=one, record_id=other)
            assert_refused(answer, 400, "invalid_parameter", "missing_parameter")

    assert await ids(iinsight) == [first, second]


@EACH_NAME
async def test_an_id_of_another_case_is_404_and_deletes_nothing(iinsight, demo_book, name):
    elsewhere = await created(iinsight, "elsewhere", 1)
    here = await created(iinsight, "here")

    async with no_trace(demo_book):
        assert_refused(await delete(iinsight, **{name: elsewhere}), 404, "not_found")

    assert await ids(iinsight) == [here]
    assert elsewhere in await ids(iinsight, 1)


@EACH_NAME
async def test_an_id_that_does_not_exist_is_404_and_deletes_nothing(iinsight, demo_book, name):
    number = await created(iinsight)

    async with no_trace(demo_book):
        assert_refused(await delete(iinsight, **{name: number + 1000}), 404, "not_found")

    assert await ids(iinsight) == [number]


@EACH_NAME
async def test_an_id_that_is_no_integer_never_falls_back_to_the_only_record(iinsight, demo_book, name):
    number = await created(iinsight)
    written = ("", "+", "%20", "%09", "abc", "1.5", f"{number}.0", f"{number}x", f"x{number}", "null", "%00", "%FF")

    async with no_trace(demo_book):
        for text in written:
            answer = await iinsight.delete(f"{DELETE}?case_id=3&{name}={text}")
            assert_refused(answer, 400, "invalid_parameter", "missing_parameter")
        assert_refused(
            await iinsight.delete(f"{DELETE}?case_id=3&{name}"), 400, "missing_parameter", "invalid_parameter"
        )

    assert await ids(iinsight) == [number]


async def test_the_only_record_of_a_case_needs_no_id(iinsight):
    number = await created(iinsight)

    assert_deleted(await delete(iinsight), number)

    assert await records(iinsight) == []


async def test_the_only_record_is_counted_in_the_named_case_alone(iinsight):
    number = await created(iinsight)
    elsewhere = await created(iinsight, "elsewhere", 1)

    assert_deleted(await delete(iinsight), number)

    assert elsewhere in await ids(iinsight, 1)


async def test_a_case_without_records_is_404(iinsight, demo_book):
    async with no_trace(demo_book):
        assert_refused(await delete(iinsight), 404, "not_found")


async def test_two_or_more_records_without_an_id_are_409_and_stay(iinsight, demo_book):
    made = [await created(iinsight, "a"), await created(iinsight, "b")]
    for _ in range(2):
        async with no_trace(demo_book):
            answer = await delete(iinsight)
        assert_refused(answer, 409, "ambiguous_purchase_order")
        assert "purchase_order_id" in answer.json()["error_description"]
        assert await ids(iinsight) == made
        made.append(await created(iinsight, "c"))


async def test_the_last_of_two_needs_no_id(iinsight):
    first, second = await created(iinsight, "a"), await created(iinsight, "b")

    assert_deleted(await delete(iinsight, purchase_order_id=first), first)
    assert_deleted(await delete(iinsight), second)
    assert_refused(await delete(iinsight), 404, "not_found")


async def test_a_name_is_ignored(iinsight, demo_book):
    first, second = await created(iinsight, "a"), await created(iinsight, "b")

    async with no_trace(demo_book):
        assert_refused(await delete(iinsight, purchase_order="a"), 409, "ambiguous_purchase_order")
    assert_deleted(await delete(iinsight, purchase_order="a", purchase_order_id=second), second)
    assert_deleted(await delete(iinsight, purchase_order="no such"), first)


async def test_a_name_that_could_not_be_stored_is_ignored_too(iinsight):
    for name in ("", "+", "%00", "x" * 300, "a&purchase_order=b"):
        number = await created(iinsight)
        assert_deleted(await iinsight.delete(f"{DELETE}?case_id=3&purchase_order={name}"), number)


async def test_deleting_twice_is_404_the_second_time(iinsight, demo_book):
    number = await created(iinsight)
    kept = await created(iinsight, "kept")
    assert_deleted(await delete(iinsight, purchase_order_id=number), number)

    async with no_trace(demo_book):
        for _ in range(2):
            assert_refused(await delete(iinsight, purchase_order_id=number), 404, "not_found")

    assert await ids(iinsight) == [kept]


async def test_the_case_is_mandatory_even_beside_an_id(iinsight, demo_book):
    number = await created(iinsight)

    async with no_trace(demo_book):
        assert_refused(await iinsight.delete(DELETE), 400, "missing_parameter")
        answer = await iinsight.delete(f"{DELETE}?purchase_order_id={number}")
        assert_refused(answer, 400, "missing_parameter")

    assert await ids(iinsight) == [number]


async def test_a_case_that_does_not_exist_is_404_even_beside_an_id(iinsight, demo_book):
    number = await created(iinsight)

    async with no_trace(demo_book):
        assert_refused(await delete(iinsight, NO_CASE), 404, "not_found")
        assert_refused(await delete(iinsight, NO_CASE, purchase_order_id=number), 404, "not_found")

    assert await ids(iinsight) == [number]


async def test_the_number_that_people_see_deletes_nothing(iinsight, demo_book):
    await created(iinsight)

    async with no_trace(demo_book):
        assert_refused(await delete(iinsight, "ACB3"), 400, "invalid_parameter")


@pytest.mark.parametrize("encoding", ["data", "files"])
async def test_the_parameters_may_come_in_the_body(iinsight, encoding):
    first, second, third = [await created(iinsight, each) for each in "abc"]

    def body(**fields):
        written = {name: str(value) for name, value in fields.items()}
        return {"data": written} if encoding == "data" else {"files": parts(written)}

    answer = await iinsight.delete(DELETE, **body(case_id=3, purchase_order_id=second))
    assert_deleted(answer, second)
    answer = await iinsight.delete(f"{DELETE}?case_id=3", **body(record_id=first))
    assert_deleted(answer, first)
    assert_deleted(await iinsight.delete(DELETE, **body(case_id=3)), third)


async def test_the_query_wins_over_the_body(iinsight):
    first, second, third = [await created(iinsight, each) for each in "abc"]

    body = {"case_id": "1", "purchase_order_id": str(second)}
    answer = await iinsight.delete(f"{DELETE}?case_id=3&purchase_order_id={first}", data=body)

    assert_deleted(answer, first)
    assert await ids(iinsight) == [second, third]


async def test_an_alias_in_the_body_never_outdoes_the_id_in_the_query(iinsight):
    first, second = await created(iinsight, "a"), await created(iinsight, "b")

    answer = await iinsight.delete(f"{DELETE}?case_id=3&purchase_order_id={first}", data={"record_id": str(second)})

    assert answer.status_code in (200, 400)
    assert await ids(iinsight) == ([second] if answer.status_code == 200 else [first, second])


async def test_an_order_of_another_kind_is_not_deleted_by_its_id(iinsight, demo_book, demo_homs):
    for order_type in ("support_request", "purchase_order"):
        answer = await demo_homs.post("/api/orders", json={"order": {"order_type_code": order_type}})
        order_id = answer.json()["order"]["id"]

        async with no_trace(demo_book):
            assert_refused(await delete(iinsight, purchase_order_id=order_id), 404, "not_found")
        assert await in_homs(demo_homs, order_id)


async def test_a_deleted_purchase_is_gone_from_homs(iinsight, demo_homs):
    number = await created(iinsight)
    assert await in_homs(demo_homs, number)

    await delete(iinsight)

    assert await in_homs(demo_homs, number) is None


async def test_deleting_a_purchase_with_an_open_receipt_is_409_and_keeps_it(iinsight, demo_book):
    number = await created(iinsight)
    await demo_book.open_receipt(number)

    async with no_trace(demo_book):
        assert_refused(await delete(iinsight, purchase_order_id=number), 409, "conflict")
        assert_refused(await delete(iinsight), 409, "conflict")

    assert await ids(iinsight) == [number]


async def test_a_purchase_of_another_face_can_be_deleted_here(iinsight):
    assert_deleted(await delete(iinsight, 5, purchase_order_id=10008375), 10008375)

    assert await ids(iinsight, 5) == [10008229, 10008233]


async def test_a_closed_case_still_gives_purchase_orders_back(iinsight, demo_book):
    number = await created(iinsight)
    await demo_book.close_case(EMPTY_CASE)

    assert_deleted(await delete(iinsight), number)


async def test_an_id_that_cannot_be_read_never_deletes_the_only_one(iinsight):
    only = await created(iinsight)
    file = '--X\r\nContent-Disposition: form-data; name="purchase_order_id"; filename="x"\r\n\r\n999\r\n--X--\r\n'
    bodies = (
        ("multipart/form-data; boundary=X", file),
        ("application/json", '{"purchase_order_id": 999}'),
        ("text/plain", "purchase_order_id=999"),
        ("application/x-www-form-urlencoded, text/plain", "purchase_order_id=999"),
        ("", "purchase_order_id=999"),
    )
    for content_type, body in bodies:
        answer = await iinsight.request(
            "DELETE",
            "/api1/purchase_orders/delete?case_id=3",
            content=body,
            headers={"Content-Type": content_type} if content_type else {},
        )
        assert_refused(answer, 400, "invalid_parameter")
    assert [each["record_id"] for each in (await iinsight.get("/api1/purchase_orders?case_id=3")).json()] == [str(only)]
