"""Order types and the values of their fields. Source: contract sections 4, 6 and 8."""

import contextlib

import pytest

from .given import (
    FIELDS,
    WITHOUT_FIELDS,
    changed,
    is_empty,
    james_carters_order,
    no_trace,
    placed,
    refused_fields,
    shown,
)

PARCEL_CLAIM = """
order_type:
  code: parcel_claim
  name: Parcel claim
  print_form_code: claim
  fields:
    parcelNumber: {type: string, label: Parcel number}
"""
PARCEL_CLAIM_2 = """
order_type:
  code: parcel_claim
  name: Parcel claim
  fields:
    parcelNumber: {type: string, label: Parcel number}
    weight: {type: number, label: Weight}
"""


async def put_field(homs, field, value):
    """The answer to an update of one custom field of ORD-1."""
    return await homs.put("/api/orders/ORD-1", json={"order": {"data": {field: value}}})


async def kept(homs, field, value):
    """What the field shows after the value was accepted, in the answer and afterwards alike."""
    await placed(homs, "all_kinds")
    answer = await put_field(homs, field, value)
    assert answer.status_code == 200, answer.text
    stored = answer.json()["order"]["data"][field]
    assert (await shown(homs, "ORD-1"))["data"][field] == stored
    return stored


async def refused(homs, book, field, value):
    """The one message for the value; nothing was stored."""
    order = await placed(homs, "all_kinds")
    async with no_trace(book):
        answer = await put_field(homs, field, value)
    messages = refused_fields(answer)
    assert set(messages) == {field}
    assert await shown(homs, "ORD-1") == order
    (message,) = messages[field]
    return message


@pytest.mark.parametrize("field", FIELDS["all_kinds"])
async def test_null_is_valid_for_every_kind_and_unsets_the_field(homs, field):
    values = {
        "aString": "x",
        "aNumber": 5,
        "aBoolean": True,
        "aDate": "2016-07-15T14:45:03.000Z",
        "aJson": "[1]",
    }
    await placed(homs, "all_kinds", data=values)

    after = await changed(homs, "ORD-1", data={field: None})

    assert after["data"] == values | {field: None}


async def test_the_same_rules_hold_when_an_order_is_placed(homs):
    order = await placed(
        homs,
        "all_kinds",
        data={
            "aString": "x",
            "aNumber": "3.14",
            "aBoolean": "on",
            "aDate": "2016-07-15T14:45:03+00:00",
            "aJson": '{"a": 1}',
        },
    )

    assert order["data"] == {
        "aString": "x",
        "aNumber": 3.14,
        "aBoolean": True,
        "aDate": "2016-07-15T14:45:03.000+00:00",
        "aJson": '{"a": 1}',
    }


# string


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "text",
        "5",
        "null",
        "x" * 1023,
        "ж" * 1023,
        "😀" * 1023,
        ["a"],
        ["a", "", "b"],
    ],
    ids=lambda value: repr(value)[:20],
)
async def test_a_string_is_kept_as_it_was_sent(homs, value):
    assert await kept(homs, "aString", value) == value


@pytest.mark.parametrize("value", [5, 1.5, True, False, {}, {"a": "b"}, [1], ["a", 1], [["a"]], [None]])
async def test_what_is_no_string_is_refused(homs, book, value):
    message = await refused(homs, book, "aString", value)

    assert message == "Attribute 'aString' should be of the String type"


@pytest.mark.parametrize("value", ["x" * 1024, "ж" * 1024, "x" * 20_000], ids=len)
async def test_a_string_of_more_than_1023_characters_is_refused(homs, book, value):
    message = await refused(homs, book, "aString", value)

    assert message == "Attribute 'aString' must not exceed 1023 characters"


# number


@pytest.mark.parametrize(
    "value, number",
    [
        (0, 0),
        (5, 5),
        (-7, -7),
        (3.14, 3.14),
        (0.1, 0.1),
        (12345678901234, 12345678901234),
        ("100", 100),
        ("-2.5", -2.5),
        ("123", 123),
        ("3.14", 3.14),
        ("0", 0),
        (" 100 ", 100),
        ("  -2.5", -2.5),
        ("3.10", 3.1),
        ("100.00", 100),
    ],
)
async def test_a_number_or_its_canonical_text_is_kept_as_a_number(homs, value, number):
    stored = await kept(homs, "aNumber", value)

    assert stored == number
    assert type(stored) in (int, float)


@pytest.mark.parametrize(
    "value, written", [("123", '"aNumber":123,'), ("3.14", '"aNumber":3.14,'), (7, '"aNumber":7,')]
)
async def test_a_number_is_written_without_anything_added(homs, value, written):
    await placed(homs, "all_kinds")

    assert written in (await put_field(homs, "aNumber", value)).text


async def test_an_empty_text_unsets_a_number(homs):
    assert await kept(homs, "aNumber", "") is None


@pytest.mark.parametrize(
    "value, told",
    [
        ("abc", "abc"),
        ("1e10", "1e10"),
        ("+100", "+100"),
        ("00100", "00100"),
        (True, "true"),
        (False, "false"),
        ("true", "true"),
        ("1,5", "1,5"),
        ("1 000", "1 000"),
        ("1_000", "1_000"),
        ("--1", "--1"),
        (".5", ".5"),
        ("0x10", "0x10"),
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("-", "-"),
        (".", "."),
        ("٣", "٣"),
        ("1.2.3", "1.2.3"),
        ("5 kg", "5 kg"),
    ],
)
async def test_what_is_no_canonical_number_is_refused(homs, book, value, told):
    message = await refused(homs, book, "aNumber", value)

    assert message == f"Attribute 'aNumber' has the invalid value '{told}'"


@pytest.mark.parametrize("value", [[], [1], {}, {"a": 1}])
async def test_an_array_or_object_is_no_number(homs, book, value):
    message = await refused(homs, book, "aNumber", value)

    assert message.startswith("Attribute 'aNumber' has the invalid value '")


# boolean


@pytest.mark.parametrize(
    "value, boolean",
    [
        (True, True),
        ("true", True),
        ("on", True),
        ("1", True),
        (False, False),
        ("false", False),
        ("off", False),
        ("0", False),
    ],
)
async def test_a_boolean_or_its_text_is_kept_as_a_boolean(homs, value, boolean):
    assert await kept(homs, "aBoolean", value) is boolean


@pytest.mark.parametrize("value, told", [(1, "1"), (0, "0"), (2, "2"), ("yes", "yes"), ("2", "2"), ("soon", "soon")])
async def test_what_is_no_boolean_is_refused(homs, book, value, told):
    message = await refused(homs, book, "aBoolean", value)

    assert message == (
        f"Attribute 'aBoolean' with the value '{told}' must have a value from the list "
        '["true", "false", "on", "off", "1", "0"]'
    )


@pytest.mark.parametrize("value", [[], [True], {}, {"a": True}])
async def test_an_array_or_object_is_no_boolean(homs, book, value):
    message = await refused(homs, book, "aBoolean", value)

    assert message.startswith("Attribute 'aBoolean' with the value '")


# datetime


@pytest.mark.parametrize(
    "value, stored",
    [
        ("2016-07-15T14:45:03.000+00:00", "2016-07-15T14:45:03.000+00:00"),
        ("2016-07-15T14:45:03+00:00", "2016-07-15T14:45:03.000+00:00"),
        ("2016-07-15T14:45:03Z", "2016-07-15T14:45:03.000Z"),
        ("2016-07-15T14:45:03.5Z", "2016-07-15T14:45:03.500Z"),
        ("2016-07-15T14:45:03.123+03:00", "2016-07-15T14:45:03.123+03:00"),
        ("2016-07-15T14:45:03-07:30", "2016-07-15T14:45:03.000-07:30"),
        ("2016-02-29T23:59:59+14:00", "2016-02-29T23:59:59.000+14:00"),
    ],
)
async def test_a_custom_date_has_milliseconds_and_keeps_its_offset(homs, value, stored):
    assert await kept(homs, "aDate", value) == stored


async def test_digits_beyond_the_millisecond_are_dropped(homs):
    stored = await kept(homs, "aDate", "2016-07-15T14:45:03.123456+03:00")

    assert stored == "2016-07-15T14:45:03.123+03:00"


@pytest.mark.parametrize(
    "value, day_and_time",
    [("2016-07-15T14:45:03", "2016-07-15T14:45:03.000"), ("2016-07-15", "2016-07-15T00:00:00.000")],
)
async def test_a_custom_date_without_an_offset_is_utc(homs, value, day_and_time):
    assert await kept(homs, "aDate", value) in (f"{day_and_time}+00:00", f"{day_and_time}Z")


async def test_a_custom_date_is_not_shown_in_moscow_time(homs):
    assert await kept(homs, "aDate", "2016-05-16T10:52:48Z") == "2016-05-16T10:52:48.000Z"


async def test_an_empty_text_unsets_a_custom_date(homs):
    assert await kept(homs, "aDate", "") is None


@pytest.mark.parametrize(
    "value, told",
    [
        ("soon", "soon"),
        ("2016-13-01T00:00:00Z", "2016-13-01T00:00:00Z"),
        ("2016-02-30T00:00:00Z", "2016-02-30T00:00:00Z"),
        ("2016-07-15T25:00:00Z", "2016-07-15T25:00:00Z"),
        ("15.07.2016", "15.07.2016"),
        (5, "5"),
        (True, "true"),
    ],
)
async def test_what_is_no_date_is_refused(homs, book, value, told):
    message = await refused(homs, book, "aDate", value)

    assert message == f"Attribute 'aDate' with the value '{told}' should be of the DateTime type"


@pytest.mark.parametrize("value", [[], ["2016-07-15"], {}, {"at": "2016-07-15"}])
async def test_an_array_or_object_is_no_date(homs, book, value):
    message = await refused(homs, book, "aDate", value)

    assert message.startswith("Attribute 'aDate' with the value '")
    assert message.endswith("' should be of the DateTime type")


# json


@pytest.mark.parametrize(
    "text", ['{"a": 1}', '{"b":2,"a":1}', "[1,  2]", "5", '"x"', "true", "null", " [] ", "", '"\\u0000"']
)
async def test_json_text_comes_back_as_the_same_text(homs, text):
    assert await kept(homs, "aJson", text) == text


@pytest.mark.parametrize("text", ["{", "abc", "{'a': 1}", "[1,]", "{} {}"])
async def test_text_that_is_no_json_is_refused(homs, book, text):
    message = await refused(homs, book, "aJson", text)

    assert message == f"Attribute aJson has invalid value {text}. Not a valid JSON."


@pytest.mark.parametrize("value", [5, True, {}, {"a": 1}, [], [1]])
async def test_json_that_is_not_in_a_text_is_refused(homs, book, value):
    message = await refused(homs, book, "aJson", value)

    assert message.startswith("Attribute aJson has invalid value ")
    assert message.endswith(". Not a valid JSON.")


# Several at once


async def test_several_wrong_fields_are_reported_together(homs, book):
    await placed(homs, "all_kinds")

    async with no_trace(book):
        answer = await homs.put(
            "/api/orders/ORD-1",
            json={
                "order": {
                    "data": {
                        "aString": 5,
                        "aNumber": "abc",
                        "aBoolean": "yes",
                        "aDate": "soon",
                        "aJson": "{",
                    }
                }
            },
        )

    assert refused_fields(answer) == {
        "aString": ["Attribute 'aString' should be of the String type"],
        "aNumber": ["Attribute 'aNumber' has the invalid value 'abc'"],
        "aBoolean": [
            "Attribute 'aBoolean' with the value 'yes' must have a value from the list "
            '["true", "false", "on", "off", "1", "0"]'
        ],
        "aDate": ["Attribute 'aDate' with the value 'soon' should be of the DateTime type"],
        "aJson": ["Attribute aJson has invalid value {. Not a valid JSON."],
    }


async def test_one_wrong_field_keeps_the_right_ones_out(homs, book):
    order = await james_carters_order(homs)

    async with no_trace(book):
        answer = await homs.put(
            "/api/orders/ORD-1", json={"order": {"data": {"resolution": "Granted", "beginDate": "soon"}}}
        )

    assert set(refused_fields(answer)) == {"beginDate"}
    assert await shown(homs, "ORD-1") == order


async def test_the_pizza_order_takes_all_its_kinds(homs):
    given = {
        "customerName": "Ann",
        "customerPhone": "123",
        "pizzaType": "large",
        "orderStatus": "new",
        "ingredientCheese": True,
        "ingredientSalami": "off",
        "ingredientOlives": "1",
        "pizzaPrice": "8.50",
    }

    order = await placed(homs, "pizza_order", data=given)

    assert order["data"] == dict.fromkeys(FIELDS["pizza_order"]) | given | {
        "ingredientSalami": False,
        "ingredientOlives": True,
        "pizzaPrice": 8.5,
    }


@pytest.mark.parametrize("field", FIELDS["support_request"])
async def test_every_field_of_a_support_request_is_a_string(homs, field):
    await placed(homs)

    answer = await put_field(homs, field, 5)

    assert refused_fields(answer) == {field: [f"Attribute '{field}' should be of the String type"]}


@pytest.mark.parametrize("field", FIELDS["vacation_request"])
async def test_the_kinds_of_a_vacation_request(homs, field):
    await placed(homs, "vacation_request")

    answer = await put_field(homs, field, "text")

    if field in ("beginDate", "endDate"):
        assert "should be of the DateTime type" in refused_fields(answer)[field][0]
    else:
        assert answer.json()["order"]["data"][field] == "text"


@pytest.mark.parametrize("field", ["jsonField", "negativeNumberField"])
async def test_later_fields_of_a_vacation_request_are_not_there(homs, field):
    order = await placed(homs, "vacation_request", data={field: "1"})

    assert field not in order["data"]


# Definition files and their versions


async def test_a_new_type_can_be_used_at_once(homs, book):
    await book.add_type(PARCEL_CLAIM)

    order = await placed(homs, "parcel_claim", data={"parcelNumber": "P 1"})

    assert order["order_type_code"] == "parcel_claim"
    assert order["data"] == {"parcelNumber": "P 1"}


async def test_the_neighbours_type_does_not_exist(homs, book):
    await book.add_type(PARCEL_CLAIM)

    answer = await homs.neighbour.post("/api/orders", json={"order": {"order_type_code": "parcel_claim"}})

    assert is_empty(answer, 404)


async def test_a_type_without_fields_is_a_mapping_that_is_empty(homs, book):
    await book.add_type("order_type: {code: bare, name: Bare, fields: {}}")

    assert (await placed(homs, "bare"))["data"] == []


@pytest.mark.parametrize(
    "definition",
    [
        "order_type: {name: No code, fields: {}}",
        "order_type: {code: broken, fields: {}}",
        "order_type: {code: broken, name: No fields}",
        "order_type: {code: broken, name: Unknown kind, fields: {f: {type: colour, label: F}}}",
        "order_type: {code: broken, name: No kind, fields: {f: {label: F}}}",
        "order_type: {code: broken, name: No label, fields: {f: {type: string}}}",
        "order_type: {code: broken, name: Long, fields: {f: {type: string, label: F, max_length: 1024}}}",
        "order_type: {code: broken, name: Listed fields, fields: []}",
        "code: broken",
        "just text",
        "order_type: {code: broken, name: [unclosed",
    ],
)
async def test_a_definition_that_is_not_valid_activates_nothing(homs, book, definition):
    async with no_trace(book):
        with contextlib.suppress(Exception):
            await book.add_type(definition)

    assert is_empty(await homs.post("/api/orders", json={"order": {"order_type_code": "broken"}}), 404)


async def test_what_else_a_definition_says_about_a_field_is_not_enforced(homs, book):
    await book.add_type(
        """
order_type:
  code: strict
  name: Strict
  fields:
    needed: {type: string, label: Needed, required: true, default: filled in, description: d}
    short: {type: string, label: Short, max_length: 5}
    hidden: {type: number, label: Hidden, visible: false, editable: false, multiple: true}
    widest: {type: string, label: Widest, max_length: 1023}
"""
    )

    order = await placed(homs, "strict", data={"short": "much longer than five", "hidden": 7})

    assert order["data"] == {"needed": None, "short": "much longer than five", "hidden": 7, "widest": None}


async def test_an_existing_order_keeps_the_version_it_was_made_with(homs, book):
    await book.add_type(PARCEL_CLAIM)
    old = await placed(homs, "parcel_claim", data={"parcelNumber": "P 1"})

    await book.add_type(PARCEL_CLAIM_2)

    assert await shown(homs, old["code"]) == old
    after = await changed(homs, old["code"], data={"parcelNumber": "P 2", "weight": 5})
    assert after["data"] == {"parcelNumber": "P 2"}


async def test_a_new_order_takes_the_active_version(homs, book):
    await book.add_type(PARCEL_CLAIM)
    await book.add_type(PARCEL_CLAIM_2)

    order = await placed(homs, "parcel_claim", data={"weight": 5})

    assert order["data"] == {"parcelNumber": None, "weight": 5}


async def test_naming_the_current_type_by_code_keeps_data_although_a_new_version_is_active(homs, book):
    await book.add_type(PARCEL_CLAIM)
    old = await placed(homs, "parcel_claim", data={"parcelNumber": "P 1"})
    await book.add_type(PARCEL_CLAIM_2)

    after = await changed(homs, old["code"], order_type_code="parcel_claim")

    assert after["data"]["parcelNumber"] == "P 1"


async def test_an_order_of_a_retired_type_can_still_be_read_and_changed(homs, book):
    order = await james_carters_order(homs)

    await book.retire_type("vacation_request")

    assert await shown(homs, "ORD-1") == order
    after = await changed(homs, "ORD-1", ext_code="x", data={"resolution": "Granted"})
    assert after == order | {"ext_code": "x", "data": order["data"] | {"resolution": "Granted"}}


async def test_an_order_of_a_retired_type_can_be_put_back_as_it_was_shown(homs, book):
    order = await james_carters_order(homs)

    await book.retire_type("vacation_request")

    assert await changed(homs, "ORD-1", **order) == order


async def test_a_retired_type_lives_again_with_its_next_version(homs, book):
    await book.add_type(PARCEL_CLAIM)
    await book.retire_type("parcel_claim")
    assert is_empty(await homs.post("/api/orders", json={"order": {"order_type_code": "parcel_claim"}}), 404)

    await book.add_type(PARCEL_CLAIM_2)

    assert (await placed(homs, "parcel_claim"))["data"] == {"parcelNumber": None, "weight": None}


async def test_a_type_code_may_contain_blanks(homs):
    assert (await placed(homs, WITHOUT_FIELDS))["order_type_code"] == "Without custom fields"


async def test_order_types_have_no_endpoint(homs):
    assert (await homs.get("/api/order_types")).status_code in (401, 404)
