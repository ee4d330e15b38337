"""Items: what cannot be entered, whose they are, and their qualifiers."""

import asyncio

from .given import ITEMS, entered, faults, is_problem

PATH = ITEMS.path


REFUSED = (
    ({"sku": " "}, {("/sku", "blank")}),
    ({"sku": "x" * 256, "description": "\0"}, {("/sku", "too_long"), ("/description", "invalid")}),
    ({"sku": "x", "qualifiers": ["a", "A"]}, {("/qualifiers", "taken")}),
    ({"sku": "x", "qualifiers": ["a\0"]}, {("/qualifiers", "invalid")}),
    ({"sku": "x", "qualifiers": ["x" * 256]}, {("/qualifiers", "too_long")}),
    ({"sku": "x", "qualifiers": [str(each) for each in range(101)]}, {("/qualifiers", "invalid")}),
    ({"sku": "x", "qualifiers": [1]}, {("/qualifiers", "invalid")}),
    ({"sku": "x", "qualifiers": None}, {("/qualifiers", "invalid")}),
    ({"sku": "sku-2"}, {("/sku", "taken")}),
)


async def test_what_cannot_be_entered_is_told_with_its_place(v1, demo_book):
    before = await demo_book.counts()

    for body, told in REFUSED:
        for method, path in (("POST", PATH), ("PATCH", f"{PATH}/1")):
            answer = await v1.request(method, path, json={"customer_id": 1, **body})
            assert is_problem(answer, 422, "invalid"), body
            assert faults(answer) == told

    assert await demo_book.counts() == before


async def test_a_new_item_needs_a_customer_who_is_there_and_a_sku(v1):
    assert faults(await v1.post(PATH, json={})) == {("/customer_id", "blank"), ("/sku", "blank")}
    assert faults(await v1.post(PATH, json={"customer_id": 9, "sku": "x"})) == {("/customer_id", "unknown")}


async def test_an_item_stays_with_its_customer(v1):
    answer = await v1.patch(f"{PATH}/1", json={"customer_id": 2, "sku": ""})

    assert is_problem(answer, 422, "invalid")
    assert faults(answer) == {("/customer_id", "illegal"), ("/sku", "blank")}
    assert (await v1.patch(f"{PATH}/1", json={"customer_id": 1})).status_code == 200


async def test_another_customers_item_may_have_the_same_sku(v1):
    assert (await v1.post(PATH, json={"customer_id": 2, "sku": "sku-1"})).status_code == 201


async def test_a_qualifier_that_lines_use_does_not_vanish(v1, demo_book):
    item = await entered(v1, ITEMS, qualifiers=["", "Žlutá", "Red", "Blue"])
    path = f"{PATH}/{item['id']}"
    lines = [{"item_id": item["id"], "qualifier": "žLUTÁ", "quantity": "1"}, {"item_id": item["id"]}]
    order = await v1.post("/v1/orders", json={"type": "purchase_order", "customer_id": 1, "lines": lines})
    assert order.status_code == 201, order.text
    before = await demo_book.counts()

    for qualifiers in (["", "Red"], ["Žlutá", "Red"], []):
        answer = await v1.patch(path, json={"qualifiers": qualifiers, "description": "New"})
        assert is_problem(answer, 422, "invalid")
        assert faults(answer) == {("/qualifiers", "illegal")}
    assert (await v1.get(path)).json() == item
    assert await demo_book.counts() == before

    # What nobody uses may go, and one that is used may be written otherwise.
    answer = await v1.patch(path, json={"qualifiers": ["ŽLUTÁ", "Green", ""]})
    assert answer.json()["qualifiers"] == ["", "Green", "ŽLUTÁ"]
    await v1.delete(f"/v1/orders/{order.json()['id']}")
    assert (await v1.patch(path, json={"qualifiers": []})).json()["qualifiers"] == []


async def test_the_order_of_qualifiers_says_nothing(v1, demo_book):
    item = await entered(v1, ITEMS, qualifiers=["b", "", "A"])
    before = await demo_book.counts()

    answer = await v1.patch(f"{PATH}/{item['id']}", json={"qualifiers": ["A", "b", ""]})

    assert answer.json() == item
    assert item["qualifiers"] == ["", "A", "b"]
    assert await demo_book.counts() == before


async def test_a_qualifier_is_not_taken_from_a_line_that_is_being_entered(v1, demo_book):
    item = await entered(v1, ITEMS, qualifiers=["", "Red"])
    path = f"{PATH}/{item['id']}"

    async with demo_book.desk.pool.transaction() as db:
        await db.execute(
            """insert into lines (tenant_id, order_id, item_id, qualifier,
                                  created_at, created_by, modified_at, modified_by)
               values ($1, 10008229, $2, 'Red', now(), 'a', now(), 'a')""",
            demo_book.tenant_id,
            item["id"],
        )
        changing = asyncio.create_task(v1.patch(path, json={"qualifiers": [""]}))
        done, _ = await asyncio.wait([changing], timeout=0.2)
        assert not done

    assert faults(await changing) == {("/qualifiers", "illegal")}
    assert (await v1.get(path)).json() == item
