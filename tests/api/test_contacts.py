"""Contacts: what cannot be entered, whom they belong to, and what a change leaves alone."""

from .given import CONTACTS, entered, faults, is_problem

PATH = CONTACTS.path


REFUSED = (
    ({"code": "x" * 256}, {("/code", "too_long")}),
    ({"city": "x" * 501, "zip": "\0"}, {("/city", "too_long"), ("/zip", "invalid")}),
    ({"name": "x", "address_status": 3}, {("/address_status", "invalid")}),
    ({"name": "x", "address_status": "1"}, {("/address_status", "invalid")}),
    ({"name": "x", "default_markup": "x"}, {("/default_markup", "invalid")}),
    ({"name": "x", "default_markup": "1e13"}, {("/default_markup", "inclusion")}),
    ({"name": "x", "default_markup": "NaN"}, {("/default_markup", "inclusion")}),
    ({"name": "x", "default_markup": "-Infinity"}, {("/default_markup", "inclusion")}),
    ({"name": "x", "default_markup": None}, {("/default_markup", "invalid")}),
    ({"name": "x", "customer_id": 999999}, {("/customer_id", "unknown")}),
    ({"name": "x", "customer_id": 0}, {("/customer_id", "invalid")}),
    ({"name": "x", "customer_id": 2**63}, {("/customer_id", "invalid")}),
)


async def test_what_cannot_be_entered_is_told_with_its_place(v1, demo_book):
    before = await demo_book.counts()

    for body, told in REFUSED:
        for method, path in (("POST", PATH), ("PATCH", f"{PATH}/1")):
            answer = await v1.request(method, path, json=body)
            assert is_problem(answer, 422, "invalid"), body
            assert faults(answer) == told

    assert await demo_book.counts() == before


async def test_a_contact_says_something(v1):
    answer = await v1.post(PATH, json={"customer_id": 1, "code": None, "address_status": 1})
    assert is_problem(answer, 422, "invalid")
    assert faults(answer) == {("/company_name", "blank")}

    record = await entered(v1, CONTACTS)
    answer = await v1.patch(f"{PATH}/{record['id']}", json={"company_name": None})
    assert faults(answer) == {("/company_name", "blank")}
    assert (await v1.patch(f"{PATH}/{record['id']}", json={"company_name": None, "name": "A"})).status_code == 200


async def test_a_markup_has_two_decimals(v1):
    record = await entered(v1, CONTACTS, default_markup="12.345")
    path = f"{PATH}/{record['id']}"
    etag = (await v1.get(path)).headers["etag"]

    assert record["default_markup"] == "12.35"
    for same in ("12.35", "12.350000", 12.35, "12.3499"):
        answer = await v1.patch(path, json={"default_markup": same})
        assert (answer.json(), answer.headers["etag"]) == (record, etag)


async def test_several_contacts_may_have_one_code(v1):
    first, second = [await entered(v1, CONTACTS, code="SAME") for _ in range(2)]

    listed = (await v1.get(f"{PATH}?code=same&sort=id")).json()["contacts"]
    assert listed == [first, second]


async def test_the_customer_is_shown_whole_if_asked_for(v1):
    nobodys = await entered(v1, CONTACTS)
    customer = (await v1.get("/v1/customers/1")).json()

    alone = await v1.get(f"{PATH}/1?expand=customer&fields=id")
    listed = (await v1.get(f"{PATH}?expand=customer&id.in=1,{nobodys['id']}")).json()["contacts"]

    assert alone.json() == {"id": 1, "customer": customer}
    assert listed[0] == {**nobodys, "customer": None}
    assert listed[1]["customer"] == customer
