"""Replacing an order. Source: contract sections 3.1, 3.3, 5.3 and 5.5."""

import asyncio

from .given import (
    BAKERY,
    DEFAULTS,
    DEMO,
    JOHNSON,
    LINKS,
    LONGEST,
    NEW,
    NOWHERE,
    ORDER_ATTRIBUTES,
    ORDERS,
    PASSWORD,
    PURCHASE,
    READ_ONLY,
    TEXTS,
    UNKNOWN_TYPE,
    WHOLE,
    assert_refusal,
    body,
    listed,
    moment,
    no_trace,
    placed,
    problems,
    replaced,
    shown,
    stored,
    timeless,
    version,
)

FULL = WHOLE | {"barva": "modrá"}


async def test_a_stranger_cannot_replace_an_order(intouch, demo_book):
    async with no_trace(demo_book):
        assert_refusal(await intouch.put("/api/buscases/241", json=NEW, auth=None), 401)


async def test_the_neighbours_order_cannot_be_replaced(intouch, demo_book):
    theirs = await placed(intouch.neighbour, **FULL)

    async with no_trace(demo_book):
        assert_refusal(await intouch.put(f"{ORDERS}/{theirs['id']}", json=NEW), 404)

    assert await shown(intouch.neighbour, theirs["id"]) == theirs


async def test_the_answer_is_the_new_version(intouch):
    order = await placed(intouch)

    after = await replaced(intouch, order["id"], WHOLE)

    assert {name: after[name] for name in WHOLE} == WHOLE
    assert await shown(intouch, order["id"]) == after


async def test_what_is_absent_goes_back_to_its_default(intouch):
    order = await placed(intouch, **FULL)

    after = await replaced(intouch, order["id"], NEW)

    assert set(after) == set(ORDER_ATTRIBUTES)
    assert {name: after[name] for name in (*NEW, *DEFAULTS)} == NEW | DEFAULTS | {"caseType": WHOLE["caseType"]}


async def test_each_absent_attribute_alone_goes_back_to_its_default(intouch):
    order = await placed(intouch, **FULL)
    for absent in [name for name in FULL if name not in NEW]:
        rest = {name: value for name, value in FULL.items() if name != absent}
        after = await replaced(intouch, order["id"], rest)
        if absent == "caseType":
            rest["caseType"] = FULL["caseType"]
        elif absent in DEFAULTS:
            rest[absent] = DEFAULTS[absent]
        assert {name: value for name, value in after.items() if name not in READ_ONLY} == rest
        assert timeless(await replaced(intouch, order["id"], FULL)) == timeless(order)


async def test_without_an_owner_it_is_who_entered_the_order(intouch):
    order = body(await intouch.post(ORDERS, json=NEW | {"ownerUser": "gregor"}, auth=(JOHNSON, PASSWORD)), 201)

    after = await replaced(intouch, order["id"], NEW)

    assert (after["ownerUser"], after["enteredBy"], after["modifiedBy"]) == (JOHNSON, JOHNSON, DEMO)


async def test_further_attributes_that_are_absent_are_removed(intouch):
    order = await placed(intouch, barva="modrá", tvar="kulatý")

    after = await replaced(intouch, order["id"], NEW | {"tvar": "hranatý"})

    assert "barva" not in after
    assert after["tvar"] == "hranatý"
    assert await shown(intouch, order["id"]) == after


async def test_null_in_the_body_is_null_in_the_record(intouch):
    order = await placed(intouch, **FULL)
    optional = ("totalPrice", "comment", *LINKS, "ownerUser", "ownerGroup")

    after = await replaced(intouch, order["id"], FULL | dict.fromkeys(optional))

    assert {name: after[name] for name in optional} == dict.fromkeys(optional)


async def test_a_missing_null_or_blank_required_attribute_is_refused(intouch, demo_book):
    order = await placed(intouch, **FULL)

    async with no_trace(demo_book):
        for missing in NEW:
            rest = {name: value for name, value in FULL.items() if name != missing}
            answer = await intouch.put(f"{ORDERS}/{order['id']}", json=rest)
            assert problems(answer) == {(missing, "required")}
            answer = await intouch.put(f"{ORDERS}/{order['id']}", json=rest | {missing: None})
            assert problems(answer) == {(missing, "required")}
        answer = await intouch.put(f"{ORDERS}/{order['id']}", json=FULL | {"name": " \t"})
        assert problems(answer) == {("name", "required")}
        answer = await intouch.put(f"{ORDERS}/{order['id']}", json={})
        assert problems(answer) == {("customer", "required"), ("name", "required")}

    assert await shown(intouch, order["id"]) == order


async def test_a_null_type_or_currency_is_refused(intouch, demo_book):
    async with no_trace(demo_book):
        answer = await intouch.put("/api/buscases/241", json=NEW | {"caseType": None, "currency": None})

    assert problems(answer) == {("caseType", "type"), ("currency", "type")}


async def test_values_that_an_order_cannot_have_are_refused(intouch, demo_book):
    cases = (
        ({"customer": NOWHERE}, {("customer", "unknown_reference")}),
        ({"customer": 0}, {("customer", "unknown_reference")}),
        ({"name": "x" * (LONGEST + 1)}, {("name", "value")}),
        ({"caseType": 0}, {("caseType", "value")}),
        ({"caseType": -1}, {("caseType", "value")}),
        ({"caseType": UNKNOWN_TYPE}, {("caseType", "unknown_reference")}),
        ({"currency": "CZ"}, {("currency", "value")}),
        ({"currency": "ČZK"}, {("currency", "value")}),
        (
            {"customer": NOWHERE, "currency": "€", "caseType": UNKNOWN_TYPE, "comment": 5},
            {
                ("customer", "unknown_reference"),
                ("currency", "value"),
                ("caseType", "unknown_reference"),
                ("comment", "type"),
            },
        ),
    )
    async with no_trace(demo_book):
        for wrong, expected in cases:
            assert problems(await intouch.put("/api/buscases/241", json=NEW | wrong)) == expected


async def test_an_unknown_id_is_404_and_never_created(intouch, demo_book):
    async with no_trace(demo_book):
        assert_refusal(await intouch.put(f"{ORDERS}/{NOWHERE}", json=WHOLE), 404)

    assert_refusal(await intouch.get(f"{ORDERS}/{NOWHERE}"), 404)
    assert NOWHERE not in await listed(intouch)


async def test_read_only_attributes_in_the_body_are_ignored_and_the_path_decides(intouch):
    order, other = await placed(intouch), await shown(intouch, 147)
    for value in (147, "text", None, False, [1], {"a": 1}, "2001-01-01T00:00:00.000Z"):
        ignored = dict.fromkeys(("id", "buscase", "entered", "enteredBy", "modified", "modifiedBy"), value)
        after = await replaced(intouch, order["id"], NEW | ignored)
        assert set(after) == set(ORDER_ATTRIBUTES)
        assert timeless(after) == timeless(order)
        assert after["modifiedBy"] == DEMO

    assert await shown(intouch, 147) == other


async def test_what_was_fetched_can_be_put_back_for_every_order(intouch, demo_book):
    await placed(intouch, **FULL)
    await placed(intouch, nic=None, seznam=[1, None, {"a": []}])
    for order_id in await listed(intouch):
        before, row = await shown(intouch, order_id), await stored(demo_book, order_id)
        after = await replaced(intouch, order_id, before)
        assert timeless(after) == timeless(before)
        assert await stored(demo_book, order_id) == row


async def test_a_null_owner_that_was_shown_can_be_put_back(intouch):
    order = await placed(intouch)
    await intouch.patch(f"{ORDERS}/{order['id']}", json={"ownerUser": None})
    record = await shown(intouch, order["id"])

    assert (await replaced(intouch, order["id"], record))["ownerUser"] is None


async def test_the_time_of_entry_stays_and_the_time_of_change_moves(intouch):
    order = await placed(intouch)
    await asyncio.sleep(0.01)
    answer = await intouch.put(f"{ORDERS}/{order['id']}", json=WHOLE, auth=(JOHNSON, PASSWORD))

    after = body(answer)
    assert (after["entered"], after["enteredBy"]) == (order["entered"], DEMO)
    assert moment(after["modified"]) > moment(order["modified"])
    assert after["modifiedBy"] == JOHNSON


async def test_a_replacement_by_equal_values_counts_as_a_change(intouch, demo_book):
    order = await placed(intouch, **FULL)
    before = await version(demo_book, order["id"])
    await asyncio.sleep(0.01)

    after = body(await intouch.put(f"{ORDERS}/{order['id']}", json=order, auth=(JOHNSON, PASSWORD)))

    assert moment(after["modified"]) > moment(order["modified"])
    assert after["modifiedBy"] == JOHNSON
    assert await version(demo_book, order["id"]) == before + 1


async def test_the_items_stay_with_their_order(intouch):
    before = (await intouch.get("/api/buscases/241/buscaseitems")).json()

    await replaced(intouch, 241, NEW)

    assert (await intouch.get("/api/buscases/241/buscaseitems")).json() == before


async def test_other_orders_stay_as_they_are(intouch):
    before = [await shown(intouch, order_id) for order_id in await listed(intouch) if order_id != 241]

    await replaced(intouch, 241, WHOLE)

    assert [await shown(intouch, order["id"]) for order in before] == before


async def test_text_of_any_script_is_kept_as_sent(intouch):
    order = await placed(intouch)
    for text in TEXTS:
        after = await replaced(intouch, order["id"], NEW | {"name": text, "comment": text, "ownerUser": text})
        assert (after["name"], after["comment"], after["ownerUser"]) == (text, text, text)
        assert await shown(intouch, order["id"]) == after


async def test_the_last_write_wins_without_any_version(intouch):
    order = await placed(intouch)
    answer = await intouch.get(f"{ORDERS}/{order['id']}")
    assert "ETag" not in answer.headers
    assert "version" not in order

    for number, headers in enumerate(({}, {"If-Match": '"nonsense"'}, {"If-Match": "*"}, {"If-None-Match": "*"})):
        answer = await intouch.put(f"{ORDERS}/{order['id']}", json=NEW | {"branch": number}, headers=headers)
        assert body(answer)["branch"] == number


async def test_replacements_at_once_leave_one_of_them_whole(intouch):
    order = await placed(intouch)
    records = [NEW | {"name": f"Verze {number}", "branch": number, "tvar": number} for number in range(8)]

    answers = await asyncio.gather(*(intouch.put(f"{ORDERS}/{order['id']}", json=record) for record in records))

    assert [answer.status_code for answer in answers] == [200] * 8
    after = await shown(intouch, order["id"])
    assert {name: after[name] for name in records[0]} in records


# The type


async def test_a_type_changes_within_its_kind(intouch):
    general = (await shown(intouch, 1))["caseType"]
    order = await placed(intouch)

    for number in (2, 777, general, 1):
        assert (await replaced(intouch, order["id"], NEW | {"caseType": number}))["caseType"] == number


async def test_a_type_never_changes_to_the_other_kind(intouch, demo_book):
    order, purchase = await placed(intouch), await placed(intouch, caseType=PURCHASE)

    async with no_trace(demo_book):
        answer = await intouch.put(f"{ORDERS}/{order['id']}", json=NEW | {"caseType": PURCHASE})
        assert problems(answer) == {("caseType", "value")}
        for number in (1, 2):
            answer = await intouch.put(f"{ORDERS}/{purchase['id']}", json=NEW | {"caseType": number})
            assert problems(answer) == {("caseType", "value")}


async def test_a_purchase_stays_one_when_its_type_is_absent(intouch):
    purchase = await placed(intouch, caseType=PURCHASE)

    assert (await replaced(intouch, purchase["id"], NEW))["caseType"] == PURCHASE


# What another face entered


async def test_an_order_without_customer_currency_and_title_shows_null_null_and_its_code(intouch, demo_homs):
    order = await shown(intouch, 1)

    assert (order["customer"], order["currency"], order["name"]) == (None, None, "ORD-1")
    assert (await demo_homs.get("/api/orders/ORD-1")).json()["order"]["id"] == 1


async def test_what_was_shown_for_it_is_taken_back_and_not_stored(intouch, demo_book, demo_homs):
    before, row = await shown(intouch, 1), await stored(demo_book, 1)
    in_homs, count = (await demo_homs.get("/api/orders/ORD-1")).json(), await version(demo_book, 1)

    after = await replaced(intouch, 1, before)

    assert timeless(after) == timeless(before)
    assert after["modifiedBy"] == DEMO
    assert await stored(demo_book, 1) == row
    assert await version(demo_book, 1) == count + 1
    assert (await demo_homs.get("/api/orders/ORD-1")).json() == in_homs


async def test_beside_what_is_put_back_another_attribute_can_change(intouch):
    before = await shown(intouch, 1)

    after = await replaced(intouch, 1, before | {"comment": "Schválit", "barva": "modrá"})

    assert timeless(after) == timeless(before) | {"comment": "Schválit", "barva": "modrá"}


async def test_an_order_without_customer_can_be_given_one_but_it_cannot_be_taken_away(intouch, demo_book):
    after = await replaced(intouch, 1, await shown(intouch, 1) | {"customer": BAKERY})
    assert after["customer"] == BAKERY

    async with no_trace(demo_book):
        answer = await intouch.put(f"{ORDERS}/1", json=after | {"customer": None})
        assert problems(answer) == {("customer", "required")}


async def test_a_currency_that_is_no_longer_null_cannot_be_null_again(intouch, demo_book):
    before = await shown(intouch, 1)
    after = await replaced(intouch, 1, before | {"currency": "EUR"})
    assert after["currency"] == "EUR"

    async with no_trace(demo_book):
        answer = await intouch.put(f"{ORDERS}/1", json=before)
        assert problems(answer) == {("currency", "type")}


async def test_a_record_without_currency_gets_the_default_when_it_is_absent(intouch):
    order = await replaced(intouch, 1, NEW)

    assert (order["currency"], order["customer"], order["name"]) == ("CZK", BAKERY, NEW["name"])


async def test_a_purchase_keeps_its_customer_while_its_lines_name_items_of_that_customer(intouch, demo_book):
    page = body(await intouch.get(f"{ORDERS}?caseType={PURCHASE}&size=1000"))
    purchase = next(order for order in page["items"] if order["name"] == "PO-LOCKED")
    assert purchase["customer"] == 1

    async with no_trace(demo_book):
        for method, record in (("PUT", purchase | {"customer": 2}), ("PATCH", {"customer": 2})):
            answer = await intouch.request(method, f"{ORDERS}/{purchase['id']}", json=record)
            assert problems(answer) == {("customer", "value")}
    assert (await replaced(intouch, purchase["id"], purchase))["customer"] == 1
