"""Entering a purchase. Source: contract sections 3.1, 3.2 and 6.2."""

import pytest

from .given_writes import (
    AUTHORIZATION,
    FORMS,
    FULL,
    FULL_LINE,
    HAL,
    LINE,
    NEW,
    NOWHERE,
    PLAIN,
    POS,
    TEXTS,
    body,
    business,
    entered,
    exception,
    fault,
    iinsight_purchase,
    is_empty,
    line_ids,
    no_trace,
    order_id,
    path,
    post,
    put,
    read,
    sent,
    shown,
    tag_of,
)


async def token_with(extensiv, book, *roles):
    """A fresh token of the demo client after it got these roles."""
    await book.set_roles("demo-client", *roles)
    answer = await extensiv.post(
        "/AuthServer/api/Token",
        auth=("demo-client", "demo-secret"),
        json={"grant_type": "client_credentials", "user_login": "demo@example.com"},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


async def test_a_stranger_enters_nothing(extensiv, demo_book):
    async with no_trace(demo_book):
        assert is_empty(await post(extensiv, NEW, auth=None), 401)


async def test_the_neighbours_numbers_items_and_contacts_are_not_ours(extensiv, demo_book):
    await entered(extensiv)
    item = await demo_book.add_item(1, "ONLY-HERE")
    contact = await demo_book.add_contact("ONLY-HERE", "Only here")
    customer = await demo_book.add_customer("Only here")
    theirs = extensiv.neighbour

    assert (await post(theirs, NEW)).status_code == 201
    for members in (
        {"customerIdentifier": {"id": customer}},
        {"customerIdentifier": {"name": "Only here"}},
        {"supplier": {"contactId": contact}},
        {"supplier": {"code": "ONLY-HERE"}},
        {"lineItems": [LINE | {"itemIdentifier": {"id": item}}]},
        {"lineItems": [LINE | {"itemIdentifier": {"sku": "ONLY-HERE"}}]},
    ):
        assert fault(await post(theirs, NEW | {"purchaseOrderNumber": "N-1"} | members))[0] == "DoesNotExist"


async def test_a_client_that_may_only_look_enters_and_changes_nothing(extensiv, demo_book):
    order = await entered(extensiv)
    tag = await tag_of(extensiv, order_id(order))
    extensiv.auth = await token_with(extensiv, demo_book, "view")

    async with no_trace(demo_book):
        answers = [
            await post(extensiv, NEW | {"purchaseOrderNumber": "N-2"}),
            await put(extensiv, order_id(order), NEW, tag),
            await extensiv.delete(path(order_id(order)), headers={"If-Match": tag}),
        ]

    for answer in answers:
        assert answer.status_code == 403
        told = exception(answer)
        assert told["$type"] == AUTHORIZATION
        assert set(told) == {"$type", "ErrorCode", "Hint"}
    assert await shown(extensiv, order_id(order)) == order


async def test_number_and_customer_are_enough_and_the_rest_gets_its_default(extensiv):
    order = await entered(extensiv)

    assert business(order) == {
        "purchaseOrderNumber": "PO-7001",
        "customerIdentifier": {"externalId": "DEMO-CUST", "name": "Demo Customer", "id": 1},
        "lineItems": [],
    }
    assert order["readOnly"]["closed"] is False
    assert order["readOnly"]["creationDate"] == order["readOnly"]["lastModifiedDate"]


async def test_everything_that_was_written_is_shown(extensiv):
    order = await entered(extensiv, **FULL)

    assert business(order) == FULL
    assert len(set(line_ids(order))) == 2


async def test_the_answer_is_the_purchase_as_it_is_read_later(extensiv):
    for accept in FORMS:
        answer = await post(extensiv, FULL | {"purchaseOrderNumber": accept}, accept)
        order = body(answer, 201)
        assert answer.headers["Content-Type"].replace(" ", "").lower() == f"{accept};charset=utf-8"
        assert answer.headers["Location"] == path(order_id(order))
        assert await read(extensiv, order_id(order), accept) == (order, answer.headers["ETag"])


async def test_ids_go_up(extensiv):
    ids = [order_id(await entered(extensiv, purchaseOrderNumber=f"N-{number}")) for number in range(4)]

    assert ids == sorted(set(ids))
    assert ids[0] > 10008376


async def test_a_creation_leaves_its_rows_and_one_event(extensiv, demo_book):
    before, events = await demo_book.counts(), len(await demo_book.events())

    await entered(extensiv, **FULL)

    after = await demo_book.counts()
    assert {name: after[name] - before[name] for name in ("orders", "lines", "contacts", "number_claims")} == {
        "orders": 1,
        "lines": 2,
        "contacts": 0,
        "number_claims": 1,
    }
    assert len(await demo_book.events()) == events + 1


@pytest.mark.parametrize(
    "content_type",
    [
        HAL,
        PLAIN,
        f"{HAL}; charset=utf-8",
        f"{PLAIN}; charset=utf-8",
        f"{PLAIN};charset=UTF-8",
        "Application/JSON",
        None,
    ],
)
async def test_a_body_is_taken_as_either_type_with_or_without_a_charset(extensiv, content_type):
    content = '{"purchaseOrderNumber":"Žofín","customerIdentifier":{"id":1}}'

    answer = await sent(extensiv, "POST", POS, content, content_type)

    assert body(answer, 201)["purchaseOrderNumber"] == "Žofín"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "text/csv", "application/x-www-form-urlencoded", "application/octet-stream"],
)
async def test_a_body_of_any_other_type_is_415(extensiv, demo_book, content_type):
    content = b'{"purchaseOrderNumber":"x","customerIdentifier":{"id":1}}'

    async with no_trace(demo_book):
        assert is_empty(await sent(extensiv, "POST", POS, content, content_type), 415)
        assert is_empty(await sent(extensiv, "PUT", path(10008376), content, content_type), 415)


def pascal(value):
    return renamed(value, lambda name: name[:1].upper() + name[1:])


def renamed(value, rename):
    if isinstance(value, dict):
        return {rename(name): renamed(each, rename) for name, each in value.items()}
    return [renamed(each, rename) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "rename", [pascal, lambda each: renamed(each, str.upper), lambda each: renamed(each, str.lower)]
)
@pytest.mark.parametrize("content_type", FORMS)
async def test_member_names_are_matched_without_case(extensiv, rename, content_type):
    answer = await extensiv.post(POS, json=rename(FULL), headers={"Accept": HAL, "Content-Type": content_type})

    assert business(body(answer, 201)) == FULL


async def test_unknown_members_are_ignored_at_every_level(extensiv):
    odd = {"_links": {"self": {"href": "/inventory/pos/1"}}, "_embedded": [1, None], "gorp": {"a": [1]}, "": 5}
    record = FULL | odd
    record["customerIdentifier"] = FULL["customerIdentifier"] | odd
    record["supplier"] = {"code": "SUP-1"} | {"_links": [], "gorp": None}
    record["lineItems"] = [line | odd | {"itemIdentifier": line["itemIdentifier"] | odd} for line in FULL["lineItems"]]

    order = await entered(extensiv, **record)

    assert business(order) == FULL


@pytest.mark.parametrize("links", [None, 5, "x", [], [{"Rel": "self", "Href": "/inventory/pos/1"}], {"self": 1}])
async def test_links_of_any_shape_are_ignored(extensiv, links):
    assert business(await entered(extensiv, **FULL, _links=links, _embedded=links)) == FULL


@pytest.mark.parametrize("embedded", [[1, 2], None, {"x": {"y": []}}])
async def test_server_owned_members_are_ignored(extensiv, embedded):
    own = {
        "purchaseOrderId": 7,
        "creationDate": "1999-01-01T00:00:00",
        "lastModifiedDate": "1999-01-01T00:00:00",
        "closed": True,
    }

    order = await entered(extensiv, readOnly=own, _embedded=embedded)

    assert order_id(order) > 10008376
    assert order["readOnly"]["closed"] is False
    assert order["readOnly"]["creationDate"] > "2000"
    assert order["readOnly"]["creationDate"] == order["readOnly"]["lastModifiedDate"]


async def test_line_ids_in_a_creation_are_ignored(extensiv):
    lines = [LINE | {"purchaseOrderLineItemId": number} for number in (2016, 2016, NOWHERE)]

    order = await entered(extensiv, lineItems=lines)

    assert len(set(line_ids(order))) == 3
    assert not {2016, NOWHERE} & set(line_ids(order))
    assert line_ids(await shown(extensiv, 10008376)) == [2016]


@pytest.mark.parametrize("member", ["purchaseOrderNumber", "customerIdentifier"])
async def test_a_missing_null_or_blank_required_member_is_refused(extensiv, demo_book, member):
    without = {name: value for name, value in FULL.items() if name != member}
    blanks = ("", " ", " \t\n") if member == "purchaseOrderNumber" else ({},)
    expected = "Required", {member[0].upper() + member[1:]}

    async with no_trace(demo_book):
        assert fault(await post(extensiv, without)) == expected
        for value in (None, *blanks):
            assert fault(await post(extensiv, without | {member: value})) == expected


@pytest.mark.parametrize("member", ["itemIdentifier", "quantity"])
async def test_a_missing_or_null_required_member_of_a_line_is_refused(extensiv, demo_book, member):
    without = {name: value for name, value in FULL_LINE.items() if name != member}
    name = member[0].upper() + member[1:]

    async with no_trace(demo_book):
        for line in (without, without | {member: None}):
            answer = await post(extensiv, NEW | {"lineItems": [LINE, LINE, line]})
            assert fault(answer) == ("Required", {f"LineItems[2].{name}"})


@pytest.mark.parametrize("lines", [None, []])
async def test_no_lines_are_an_empty_list(extensiv, lines):
    answer = await post(extensiv, NEW | {"lineItems": lines}, PLAIN)

    assert body(answer, 201)["LineItems"] == []


async def test_null_members_are_absent_members(extensiv):
    nulls = dict.fromkeys(("issueDate", "supplier", "notes", "externalId", "lineItems", "readOnly"))

    order, same = await entered(extensiv, **nulls), await entered(extensiv, purchaseOrderNumber="N")

    assert business(order) == business(same) | {"purchaseOrderNumber": "PO-7001"}


@pytest.mark.parametrize("number", ["PO-LOCKED", "po-locked", "Po-Locked"])
async def test_a_number_of_the_same_customer_is_a_duplicate_in_any_case(extensiv, demo_book, number):
    async with no_trace(demo_book):
        answer = await post(extensiv, FULL | {"purchaseOrderNumber": number, "supplier": {"companyName": "New"}})

    assert fault(answer) == ("Duplicate", {"PurchaseOrderNumber"})


async def test_case_is_ignored_beyond_ascii(extensiv):
    await entered(extensiv, purchaseOrderNumber="ŽLUŤOUČKÝ-1")

    answer = await post(extensiv, NEW | {"purchaseOrderNumber": "žluťoučký-1"})

    assert fault(answer) == ("Duplicate", {"PurchaseOrderNumber"})


async def test_another_customer_may_use_the_number(extensiv):
    first = await entered(extensiv, purchaseOrderNumber="PO-LOCKED", customerIdentifier={"id": 2})
    second = await entered(extensiv, purchaseOrderNumber="PO-LOCKED", customerIdentifier={"id": 2168})

    assert first["purchaseOrderNumber"] == second["purchaseOrderNumber"] == "PO-LOCKED"


async def test_a_number_entered_through_another_face_is_taken(extensiv, iinsight, demo_book):
    await iinsight_purchase(iinsight, "R-1")

    async with no_trace(demo_book):
        assert fault(await post(extensiv, NEW | {"purchaseOrderNumber": "r-1"}))[0] == "Duplicate"


async def test_a_number_of_no_customer_is_in_nobodys_way(extensiv, iinsight, demo_book):
    await iinsight_purchase(iinsight, "R-2", await demo_book.add_case("FREE", "Nobody's"))

    await entered(extensiv, purchaseOrderNumber="R-2")


async def test_similar_numbers_are_different_numbers(extensiv):
    for number in ("A,B", "A%2CB", "A*", "A", "A-1", "A_1", "A 1", "A  1", "A/1", "A;1"):
        assert (await entered(extensiv, purchaseOrderNumber=number))["purchaseOrderNumber"] == number


@pytest.mark.parametrize("text", TEXTS)
async def test_text_of_any_script_is_kept_as_sent(extensiv, text):
    line = LINE | {"notes": text, "externalLineId": text}
    supplier = {"companyName": text, "city": text, "code": text}

    order = await entered(
        extensiv, purchaseOrderNumber=text, notes=text, externalId=text, supplier=supplier, lineItems=[line]
    )

    seen = await shown(extensiv, order_id(order))
    assert seen == order
    assert {seen["purchaseOrderNumber"], seen["notes"], seen["externalId"]} == {text}
    assert seen["supplier"].items() >= supplier.items()
    assert seen["lineItems"][0].items() >= {"notes": text, "externalLineId": text}.items()


async def test_lines_keep_the_order_in_which_they_were_sent(extensiv):
    names = [f"L-{number}" for number in (5, 3, 9, 1, 10, 2, 8)] * 10

    order = await entered(extensiv, lineItems=[LINE | {"externalLineId": name} for name in names])

    for seen in (order, await shown(extensiv, order_id(order))):
        assert [line["externalLineId"] for line in seen["lineItems"]] == names


LAST_LINE_BAD = {"lineItems": [LINE, LINE | {"itemIdentifier": {"sku": "NOPE"}}]}


async def test_nothing_is_stored_if_the_last_line_is_invalid(extensiv, demo_book):
    async with no_trace(demo_book):
        answer = await post(extensiv, NEW | {"supplier": {"companyName": "New", "code": "NEW"}} | LAST_LINE_BAD)

    assert fault(answer) == ("DoesNotExist", {"LineItems[1].ItemIdentifier.Sku"})


async def test_a_refused_number_can_still_be_used(extensiv):
    assert fault(await post(extensiv, NEW | LAST_LINE_BAD))

    assert (await entered(extensiv))["purchaseOrderNumber"] == "PO-7001"


async def test_a_refusal_looks_the_same_to_every_client(extensiv):
    told = [exception(await post(extensiv, {"customerIdentifier": {"id": 1}}, accept)) for accept in FORMS]

    assert told[0] == told[1]
