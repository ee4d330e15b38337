"""How a supplier is found or made. Source: contract sections 3.2 and 6.1."""

import pytest

from .given_writes import (
    CONTACTS,
    HAL,
    LINE,
    LOCKED,
    NEW,
    NOWHERE,
    SUPPLIER_TEXTS,
    body,
    changed,
    entered,
    fault,
    is_empty,
    no_trace,
    order_id,
    post,
    put,
    read,
    rows,
    sendable,
    shown,
    tag_of,
)

ACME = {
    "contactId": 1,
    "companyName": "Acme Supply",
    "isAddressResidential": False,
    "code": "SUP-1",
    "addressStatus": 0,
}
EVERYTHING = {name: f"the {name}" for name in SUPPLIER_TEXTS} | {
    "code": "NEW-1",
    "isAddressResidential": True,
    "addressStatus": 2,
}


async def contact(extensiv, contact_id):
    """A contact as the server shows it."""
    answer = await extensiv.get(f"{CONTACTS}/{contact_id}", headers={"Accept": HAL})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_id_finds_the_supplier(extensiv, demo_book):
    before = await rows(demo_book, "contacts")

    order = await entered(extensiv, supplier={"contactId": 1})

    assert order["supplier"] == ACME
    assert await rows(demo_book, "contacts") == before


async def test_beside_the_id_every_other_member_is_ignored(extensiv, demo_book):
    before = await rows(demo_book, "contacts")

    order = await entered(extensiv, supplier=EVERYTHING | {"contactId": 1})

    assert order["supplier"] == ACME
    assert await rows(demo_book, "contacts") == before


async def test_the_id_decides_even_against_the_code(extensiv):
    order = await entered(extensiv, supplier={"contactId": 2, "code": "SUP-1"})

    assert (order["supplier"]["contactId"], order["supplier"]["code"]) == (2, "1/AAMATT2")


async def test_a_supplier_may_be_anyones_contact(extensiv):
    order = await entered(extensiv, customerIdentifier={"id": 2}, supplier={"contactId": 1})

    assert order["supplier"] == ACME


@pytest.mark.parametrize("code", ["SUP-1", "sup-1", "Sup-1"])
async def test_a_code_alone_finds_the_supplier_in_any_case(extensiv, demo_book, code):
    before = await rows(demo_book, "contacts")

    assert (await entered(extensiv, supplier={"code": code}))["supplier"] == ACME
    assert await rows(demo_book, "contacts") == before


@pytest.mark.parametrize(
    "others",
    [
        dict.fromkeys(SUPPLIER_TEXTS),
        {"isAddressResidential": False},
        {"addressStatus": 0},
        {"contactId": None},
        {"contactId": 0},
        dict.fromkeys(SUPPLIER_TEXTS) | {"contactId": 0, "isAddressResidential": False, "addressStatus": 0},
    ],
    ids=["nulls", "not residential", "status 0", "null id", "id 0", "a typed client"],
)
async def test_a_code_beside_what_typed_clients_always_send_is_alone(extensiv, demo_book, others):
    before = await demo_book.counts()

    assert (await entered(extensiv, supplier={"code": "SUP-1"} | others))["supplier"] == ACME
    assert (await demo_book.counts())["contacts"] == before["contacts"]


async def test_a_code_that_exists_twice_finds_the_lowest_id(extensiv, demo_book):
    lowest = await demo_book.add_contact("TWICE", "First")
    await demo_book.add_contact("twice", "Second", 1)

    for number, code in enumerate(("TWICE", "twice")):
        order = await entered(extensiv, purchaseOrderNumber=f"N-{number}", supplier={"code": code})
        assert order["supplier"]["contactId"] == lowest


@pytest.mark.parametrize(
    "others", [{"companyName": "Other"}, {"isAddressResidential": True}, {"addressStatus": 1}, {"dept": "Sales"}]
)
async def test_a_code_beside_another_value_makes_a_new_contact(extensiv, demo_book, others):
    before = await demo_book.counts()

    order = await entered(extensiv, supplier={"code": "SUP-1"} | others)

    assert order["supplier"]["contactId"] > 2
    assert order["supplier"].items() >= ({"code": "SUP-1"} | others).items()
    assert (await demo_book.counts())["contacts"] == before["contacts"] + 1
    assert (await contact(extensiv, 1))["companyName"] == "Acme Supply"


async def test_a_new_contact_has_every_member_that_was_given(extensiv):
    order = await entered(extensiv, customerIdentifier={"id": 2}, supplier=EVERYTHING)

    made = order["supplier"]
    assert made == EVERYTHING | {"contactId": made["contactId"]}
    assert (await shown(extensiv, order_id(order)))["supplier"] == made
    read_back = await contact(extensiv, made["contactId"])
    assert read_back.items() >= made.items()
    assert read_back["customerIdentifier"]["id"] == 2


@pytest.mark.parametrize("name", [*SUPPLIER_TEXTS, "isAddressResidential", "addressStatus"])
async def test_one_member_is_enough_for_a_new_contact(extensiv, name):
    order = await entered(extensiv, supplier={name: EVERYTHING[name]})

    expected = {"isAddressResidential": False, "addressStatus": 0, name: EVERYTHING[name]}
    assert order["supplier"] == expected | {"contactId": order["supplier"]["contactId"]}


async def test_a_new_contact_is_found_by_its_code_from_then_on(extensiv):
    first = await entered(extensiv, supplier={"code": "NEW-2", "companyName": "New"})

    second = await entered(extensiv, purchaseOrderNumber="N-2", supplier={"code": "new-2"})

    assert second["supplier"] == first["supplier"]


@pytest.mark.parametrize(
    "supplier", [None, {}, dict.fromkeys([*SUPPLIER_TEXTS, "code", "contactId"]), {"contactId": 0}, {"gorp": 1}]
)
async def test_no_value_at_all_is_no_supplier(extensiv, demo_book, supplier):
    before = await demo_book.counts()

    assert "supplier" not in await entered(extensiv, supplier=supplier)
    assert (await demo_book.counts())["contacts"] == before["contacts"]


@pytest.mark.parametrize("contact_id", [NOWHERE, -1])
async def test_an_unknown_id_is_refused(extensiv, demo_book, contact_id):
    async with no_trace(demo_book):
        answer = await post(extensiv, NEW | {"supplier": {"contactId": contact_id, "code": "SUP-1"}})

    assert fault(answer) == ("DoesNotExist", {"Supplier.ContactId"})


async def test_an_unknown_code_alone_is_refused(extensiv, demo_book):
    async with no_trace(demo_book):
        for supplier in ({"code": "NOPE"}, {"code": "SUP-"}, {"code": "SUP%"}, {"code": "SUP_1"}):
            answer = await post(extensiv, NEW | {"supplier": supplier})
            assert fault(answer) == ("DoesNotExist", {"Supplier.Code"})


@pytest.mark.parametrize(
    "status, number",
    [(0, 0), (1, 1), (2, 2), ("Unconfirmed", 0), ("Confirmed", 1), ("UserAccepted", 2), (None, 0)],
)
async def test_an_address_status_is_a_number_whichever_way_it_was_written(extensiv, status, number):
    order = await entered(extensiv, supplier={"companyName": "New", "addressStatus": status})

    assert type(order["supplier"]["addressStatus"]) is int
    assert order["supplier"]["addressStatus"] == number


@pytest.mark.parametrize("status", [3, -1, 99, "Maybe", "", True, 1.5, [], {}])
async def test_any_other_address_status_is_refused(extensiv, demo_book, status):
    async with no_trace(demo_book):
        answer = await post(extensiv, NEW | {"supplier": {"companyName": "New", "addressStatus": status}})

    assert fault(answer) == ("ValueNotSupported", {"Supplier.AddressStatus"})


async def test_what_is_shown_puts_the_same_supplier_back(extensiv, demo_book):
    order = await entered(extensiv, supplier=EVERYTHING)
    before = await rows(demo_book, "contacts")

    assert (await changed(extensiv, order_id(order), notes="x"))["supplier"] == order["supplier"]
    assert await rows(demo_book, "contacts") == before


async def test_members_changed_beside_the_id_change_no_contact(extensiv):
    after = await changed(extensiv, LOCKED, supplier=ACME | {"companyName": "Renamed", "city": "Leeds"})

    assert after["supplier"] == ACME
    assert (await contact(extensiv, 1))["companyName"] == "Acme Supply"


async def test_an_update_may_name_another_supplier(extensiv):
    order = await entered(extensiv, supplier={"contactId": 1})

    assert (await changed(extensiv, order_id(order), supplier={"code": "1/aamatt2"}))["supplier"]["contactId"] == 2
    assert (await changed(extensiv, order_id(order), supplier={"contactId": 1}))["supplier"] == ACME


async def test_an_update_may_make_a_new_contact(extensiv, demo_book):
    order = await entered(extensiv, supplier={"contactId": 1})
    before = await demo_book.counts()

    after = await changed(extensiv, order_id(order), supplier=EVERYTHING)

    assert after["supplier"] == EVERYTHING | {"contactId": after["supplier"]["contactId"]}
    assert after["supplier"]["contactId"] > 2
    assert (await demo_book.counts())["contacts"] == before["contacts"] + 1
    assert (await contact(extensiv, after["supplier"]["contactId"]))["customerIdentifier"]["id"] == 1


async def test_a_supplier_that_is_absent_from_an_update_is_gone_from_the_order_only(extensiv):
    order = await entered(extensiv, supplier=EVERYTHING)

    after = await changed(extensiv, order_id(order), supplier=None)

    assert "supplier" not in after
    assert (await contact(extensiv, order["supplier"]["contactId"]))["companyName"] == "the companyName"


async def test_a_refused_update_makes_no_contact(extensiv, demo_book):
    order = await entered(extensiv)
    tag = await tag_of(extensiv, order_id(order))

    async with no_trace(demo_book):
        bad_line = LINE | {"quantity": 0}
        answer = await put(extensiv, order_id(order), NEW | {"supplier": EVERYTHING, "lineItems": [bad_line]}, tag)

    assert fault(answer) == ("ValueNotSupported", {"LineItems[0].Quantity"})


async def test_a_stale_update_makes_no_contact(extensiv, demo_book):
    order, stale = await read(extensiv, LOCKED)
    body(await put(extensiv, LOCKED, sendable(order), stale))

    async with no_trace(demo_book):
        assert is_empty(await put(extensiv, LOCKED, sendable(order) | {"supplier": EVERYTHING}, stale), 412)


async def test_the_supplier_of_an_order_outlives_the_order(extensiv):
    order = await entered(extensiv, supplier=EVERYTHING)
    answer = await extensiv.delete(f"/inventory/pos/{order_id(order)}", headers={"If-Match": "*"})
    assert answer.status_code == 204

    assert (await contact(extensiv, order["supplier"]["contactId"]))["companyName"] == "the companyName"


@pytest.mark.parametrize("status", ["Unconfirmed", "UNCONFIRMED", 0])
async def test_a_code_beside_the_unconfirmed_status_by_its_name_is_alone(extensiv, demo_book, status):
    before = await demo_book.counts()

    assert (await entered(extensiv, supplier={"code": "SUP-1", "addressStatus": status}))["supplier"] == ACME
    assert (await demo_book.counts())["contacts"] == before["contacts"]


async def test_texts_of_blanks_count_as_no_value(extensiv, demo_book):
    blank = dict.fromkeys(SUPPLIER_TEXTS, "  \t")
    before = await demo_book.counts()

    assert (await entered(extensiv, supplier=blank | {"code": "SUP-1"}))["supplier"] == ACME
    assert "supplier" not in await entered(extensiv, purchaseOrderNumber="N-2", supplier=blank | {"code": " "})
    assert (await demo_book.counts())["contacts"] == before["contacts"]
    made = (await entered(extensiv, purchaseOrderNumber="N-3", supplier=blank | {"companyName": "New"}))["supplier"]
    assert made.items() >= {"companyName": "New"}.items()
    assert set(made) == {"contactId", "companyName", "isAddressResidential", "addressStatus"}


@pytest.mark.parametrize("name", [*SUPPLIER_TEXTS, "code"])
async def test_a_text_that_is_too_long_is_blamed_once_and_nothing_else(extensiv, demo_book, name):
    text = "x" * (256 if name == "code" else 501)
    record = NEW | {"supplier": {"companyName": "New"} | {name: text}, "lineItems": [LINE]}

    async with no_trace(demo_book):
        answer = await post(extensiv, record)

    assert fault(answer) == ("ValueNotSupported", {f"Supplier.{name[0].upper()}{name[1:]}"})
    assert len(answer.json()["Properties"]) == 1
