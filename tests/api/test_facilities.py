"""Facilities: what cannot be entered."""

from .given import FACILITIES, faults, is_problem

PATH = FACILITIES.path


REFUSED = (
    ({"name": " "}, {("/name", "blank")}),
    ({"name": "x" * 256}, {("/name", "too_long")}),
    ({"name": "a\0"}, {("/name", "invalid")}),
    ({"name": None, "deactivated": 0}, {("/name", "invalid"), ("/deactivated", "invalid")}),
    ({"name": "OVERFLOW"}, {("/name", "taken")}),
    ({"name": "x", "external_ids": {}}, {("/external_ids", "unexpected")}),
)


async def test_what_cannot_be_entered_is_told_with_its_place(v1, demo_book):
    before = await demo_book.counts()

    for body, told in REFUSED:
        for method, path in (("POST", PATH), ("PATCH", f"{PATH}/1")):
            answer = await v1.request(method, path, json=body)
            assert is_problem(answer, 422, "invalid"), body
            assert faults(answer) == told

    assert await demo_book.counts() == before


async def test_a_new_facility_needs_a_name_and_keeps_it_in_another_case(v1):
    assert faults(await v1.post(PATH, json={})) == {("/name", "blank")}
    assert (await v1.patch(f"{PATH}/1", json={"name": "MAIN"})).json()["name"] == "MAIN"
