"""Which form an answer has, and which forms a body may have. Source: contract section 3.1."""

import gzip
import json

import httpx
import pytest

from .given import (
    FREE,
    HAL,
    HAL_TYPE,
    JSON,
    JSON_TYPE,
    LOCKED,
    NEW,
    ORDERS,
    READABLE,
    RELATED,
    WHOLE,
    body,
    is_empty,
    no_trace,
    nulls_in,
    order_id_of,
    pascalized,
    placed,
    put,
    same,
    sent,
    shown,
    tag_of,
    unlinked,
    without_nulls,
)

TO_HAL = (
    "application/hal+json",
    "application/hal+json; charset=utf-8",
    "APPLICATION/HAL+JSON",
    "text/html, application/hal+json",
    "text/csv, application/hal+json;q=0.1",
    "application/hal+json;q=0.001",
    "application/hal+json, application/json",
    "application/json, application/hal+json",
    "application/json,application/hal+json",
    "application/json;q=0.5, application/hal+json;q=0.5",
    "application/hal+json;q=0.9, application/json;q=0.8",
    "application/json;q=0.8, application/hal+json;q=0.9",
    "application/json;q=0.999, application/hal+json;q=1.000",
    "application/json; q=0.1 , application/hal+json ; q=0.2",
    "application/json;q=0, application/hal+json",
    "application/json;q=0.0, application/hal+json;q=0.1",
    "application/hal+json, application/json;q=0.9, */*;q=0.1",
    "application/hal+json, */*;q=0.5",
)
TO_JSON = (
    "application/json",
    "application/json; charset=utf-8",
    "Application/Json",
    "*/*",
    "application/json, application/hal+json;q=0.9",
    "application/hal+json;q=0.9, application/json",
    "application/json;q=0.2, application/hal+json;q=0.1",
    "application/hal+json;q=0.1,application/json;q=0.2",
    "application/hal+json;q=0, application/json",
    "application/hal+json;q=0.000, application/json;q=0.001",
    "application/hal+json;q=0.5, */*",
    "application/hal+json;q=0, */*",
)
TO_NOTHING = (
    "text/csv",
    "text/html",
    "application/xml",
    "image/*",
    "text/csv, text/plain;q=0.5",
    "application/hal+xml",
    "application/hal",
    "application/vnd.hal+json",
    "application/json;q=0",
    "application/hal+json;q=0",
    "application/hal+json;q=0, application/json;q=0",
    "",
)
ODD = (
    ";;;",
    ",",
    "application/hal+json;q=abc",
    "application/json;q=",
    "application/hal+json;q=5",
    "application/hal+json;q=-1",
    "q=0.5",
    "application/",
    "/",
    "*",
    "application/hal+json," * 50,
    'application/hal+json; a="b,c;d"',
    "application/json;q=0.3333333",
)
OTHER_TYPES = (
    "text/plain",
    "text/json",
    "text/html; charset=utf-8",
    "application/xml",
    "application/vnd.api+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "application/octet-stream",
    "gorp",
)
BODY_TYPES = (
    None,
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    "Application/JSON; Charset=utf-8",
    "application/hal+json",
    "application/hal+json; charset=utf-8",
    "APPLICATION/HAL+JSON",
)
EACH_BODY_TYPE = pytest.mark.parametrize("content_type", BODY_TYPES)


def form_of(answer):
    """The form of a shown order or list, its content type checked."""
    assert answer.status_code in (200, 201), answer.text
    told = answer.json()
    capital = [name[0].isupper() for name in told if not name.startswith("_")]
    assert all(capital) or not any(capital)
    form = JSON_TYPE if all(capital) else HAL_TYPE
    assert answer.headers["Content-Type"].lower() == f"{form}; charset=utf-8"
    return form


async def forms(extensiv, accept):
    """The forms in which an order and a list are answered."""
    return {form_of(await extensiv.get(path, headers={"Accept": accept})) for path in (ORDERS, f"{ORDERS}/{LOCKED}")}


@pytest.mark.parametrize("accept", TO_HAL)
async def test_hal_is_answered_where_it_is_preferred_or_ties(extensiv, accept):
    assert await forms(extensiv, accept) == {HAL_TYPE}


@pytest.mark.parametrize("accept", TO_JSON)
async def test_json_is_answered_where_it_is_preferred(extensiv, accept):
    assert await forms(extensiv, accept) == {JSON_TYPE}


@pytest.mark.parametrize("accept", TO_NOTHING)
async def test_json_is_answered_where_nothing_is_acceptable(extensiv, accept):
    assert await forms(extensiv, accept) == {JSON_TYPE}


async def test_json_is_answered_without_the_header(extensiv, http):
    headers = {"Host": extensiv.host, "Authorization": f"Bearer {extensiv.auth}"}

    for path in (ORDERS, f"{ORDERS}/{LOCKED}"):
        request = httpx.Request("GET", extensiv.base_url + path, headers=headers)
        assert "Accept" not in request.headers
        assert form_of(await http.send(request)) == JSON_TYPE


async def test_an_odd_accept_header_is_answered_all_the_same(extensiv):
    for accept in ODD:
        assert len(await forms(extensiv, accept)) == 1, accept


async def test_every_readable_path_has_both_forms(extensiv):
    for path in READABLE:
        for accept in (HAL, JSON):
            assert form_of(await extensiv.get(path, headers=accept)) == accept["Accept"], path


@pytest.mark.parametrize("accept", [HAL, JSON], ids=["hal", "json"])
async def test_writes_are_answered_in_the_chosen_form(extensiv, accept):
    created = await extensiv.post(ORDERS, json=WHOLE, headers=accept)
    changed = await put(extensiv, order_id_of(created.json()), WHOLE, accept)

    assert form_of(created) == form_of(changed) == accept["Accept"]


async def test_the_type_of_the_body_does_not_choose_the_form_of_the_answer(extensiv):
    for number, (content_type, accept) in enumerate([(HAL_TYPE, JSON), (JSON_TYPE, HAL)]):
        content = json.dumps(NEW | {"purchaseOrderNumber": f"N-{number}"})
        answer = await sent(extensiv, "POST", ORDERS, content, content_type, accept)
        assert form_of(answer) == accept["Accept"]


@pytest.mark.parametrize("path", READABLE)
async def test_both_forms_tell_the_same(extensiv, path):
    in_hal = unlinked(body(await extensiv.get(path, headers=HAL)))
    in_json = unlinked(body(await extensiv.get(path, headers=JSON)))

    if "_embedded" in in_hal:
        (in_hal["resourceList"],) = in_hal.pop("_embedded").values()
    assert same(pascalized(in_hal), without_nulls(in_json))


async def test_both_forms_tell_the_same_of_a_whole_order(extensiv):
    order = await placed(extensiv, **WHOLE)

    in_json = await shown(extensiv, order_id_of(order), JSON)

    assert same(pascalized(unlinked(order)), without_nulls(unlinked(in_json)))


# Null members


async def test_no_member_is_null_in_hal(extensiv):
    for path in READABLE:
        assert nulls_in(body(await extensiv.get(path, headers=HAL))) == [], path


@pytest.mark.parametrize("lines", [[], [{"itemIdentifier": {"id": 1}, "quantity": 1}]], ids=["no lines", "one line"])
async def test_no_member_of_an_order_is_null_in_hal_however_little_was_given(extensiv, lines):
    order = await placed(extensiv, customerIdentifier={"id": 1}, supplier={"name": "x"}, lineItems=lines)

    assert nulls_in(order) == []
    assert nulls_in(await shown(extensiv, order_id_of(order))) == []


async def test_null_members_are_written_in_json(extensiv):
    order = await placed(extensiv, JSON, lineItems=[{"itemIdentifier": {"id": 1}, "quantity": 1}])

    for told in (order, await shown(extensiv, order_id_of(order), JSON)):
        for name in ("IssueDate", "Supplier", "Notes", "ExternalId"):
            assert told[name] is None
        (line,) = told["LineItems"]
        for name in ("ExpectedFacility", "ExpectedDate", "CancelDate", "Notes", "ExternalLineId", "Price"):
            assert line[name] is None


async def test_null_members_of_a_supplier_are_written_in_json(extensiv):
    supplier = (await shown(extensiv, LOCKED, JSON))["Supplier"]

    assert supplier["CompanyName"] == "Acme Supply"
    assert supplier["Name"] is supplier["Title"] is supplier["Dept"] is None


async def test_an_external_id_that_a_customer_lacks_is_null_or_left_out(extensiv):
    assert (await shown(extensiv, FREE, JSON))["CustomerIdentifier"]["ExternalId"] is None
    assert "externalId" not in (await shown(extensiv, FREE, HAL))["customerIdentifier"]


@pytest.mark.parametrize("lines", [..., None, []], ids=["absent", "null", "empty"])
async def test_line_items_are_never_null(extensiv, lines):
    order = await placed(extensiv, **({} if lines is ... else {"lineItems": lines}))
    order_id = order_id_of(order)

    assert order["lineItems"] == []
    assert (await shown(extensiv, order_id, HAL))["lineItems"] == []
    assert (await shown(extensiv, order_id, JSON))["LineItems"] == []


# Bodies


@EACH_BODY_TYPE
async def test_a_body_may_have_either_type_with_or_without_a_charset_or_none(extensiv, content_type):
    created = await sent(extensiv, "POST", ORDERS, json.dumps(WHOLE), content_type, HAL)
    order_id = order_id_of(body(created, 201))
    tagged = HAL | {"If-Match": created.headers["ETag"]}

    changed = await sent(
        extensiv, "PUT", f"{ORDERS}/{order_id}", json.dumps(WHOLE | {"notes": "Příliš"}), content_type, tagged
    )

    assert body(changed)["notes"] == "Příliš"


@pytest.mark.parametrize("content_type", ["application/json", "application/hal+json; charset=utf-8"])
async def test_a_body_is_utf_8(extensiv, content_type):
    content = json.dumps(NEW | {"notes": "žluťoučký 😀"}, ensure_ascii=False)

    answer = await sent(extensiv, "POST", ORDERS, content, content_type, HAL)

    assert body(answer, 201)["notes"] == "žluťoučký 😀"


@pytest.mark.parametrize("content_type", OTHER_TYPES)
async def test_a_body_of_another_type_is_415_and_changes_nothing(extensiv, demo_book, content_type):
    tag = await tag_of(extensiv, FREE)

    async with no_trace(demo_book):
        assert is_empty(await sent(extensiv, "POST", ORDERS, json.dumps(NEW), content_type), 415)
        answer = await sent(extensiv, "PUT", f"{ORDERS}/{FREE}", json.dumps(NEW), content_type, {"If-Match": tag})
        assert is_empty(answer, 415)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
async def test_a_content_type_without_a_body_matters_to_no_read(extensiv, content_type):
    for path in (ORDERS, f"{ORDERS}/{LOCKED}", *(collection for collection, _, _ in RELATED)):
        assert (await extensiv.get(path, headers={"Content-Type": content_type})).status_code == 200


async def test_a_content_type_without_a_body_matters_to_no_delete(extensiv):
    headers = {"If-Match": await tag_of(extensiv, FREE), "Content-Type": "application/json"}

    assert is_empty(await extensiv.delete(f"{ORDERS}/{FREE}", headers=headers), 204)


def recased(value, change):
    """A body with every member's name changed."""
    if isinstance(value, dict):
        return {change(name): recased(each, change) for name, each in value.items()}
    return [recased(each, change) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "change", [str.lower, str.upper, str.swapcase, lambda name: name[0].upper() + name[1:]], ids=range(4)
)
async def test_the_names_of_members_ignore_case(extensiv, change):
    usual = unlinked(await placed(extensiv, **WHOLE))

    unusual = body(
        await extensiv.post(ORDERS, json=recased(WHOLE | {"purchaseOrderNumber": "PO-2"}, change), headers=HAL),
        201,
    )

    for name in ("customerIdentifier", "issueDate", "notes", "externalId"):
        assert unusual[name] == usual[name]
    for one, other in zip(unusual["lineItems"], usual["lineItems"], strict=True):
        one.pop("purchaseOrderLineItemId")
        other.pop("purchaseOrderLineItemId")
        assert same(one, other)
    unusual["supplier"].pop("contactId")
    usual["supplier"].pop("contactId")
    assert unusual["supplier"] == usual["supplier"]


async def test_the_names_of_members_ignore_case_in_a_put(extensiv):
    order_id = order_id_of(await placed(extensiv))

    answer = await put(
        extensiv, order_id, {"PurchaseOrderNumber": "PO-1", "CUSTOMERIDENTIFIER": {"ID": 1}, "Notes": "x"}
    )

    assert body(answer)["notes"] == "x"


async def test_unknown_members_are_ignored_at_any_depth(extensiv):
    gorp = {"gorp": [1, {"a": None}], "Gorp2": "x"}
    record = WHOLE | gorp
    record["customerIdentifier"] = WHOLE["customerIdentifier"] | gorp
    record["supplier"] = WHOLE["supplier"] | gorp
    record["lineItems"] = [WHOLE["lineItems"][0] | gorp | {"itemIdentifier": {"id": 1} | gorp}]

    order = body(await extensiv.post(ORDERS, json=record, headers=HAL), 201)

    assert "gorp" not in json.dumps(order, default=str).lower()
    assert order["supplier"]["companyName"] == "The companyName"
    assert len(order["lineItems"]) == 1


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, {"self": {"href": "/inventory/pos/1"}}, [{"Rel": "self"}]])
async def test_links_and_embedded_resources_in_a_body_are_ignored(extensiv, value):
    order = await placed(extensiv, _links=value, _embedded=value)
    order_id = order_id_of(order)

    assert order["_links"]["self"] == {"href": f"{ORDERS}/{order_id}"}
    answer = await put(extensiv, order_id, NEW | {"_links": value, "_embedded": value, "notes": "x"})
    assert body(answer)["notes"] == "x"


@pytest.mark.parametrize("accept", [HAL, JSON], ids=["hal", "json"])
async def test_what_was_read_may_be_put_back_in_either_form(extensiv, accept):
    order_id = order_id_of(await placed(extensiv, **WHOLE))
    read = json.loads((await extensiv.get(f"{ORDERS}/{order_id}", headers=accept)).content)

    after = body(await put(extensiv, order_id, read, accept))

    read_only = "readOnly" if accept is HAL else "ReadOnly"
    assert {name for name in read if not same(read[name], json.loads(json.dumps(after[name], default=float)))} <= {
        read_only
    }


async def test_what_is_shown_varies_with_what_is_accepted(extensiv):
    order = order_id_of(await placed(extensiv))
    for headers in (HAL, JSON, {"Accept": "*/*"}):
        for path in READABLE:
            answer = await extensiv.get(path, headers=headers)
            assert (answer.status_code, answer.headers.get("Vary")) == (200, "Accept"), path
        assert (await put(extensiv, order, NEW, headers)).headers["Vary"] == "Accept"


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "br", "gzip, identity", "x"])
async def test_a_body_that_is_packed_is_415(extensiv, demo_book, encoding):
    packed = {"Content-Encoding": encoding}
    tag = await tag_of(extensiv, FREE)

    async with no_trace(demo_book):
        for content in (json.dumps(NEW), gzip.compress(json.dumps(NEW).encode())):
            answer = await sent(extensiv, "POST", ORDERS, content, JSON_TYPE, packed)
            assert is_empty(answer, 415)
            answer = await sent(extensiv, "PUT", f"{ORDERS}/{FREE}", content, JSON_TYPE, packed | {"If-Match": tag})
            assert is_empty(answer, 415)


@pytest.mark.parametrize("encoding", ["identity", "Identity"])
async def test_a_body_that_is_not_packed_may_say_so(extensiv, encoding):
    answer = await sent(extensiv, "POST", ORDERS, json.dumps(NEW), JSON_TYPE, {"Content-Encoding": encoding})

    assert answer.status_code == 201
