"""How customers, items, qualifiers and facilities are found. Source: contract section 6.1."""

import pytest

from .given_writes import (
    LINE,
    NEW,
    NOWHERE,
    changed,
    entered,
    fault,
    no_trace,
    order_id,
    post,
    put,
    tag_of,
)

DEMO = {"externalId": "DEMO-CUST", "name": "Demo Customer", "id": 1}
SECOND = {"name": "Second Customer", "id": 2}


async def line_of(extensiv, **members):
    """The only line of a new purchase of customer 1."""
    (line,) = (await entered(extensiv, lineItems=[LINE | members]))["lineItems"]
    return line


async def refused_line(extensiv, book, **members):
    """The fault of a second line with these members."""
    async with no_trace(book):
        return fault(await post(extensiv, NEW | {"lineItems": [LINE, LINE | members]}))


# Customers


@pytest.mark.parametrize(
    "identifier, customer",
    [
        ({"id": 1}, DEMO),
        ({"id": 1.0}, DEMO),
        ({"externalId": "DEMO-CUST"}, DEMO),
        ({"externalId": "demo-cust"}, DEMO),
        ({"name": "Demo Customer"}, DEMO),
        ({"name": "DEMO customer"}, DEMO),
        ({"name": "second customer"}, SECOND),
        ({"name": "PEKÁRNA U ZLATÉHO KLASU"}, {"name": "Pekárna U Zlatého klasu", "id": 2168}),
        ({"id": 2, "externalId": "DEMO-CUST", "name": "Demo Customer"}, SECOND),
        ({"id": 2, "externalId": "NOPE", "name": "Nobody"}, SECOND),
        ({"externalId": "DEMO-CUST", "name": "Second Customer"}, DEMO),
        ({"externalId": "DEMO-CUST", "name": "Nobody"}, DEMO),
        ({"id": 0, "externalId": "DEMO-CUST"}, DEMO),
        ({"id": 0, "name": "Second Customer"}, SECOND),
        ({"id": None, "externalId": None, "name": "Second Customer"}, SECOND),
    ],
)
async def test_a_customer_is_found_by_id_then_external_id_then_name(extensiv, identifier, customer):
    assert (await entered(extensiv, customerIdentifier=identifier))["customerIdentifier"] == customer


@pytest.mark.parametrize(
    "identifier, used",
    [
        ({"id": NOWHERE}, "Id"),
        ({"id": -1}, "Id"),
        ({"id": NOWHERE, "externalId": "DEMO-CUST", "name": "Demo Customer"}, "Id"),
        ({"externalId": "NOPE"}, "ExternalId"),
        ({"externalId": "NOPE", "name": "Demo Customer"}, "ExternalId"),
        ({"id": 0, "externalId": "NOPE"}, "ExternalId"),
        ({"name": "Nobody"}, "Name"),
        ({"name": "Demo%"}, "Name"),
        ({"name": "Demo_Customer"}, "Name"),
        ({"externalId": "Demo Customer"}, "ExternalId"),
        ({"name": "DEMO-CUST"}, "Name"),
    ],
)
async def test_an_unknown_customer_is_refused_by_the_member_that_was_used(extensiv, demo_book, identifier, used):
    async with no_trace(demo_book):
        answer = await post(extensiv, NEW | {"customerIdentifier": identifier})

    assert fault(answer) == ("DoesNotExist", {f"CustomerIdentifier.{used}"})


@pytest.mark.parametrize("identifier", [{}, {"id": 0}, {"id": None, "externalId": None, "name": None}, {"gorp": 1}])
async def test_a_customer_without_a_usable_member_is_missing(extensiv, demo_book, identifier):
    async with no_trace(demo_book):
        answer = await post(extensiv, NEW | {"customerIdentifier": identifier})

    assert fault(answer) == ("Required", {"CustomerIdentifier"})


# Items


@pytest.mark.parametrize(
    "identifier, item",
    [
        ({"id": 2}, {"sku": "SKU-2", "id": 2}),
        ({"sku": "SKU-2"}, {"sku": "SKU-2", "id": 2}),
        ({"sku": "sku-2"}, {"sku": "SKU-2", "id": 2}),
        ({"id": 2, "sku": "SKU-1"}, {"sku": "SKU-2", "id": 2}),
        ({"id": 2, "sku": "NOPE"}, {"sku": "SKU-2", "id": 2}),
        ({"id": 0, "sku": "SKU-1"}, {"sku": "SKU-1", "id": 1}),
        ({"id": None, "sku": "SKU-1"}, {"sku": "SKU-1", "id": 1}),
    ],
)
async def test_an_item_is_found_by_id_then_sku(extensiv, identifier, item):
    assert (await line_of(extensiv, itemIdentifier=identifier))["itemIdentifier"] == item


@pytest.mark.parametrize(
    "identifier, used",
    [
        ({"id": NOWHERE}, "Id"),
        ({"id": -1, "sku": "SKU-1"}, "Id"),
        ({"id": NOWHERE, "sku": "SKU-1"}, "Id"),
        ({"sku": "NOPE"}, "Sku"),
        ({"id": 0, "sku": "NOPE"}, "Sku"),
        ({"sku": "SKU-"}, "Sku"),
        ({"sku": "SKU%"}, "Sku"),
        ({"sku": "SKU_1"}, "Sku"),
    ],
)
async def test_an_unknown_item_is_refused_by_the_member_that_was_used(extensiv, demo_book, identifier, used):
    found = await refused_line(extensiv, demo_book, itemIdentifier=identifier)

    assert found == ("DoesNotExist", {f"LineItems[1].ItemIdentifier.{used}"})


@pytest.mark.parametrize("identifier", [{}, {"id": 0}, {"id": None, "sku": None}, {"gorp": 1}])
async def test_an_item_without_a_usable_member_is_missing(extensiv, demo_book, identifier):
    found = await refused_line(extensiv, demo_book, itemIdentifier=identifier)

    assert found == ("Required", {"LineItems[1].ItemIdentifier"})


async def test_another_customers_item_does_not_exist(extensiv, demo_book):
    item = await demo_book.add_item(2, "ONLY-2")

    for identifier, used in (({"id": item}, "Id"), ({"sku": "ONLY-2"}, "Sku")):
        found = await refused_line(extensiv, demo_book, itemIdentifier=identifier)
        assert found == ("DoesNotExist", {f"LineItems[1].ItemIdentifier.{used}"})
    for identifier, used in (({"id": 1}, "Id"), ({"sku": "SKU-1"}, "Sku")):
        line = LINE | {"itemIdentifier": identifier}
        answer = await post(extensiv, NEW | {"customerIdentifier": {"id": 2}, "lineItems": [line]})
        assert fault(answer) == ("DoesNotExist", {f"LineItems[0].ItemIdentifier.{used}"})


async def test_one_sku_is_two_items_of_two_customers(extensiv, demo_book):
    theirs = await demo_book.add_item(2, "sku-1")

    order = await entered(extensiv, customerIdentifier={"id": 2}, lineItems=[LINE])

    assert order["lineItems"][0]["itemIdentifier"] == {"sku": "sku-1", "id": theirs}
    assert (await line_of(extensiv))["itemIdentifier"] == {"sku": "SKU-1", "id": 1}


# Qualifiers


@pytest.mark.parametrize(
    "qualifier, kept", [("Blue", "Blue"), ("blue", "Blue"), ("BLUE", "Blue"), ("", ""), (None, "")]
)
async def test_a_qualifier_is_returned_in_the_items_spelling(extensiv, qualifier, kept):
    assert (await line_of(extensiv, qualifier=qualifier))["qualifier"] == kept


async def test_a_qualifier_that_is_absent_is_the_empty_one(extensiv):
    assert (await line_of(extensiv))["qualifier"] == ""


@pytest.mark.parametrize("qualifier", ["Green", "Blu", "Blue%", "Blu_"])
async def test_a_qualifier_that_the_item_does_not_have_is_refused(extensiv, demo_book, qualifier):
    found = await refused_line(extensiv, demo_book, qualifier=qualifier)

    assert found == ("DoesNotExist", {"LineItems[1].Qualifier"})


async def test_a_qualifier_of_another_item_is_refused(extensiv, demo_book):
    found = await refused_line(extensiv, demo_book, itemIdentifier={"sku": "SKU-2"}, qualifier="Blue")

    assert found == ("DoesNotExist", {"LineItems[1].Qualifier"})


async def test_an_item_may_have_qualifiers_of_any_script(extensiv, demo_book):
    item = await demo_book.add_item(1, "SKU-3", ("Žlutá", "Red & blue"))

    spellings = (("žlutá", "Žlutá"), ("ŽLUTÁ", "Žlutá"), ("RED & BLUE", "Red & blue"))
    for place, (sent, kept) in enumerate(spellings):
        line = LINE | {"itemIdentifier": {"id": item}, "qualifier": sent}
        order = await entered(extensiv, purchaseOrderNumber=f"Q {place}", lineItems=[line])
        assert order["lineItems"][0]["qualifier"] == kept


async def test_an_item_without_the_empty_qualifier_needs_one(extensiv, demo_book):
    item = await demo_book.add_item(1, "SKU-4", ("Red",))

    for members in ({}, {"qualifier": None}, {"qualifier": ""}):
        found = await refused_line(extensiv, demo_book, itemIdentifier={"id": item}, **members)
        assert found == ("DoesNotExist", {"LineItems[1].Qualifier"})


# Facilities


@pytest.mark.parametrize(
    "identifier, facility",
    [
        ({"id": 2}, {"name": "Overflow", "id": 2}),
        ({"name": "Overflow"}, {"name": "Overflow", "id": 2}),
        ({"name": "OVERFLOW"}, {"name": "Overflow", "id": 2}),
        ({"id": 2, "name": "Main"}, {"name": "Overflow", "id": 2}),
        ({"id": 0, "name": "main"}, {"name": "Main", "id": 1}),
        ({"id": None, "name": "Main"}, {"name": "Main", "id": 1}),
    ],
)
async def test_a_facility_is_found_by_id_then_name(extensiv, identifier, facility):
    assert (await line_of(extensiv, expectedFacility=identifier))["expectedFacility"] == facility


async def test_a_new_facility_can_be_used(extensiv, demo_book):
    facility = await demo_book.add_facility("Žižkov")

    line = await line_of(extensiv, expectedFacility={"name": "ŽIŽKOV"})

    assert line["expectedFacility"] == {"name": "Žižkov", "id": facility}


@pytest.mark.parametrize(
    "identifier, used",
    [
        ({"id": NOWHERE}, "Id"),
        ({"id": -1, "name": "Main"}, "Id"),
        ({"name": "Nowhere"}, "Name"),
        ({"name": "M%"}, "Name"),
    ],
)
async def test_an_unknown_facility_is_refused_by_the_member_that_was_used(extensiv, demo_book, identifier, used):
    found = await refused_line(extensiv, demo_book, expectedFacility=identifier)

    assert found == ("DoesNotExist", {f"LineItems[1].ExpectedFacility.{used}"})


@pytest.mark.parametrize("identifier", [None, {}, {"id": 0}, {"id": None, "name": None}, {"gorp": 1}])
async def test_a_facility_without_a_usable_member_is_none(extensiv, identifier):
    assert "expectedFacility" not in await line_of(extensiv, expectedFacility=identifier)


# The same rules on an update


async def test_an_update_finds_by_the_same_rules(extensiv):
    order = await entered(extensiv, lineItems=[LINE])

    line = LINE | {
        "itemIdentifier": {"id": 0, "sku": "sku-1"},
        "qualifier": "BLUE",
        "expectedFacility": {"id": 2, "name": "Main"},
    }
    after = await changed(extensiv, order_id(order), customerIdentifier={"name": "demo CUSTOMER"}, lineItems=[line])

    assert after["customerIdentifier"] == DEMO
    assert after["lineItems"][0]["itemIdentifier"] == {"sku": "SKU-1", "id": 1}
    assert after["lineItems"][0]["qualifier"] == "Blue"
    assert after["lineItems"][0]["expectedFacility"] == {"name": "Overflow", "id": 2}


@pytest.mark.parametrize(
    "members, expected",
    [
        ({"itemIdentifier": {"sku": "NOPE"}}, ("DoesNotExist", {"LineItems[1].ItemIdentifier.Sku"})),
        ({"itemIdentifier": {}}, ("Required", {"LineItems[1].ItemIdentifier"})),
        ({"qualifier": "Green"}, ("DoesNotExist", {"LineItems[1].Qualifier"})),
        ({"expectedFacility": {"id": NOWHERE}}, ("DoesNotExist", {"LineItems[1].ExpectedFacility.Id"})),
    ],
)
async def test_an_update_refuses_by_the_same_rules(extensiv, demo_book, members, expected):
    order = await entered(extensiv)
    tag = await tag_of(extensiv, order_id(order))

    async with no_trace(demo_book):
        answer = await put(extensiv, order_id(order), NEW | {"lineItems": [LINE, LINE | members]}, tag)

    assert fault(answer) == expected


@pytest.mark.parametrize(
    "identifier, used", [({"id": NOWHERE}, "Id"), ({"externalId": "NOPE"}, "ExternalId"), ({"name": "Nobody"}, "Name")]
)
async def test_an_unknown_customer_alone_is_blamed_and_nothing_is_said_of_its_items(
    extensiv, demo_book, identifier, used
):
    lines = [LINE, LINE | {"itemIdentifier": {"sku": "NOPE"}}, LINE | {"qualifier": "Red"}]

    async with no_trace(demo_book):
        answer = await post(extensiv, NEW | {"customerIdentifier": identifier, "lineItems": lines})

    assert fault(answer) == ("DoesNotExist", {f"CustomerIdentifier.{used}"})
    assert len(answer.json()["Properties"]) == 1
