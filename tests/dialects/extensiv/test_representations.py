"""What a purchase order shows, field by field, in both forms. Source: contract sections 3.2 and 8."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .given import (
    CUSTOMER_KEYS,
    FREE,
    HAL,
    JSON,
    LINE,
    LINE_KEYS,
    LOCKED,
    NEW,
    ORDER_KEYS,
    ORDER_REL,
    ORDERS,
    PURCHASES,
    READ_ONLY,
    SECOND_LINE,
    SUPPLIER_KEYS,
    SUPPLIER_TEXTS,
    TEXTS,
    WHOLE,
    WHOLE_LINE,
    WHOLE_SUPPLIER,
    body,
    caller,
    delete,
    embedded,
    listed,
    moment,
    order_id_of,
    page,
    pascal,
    pascalized,
    placed,
    put,
    same,
    sent,
    shown,
)

EACH_FORM = pytest.mark.parametrize("accept", [HAL, JSON], ids=["hal", "json"])
DATES = ("issueDate", "expectedDate", "cancelDate")
WRITTEN_DATES = (
    ("2025-03-01", "2025-03-01T00:00:00", 0),
    ("2025-03-01T09:30", "2025-03-01T09:30:00", 0),
    ("2025-03-01T09:30:15", "2025-03-01T09:30:15", 0),
    ("2025-03-01T09:30:15.0", "2025-03-01T09:30:15", 0),
    ("2025-03-01T09:30:15.0000000", "2025-03-01T09:30:15", 0),
    ("2025-03-01T09:30:15.5", "2025-03-01T09:30:15", "0.5"),
    ("2025-03-01T09:30:15.125", "2025-03-01T09:30:15", "0.125"),
    ("2025-03-01T09:30:15.123456", "2025-03-01T09:30:15", "0.123456"),
    ("2025-03-01T09:30:15.1234560", "2025-03-01T09:30:15", "0.123456"),
    ("2025-03-01T09:30:15Z", "2025-03-01T09:30:15", 0),
    ("2025-03-01T09:30Z", "2025-03-01T09:30:00", 0),
    ("2025-03-01T09:30:15.5Z", "2025-03-01T09:30:15", "0.5"),
    ("2025-03-01T09:30:15+00:00", "2025-03-01T09:30:15", 0),
    ("2025-03-01T09:30:15+02:00", "2025-03-01T07:30:15", 0),
    ("2025-03-01T09:30:15-05:30", "2025-03-01T15:00:15", 0),
    ("2025-01-01T00:30:00+02:00", "2024-12-31T22:30:00", 0),
    ("2024-02-29T23:30:00-01:00", "2024-03-01T00:30:00", 0),
    ("2024-02-29", "2024-02-29T00:00:00", 0),
    ("1999-12-31T23:59:59", "1999-12-31T23:59:59", 0),
    ("2016-12-25T23:00:00", "2016-12-25T23:00:00", 0),
)
DECIMALS = ("0.0001", "2.5", "3", "3.0", "1234.5678", "0.1", "123456789.1234", "1000000", "19.99", "0.3")


def line_of(order):
    """The one line of an order."""
    (line,) = order["lineItems"]
    return line


def assert_sent(order, record):
    """Fails unless an order in HAL form shows what was sent."""
    for name, value in record.items():
        if name not in ("supplier", "lineItems"):
            assert same(order[name], value), name
    assert {name: value for name, value in order["supplier"].items() if name != "contactId"} == record["supplier"]
    assert len(order["lineItems"]) == len(record["lineItems"])
    for line, given_line in zip(order["lineItems"], record["lineItems"], strict=True):
        assert same({name: value for name, value in line.items() if name != "purchaseOrderLineItemId"}, given_line)


# Members


async def test_a_stranger_is_shown_nothing(extensiv):
    order_id = order_id_of(await placed(extensiv, **WHOLE))

    for path in (ORDERS, f"{ORDERS}/{order_id}"):
        assert b"PO-7001" not in (await extensiv.get(path, auth=None)).content


async def test_a_whole_order_is_shown_as_it_was_sent(extensiv):
    order = await placed(extensiv, **WHOLE)

    assert_sent(order, WHOLE)
    assert await shown(extensiv, order_id_of(order)) == order


async def test_a_whole_order_has_every_member_in_hal(extensiv):
    order = await shown(extensiv, order_id_of(await placed(extensiv, **WHOLE)))

    assert set(order) == {*ORDER_KEYS, "_links"}
    assert set(order["readOnly"]) == set(READ_ONLY)
    assert set(order["customerIdentifier"]) == set(CUSTOMER_KEYS)
    assert set(order["supplier"]) == set(SUPPLIER_KEYS)
    for line in order["lineItems"]:
        assert set(line) == set(LINE_KEYS)
        assert set(line["itemIdentifier"]) == {"sku", "id"}
        assert set(line["expectedFacility"]) == {"name", "id"}


@pytest.mark.parametrize(
    "record", [WHOLE, NEW | {"supplier": {"name": "x"}, "lineItems": [LINE]}], ids=["whole", "bare"]
)
async def test_an_order_has_every_member_in_json_whatever_was_given(extensiv, record):
    order = await shown(extensiv, order_id_of(await placed(extensiv, **record)), JSON)

    assert set(order) == {*map(pascal, ORDER_KEYS), "_links"}
    assert set(order["ReadOnly"]) == set(map(pascal, READ_ONLY))
    assert set(order["CustomerIdentifier"]) == {"ExternalId", "Name", "Id"}
    assert set(order["Supplier"]) == set(map(pascal, SUPPLIER_KEYS))
    for line in order["LineItems"]:
        assert set(line) == set(map(pascal, LINE_KEYS))
        assert set(line["ItemIdentifier"]) == {"Sku", "Id"}


async def test_a_whole_order_has_the_same_values_in_json(extensiv):
    order_id = order_id_of(await placed(extensiv, **WHOLE))

    order = await shown(extensiv, order_id, JSON)

    wanted = pascalized(WHOLE)
    for name in ("PurchaseOrderNumber", "CustomerIdentifier", "IssueDate", "Notes", "ExternalId"):
        assert order[name] == wanted[name]
    assert {name: value for name, value in order["Supplier"].items() if name != "ContactId"} == wanted["Supplier"]
    for line, given_line in zip(order["LineItems"], wanted["LineItems"], strict=True):
        line.pop("PurchaseOrderLineItemId")
        assert same(line, given_line)


@EACH_FORM
async def test_an_order_looks_the_same_created_alone_and_in_the_list(extensiv, accept):
    created = await placed(extensiv, accept, **WHOLE)

    listing = await page(extensiv, f"{ORDERS}?sort=-readonly.purchaseorderid&pgsiz=1", accept)
    (in_list,) = embedded(listing, ORDER_REL) if accept is HAL else listing["ResourceList"]
    assert await shown(extensiv, order_id_of(created), accept) == created == in_list


async def test_the_least_order_shows_only_what_it_has_in_hal(extensiv):
    order = await placed(extensiv)

    assert set(order) == {"readOnly", "purchaseOrderNumber", "customerIdentifier", "lineItems", "_links"}
    assert order["customerIdentifier"] == {"externalId": "DEMO-CUST", "name": "Demo Customer", "id": 1}
    assert order["lineItems"] == []


async def test_the_least_line_shows_only_what_it_has_in_hal(extensiv):
    line = line_of(await placed(extensiv, lineItems=[LINE]))

    assert set(line) == {"purchaseOrderLineItemId", "itemIdentifier", "qualifier", "quantity"}
    assert (line["itemIdentifier"], line["qualifier"], line["quantity"]) == ({"sku": "SKU-1", "id": 1}, "", 1)


# Server-owned values


async def test_the_id_is_a_positive_int_and_rises(extensiv):
    order_ids = []
    for number in range(3):
        order_id = (await placed(extensiv, purchaseOrderNumber=f"N-{number}"))["readOnly"]["purchaseOrderId"]
        assert type(order_id) is int
        order_ids.append(order_id)

    assert order_ids == sorted(set(order_ids))
    assert order_ids[0] > max(PURCHASES)


async def test_a_new_order_was_created_and_modified_now_in_utc(extensiv):
    before = datetime.now(UTC) - timedelta(seconds=5)

    read_only = (await placed(extensiv))["readOnly"]

    assert read_only["creationDate"] == read_only["lastModifiedDate"]
    seconds, _ = moment(read_only["creationDate"])
    at = datetime.fromisoformat(seconds).replace(tzinfo=UTC)
    assert before <= at <= datetime.now(UTC) + timedelta(seconds=5)


async def test_a_put_raises_the_date_of_modification_and_no_other(extensiv):
    order = await placed(extensiv)

    moments = [moment(order["readOnly"]["lastModifiedDate"])]
    for notes in ("a", "a", "b"):
        changed = body(await put(extensiv, order_id_of(order), NEW | {"notes": notes}))
        assert changed["readOnly"]["creationDate"] == order["readOnly"]["creationDate"]
        moments.append(moment(changed["readOnly"]["lastModifiedDate"]))

    assert moments == sorted(set(moments))


@EACH_FORM
async def test_an_order_is_closed_when_it_is_done(extensiv, demo_homs, accept):
    closed = "closed" if accept is HAL else "Closed"
    read_only = "readOnly" if accept is HAL else "ReadOnly"
    assert (await shown(extensiv, FREE, accept))[read_only][closed] is False
    orders = (await demo_homs.get("/api/orders?page_size=1000")).json()["orders"]
    (code,) = [order["code"] for order in orders if order["id"] == FREE]

    for state, wanted in (("in_progress", False), ("done", True), ("to_execute", False)):
        assert (await demo_homs.put(f"/api/orders/{code}", json={"order": {"state": state}})).status_code == 200
        assert (await shown(extensiv, FREE, accept))[read_only][closed] is wanted


@pytest.mark.parametrize(
    "value",
    [None, 5, "x", [], {}, {"purchaseOrderId": LOCKED, "closed": True, "creationDate": "2001-01-01T00:00:00"}],
    ids=repr,
)
async def test_server_owned_values_in_a_body_are_ignored(extensiv, value):
    locked = await shown(extensiv, LOCKED)
    order = await placed(extensiv, readOnly=value, closed=True)

    changed = body(await put(extensiv, order_id_of(order), NEW | {"readOnly": value}))

    for each in (order, changed):
        assert set(each["readOnly"]) == set(READ_ONLY)
        assert each["readOnly"]["purchaseOrderId"] not in PURCHASES
        assert each["readOnly"]["closed"] is False
        assert not each["readOnly"]["creationDate"].startswith("2001")
    assert await shown(extensiv, LOCKED) == locked


# Identifiers


@pytest.mark.parametrize("given_by", [{"id": 1}, {"externalId": "DEMO-CUST"}, {"name": "Demo Customer"}])
async def test_every_alternate_of_a_customer_is_shown_however_it_was_given(extensiv, given_by):
    order = await placed(extensiv, customerIdentifier=given_by)

    assert order["customerIdentifier"] == {"externalId": "DEMO-CUST", "name": "Demo Customer", "id": 1}


@pytest.mark.parametrize("given_by", [{"id": 2}, {"sku": "SKU-2"}])
async def test_every_alternate_of_an_item_is_shown_however_it_was_given(extensiv, given_by):
    order = await placed(extensiv, lineItems=[LINE | {"itemIdentifier": given_by}])

    assert line_of(order)["itemIdentifier"] == {"sku": "SKU-2", "id": 2}


@pytest.mark.parametrize("given_by", [{"id": 2}, {"name": "Overflow"}])
async def test_every_alternate_of_a_facility_is_shown_however_it_was_given(extensiv, given_by):
    order = await placed(extensiv, lineItems=[LINE | {"expectedFacility": given_by}])

    assert line_of(order)["expectedFacility"] == {"name": "Overflow", "id": 2}


# Supplier


@pytest.mark.parametrize("given_by", [{"contactId": 1}, {"code": "SUP-1"}])
async def test_a_supplier_is_shown_as_the_contact_however_it_was_given(extensiv, given_by):
    order = await placed(extensiv, supplier=given_by)

    assert order["supplier"] == {
        "contactId": 1,
        "companyName": "Acme Supply",
        "code": "SUP-1",
        "isAddressResidential": False,
        "addressStatus": 0,
    }


async def test_each_text_of_a_new_supplier_is_shown_and_the_rest_has_its_default(extensiv):
    for name in SUPPLIER_TEXTS:
        if name == "code":
            continue
        supplier = (await placed(extensiv, purchaseOrderNumber=name, supplier={name: "Žluťoučký"}))["supplier"]
        assert type(supplier.pop("contactId")) is int
        assert supplier == {name: "Žluťoučký", "isAddressResidential": False, "addressStatus": 0}


@pytest.mark.parametrize(
    "written, wanted", [(0, 0), (1, 1), (2, 2), ("Unconfirmed", 0), ("Confirmed", 1), ("UserAccepted", 2)]
)
async def test_the_status_of_an_address_is_shown_as_a_number(extensiv, written, wanted):
    order = await placed(extensiv, supplier=WHOLE_SUPPLIER | {"addressStatus": written})

    assert type(order["supplier"]["addressStatus"]) is int
    assert order["supplier"]["addressStatus"] == wanted
    assert (await shown(extensiv, order_id_of(order), JSON))["Supplier"]["AddressStatus"] == wanted


@pytest.mark.parametrize("residential", [True, False])
async def test_whether_an_address_is_residential_is_shown(extensiv, residential):
    order = await placed(extensiv, supplier=WHOLE_SUPPLIER | {"isAddressResidential": residential})

    assert order["supplier"]["isAddressResidential"] is residential


# Texts


@pytest.mark.parametrize("text", TEXTS)
async def test_every_text_keeps_its_letters(extensiv, text):
    record = WHOLE | {
        "purchaseOrderNumber": text,
        "notes": text,
        "externalId": text,
        "supplier": WHOLE_SUPPLIER | dict.fromkeys(SUPPLIER_TEXTS, text),
        "lineItems": [WHOLE_LINE | {"notes": text, "externalLineId": text}],
    }

    order = await placed(extensiv, **record)

    assert_sent(order, record)
    assert await shown(extensiv, order_id_of(order)) == order


async def test_every_text_may_have_255_letters_and_notes_4000(extensiv):
    text, long = "ž" * 254 + "x", "ž" * 3999 + "x"
    record = WHOLE | {
        "purchaseOrderNumber": text,
        "notes": long,
        "externalId": text,
        "supplier": WHOLE_SUPPLIER | dict.fromkeys(SUPPLIER_TEXTS, text),
        "lineItems": [WHOLE_LINE | {"notes": long, "externalLineId": text}],
    }

    order = await placed(extensiv, **record)

    assert_sent(order, record)
    assert await shown(extensiv, order_id_of(order)) == order


# Dates


@pytest.mark.parametrize("written, seconds, fraction", WRITTEN_DATES)
async def test_a_date_is_shown_in_utc_without_a_zone(extensiv, written, seconds, fraction):
    line = LINE | {"expectedDate": written, "cancelDate": written}

    order = await placed(extensiv, issueDate=written, lineItems=[line])

    again = await shown(extensiv, order_id_of(order), JSON)
    told = [order["issueDate"], again["IssueDate"]]
    told += [line_of(order)["expectedDate"], line_of(order)["cancelDate"]]
    told += [again["LineItems"][0]["ExpectedDate"], again["LineItems"][0]["CancelDate"]]
    assert {moment(each) for each in told} == {(seconds, Decimal(fraction))}


async def test_a_fraction_of_seven_digits_is_taken(extensiv):
    seconds, fraction = moment((await placed(extensiv, issueDate="2025-03-01T09:30:15.1234567"))["issueDate"])

    assert seconds == "2025-03-01T09:30:15"
    assert abs(fraction - Decimal("0.1234567")) <= Decimal("0.000001")


@EACH_FORM
async def test_every_date_has_its_one_form(extensiv, accept):
    await placed(extensiv, **WHOLE)

    answer = await extensiv.get(f"{ORDERS}?pgsiz=1000", headers=accept)

    dates = re.findall(r'"\w*Date"\s*:\s*"([^"]*)"', answer.text)
    assert len(dates) >= 2 * (len(PURCHASES) + 1) + 5
    for each in dates:
        moment(each)


# Numbers


@pytest.mark.parametrize("number", DECIMALS)
async def test_a_decimal_is_a_json_number_without_loss(extensiv, number):
    content = (
        '{"purchaseOrderNumber": "N", "customerIdentifier": {"id": 1}, "lineItems":'
        f' [{{"itemIdentifier": {{"id": 1}}, "quantity": {number}, "price": {number}}}]}}'
    )

    order = body(await sent(extensiv, "POST", ORDERS, content, "application/json", HAL), 201)

    for each in (line_of(order), line_of(await shown(extensiv, order_id_of(order)))):
        for name in ("quantity", "price"):
            assert isinstance(each[name], int | Decimal)
            assert each[name] == Decimal(number)
    in_json = (await shown(extensiv, order_id_of(order), JSON))["LineItems"][0]
    assert in_json["Quantity"] == in_json["Price"] == Decimal(number)


async def test_a_price_of_zero_is_a_value(extensiv):
    order = await placed(extensiv, lineItems=[LINE | {"price": 0}])

    assert line_of(order)["price"] == 0
    assert (await shown(extensiv, order_id_of(order), JSON))["LineItems"][0]["Price"] == 0


# Lines


async def test_lines_keep_the_order_in_which_they_were_sent(extensiv):
    quantities = [5, 1, 4, 2, 3, 9, 7, 8, 6, 10]

    order = await placed(extensiv, lineItems=[LINE | {"quantity": each} for each in quantities])

    assert [line["quantity"] for line in order["lineItems"]] == quantities
    again = await shown(extensiv, order_id_of(order))
    assert [line["quantity"] for line in again["lineItems"]] == quantities


async def test_every_line_has_an_id_of_its_own(extensiv):
    first = await placed(extensiv, lineItems=[LINE, LINE, LINE])
    second = await placed(extensiv, purchaseOrderNumber="PO-2", lineItems=[LINE])

    line_ids = [line["purchaseOrderLineItemId"] for order in (first, second) for line in order["lineItems"]]
    assert all(type(each) is int and each > 0 for each in line_ids)
    assert len(set(line_ids)) == 4


@pytest.mark.parametrize("qualifier", [..., None, ""], ids=["absent", "null", "empty"])
async def test_a_line_without_a_qualifier_shows_an_empty_one(extensiv, qualifier):
    line = LINE if qualifier is ... else LINE | {"qualifier": qualifier}

    order = await placed(extensiv, lineItems=[line])

    assert line_of(order)["qualifier"] == ""
    assert (await shown(extensiv, order_id_of(order), JSON))["LineItems"][0]["Qualifier"] == ""


@pytest.mark.parametrize("name", LINE_KEYS[4:])
async def test_a_member_of_a_line_given_as_null_is_as_one_left_out(extensiv, name):
    order = await placed(extensiv, lineItems=[WHOLE_LINE | {name: None}, SECOND_LINE])

    assert set(order["lineItems"][0]) == set(LINE_KEYS) - {name}
    assert set(order["lineItems"][1]) == set(LINE_KEYS)


@pytest.mark.parametrize("name", ["issueDate", "supplier", "notes", "externalId"])
async def test_a_member_of_an_order_given_as_null_is_as_one_left_out(extensiv, name):
    order = await placed(extensiv, **WHOLE | {name: None})

    assert set(order) == {*ORDER_KEYS, "_links"} - {name}


# The demo data


async def test_the_locked_purchase_order_is_as_the_contract_tells(extensiv):
    order = await shown(extensiv, LOCKED)

    assert order["purchaseOrderNumber"] == "PO-LOCKED"
    assert order["customerIdentifier"] == {"externalId": "DEMO-CUST", "name": "Demo Customer", "id": 1}
    assert order["readOnly"]["closed"] is False
    line = line_of(order)
    assert line.pop("purchaseOrderLineItemId") > 0
    assert same(
        line,
        {
            "itemIdentifier": {"sku": "SKU-1", "id": 1},
            "qualifier": "",
            "quantity": 5,
            "expectedFacility": {"name": "Main", "id": 1},
        },
    )


async def test_every_purchase_of_the_demo_data_is_listed_and_can_be_read(extensiv):
    assert set(PURCHASES) <= set(await listed(extensiv))
    for order_id in PURCHASES:
        assert (await shown(extensiv, order_id))["readOnly"]["purchaseOrderId"] == order_id


async def test_a_purchase_without_a_number_shows_its_code(extensiv, demo_homs):
    orders = (await demo_homs.get("/api/orders?page_size=1000")).json()["orders"]
    (code,) = [order["code"] for order in orders if order["id"] == 10008233]

    assert (await shown(extensiv, 10008233))["purchaseOrderNumber"] == code
    assert re.fullmatch(r"ORD-\d+", code)


async def test_a_purchase_of_no_customer_can_be_read_in_both_forms(extensiv, demo_book, iinsight):
    case_id = await demo_book.add_case("NOBODY", "Nobody's")
    answer = await iinsight.post(f"/api1/purchase_orders/new?case_id={case_id}&purchase_order=PO-N")
    order_id = int(answer.json()["purchase_order_id"])

    assert (await shown(extensiv, order_id, HAL))["purchaseOrderNumber"] == "PO-N"
    assert (await shown(extensiv, order_id, JSON))["PurchaseOrderNumber"] == "PO-N"
    assert order_id in await listed(extensiv)


async def test_what_was_deleted_is_shown_no_more(extensiv):
    order_id = order_id_of(await placed(extensiv, **WHOLE))

    assert (await delete(extensiv, order_id)).status_code == 204

    assert order_id not in await listed(extensiv)
    assert (await extensiv.get(f"{ORDERS}/{order_id}")).status_code == 404


# Any order

letters = st.characters(exclude_categories=["Cs", "Cc", "Z"])
words = st.text(letters, min_size=1, max_size=12)
dates = st.datetimes(datetime(1970, 1, 2), datetime(2099, 12, 30)).map(lambda at: at.replace(microsecond=0).isoformat())
amounts = st.integers(1, 10**10).map(lambda parts: parts / 10**4)
lines = st.fixed_dictionaries(
    {
        "itemIdentifier": st.just({"sku": "SKU-1", "id": 1}),
        "quantity": amounts,
        "qualifier": st.sampled_from(["", "Blue"]),
    },
    optional={
        "expectedFacility": st.sampled_from([{"name": "Main", "id": 1}, {"name": "Overflow", "id": 2}]),
        "expectedDate": dates,
        "cancelDate": dates,
        "notes": words,
        "externalLineId": words,
        "price": st.one_of(st.just(0), amounts),
    },
)
suppliers = st.fixed_dictionaries(
    {"companyName": words, "isAddressResidential": st.booleans(), "addressStatus": st.integers(0, 2)},
    optional=dict.fromkeys([name for name in SUPPLIER_TEXTS if name != "companyName"], words),
)
orders = st.fixed_dictionaries(
    {"supplier": suppliers, "lineItems": st.lists(lines, max_size=4)},
    optional={"issueDate": dates, "notes": words, "externalId": words},
)


def test_any_order_is_shown_as_it_was_sent_in_both_forms(extensiv):
    numbers = iter(range(10**6))

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(orders)
    def any_order(record):
        whole = WHOLE | {"issueDate": None, "notes": None, "externalId": None}
        whole |= record | {"purchaseOrderNumber": f"ANY-{next(numbers)}"}
        order = body(http.post(ORDERS, json=whole, headers=HAL), 201)
        assert_sent(order, {name: value for name, value in whole.items() if value is not None})
        path = f"{ORDERS}/{order_id_of(order)}"
        assert body(http.get(path, headers=HAL)) == order
        in_json = body(http.get(path, headers=JSON))
        for name in ORDER_KEYS[:-1]:
            assert (in_json[pascal(name)] is None) == (name not in order)
        assert [line["Quantity"] for line in in_json["LineItems"]] == [line["quantity"] for line in order["lineItems"]]

    with caller(extensiv) as http:
        any_order()
