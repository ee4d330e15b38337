"""Changing some attributes of an order. Source: contract sections 3.3, 5.4 and 5.5."""

import asyncio

from .given import (
    BAKERY,
    DEMO,
    JOHNSON,
    LINKS,
    LONGEST,
    NEW,
    NOWHERE,
    ORDERS,
    PASSWORD,
    PURCHASE,
    TEXTS,
    UNKNOWN_TYPE,
    WHOLE,
    assert_refusal,
    body,
    listed,
    moment,
    no_trace,
    patched,
    placed,
    problems,
    replaced,
    shown,
    stored,
    timeless,
    version,
)

FULL = WHOLE | {"barva": "modrá"}
CHANGES = {
    "customer": BAKERY,
    "name": "Toto je nový název",
    "caseType": 3,
    "totalPrice": 0.5,
    "currency": "USD",
    "comment": "",
    "branch": -1,
    "person": 0,
    "opportunity": 2**40,
    "ownerUser": JOHNSON,
    "ownerGroup": "SKLAD",
    "barva": ["žlutá"],
    "tvar": {"úhly": 4},
}


async def test_a_stranger_cannot_change_an_order(intouch, demo_book):
    async with no_trace(demo_book):
        assert_refusal(await intouch.patch("/api/buscases/241", json={"name": "x"}, auth=None), 401)


async def test_the_neighbours_order_cannot_be_changed(intouch, demo_book):
    theirs = await placed(intouch.neighbour, **FULL)

    async with no_trace(demo_book):
        assert_refusal(await intouch.patch(f"{ORDERS}/{theirs['id']}", json={"name": "x"}), 404)

    assert await shown(intouch.neighbour, theirs["id"]) == theirs


async def test_only_the_attribute_in_the_body_changes(intouch):
    order = await placed(intouch, **FULL)
    for name, value in CHANGES.items():
        after = await patched(intouch, order["id"], {name: value})
        assert timeless(after) == timeless(order) | {name: value}
        assert await shown(intouch, order["id"]) == after
        order = after


async def test_several_attributes_change_together(intouch):
    order = await placed(intouch, **FULL)

    after = await patched(intouch, order["id"], CHANGES)

    assert timeless(after) == timeless(order) | CHANGES


async def test_null_empties_an_optional_attribute(intouch):
    order = await placed(intouch, **FULL)
    for name in ("totalPrice", "comment", *LINKS, "ownerUser", "ownerGroup"):
        after = await patched(intouch, order["id"], {name: None})
        assert timeless(after) == timeless(order) | {name: None}
        assert await shown(intouch, order["id"]) == after
        order = after


async def test_an_emptied_attribute_stays_empty_through_later_changes(intouch):
    order = await placed(intouch, **FULL)
    await patched(intouch, order["id"], {"ownerUser": None, "totalPrice": None})

    after = await patched(intouch, order["id"], {"name": "Jinak"})

    assert (after["ownerUser"], after["totalPrice"]) == (None, None)


async def test_null_removes_a_further_attribute(intouch):
    order = await placed(intouch, barva="modrá", tvar="kulatý")

    after = await patched(intouch, order["id"], {"barva": None, "nikdy": None})

    assert "barva" not in after
    assert "nikdy" not in after
    assert after["tvar"] == "kulatý"
    assert await shown(intouch, order["id"]) == after


async def test_null_for_a_required_attribute_a_type_or_a_currency_is_refused(intouch, demo_book):
    async with no_trace(demo_book):
        for name, code in (("customer", "required"), ("name", "required"), ("caseType", "type"), ("currency", "type")):
            answer = await intouch.patch("/api/buscases/241", json={name: None, "comment": "x"})
            assert problems(answer) == {(name, code)}


async def test_a_blank_name_is_refused(intouch, demo_book):
    async with no_trace(demo_book):
        for name in ("", " ", "\t\n"):
            assert problems(await intouch.patch("/api/buscases/241", json={"name": name})) == {("name", "required")}


async def test_an_object_is_replaced_as_a_whole_and_not_merged(intouch):
    order = await placed(intouch, rozměr={"šířka": 1, "výška": {"a": 1, "b": 2}}, seznam=[1, 2, 3])

    after = await patched(intouch, order["id"], {"rozměr": {"výška": {"b": None}}, "seznam": [None]})

    assert after["rozměr"] == {"výška": {"b": None}}
    assert after["seznam"] == [None]
    assert await shown(intouch, order["id"]) == after


async def test_an_empty_object_is_valid_and_changes_nothing_but_the_time(intouch, demo_book):
    order, count = await placed(intouch, **FULL), 1
    row = await stored(demo_book, order["id"])
    await asyncio.sleep(0.01)

    after = body(await intouch.patch(f"{ORDERS}/{order['id']}", json={}, auth=(JOHNSON, PASSWORD)))

    assert timeless(after) == timeless(order)
    assert moment(after["modified"]) > moment(order["modified"])
    assert after["modifiedBy"] == JOHNSON
    assert await stored(demo_book, order["id"]) == row
    assert await version(demo_book, order["id"]) == count + 1


async def test_the_time_of_entry_stays_and_the_time_of_change_moves(intouch):
    order = await placed(intouch)
    await asyncio.sleep(0.01)

    after = body(await intouch.patch(f"{ORDERS}/{order['id']}", json={"branch": 1}, auth=(JOHNSON, PASSWORD)))

    assert (after["entered"], after["enteredBy"]) == (order["entered"], DEMO)
    assert moment(after["modified"]) > moment(order["modified"])
    assert after["modifiedBy"] == JOHNSON


async def test_each_accepted_write_raises_the_version_by_one_with_an_event(intouch, demo_book):
    order = await placed(intouch)
    for number in range(1, 4):
        before = len(await demo_book.events("order"))
        await patched(intouch, order["id"], {"branch": number})
        assert await version(demo_book, order["id"]) == number + 1
        assert len(await demo_book.events("order")) == before + 1


async def test_read_only_attributes_in_the_body_are_ignored_and_the_path_decides(intouch):
    order, other = await placed(intouch), await shown(intouch, 147)
    for value in (147, "text", None, False, [1], {"a": 1}, "2001-01-01T00:00:00.000Z"):
        ignored = dict.fromkeys(("id", "buscase", "entered", "enteredBy", "modified", "modifiedBy"), value)
        after = await patched(intouch, order["id"], ignored)
        assert timeless(after) == timeless(order)
        assert after["modifiedBy"] == DEMO

    assert await shown(intouch, 147) == other


async def test_what_was_fetched_can_be_patched_back_for_every_order(intouch, demo_book):
    await placed(intouch, **FULL)
    for order_id in await listed(intouch):
        before, row = await shown(intouch, order_id), await stored(demo_book, order_id)
        after = await patched(intouch, order_id, before)
        assert timeless(after) == timeless(before)
        assert await stored(demo_book, order_id) == row


async def test_values_that_an_order_cannot_have_are_refused(intouch, demo_book):
    cases = (
        ({"customer": NOWHERE}, {("customer", "unknown_reference")}),
        ({"customer": -1}, {("customer", "unknown_reference")}),
        ({"name": "x" * (LONGEST + 1)}, {("name", "value")}),
        ({"caseType": 0}, {("caseType", "value")}),
        ({"caseType": -7}, {("caseType", "value")}),
        ({"caseType": PURCHASE}, {("caseType", "value")}),
        ({"caseType": UNKNOWN_TYPE}, {("caseType", "unknown_reference")}),
        ({"currency": ""}, {("currency", "value")}),
        ({"currency": "E€R"}, {("currency", "value")}),
        (
            {"customer": "1", "currency": "€", "caseType": UNKNOWN_TYPE, "comment": 5, "name": " "},
            {
                ("customer", "type"),
                ("currency", "value"),
                ("caseType", "unknown_reference"),
                ("comment", "type"),
                ("name", "required"),
            },
        ),
    )
    async with no_trace(demo_book):
        for wrong, expected in cases:
            answer = await intouch.patch("/api/buscases/241", json={"comment": "x", "barva": 1} | wrong)
            assert problems(answer) == expected


async def test_an_unknown_id_is_404(intouch, demo_book):
    async with no_trace(demo_book):
        for content in ({}, {"name": "x"}, WHOLE):
            assert_refusal(await intouch.patch(f"{ORDERS}/{NOWHERE}", json=content), 404)


async def test_the_customer_can_change(intouch, demo_book):
    order = await placed(intouch)
    added = await demo_book.add_customer("Mlékárna")

    for customer in (1, 2, added, BAKERY):
        assert (await patched(intouch, order["id"], {"customer": customer}))["customer"] == customer


async def test_a_type_up_to_999_that_was_never_seen_is_entered(intouch, demo_book):
    types = (await demo_book.counts())["order_types"]

    assert (await patched(intouch, 241, {"caseType": 321}))["caseType"] == 321

    assert (await demo_book.counts())["order_types"] == types + 1


async def test_a_purchase_never_becomes_another_kind(intouch, demo_book):
    purchase = await placed(intouch, caseType=PURCHASE)

    async with no_trace(demo_book):
        for number in (1, 999, (await shown(intouch, 1))["caseType"]):
            answer = await intouch.patch(f"{ORDERS}/{purchase['id']}", json={"caseType": number})
            assert problems(answer) == {("caseType", "value")}
    assert (await patched(intouch, purchase["id"], {"caseType": PURCHASE}))["caseType"] == PURCHASE


async def test_text_of_any_script_is_kept_as_sent(intouch):
    order = await placed(intouch)
    for text in TEXTS:
        after = await patched(intouch, order["id"], {"name": text, "comment": text, "ownerGroup": text})
        assert (after["name"], after["comment"], after["ownerGroup"]) == (text, text, text)
        assert await shown(intouch, order["id"]) == after


async def test_changes_of_different_attributes_at_once_are_all_kept(intouch):
    order = await placed(intouch)
    changes = [{"branch": 1}, {"person": 2}, {"opportunity": 3}, {"comment": "č"}, {"barva": "m"}, {"tvar": "k"}]

    answers = await asyncio.gather(
        *(intouch.patch(f"{ORDERS}/{order['id']}", json=attributes) for attributes in changes)
    )

    assert [answer.status_code for answer in answers] == [200] * len(changes)
    after = await shown(intouch, order["id"])
    for attributes in changes:
        assert attributes.items() <= after.items()


async def test_an_order_of_another_face_can_be_given_a_title_and_a_customer(intouch, demo_homs):
    after = await patched(intouch, 1, {"name": "Dovolená", "customer": BAKERY})

    assert (after["name"], after["customer"], after["currency"]) == ("Dovolená", BAKERY, None)
    assert (await demo_homs.get("/api/orders/ORD-1")).json()["order"]["code"] == "ORD-1"


async def test_a_change_keeps_what_a_replacement_would_reset(intouch):
    order = await placed(intouch, **FULL)

    assert timeless(await patched(intouch, order["id"], NEW)) == timeless(order) | NEW
    assert "barva" not in await replaced(intouch, order["id"], NEW)
