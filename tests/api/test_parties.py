"""Customers: what cannot be entered, and what other faces see of a change."""

from .given import CUSTOMERS, entered, faults, is_problem

PATH = CUSTOMERS.path


REFUSED = (
    ({"name": ""}, {("/name", "blank")}),
    ({"name": " \t"}, {("/name", "blank")}),
    ({"name": None}, {("/name", "invalid")}),
    ({"name": 1, "kind": "company"}, {("/name", "invalid"), ("/kind", "invalid")}),
    ({"name": "a\0b", "city": "a\0"}, {("/name", "invalid"), ("/city", "invalid")}),
    ({"name": "x" * 501, "country": "x" * 501}, {("/name", "too_long"), ("/country", "too_long")}),
    ({"name": "x" * 2001}, {("/name", "invalid")}),
    ({"first_name": "x" * 300, "name": "y" * 200}, {("/first_name", "too_long")}),
    ({"name": "x", "deactivated": None}, {("/deactivated", "invalid")}),
    ({"name": "x", "deactivated": "false"}, {("/deactivated", "invalid")}),
    ({"name": "", "external_ids": {"shop": " "}}, {("/name", "blank"), ("/external_ids/shop", "blank")}),
)


async def test_what_cannot_be_entered_is_told_with_its_place(v1, demo_book):
    before = await demo_book.counts()

    for body, told in REFUSED:
        for method, path in (("POST", PATH), ("PATCH", f"{PATH}/1")):
            answer = await v1.request(method, path, json=body)
            assert is_problem(answer, 422, "invalid"), body
            assert faults(answer) == told

    assert await demo_book.counts() == before


async def test_a_new_customer_needs_a_name(v1):
    answer = await v1.post(PATH, json={"city": "Brno"})

    assert is_problem(answer, 422, "invalid")
    assert faults(answer) == {("/name", "blank")}


async def test_members_that_are_only_read_are_passed_over(v1):
    record = await entered(v1, CUSTOMERS, id=7, whole_name="Other", created_at="2001-01-01T00:00:00Z")

    assert record["id"] != 7
    assert record["whole_name"] == record["name"]
    assert record["created_at"] > "2025"


async def test_what_was_never_right_does_not_stand_in_the_way_of_other_changes(v1, demo_book):
    await demo_book.desk.pool.execute(
        "update customers set name = '', city = repeat('x', 600) where tenant_id = $1 and id = 2", demo_book.tenant_id
    )
    shown = (await v1.get(f"{PATH}/2")).json()

    answer = await v1.patch(f"{PATH}/2", json={**shown, "country": "FR"})

    assert answer.status_code == 200, answer.text
    assert answer.json() == {**shown, "country": "FR"}
    assert faults(await v1.patch(f"{PATH}/2", json={"city": "y" * 501})) == {("/city", "too_long")}


async def test_a_change_is_seen_through_another_face(v1, intouch):
    await v1.patch(f"{PATH}/2168", json={"name": "Pekárna U Mlýna"})

    party = (await intouch.get("/api/parties/2168")).json()
    assert "Pekárna U Mlýna" in party.values()
