"""What the refusals say. Source: contract section 7."""

import json

import pytest

from .given import (
    BOTH,
    FREE,
    HAL,
    INDEX,
    LINE,
    LOCKED,
    NEW,
    NOWHERE,
    ORDERS,
    WHOLE,
    bad_parameters,
    delete,
    exception,
    faults,
    is_empty,
    limited,
    listed,
    no_trace,
    order_id_of,
    placed,
    put,
    sent,
    shown,
    tag_of,
)

LEFT_OUT = object()


def with_line(**members):
    """A record with one line that has these members too."""
    line = {name: value for name, value in (LINE | members).items() if value is not LEFT_OUT}
    return {"lineItems": [line]}


REQUIRED = (
    ({"purchaseOrderNumber": LEFT_OUT}, "PurchaseOrderNumber"),
    ({"purchaseOrderNumber": None}, "PurchaseOrderNumber"),
    ({"purchaseOrderNumber": ""}, "PurchaseOrderNumber"),
    ({"purchaseOrderNumber": "   "}, "PurchaseOrderNumber"),
    ({"purchaseOrderNumber": "\t\n"}, "PurchaseOrderNumber"),
    ({"customerIdentifier": LEFT_OUT}, "CustomerIdentifier"),
    ({"customerIdentifier": None}, "CustomerIdentifier"),
    ({"customerIdentifier": {}}, "CustomerIdentifier"),
    ({"customerIdentifier": {"id": 0}}, "CustomerIdentifier"),
    ({"customerIdentifier": {"id": None, "name": None, "externalId": None}}, "CustomerIdentifier"),
    (with_line(itemIdentifier=LEFT_OUT), "LineItems[0].ItemIdentifier"),
    (with_line(itemIdentifier=None), "LineItems[0].ItemIdentifier"),
    (with_line(itemIdentifier={}), "LineItems[0].ItemIdentifier"),
    (with_line(itemIdentifier={"id": 0, "sku": None}), "LineItems[0].ItemIdentifier"),
    (with_line(quantity=LEFT_OUT), "LineItems[0].Quantity"),
    (with_line(quantity=None), "LineItems[0].Quantity"),
    ({"lineItems": [LINE, LINE, {"itemIdentifier": {"id": 1}}]}, "LineItems[2].Quantity"),
    ({"lineItems": [LINE, {"quantity": 1}]}, "LineItems[1].ItemIdentifier"),
)
NOT_FOUND = (
    ({"customerIdentifier": {"id": NOWHERE}}, "CustomerIdentifier.Id", str(NOWHERE)),
    ({"customerIdentifier": {"id": NOWHERE, "name": "Demo Customer"}}, "CustomerIdentifier.Id", str(NOWHERE)),
    ({"customerIdentifier": {"externalId": "NOPE"}}, "CustomerIdentifier.ExternalId", "NOPE"),
    ({"customerIdentifier": {"name": "Nobody"}}, "CustomerIdentifier.Name", "Nobody"),
    (with_line(itemIdentifier={"id": NOWHERE}), "LineItems[0].ItemIdentifier.Id", str(NOWHERE)),
    (with_line(itemIdentifier={"sku": "NOPE"}), "LineItems[0].ItemIdentifier.Sku", "NOPE"),
    (with_line(qualifier="Green"), "LineItems[0].Qualifier", "Green"),
    (with_line(expectedFacility={"id": NOWHERE}), "LineItems[0].ExpectedFacility.Id", str(NOWHERE)),
    (with_line(expectedFacility={"name": "Nowhere"}), "LineItems[0].ExpectedFacility.Name", "Nowhere"),
    ({"supplier": {"contactId": NOWHERE}}, "Supplier.ContactId", str(NOWHERE)),
    ({"supplier": {"code": "NOPE"}}, "Supplier.Code", "NOPE"),
    ({"lineItems": [LINE, LINE | {"itemIdentifier": {"sku": "NOPE"}}]}, "LineItems[1].ItemIdentifier.Sku", "NOPE"),
)
NOT_SUPPORTED = (
    (with_line(quantity=0), "LineItems[0].Quantity"),
    (with_line(quantity=-1), "LineItems[0].Quantity"),
    (with_line(quantity=-0.0001), "LineItems[0].Quantity"),
    (with_line(quantity="5"), "LineItems[0].Quantity"),
    (with_line(quantity=True), "LineItems[0].Quantity"),
    (with_line(quantity=[5]), "LineItems[0].Quantity"),
    (with_line(price=-0.01), "LineItems[0].Price"),
    (with_line(price="4.25"), "LineItems[0].Price"),
    (with_line(price={}), "LineItems[0].Price"),
    (with_line(expectedDate="2025-02-30"), "LineItems[0].ExpectedDate"),
    (with_line(cancelDate="tomorrow"), "LineItems[0].CancelDate"),
    (with_line(cancelDate=20250301), "LineItems[0].CancelDate"),
    (with_line(notes=5), "LineItems[0].Notes"),
    (with_line(externalLineId=[]), "LineItems[0].ExternalLineId"),
    (with_line(qualifier=5), "LineItems[0].Qualifier"),
    (with_line(itemIdentifier="SKU-1"), "LineItems[0].ItemIdentifier"),
    (with_line(itemIdentifier={"sku": 5}), "LineItems[0].ItemIdentifier.Sku"),
    (with_line(expectedFacility=[1]), "LineItems[0].ExpectedFacility"),
    (with_line(expectedFacility={"name": True}), "LineItems[0].ExpectedFacility.Name"),
    ({"lineItems": [LINE, LINE | {"quantity": 0}]}, "LineItems[1].Quantity"),
    ({"lineItems": {}}, "LineItems"),
    ({"lineItems": "x"}, "LineItems"),
    ({"lineItems": [5]}, "LineItems[0]"),
    ({"lineItems": [LINE, []]}, "LineItems[1]"),
    ({"purchaseOrderNumber": 5}, "PurchaseOrderNumber"),
    ({"purchaseOrderNumber": ["PO"]}, "PurchaseOrderNumber"),
    ({"customerIdentifier": 1}, "CustomerIdentifier"),
    ({"customerIdentifier": {"name": {}}}, "CustomerIdentifier.Name"),
    ({"issueDate": "01/02/2025"}, "IssueDate"),
    ({"issueDate": True}, "IssueDate"),
    ({"notes": 5}, "Notes"),
    ({"notes": {"a": 1}}, "Notes"),
    ({"externalId": False}, "ExternalId"),
    ({"supplier": "SUP-1"}, "Supplier"),
    ({"supplier": {"companyName": 5}}, "Supplier.CompanyName"),
    ({"supplier": {"name": "x", "isAddressResidential": "yes"}}, "Supplier.IsAddressResidential"),
    ({"supplier": {"name": "x", "addressStatus": 3}}, "Supplier.AddressStatus"),
    ({"supplier": {"name": "x", "addressStatus": -1}}, "Supplier.AddressStatus"),
    ({"supplier": {"name": "x", "addressStatus": "Nonsense"}}, "Supplier.AddressStatus"),
)
NO_BODIES = ("", "not json", "{", "[]", '"x"', "5", "true", "null", '{"a": 1} x', "[" * 5000)
MODEL = "ModelValidationException"


def record_of(members):
    """A new order with these members instead, or without them."""
    return {name: value for name, value in (NEW | members).items() if value is not LEFT_OUT}


def names_of(table):
    return [json.dumps(each[0], default=lambda _: "left out")[:60] for each in table]


async def both_writes(extensiv, record):
    """The answers to a creation and an update with this record."""
    return (
        await extensiv.post(ORDERS, json=record),
        await extensiv.put(f"{ORDERS}/{LOCKED}", json=record, headers={"If-Match": await tag_of(extensiv, LOCKED)}),
    )


# Bodies of writes


@pytest.mark.parametrize("members, name", REQUIRED, ids=names_of(REQUIRED))
async def test_a_missing_member_is_required(extensiv, demo_book, members, name):
    async with no_trace(demo_book):
        for answer in await both_writes(extensiv, record_of(members)):
            code, names = faults(answer)
            assert code == "Required"
            assert name in names


@pytest.mark.parametrize("members, name, value", NOT_FOUND, ids=names_of(NOT_FOUND))
async def test_an_unknown_reference_does_not_exist(extensiv, demo_book, members, name, value):
    async with no_trace(demo_book):
        answer = await extensiv.post(ORDERS, json=record_of(members))

    told = exception(answer, MODEL)
    assert told["ErrorCode"] == "DoesNotExist"
    assert {"Name": name, "Value": value} in told["Properties"]


@pytest.mark.parametrize("members, name", NOT_SUPPORTED, ids=names_of(NOT_SUPPORTED))
async def test_a_value_that_cannot_be_is_not_supported(extensiv, demo_book, members, name):
    async with no_trace(demo_book):
        code, names = faults(await extensiv.post(ORDERS, json=record_of(members)))

    assert code == "ValueNotSupported"
    assert name in names


@pytest.mark.parametrize("number", ["PO-LOCKED", "po-locked", "Po-Locked"])
async def test_a_number_already_used_is_a_duplicate(extensiv, demo_book, number):
    async with no_trace(demo_book):
        answer = await extensiv.post(ORDERS, json=NEW | {"purchaseOrderNumber": number})

    told = exception(answer, MODEL)
    assert told["ErrorCode"] == "Duplicate"
    assert told["Properties"] == [{"Name": "PurchaseOrderNumber", "Value": number}]


async def test_another_customer_is_incompatible(extensiv, demo_book):
    order_id = order_id_of(await placed(extensiv))

    async with no_trace(demo_book):
        code, names = faults(await put(extensiv, order_id, NEW | {"customerIdentifier": {"id": 2}}))

    assert code == "Incompatible"
    assert names == ["CustomerIdentifier"]


async def test_the_line_of_another_order_does_not_exist(extensiv, demo_book):
    (locked_line,) = (await shown(extensiv, LOCKED))["lineItems"]
    order_id = order_id_of(await placed(extensiv))
    line = LINE | {"purchaseOrderLineItemId": locked_line["purchaseOrderLineItemId"]}

    async with no_trace(demo_book):
        assert faults(await put(extensiv, order_id, NEW | {"lineItems": [line]}))[0] == "DoesNotExist"


@pytest.mark.parametrize("content", NO_BODIES, ids=lambda text: text[:20])
async def test_a_body_that_is_no_object_is_required(extensiv, demo_book, content):
    tag = await tag_of(extensiv, FREE)

    async with no_trace(demo_book):
        for method, path in (("POST", ORDERS), ("PUT", f"{ORDERS}/{FREE}")):
            answer = await sent(extensiv, method, path, content, "application/json", {"If-Match": tag})
            assert faults(answer) == ("Required", ["Body"])


async def test_a_body_that_is_not_sent_is_required(extensiv, demo_book):
    async with no_trace(demo_book):
        assert faults(await extensiv.post(ORDERS)) == ("Required", ["Body"])


@pytest.mark.parametrize("content", [b'{"notes": "\xff"}', b"\x00"], ids=range(2))
async def test_bytes_that_are_no_json_are_required(extensiv, demo_book, content):
    async with no_trace(demo_book):
        assert faults(await sent(extensiv, "POST", ORDERS, content, "application/json")) == ("Required", ["Body"])


async def test_several_faults_are_one_exception(extensiv, demo_book):
    record = {"lineItems": [{"quantity": -1, "price": "x"}, 5], "notes": 5, "customerIdentifier": {"id": NOWHERE}}

    async with no_trace(demo_book):
        code, names = faults(await extensiv.post(ORDERS, json=record))

    assert code in ("Required", "DoesNotExist", "ValueNotSupported")
    assert names


async def test_an_offending_value_is_told_as_a_string(extensiv):
    told = exception(await extensiv.post(ORDERS, json=record_of(with_line(quantity=-3))), MODEL)

    (fault,) = told["Properties"]
    assert fault["Name"] == "LineItems[0].Quantity"
    assert fault["Value"] in ("-3", "-3.0")


async def test_the_path_is_in_pascal_case_however_the_member_was_written(extensiv):
    for record in (
        {"purchaseordernumber": "N", "CUSTOMERIDENTIFIER": {"id": 1}, "lineitems": [LINE | {"QUANTITY": 0}]},
        {"PurchaseOrderNumber": "N", "CustomerIdentifier": {"Id": 1}, "LineItems": [{"itemidentifier": {"sku": "X"}}]},
    ):
        _, names = faults(await extensiv.post(ORDERS, json=record))
        assert names[0].startswith("LineItems[0].")


# Queries


@pytest.mark.parametrize(
    "query, parameter",
    [
        ("pgsiz=0", "pgsiz"),
        ("pgsiz=1001", "pgsiz"),
        ("pgsiz=x", "pgsiz"),
        ("PGSIZ=x", "pgsiz"),
        ("pgnum=0", "pgnum"),
        ("pgnum=x", "pgnum"),
        ("rql=gorp", "rql"),
        ("rql=gorp==1", "rql"),
        ("RQL=readonly.closed==maybe", "rql"),
        ("sort=gorp", "sort"),
    ],
)
async def test_a_query_that_cannot_be_read_names_its_parameter(extensiv, query, parameter):
    assert bad_parameters(await extensiv.get(f"{ORDERS}?{query}")) == ("NotParsable", [parameter])


@pytest.mark.parametrize("query, hint", [("rql=gorp==1", "gorp"), ("rql=Gorp.X==1", "Gorp.X"), ("sort=gorp", "gorp")])
async def test_an_unknown_property_is_named_as_it_was_sent(extensiv, query, hint):
    told = exception(await extensiv.get(f"{ORDERS}?{query}"), "QueryParameterException")

    assert told["Hint"] == f"Properties not supported: {hint}"


# Shapes


@pytest.mark.parametrize("accept", [*BOTH, {"Accept": "text/csv"}, {"Accept": "*/*"}], ids=lambda each: each["Accept"])
async def test_every_exception_is_pascal_case_json_whatever_is_accepted(extensiv, demo_book, accept):
    bare = await limited(extensiv, demo_book)

    exception(await extensiv.get(f"{ORDERS}?pgsiz=0", headers=accept), "QueryParameterException")
    exception(await extensiv.get(INDEX, headers=accept), "QueryParameterException")
    exception(await extensiv.post(ORDERS, json={}, headers=accept), MODEL)
    exception(await put(extensiv, FREE, {}, accept), MODEL)
    exception(await delete(extensiv, LOCKED, accept), "OperationException", 403)
    exception(await extensiv.get(ORDERS, auth=bare, headers=accept), "AuthorizationException", 403)


async def test_a_deletion_that_is_not_possible_now_is_in_use(extensiv, demo_book):
    async with no_trace(demo_book):
        told = exception(await delete(extensiv, LOCKED), "OperationException", 403)

    assert told["ErrorCode"] == "InUse"
    assert told["ActionNameType"] in (0, 1, 2)
    assert isinstance(told["ActionName"], str)
    assert told["ActionName"]


async def test_the_refusal_of_a_role_has_a_code_and_nothing_besides(extensiv, demo_book):
    bare = await limited(extensiv, demo_book)

    told = exception(await extensiv.get(ORDERS, auth=bare), "AuthorizationException", 403)

    assert set(told) == {"$type", "ErrorCode", "Hint"}


@pytest.mark.parametrize("accept", BOTH, ids=["hal", "json"])
async def test_the_other_refusals_have_no_body(extensiv, accept):
    path = f"{ORDERS}/{FREE}"
    typed = {"Content-Type": "text/plain"}

    assert is_empty(await extensiv.get(ORDERS, auth=None, headers=accept), 401)
    assert is_empty(await extensiv.get(f"{ORDERS}/{NOWHERE}", headers=accept), 404)
    assert is_empty(await extensiv.get(f"{ORDERS}/x", headers=accept), 404)
    assert is_empty(await extensiv.patch(path, headers=accept), 405)
    assert is_empty(await extensiv.put(path, json=NEW, headers=accept | {"If-Match": '"gorp"'}), 412)
    assert is_empty(await extensiv.delete(path, headers=accept | {"If-Match": '"gorp"'}), 412)
    assert is_empty(await extensiv.post(ORDERS, content="x", headers=accept | typed), 415)
    assert is_empty(await extensiv.put(path, json=NEW, headers=accept), 428)
    assert is_empty(await extensiv.delete(path, headers=accept), 428)


async def test_many_calls_are_never_too_many(extensiv):
    answers = [await extensiv.get(f"{ORDERS}/{LOCKED}") for _ in range(150)]

    assert {answer.status_code for answer in answers} == {200}


async def test_a_refused_creation_leaves_no_new_supplier(extensiv, demo_book):
    async with no_trace(demo_book):
        record = WHOLE | {"lineItems": [*WHOLE["lineItems"], LINE | {"quantity": 0}]}
        assert faults(await extensiv.post(ORDERS, json=record, headers=HAL)) == (
            "ValueNotSupported",
            ["LineItems[2].Quantity"],
        )

    assert LOCKED in await listed(extensiv)
