"""Changing an order. Source: contract sections 3 and 6 (Update)."""

import pytest

from .given import (
    DEMO,
    FIELDS,
    JAMES_CARTER,
    JAMES_CARTER_SHOWN,
    JOHNSON,
    JSON_TYPE,
    ORDER_KEYS,
    WITHOUT_FIELDS,
    changed,
    is_empty,
    james_carters_order,
    no_trace,
    placed,
    sent,
    shown,
)

BOTH_METHODS = pytest.mark.parametrize("method", ["PUT", "PATCH"])
NO_CHANGE = {"order": {"ext_code": "x"}}


@BOTH_METHODS
async def test_a_stranger_cannot_change_an_order(homs, book, method):
    order = await placed(homs)

    async with no_trace(book):
        answer = await homs.request(method, f"/api/orders/{order['code']}", json=NO_CHANGE, auth=None)

    assert answer.status_code == 401
    assert await shown(homs, order["code"]) == order


@BOTH_METHODS
async def test_the_neighbours_order_cannot_be_changed(homs, method):
    theirs = await placed(homs.neighbour)

    answer = await homs.request(method, f"/api/orders/{theirs['code']}", json=NO_CHANGE)

    assert is_empty(answer, 404)
    assert await shown(homs.neighbour, theirs["code"]) == theirs


@BOTH_METHODS
async def test_an_update_answers_with_the_whole_order(homs, method):
    order = await james_carters_order(homs)

    answer = await homs.request(method, "/api/orders/ORD-1", json={"order": {"bp_state": "approved"}})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == JSON_TYPE
    assert answer.json() == {"order": order | {"bp_state": "approved"}}
    assert tuple(answer.json()["order"]) == ORDER_KEYS
    assert await shown(homs, "ORD-1") == answer.json()["order"]


@BOTH_METHODS
@pytest.mark.parametrize(
    "attribute, value",
    [
        ("ext_code", "E-7"),
        ("bp_id", "process 7"),
        ("bp_state", "approved"),
        ("state", "in_progress"),
        ("archived", True),
        ("done_at", "2016-05-16T13:52:48+03:00"),
        ("user_email", JOHNSON),
    ],
)
async def test_only_the_passed_attribute_changes(homs, method, attribute, value):
    order = await james_carters_order(homs)

    answer = await homs.request(method, "/api/orders/ORD-1", json={"order": {attribute: value}})

    assert answer.json()["order"] == order | {attribute: value}
    assert await shown(homs, "ORD-1") == order | {attribute: value}


async def test_other_orders_stay_as_they_are(homs):
    await placed(homs)
    other = await placed(homs)

    await changed(homs, "ORD-1", ext_code="x", state="done", data={"subject": "Lamp"})

    assert await shown(homs, other["code"]) == other


@pytest.mark.parametrize("attributes", [{"foo": 1}, {"created_at": "2016-05-16"}, {"user_id": 1, "foo": None}])
async def test_an_update_of_unknown_attributes_changes_nothing_and_is_no_error(homs, attributes):
    order = await james_carters_order(homs)

    assert await changed(homs, "ORD-1", **attributes) == order


@pytest.mark.parametrize("attributes", [{"code": "ORD-9"}, {"code": None}, {"id": 99}, {"id": None, "code": 5}])
async def test_code_and_id_cannot_be_changed(homs, attributes):
    order = await placed(homs)

    assert await changed(homs, "ORD-1", **attributes) == order
    assert is_empty(await homs.get("/api/orders/ORD-9"), 404)


async def test_an_order_put_back_as_it_was_shown_is_unchanged(homs):
    await james_carters_order(homs)
    order = await changed(homs, "ORD-1", done_at="2016-05-16T13:52:48+03:00", user_email=JOHNSON)

    assert await changed(homs, "ORD-1", **order) == order


async def test_an_order_without_fields_can_be_put_back_as_it_was_shown(homs):
    order = await placed(homs, WITHOUT_FIELDS)

    assert await changed(homs, "ORD-1", **order) == order


# Base attributes


@pytest.mark.parametrize("attribute", ["ext_code", "bp_id", "bp_state"])
async def test_null_clears_a_free_text(homs, attribute):
    await placed(homs, **{attribute: "text"})

    assert (await changed(homs, "ORD-1", **{attribute: None}))[attribute] is None


@pytest.mark.parametrize("attribute", ["ext_code", "bp_id", "bp_state"])
@pytest.mark.parametrize("number, text", [(0, "0"), (42, "42"), (-7, "-7"), (1.5, "1.5"), (12345678901, "12345678901")])
async def test_a_number_in_a_free_text_becomes_its_text(homs, attribute, number, text):
    await placed(homs)

    assert (await changed(homs, "ORD-1", **{attribute: number}))[attribute] == text


@pytest.mark.parametrize("attribute", ["ext_code", "bp_id", "bp_state"])
@pytest.mark.parametrize("value", [[], ["a"], {}, {"a": "b"}])
async def test_an_array_or_object_is_no_free_text(homs, book, attribute, value):
    order = await placed(homs)

    async with no_trace(book):
        answer = await homs.put("/api/orders/ORD-1", json={"order": {attribute: value}})

    assert answer.status_code == 422
    assert answer.json() == {attribute: ["is invalid"]}
    assert await shown(homs, "ORD-1") == order


@pytest.mark.parametrize("before", ["to_execute", "in_progress", "done"])
@pytest.mark.parametrize("after", ["to_execute", "in_progress", "done"])
async def test_any_state_may_follow_any_other(homs, before, after):
    await placed(homs, state=before)

    assert (await changed(homs, "ORD-1", state=after))["state"] == after


@pytest.mark.parametrize("number, state", [(0, "to_execute"), (1, "in_progress"), (2, "done")])
async def test_a_state_may_be_changed_by_its_number(homs, number, state):
    await placed(homs, state="in_progress" if number != 1 else "done")

    assert (await changed(homs, "ORD-1", state=number))["state"] == state


@pytest.mark.parametrize("state", ["", "DONE", "closed", None, 3, -1, [], {}])
async def test_an_update_to_a_state_beyond_the_three_is_refused(homs, book, state):
    order = await placed(homs)

    async with no_trace(book):
        answer = await homs.put("/api/orders/ORD-1", json={"order": {"state": state, "ext_code": "x"}})

    assert answer.status_code == 422
    assert answer.json() == {"state": ["is not included in the list"]}
    assert await shown(homs, "ORD-1") == order


async def test_done_sets_no_date(homs):
    await placed(homs)

    assert (await changed(homs, "ORD-1", state="done"))["done_at"] is None


async def test_a_date_does_not_make_an_order_done(homs):
    await placed(homs)

    assert (await changed(homs, "ORD-1", done_at="2016-05-16T13:52:48+03:00"))["state"] == "to_execute"


async def test_leaving_done_keeps_the_date(homs):
    order = await placed(homs, state="done", done_at="2016-05-16T13:52:48+03:00")

    assert (await changed(homs, "ORD-1", state="to_execute"))["done_at"] == order["done_at"]


@pytest.mark.parametrize(
    "given, archived",
    [
        (True, True),
        (False, False),
        ("true", True),
        ("false", False),
        ("1", True),
        ("0", False),
        (1, True),
        (0, False),
        ("yes", True),
        ("archived", True),
    ],
)
async def test_archived_is_cast_loosely(homs, given, archived):
    await placed(homs, archived=not archived)

    assert (await changed(homs, "ORD-1", archived=given))["archived"] is archived


async def test_archived_cannot_be_null(homs, book):
    order = await placed(homs, archived=True)

    async with no_trace(book):
        answer = await homs.put("/api/orders/ORD-1", json={"order": {"archived": None}})

    assert answer.status_code == 422
    assert answer.json() == {"archived": ["is not included in the list"]}
    assert await shown(homs, "ORD-1") == order


@pytest.mark.parametrize(
    "given, shown_as",
    [
        ("2016-05-16T13:52:48+03:00", "2016-05-16T13:52:48+03:00"),
        ("2016-05-16T10:52:48Z", "2016-05-16T13:52:48+03:00"),
        ("2016-05-16T10:52:48+00:00", "2016-05-16T13:52:48+03:00"),
        ("2016-05-16T04:22:48-06:30", "2016-05-16T13:52:48+03:00"),
        ("2016-05-16T22:30:00Z", "2016-05-17T01:30:00+03:00"),
        ("2013-07-01T00:00:00Z", "2013-07-01T04:00:00+04:00"),
        ("2010-01-15T12:00:00Z", "2010-01-15T15:00:00+03:00"),
        ("2010-07-15T12:00:00Z", "2010-07-15T16:00:00+04:00"),
    ],
)
async def test_done_at_is_shown_in_moscow_time(homs, given, shown_as):
    await placed(homs)

    assert (await changed(homs, "ORD-1", done_at=given))["done_at"] == shown_as
    assert (await shown(homs, "ORD-1"))["done_at"] == shown_as


@pytest.mark.parametrize("given", ["2016-05-16T13:52:48.999+03:00", "2016-05-16T10:52:48.123456Z"])
async def test_the_fraction_of_done_at_is_dropped(homs, given):
    await placed(homs)

    assert (await changed(homs, "ORD-1", done_at=given))["done_at"] == "2016-05-16T13:52:48+03:00"


async def test_done_at_without_an_offset_is_moscow_time(homs):
    await placed(homs)

    order = await changed(homs, "ORD-1", done_at="2016-05-16T13:52:48")

    assert order["done_at"] == "2016-05-16T13:52:48+03:00"


@pytest.mark.parametrize("nothing", [None, ""])
async def test_null_or_empty_clears_done_at(homs, nothing):
    await placed(homs, done_at="2016-05-16T13:52:48+03:00")

    assert (await changed(homs, "ORD-1", done_at=nothing))["done_at"] is None


@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "2016-13-01T00:00:00Z",
        "2016-02-30T00:00:00Z",
        "2016-05-16T25:00:00Z",
        "16th of May",
        [],
        {},
        True,
    ],
)
async def test_an_unreadable_done_at_is_refused(homs, book, value):
    order = await placed(homs, done_at="2016-05-16T13:52:48+03:00")

    async with no_trace(book):
        answer = await homs.put("/api/orders/ORD-1", json={"order": {"done_at": value, "ext_code": "x"}})

    assert answer.status_code == 422
    assert answer.json() == {"done_at": ["is invalid"]}
    assert await shown(homs, "ORD-1") == order


# The responsible user


@pytest.mark.parametrize("email", [DEMO, JOHNSON])
async def test_a_responsible_user_is_assigned_and_echoed(homs, email):
    await placed(homs)

    assert (await changed(homs, "ORD-1", user_email=email))["user_email"] == email


@pytest.mark.parametrize("nobody", [None, ""])
async def test_null_or_empty_makes_nobody_responsible(homs, nobody):
    await placed(homs, user_email=JOHNSON)

    assert (await changed(homs, "ORD-1", user_email=nobody))["user_email"] is None


async def test_an_unknown_responsible_user_is_404_and_changes_nothing(homs, book):
    order = await placed(homs, user_email=JOHNSON)

    async with no_trace(book):
        answer = await homs.put(
            "/api/orders/ORD-1", json={"order": {"user_email": "nobody@example.com", "ext_code": "x"}}
        )

    assert is_empty(answer, 404)
    assert await shown(homs, "ORD-1") == order


async def test_the_case_of_a_responsible_users_email_is_exact_or_ignored(homs):
    order = await placed(homs)

    answer = await homs.put("/api/orders/ORD-1", json={"order": {"user_email": "C.Johnson@Example.com"}})

    assert answer.status_code in (200, 404)
    expected = order if answer.status_code == 404 else order | {"user_email": JOHNSON}
    assert await shown(homs, "ORD-1") == expected


# Custom fields


async def test_data_merges_into_what_is_there(homs):
    order = await james_carters_order(homs)

    after = await changed(homs, "ORD-1", data={"employeeLastName": "Prinston", "resolution": "Granted"})

    expected = JAMES_CARTER_SHOWN | {"employeeLastName": "Prinston", "resolution": "Granted"}
    assert after == order | {"data": expected}
    assert await shown(homs, "ORD-1") == after


async def test_an_explicit_null_clears_one_field(homs):
    await james_carters_order(homs)

    after = await changed(homs, "ORD-1", data={"motivationText": None})

    assert after["data"] == JAMES_CARTER_SHOWN | {"motivationText": None}


@pytest.mark.parametrize("data", [None, {}, [], ["x"], "text", 5, False])
async def test_data_that_is_no_object_changes_no_field(homs, data):
    order = await james_carters_order(homs)

    assert await changed(homs, "ORD-1", data=data) == order


async def test_unknown_custom_fields_are_dropped_and_the_known_ones_taken(homs):
    await james_carters_order(homs)

    after = await changed(homs, "ORD-1", data={"colour": "red", "resolution": "Granted"})

    assert after["data"] == JAMES_CARTER_SHOWN | {"resolution": "Granted"}


async def test_only_unknown_custom_fields_change_nothing(homs):
    order = await james_carters_order(homs)

    assert await changed(homs, "ORD-1", data={"colour": "red", "size": {"a": [1]}}) == order


async def test_an_order_without_fields_refuses_any_field(homs, book):
    order = await placed(homs, WITHOUT_FIELDS)

    async with no_trace(book):
        answer = await homs.put("/api/orders/ORD-1", json={"order": {"data": {"foo": 1}, "ext_code": "x"}})

    assert answer.status_code == 422
    assert answer.json() == {"data": [{"foo": ["No fields left after ignoring unknown ones"]}]}
    assert await shown(homs, "ORD-1") == order


async def test_a_refused_update_leaves_every_attribute_as_it_was(homs, book):
    order = await james_carters_order(homs)

    async with no_trace(book):
        answer = await homs.put(
            "/api/orders/ORD-1",
            json={
                "order": {
                    "ext_code": "x",
                    "bp_id": "x",
                    "state": "done",
                    "archived": True,
                    "user_email": JOHNSON,
                    "data": {"employeeFirstName": "Jim", "beginDate": "soon"},
                }
            },
        )

    assert answer.status_code == 422
    assert await shown(homs, "ORD-1") == order


# The order type


async def test_another_type_resets_data_and_keeps_the_base(homs):
    order = await placed(homs, "vacation_request", data=JAMES_CARTER, ext_code="E", user_email=JOHNSON)

    after = await changed(homs, "ORD-1", order_type_code="support_request")

    assert after == order | {
        "order_type_code": "support_request",
        "data": dict.fromkeys(FIELDS["support_request"]),
    }


async def test_another_type_takes_the_data_of_the_same_request(homs):
    await james_carters_order(homs)

    after = await changed(
        homs, "ORD-1", order_type_code="support_request", data={"requesterName": "Frank", "subject": "Lamp"}
    )

    expected = dict.fromkeys(FIELDS["support_request"]) | {"requesterName": "Frank", "subject": "Lamp"}
    assert after["data"] == expected


async def test_the_order_of_type_and_data_in_the_request_does_not_matter(homs):
    await james_carters_order(homs)

    after = await changed(homs, "ORD-1", data={"requesterName": "Frank"}, order_type_code="support_request")

    assert after["data"] == dict.fromkeys(FIELDS["support_request"]) | {"requesterName": "Frank"}


async def test_a_field_that_both_types_have_is_reset_too(homs):
    await placed(homs, "vacation_request", data={"resolution": "Granted"})

    assert (await changed(homs, "ORD-1", order_type_code="support_request"))["data"]["resolution"] is None


async def test_values_lost_with_a_type_do_not_come_back(homs):
    await james_carters_order(homs)
    await changed(homs, "ORD-1", order_type_code="support_request")

    after = await changed(homs, "ORD-1", order_type_code="vacation_request")

    assert after["data"] == dict.fromkeys(FIELDS["vacation_request"])


async def test_fields_of_the_old_type_are_unknown_to_the_new_one(homs):
    await james_carters_order(homs)

    after = await changed(
        homs, "ORD-1", order_type_code="support_request", data={"employeeFirstName": "Jim", "subject": "x"}
    )

    assert after["data"] == dict.fromkeys(FIELDS["support_request"]) | {"subject": "x"}


async def test_a_type_without_fields_leaves_an_empty_array(homs):
    await james_carters_order(homs)

    after = await changed(homs, "ORD-1", order_type_code=WITHOUT_FIELDS)

    assert after["order_type_code"] == WITHOUT_FIELDS
    assert after["data"] == []


async def test_data_for_a_new_type_without_fields_is_refused_and_keeps_the_old_type(homs, book):
    order = await james_carters_order(homs)

    async with no_trace(book):
        answer = await homs.put(
            "/api/orders/ORD-1",
            json={"order": {"order_type_code": WITHOUT_FIELDS, "data": {"employeeFirstName": "Jim"}}},
        )

    assert answer.status_code == 422
    assert answer.json() == {"data": [{"employeeFirstName": ["No fields left after ignoring unknown ones"]}]}
    assert await shown(homs, "ORD-1") == order


async def test_a_wrong_field_of_the_new_type_keeps_the_old_type_and_its_data(homs, book):
    order = await james_carters_order(homs)

    async with no_trace(book):
        answer = await homs.put(
            "/api/orders/ORD-1",
            json={"order": {"order_type_code": "support_request", "data": {"subject": 5}}},
        )

    assert answer.status_code == 422
    assert answer.json() == {"data": [{"subject": ["Attribute 'subject' should be of the String type"]}]}
    assert await shown(homs, "ORD-1") == order


async def test_naming_the_current_type_keeps_the_data(homs):
    order = await james_carters_order(homs)

    assert await changed(homs, "ORD-1", order_type_code="vacation_request") == order


async def test_naming_the_current_type_still_merges_the_data(homs):
    await james_carters_order(homs)

    after = await changed(homs, "ORD-1", order_type_code="vacation_request", data={"resolution": "Granted"})

    assert after["data"] == JAMES_CARTER_SHOWN | {"resolution": "Granted"}


@pytest.mark.parametrize("code", ["no_such_type", "Vacation_Request", "vacation_request "])
async def test_an_update_to_an_unknown_type_is_404_and_changes_nothing(homs, book, code):
    order = await james_carters_order(homs)

    async with no_trace(book):
        answer = await homs.put("/api/orders/ORD-1", json={"order": {"order_type_code": code, "ext_code": "x"}})

    assert is_empty(answer, 404)
    assert await shown(homs, "ORD-1") == order


async def test_an_update_to_a_retired_type_is_404_and_changes_nothing(homs, book):
    order = await james_carters_order(homs)
    await book.retire_type("support_request")

    async with no_trace(book):
        answer = await homs.put("/api/orders/ORD-1", json={"order": {"order_type_code": "support_request"}})

    assert is_empty(answer, 404)
    assert await shown(homs, "ORD-1") == order


async def test_the_type_cannot_be_cleared(homs, book):
    order = await james_carters_order(homs)

    async with no_trace(book):
        answer = await homs.put("/api/orders/ORD-1", json={"order": {"order_type_code": None, "ext_code": "x"}})

    assert answer.status_code == 422
    assert answer.json() == {"order_type": ["can't be blank"]}
    assert await shown(homs, "ORD-1") == order


async def test_a_type_change_stays_within_its_kind(homs, book):
    """A general order made a purchase would turn up in other dialects; see the design, rule "Types"."""
    order = await placed(homs)

    async with no_trace(book):
        answer = await homs.put("/api/orders/ORD-1", json={"order": {"order_type_code": "purchase_order"}})

    assert answer.status_code == 422
    assert set(answer.json()) == {"order_type"}
    assert await shown(homs, "ORD-1") == order


# Bodies of another shape


async def test_an_update_without_the_root_is_wrapped(homs):
    order = await james_carters_order(homs)

    answer = await homs.put("/api/orders/ORD-1", json={"bp_id": "7", "data": {"resolution": "Granted"}})

    assert answer.status_code == 200
    expected = order | {"bp_id": "7", "data": JAMES_CARTER_SHOWN | {"resolution": "Granted"}}
    assert answer.json()["order"] == expected


async def test_beside_a_root_other_keys_are_not_looked_at(homs):
    order = await placed(homs)

    answer = await homs.put("/api/orders/ORD-1", json={"order": {"bp_id": "7"}, "ext_code": "x", "foo": 1})

    assert answer.json()["order"] == order | {"bp_id": "7"}


async def test_an_order_can_be_changed_with_a_form(homs):
    order = await james_carters_order(homs)

    answer = await sent(
        homs,
        "PUT",
        "/api/orders/ORD-1",
        b"order[ext_code]=x&order[archived]=true&order%5Bdata%5D%5Bresolution%5D=Yes%21",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 200
    assert answer.json()["order"] == order | {
        "ext_code": "x",
        "archived": True,
        "data": JAMES_CARTER_SHOWN | {"resolution": "Yes!"},
    }


@BOTH_METHODS
async def test_an_order_can_be_changed_with_the_json_suffix(homs, method):
    order = await placed(homs)

    answer = await homs.request(method, "/api/orders/ORD-1.json", json=NO_CHANGE)

    assert answer.status_code == 200
    assert await shown(homs, "ORD-1") == order | {"ext_code": "x"}


async def test_the_last_of_two_equal_keys_counts(homs):
    await placed(homs)

    answer = await sent(homs, "PUT", "/api/orders/ORD-1", b'{"order":{"ext_code":"a","ext_code":"b"}}')

    assert answer.json()["order"]["ext_code"] == "b"


async def test_what_one_update_wrote_the_next_leaves_alone(homs):
    await placed(homs, "vacation_request", data={"beginDate": JAMES_CARTER["beginDate"]})
    await changed(homs, "ORD-1", ext_code="x")
    await changed(homs, "ORD-1", data={"resolution": "Granted"})

    after = await changed(homs, "ORD-1", state="done")

    assert (after["ext_code"], after["state"]) == ("x", "done")
    assert after["data"]["resolution"] == "Granted"
    assert after["data"]["beginDate"] == JAMES_CARTER["beginDate"]
