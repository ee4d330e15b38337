"""Deleting an order. Source: contract sections 1 and 6 (Delete)."""

from .given import JOHNSON, is_empty, listed, no_trace, placed, shown


async def test_a_stranger_cannot_delete_an_order(homs, book):
    order = await placed(homs)

    async with no_trace(book):
        answer = await homs.request("DELETE", "/api/orders/ORD-1", auth=None)

    assert answer.status_code == 401
    assert await shown(homs, "ORD-1") == order


async def test_the_neighbours_order_cannot_be_deleted(homs):
    theirs = await placed(homs.neighbour)

    assert is_empty(await homs.delete("/api/orders/ORD-1"), 404)
    assert await shown(homs.neighbour, "ORD-1") == theirs


async def test_deleting_an_order_answers_204_without_a_body(homs):
    await placed(homs)

    assert is_empty(await homs.delete("/api/orders/ORD-1"), 204)


async def test_a_deleted_order_is_gone(homs):
    await placed(homs)
    await placed(homs)

    await homs.delete("/api/orders/ORD-1")

    assert await listed(homs) == ["ORD-2"]
    for method, body in (
        ("GET", None),
        ("PUT", {"order": {"ext_code": "x"}}),
        ("PATCH", {"order": {"ext_code": "x"}}),
        ("DELETE", None),
    ):
        assert is_empty(await homs.request(method, "/api/orders/ORD-1", json=body), 404)


async def test_the_highest_code_is_not_given_again_after_its_order_is_deleted(homs):
    for _ in range(3):
        await placed(homs)
    await homs.delete("/api/orders/ORD-3")
    await homs.delete("/api/orders/ORD-2")

    assert (await placed(homs))["code"] == "ORD-4"


async def test_an_order_can_be_deleted_with_the_json_suffix(homs):
    await placed(homs)

    assert is_empty(await homs.delete("/api/orders/ORD-1.json"), 204)
    assert await listed(homs) == []


async def test_an_order_is_not_deleted_by_its_id(homs, book):
    order = await placed(homs)

    async with no_trace(book):
        assert is_empty(await homs.delete(f"/api/orders/{order['id']}"), 404)


async def test_any_state_may_be_deleted_archived_and_with_a_responsible_user(homs):
    for state in ("to_execute", "in_progress", "done"):
        order = await placed(homs, state=state, archived=True, user_email=JOHNSON)
        assert is_empty(await homs.delete(f"/api/orders/{order['code']}"), 204)

    assert await listed(homs) == []
