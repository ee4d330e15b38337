"""Cases: what cannot be entered, closing and opening again, and what a change leaves alone."""

import json

from .given import CASES, entered, faults, is_problem

PATH = CASES.path


REFUSED = (
    ({"code": "", "name": " "}, {("/code", "blank"), ("/name", "blank")}),
    ({"code": "x" * 201, "name": "x" * 501}, {("/code", "too_long"), ("/name", "too_long")}),
    ({"code": "x", "name": "x", "type": ""}, {("/type", "blank")}),
    ({"code": "x", "name": "x", "status": "shut"}, {("/status", "invalid")}),
    ({"code": "x", "name": None}, {("/name", "invalid")}),
    ({"code": "x", "name": "x", "job_rate": "0"}, {("/job_rate", "inclusion")}),
    ({"code": "x", "name": "x", "job_rate": "-1"}, {("/job_rate", "inclusion")}),
    ({"code": "x", "name": "x", "job_rate": "0.0000001"}, {("/job_rate", "inclusion")}),
    ({"code": "x", "name": "x", "job_rate": "1e13"}, {("/job_rate", "inclusion")}),
    ({"code": "x", "name": "x", "job_rate": "NaN"}, {("/job_rate", "inclusion")}),
    ({"code": "x", "name": "x", "customer_id": 999999}, {("/customer_id", "unknown")}),
    ({"code": "ACB2", "name": "x"}, {("/code", "taken")}),
)


async def test_what_cannot_be_entered_is_told_with_its_place(v1, demo_book):
    before = await demo_book.counts()

    for body, told in REFUSED:
        for method, path in (("POST", PATH), ("PATCH", f"{PATH}/1")):
            answer = await v1.request(method, path, json=body)
            assert is_problem(answer, 422, "invalid"), body
            assert faults(answer) == told

    assert await demo_book.counts() == before


async def test_a_new_case_needs_a_code_and_a_name(v1):
    assert faults(await v1.post(PATH, json={})) == {("/code", "blank"), ("/name", "blank")}
    answer = await v1.post(PATH, json={"code": "x", "name": "y"})
    assert (answer.json()["type"], answer.json()["status"], answer.json()["job_rate"]) == ("client", "open", "1.000000")


async def test_codes_are_told_apart_by_case_and_are_free_when_given_up(v1):
    record = await entered(v1, CASES)

    for code in ("acb1", "ACB1 "):
        assert (await v1.patch(f"{PATH}/{record['id']}", json={"code": code})).status_code == 200
    assert faults(await v1.patch(f"{PATH}/{record['id']}", json={"code": "ACB1"})) == {("/code", "taken")}
    assert (await v1.patch(f"{PATH}/1", json={"code": "ACB9"})).status_code == 200
    assert (await v1.patch(f"{PATH}/{record['id']}", json={"code": "ACB1"})).status_code == 200


async def test_a_case_is_closed_and_opened_again(v1, demo_book):
    for status, event in (("closed", "CaseClosed"), ("open", "CaseReopened")):
        answer = await v1.patch(f"{PATH}/1", json={"status": status, "name": f"Now {status}"})
        assert answer.json()["status"] == status
        told = (await demo_book.events("case"))[-1]
        assert told["name"] == event
        assert json.loads(told["changes"])["status"] == ["open" if status == "closed" else "closed", status]

    await v1.patch(f"{PATH}/1", json={"name": "Other"})
    assert (await demo_book.events("case"))[-1]["name"] == "CaseAmended"


async def test_what_was_charged_at_another_rate_stays_as_it_is(v1):
    (order,) = (await v1.get("/v1/orders?case_id=5&limit=1")).json()["orders"]

    await v1.patch(f"{PATH}/5", json={"job_rate": "2"})

    assert (await v1.get(f"/v1/orders/{order['id']}")).json() == order


async def test_a_rate_has_six_decimals(v1):
    record = await entered(v1, CASES, job_rate="1.23456789")
    path = f"{PATH}/{record['id']}"
    etag = (await v1.get(path)).headers["etag"]

    assert record["job_rate"] == "1.234568"
    for same in ("1.234568", 1.234568, "1.2345679"):
        answer = await v1.patch(path, json={"job_rate": same})
        assert (answer.json(), answer.headers["etag"]) == (record, etag)
