"""The vendor's page on purchase orders: its table of fields, its sample, its links.

Source: the vendor's page. Its sample is here as printed; what it refers to (a customer, an item, a facility, a
contact) has its id exchanged for one that exists.
"""

import json
from decimal import Decimal

import pytest

from .given import (
    CONTACT_REL,
    CUSTOMER_REL,
    FACILITY_REL,
    HAL,
    ITEM_REL,
    JSON,
    LOCKED,
    ORDERS,
    RECEIVERS_REL,
    RELS,
    body,
    delete,
    is_empty,
    order_id_of,
    page,
    placed,
    put,
    same,
    sent,
    shown,
    unlinked,
)

SAMPLE = """{
"readOnly": {
"purchaseOrderId": 1 ,
"creationDate": "2016-12-25T23:00:00" ,
"lastModifiedDate": "2016-12-25T23:00:00" ,
"closed": true
},
"purchaseOrderNumber": "str" ,
"customerIdentifier": {
"externalId": "str" ,
"name": "str" ,
"id": 3
},
"issueDate": "2016-12-25T23:00:00" ,
"supplier": {
"contactId": 1 ,
"companyName": "str" ,
"name": "str" ,
"title": "str" ,
"address1": "str" ,
"address2": "str" ,
"city": "str" ,
"state": "str" ,
"zip": "str" ,
"country": "str" ,
"phoneNumber": "str" ,
"fax": "str" ,
"emailAddress": "str" ,
"dept": "str" ,
"isAddressResidential": true ,
"code": "str" ,
"addressStatus": 0
},
"notes": "str" ,
"externalId": "str" ,
"lineItems": [
{
"purchaseOrderLineItemId": 1 ,
"itemIdentifier": {
"sku": "str" ,
"id": 2
},
"qualifier": "str" ,
"quantity": 3.0 ,
"expectedFacility": {
"name": "str" ,
"id": 2
},
"expectedDate": "2016-12-25T23:00:00" ,
"cancelDate": "2016-12-25T23:00:00" ,
"notes": "str" ,
"externalLineId": "str" ,
"price": 1.0
}
]
}"""
# The table of the page: names nested with dots, and the type of each.
FIELDS = {
    "ReadOnly": dict,
    "ReadOnly.PurchaseOrderId": int,
    "ReadOnly.CreationDate": str,
    "ReadOnly.LastModifiedDate": str,
    "ReadOnly.Closed": bool,
    "PurchaseOrderNumber": str,
    "CustomerIdentifier": dict,
    "CustomerIdentifier.ExternalId": str,
    "CustomerIdentifier.Name": str,
    "CustomerIdentifier.Id": int,
    "IssueDate": str,
    "Supplier": dict,
    "Supplier.ContactId": int,
    "Supplier.CompanyName": str,
    "Supplier.Name": str,
    "Supplier.Title": str,
    "Supplier.Address1": str,
    "Supplier.Address2": str,
    "Supplier.City": str,
    "Supplier.State": str,
    "Supplier.Zip": str,
    "Supplier.Country": str,
    "Supplier.PhoneNumber": str,
    "Supplier.Fax": str,
    "Supplier.EmailAddress": str,
    "Supplier.Dept": str,
    "Supplier.IsAddressResidential": bool,
    "Supplier.Code": str,
    "Supplier.AddressStatus": int,
    "Notes": str,
    "ExternalId": str,
    "LineItems": list,
    "LineItems.PurchaseOrderLineItemId": int,
    "LineItems.ItemIdentifier": dict,
    "LineItems.ItemIdentifier.Sku": str,
    "LineItems.ItemIdentifier.Id": int,
    "LineItems.Qualifier": str,
    "LineItems.Quantity": Decimal,
    "LineItems.ExpectedFacility": dict,
    "LineItems.ExpectedFacility.Name": str,
    "LineItems.ExpectedFacility.Id": int,
    "LineItems.ExpectedDate": str,
    "LineItems.CancelDate": str,
    "LineItems.Notes": str,
    "LineItems.ExternalLineId": str,
    "LineItems.Price": Decimal,
}
LINKS = {
    "/rels/customers/customer": CUSTOMER_REL,
    "/rels/customers/item": ITEM_REL,
    "/rels/properties/facility": FACILITY_REL,
    "/rels/inventory/receivers": RECEIVERS_REL,
    "/rels/properties/contact": CONTACT_REL,
}


def types_in(value, path=""):
    """The type of each member by its path; a number that may have a fraction is a decimal."""
    if isinstance(value, list):
        return {name: found for each in value for name, found in types_in(each, path).items()}
    found = {}
    for name, each in value.items():
        at = f"{path}.{name}" if path else name
        kind = Decimal if at.rsplit(".", 1)[-1].lower() in ("quantity", "price") else type(each)
        found[at] = type(each) if kind is Decimal and not isinstance(each, int | Decimal) else kind
        if isinstance(each, dict | list):
            found |= types_in(each, at)
    return found


async def sample_for(book, contact_id=1):
    """The printed sample with references to what exists."""
    record = json.loads(SAMPLE)
    item_id, facility_id = await book.add_item(1, "THE-SKU", ("", "str")), await book.add_facility("The facility")
    record["customerIdentifier"]["id"] = 1
    record["supplier"]["contactId"] = contact_id
    record["lineItems"][0]["itemIdentifier"]["id"] = item_id
    record["lineItems"][0]["expectedFacility"]["id"] = facility_id
    return record


async def sampled(extensiv, book):
    """The answer to the creation of the printed sample, its supplier a new contact."""
    return await placed(extensiv, **await sample_for(book, None))


def test_the_sample_has_every_field_of_the_table():
    printed = types_in(json.loads(SAMPLE, parse_float=Decimal))

    assert {name.lower(): kind for name, kind in printed.items()} == {
        name.lower(): kind for name, kind in FIELDS.items()
    }


async def test_a_stranger_cannot_enter_the_sample(extensiv, demo_book):
    record = await sample_for(demo_book)
    before = await demo_book.counts()

    assert is_empty(await extensiv.post(ORDERS, json=record, auth=None), 401)

    assert await demo_book.counts() == before


async def test_a_sample_order_has_the_members_and_types_of_the_sample(extensiv, demo_book):
    order = await sampled(extensiv, demo_book)

    printed = types_in(json.loads(SAMPLE, parse_float=Decimal))
    for each in (order, await shown(extensiv, order_id_of(order))):
        assert types_in(unlinked(each)) == printed


async def test_a_sample_order_has_the_members_and_types_of_the_table_in_json(extensiv, demo_book):
    order = await sampled(extensiv, demo_book)

    assert types_in(unlinked(await shown(extensiv, order_id_of(order), JSON))) == FIELDS


async def test_the_sample_can_be_posted_as_printed(extensiv, demo_book):
    record = await sample_for(demo_book)

    answer = await sent(extensiv, "POST", ORDERS, json.dumps(record), "application/hal+json", HAL)

    order = body(answer, 201)
    for name in ("purchaseOrderNumber", "issueDate", "notes", "externalId"):
        assert order[name] == record[name]
    assert order["readOnly"]["purchaseOrderId"] > LOCKED
    assert order["readOnly"]["closed"] is False
    (line,) = order["lineItems"]
    (printed,) = record["lineItems"]
    for name in ("qualifier", "quantity", "expectedDate", "cancelDate", "notes", "externalLineId", "price"):
        assert same(line[name], printed[name]), name
    assert line["itemIdentifier"] == printed["itemIdentifier"] | {"sku": "THE-SKU"}
    assert line["expectedFacility"] == printed["expectedFacility"] | {"name": "The facility"}


async def test_a_contact_that_is_known_is_the_supplier_and_the_other_fields_are_ignored(extensiv, demo_book):
    contact = await page(extensiv, "/properties/contacts/1")

    order = await placed(extensiv, **await sample_for(demo_book, 1))

    assert (order["supplier"]["contactId"], order["supplier"]["companyName"]) == (1, "Acme Supply")
    assert "title" not in order["supplier"]
    assert await page(extensiv, "/properties/contacts/1") == contact


async def test_a_code_beside_other_fields_does_not_identify(extensiv, demo_book):
    order = await sampled(extensiv, demo_book)
    supplier = json.loads(SAMPLE)["supplier"]

    assert order["supplier"]["contactId"] not in (1, 2)
    assert order["supplier"] == supplier | {"contactId": order["supplier"]["contactId"]}


async def test_a_code_alone_identifies(extensiv):
    order = await placed(extensiv, supplier={"code": "SUP-1"})

    assert order["supplier"]["contactId"] == 1


@pytest.mark.parametrize("accept", [HAL, JSON], ids=["hal", "json"])
async def test_the_sample_can_be_put_where_it_was_posted(extensiv, demo_book, accept):
    record = await sample_for(demo_book)
    order = await placed(extensiv, **record)
    (line,) = order["lineItems"]
    record["lineItems"][0]["purchaseOrderLineItemId"] = line["purchaseOrderLineItemId"]

    answer = await put(extensiv, order_id_of(order), record, accept)

    body(answer)
    after = await shown(extensiv, order_id_of(order))
    assert {name for name in order if order[name] != after[name]} <= {"readOnly"}


async def test_a_sample_order_has_the_links_of_the_page(extensiv, demo_book):
    order = await sampled(extensiv, demo_book)

    assert set(order["_links"]) == {"self", "edit", *LINKS.values()}
    for printed, rel in LINKS.items():
        assert rel == RELS.removesuffix("/rels") + printed


async def test_the_edit_link_says_when_related_receivers_are_still_open(extensiv, demo_book):
    order_id = order_id_of(await sampled(extensiv, demo_book))

    await demo_book.open_receipt(order_id)

    name = (await shown(extensiv, order_id))["_links"]["edit"]["name"]
    assert "Disallow: " in name
    assert "DELETE" in name
    assert (await delete(extensiv, order_id)).status_code == 403
    assert body(await extensiv.get(f"{ORDERS}/{order_id}"))
