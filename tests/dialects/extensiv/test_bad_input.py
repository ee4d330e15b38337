"""What no well-behaved client sends. Source: contract sections 3.2 and 7.

Every refusal is a 4xx in the one shape and leaves nothing behind; nothing is a 5xx.
"""

import json

import pytest

from .given_writes import (
    FULL,
    HAL,
    LINE,
    NEW,
    NOWHERE,
    POS,
    SUPPLIER_TEXTS,
    VALIDATION,
    body,
    entered,
    exception,
    fault,
    is_empty,
    no_trace,
    order_id,
    path,
    post,
    put,
    sent,
    shown,
    under,
)

MIB = 1024 * 1024
DEPTH = 100_000
EACH_WRITE = pytest.mark.parametrize("method", ["POST", "PUT"])
REFUSED_BODY = ("Required", {"Body"})

SEARCHED = (
    "customerIdentifier.externalId",
    "customerIdentifier.name",
    "supplier.code",
    "line.itemIdentifier.sku",
    "line.qualifier",
    "line.expectedFacility.name",
)
FREE_TEXTS = (
    "purchaseOrderNumber",
    "notes",
    "externalId",
    *(f"supplier.{name}" for name in SUPPLIER_TEXTS),
    "line.notes",
    "line.externalLineId",
)
IDS = ("customerIdentifier.id", "supplier.contactId", "line.itemIdentifier.id", "line.expectedFacility.id")
OBJECTS = ("customerIdentifier", "supplier", "line.itemIdentifier", "line.expectedFacility")

NO_TEXTS = (True, False, 0, 5, 5.5, [], ["x"], {}, {"x": "y"})
NO_IDS = ("", "1", "x", True, False, 1.5, [], [1], {}, {"id": 1})
NO_DECIMALS = ("5", "x", "NaN", True, False, [], [5], {}, {"value": 5})
NO_BOOLEANS = ("", "true", "false", 0, 1, 1.5, [], [True], {})
NO_OBJECTS = ("x", 0, 5, 1.5, True, False, [], [{}], [1])
NO_ARRAYS = ("x", 0, 5, 1.5, True, False, {}, {"0": LINE}, LINE)
WRONG = {
    **dict.fromkeys((*FREE_TEXTS, *SEARCHED), NO_TEXTS),
    **dict.fromkeys(IDS, NO_IDS),
    **dict.fromkeys(("line.quantity", "line.price"), NO_DECIMALS),
    "supplier.isAddressResidential": NO_BOOLEANS,
    **dict.fromkeys(OBJECTS, NO_OBJECTS),
    "lineItems": NO_ARRAYS,
    "line": NO_OBJECTS,
}
PARTS = ("head", "customerIdentifier", "supplier", "line")
EACH_PART = pytest.mark.parametrize("part", PARTS)
ONLY_ON_UPDATE = {"line.purchaseOrderLineItemId": NO_IDS}


def places(part, among):
    """Those of these places that are in this part of a body."""
    return [where for where in among if (where.split(".")[0] if "." in where else "head") == part]


def holding(where, value):
    """A body that has this value in this place, and nothing beside it that could be used instead."""
    first, *rest = where.split(".")
    if first == "line":
        return NEW | {"lineItems": [LINE, within(LINE, rest, value)]}
    return within(NEW, [first, *rest], value)


def within(record, where, value):
    if not where:
        return value
    first, *rest = where
    return record | {first: within({}, rest, value)}


def blamed(where):
    """The name of this place in an answer."""
    parts = [part[0].upper() + part[1:] for part in where.split(".")]
    return ".".join("LineItems[1]" if part == "Line" else part for part in parts)


async def written(extensiv, method, record):
    """The answer to this body under an order of its own."""
    if method == "POST":
        return await post(extensiv, record)
    return await put(extensiv, 10008376, record, "*")


def target(method):
    return POS if method == "POST" else path(10008376)


def spelled(where, text):
    """The bytes of a body with this JSON text in this place."""
    return json.dumps(holding(where, "@@")).replace('"@@"', text)


@EACH_WRITE
async def test_a_strangers_nonsense_is_401(extensiv, demo_book, method):
    async with no_trace(demo_book):
        for content in (b"{", b"\xff", b"[" * DEPTH, b"", b'{"lineItems":5}'):
            answer = await extensiv.request(method, target(method), content=content, auth=None)
            assert is_empty(answer, 401)


# Bodies that cannot be read


MALFORMED = (
    b"",
    b" ",
    b"{",
    b"}",
    b'"',
    b'{"notes":',
    b'{"notes":"x"',
    b'{"notes":"x"}}',
    b'{"notes":"x"} trailing',
    b"{'notes':'x'}",
    b'{notes:"x"}',
    b'{"notes":"x",}',
    b'{"lineItems":[{},]}',
    b'{"issueDate":NaN}',
    b'{"lineItems":[{"quantity":NaN}]}',
    b'{"lineItems":[{"quantity":Infinity}]}',
    b'{"lineItems":[{"price":-Infinity}]}',
    b'{"gorp":NaN}',
    b"NaN",
    b'{"lineItems":[{"quantity":01}]}',
    b'{"lineItems":[{"quantity":.5}]}',
    b'{"lineItems":[{"quantity":5.}]}',
    b'{"lineItems":[{"quantity":+5}]}',
    b'{"lineItems":[{"quantity":0x10}]}',
    b'{"notes":"a\nb"}',
    b'{"notes":"\\x41"}',
    b'{"readOnly":nul}',
    b"/* */{}",
    b"\x00",
    b"\x1f\x8b\x08\x00",
    b"<order/>",
    b"{}{}",
    b"notes=x",
    b"\xff",
    b"\xff\xfe{\x00}\x00",
    b'{"notes":"\xff"}',
    b'{"notes":"\xc3"}',
    b'{"notes":"\xc0\x80"}',
    b'{"notes":"\xed\xa0\x80"}',
    b'{"\xff":1}',
)
NOT_OBJECTS = (b"null", b"true", b"5", b'"text"', b"[]", b"[1]", b'"{}"', json.dumps([NEW]).encode())


@EACH_WRITE
async def test_a_body_that_is_missing_or_no_json_is_400_and_changes_nothing(extensiv, demo_book, method):
    async with no_trace(demo_book):
        for content in MALFORMED:
            assert fault(await sent(extensiv, method, target(method), content)) == REFUSED_BODY, content


@EACH_WRITE
async def test_a_body_that_is_no_object_is_400_and_changes_nothing(extensiv, demo_book, method):
    async with no_trace(demo_book):
        for content in NOT_OBJECTS:
            assert fault(await sent(extensiv, method, target(method), content)) == REFUSED_BODY, content


@EACH_WRITE
async def test_a_request_without_any_body_is_400(extensiv, demo_book, method):
    async with no_trace(demo_book):
        answer = await extensiv.request(method, target(method), headers=under("*" if method == "PUT" else None))

    assert fault(answer) == REFUSED_BODY


@EACH_WRITE
@pytest.mark.parametrize("content", [b"[" * DEPTH + b"]" * DEPTH, b"[" * DEPTH], ids=["array", "open"])
async def test_a_body_that_no_reader_can_walk_is_400(extensiv, demo_book, method, content):
    async with no_trace(demo_book):
        assert fault(await sent(extensiv, method, target(method), content)) == REFUSED_BODY


@EACH_WRITE
@pytest.mark.parametrize("where", ["notes", "customerIdentifier", "lineItems", "line.price"])
async def test_a_member_nested_beyond_reason_is_400(extensiv, demo_book, method, where):
    async with no_trace(demo_book):
        for opening, closing in (("[", "]"), ('{"a":', "}")):
            deep = opening * 20_000 + "1" + closing * 20_000
            assert fault(await sent(extensiv, method, target(method), spelled(where, deep)))


@pytest.mark.parametrize("depth", [100, 900, 5000, 20_000])
async def test_nesting_in_an_unknown_member_is_ignored_or_refused(extensiv, depth):
    content = spelled("gorp", '{"a":[' * depth + "]}" * depth)

    answer = await sent(extensiv, "POST", POS, content)

    assert answer.status_code == 201 or fault(answer)


@EACH_WRITE
async def test_a_body_of_more_than_1_mib_is_413_and_changes_nothing(extensiv, demo_book, method):
    async with no_trace(demo_book):
        answer = await sent(extensiv, method, target(method), spelled("notes", '"%s"' % ("x" * 2 * MIB)))

    assert answer.status_code == 413


async def test_a_member_given_twice_is_no_server_error(extensiv):
    for content in (
        '{"purchaseOrderNumber":"x","purchaseOrderNumber":"y","customerIdentifier":{"id":1}}',
        '{"purchaseOrderNumber":"z","PurchaseOrderNumber":"w","customerIdentifier":{"id":1,"Id":2}}',
        '{"purchaseOrderNumber":"v","purchaseordernumber":null,"customerIdentifier":{"id":1}}',
    ):
        answer = await sent(extensiv, "POST", POS, content)
        assert answer.status_code == 201 or fault(answer)


async def test_a_byte_order_mark_is_no_server_error(extensiv):
    answer = await sent(extensiv, "POST", POS, b"\xef\xbb\xbf" + json.dumps(NEW).encode())

    assert answer.status_code == 201 or fault(answer) == REFUSED_BODY


# Wrong types


@EACH_WRITE
@EACH_PART
async def test_nothing_is_taken_for_another_type(extensiv, demo_book, method, part):
    async with no_trace(demo_book):
        for where in places(part, WRONG):
            for value in WRONG[where]:
                answer = await written(extensiv, method, holding(where, value))
                assert fault(answer) == ("ValueNotSupported", {blamed(where)}), (where, value)


@pytest.mark.parametrize("where", ONLY_ON_UPDATE)
async def test_nothing_is_taken_for_another_type_in_an_update(extensiv, demo_book, where):
    async with no_trace(demo_book):
        for value in ONLY_ON_UPDATE[where]:
            record = holding(where, value)
            record["lineItems"][1] |= LINE
            answer = await written(extensiv, "PUT", record)
            assert fault(answer) == ("ValueNotSupported", {blamed(where)}), value


@EACH_WRITE
async def test_a_line_that_is_null_is_refused(extensiv, demo_book, method):
    async with no_trace(demo_book):
        code, names = fault(await written(extensiv, method, holding("line", None)))

    assert code in ("ValueNotSupported", "Required")
    assert all(name.startswith("LineItems[1]") for name in names)


@EACH_WRITE
@pytest.mark.parametrize("where", ["readOnly", "_links", "_embedded", "line.readOnly", "supplier.gorp"])
async def test_what_is_ignored_may_be_of_any_type(extensiv, method, where):
    for number, value in enumerate((None, True, 5, "x", [], [1], {}, {"purchaseOrderId": "x"}, "a\0b")):
        record = holding(where, value) | {"purchaseOrderNumber": f"I-{number}"}
        answer = await written(extensiv, method, record)
        assert answer.status_code == (201 if method == "POST" else 200), (value, answer.text)


# Values that cannot be kept


UNKEPT = (r'"\u0000"', r'"a\u0000b"', r'"\ud800"', r'"a\udfffb"', r'"\udc00\ud800"')
TOO_LARGE = ("1e999", "-1e999", "1e400", "1" + "0" * 400)


@EACH_WRITE
@pytest.mark.parametrize("text", UNKEPT)
async def test_a_text_that_cannot_be_kept_is_a_bad_value(extensiv, demo_book, method, text):
    async with no_trace(demo_book):
        for where in FREE_TEXTS:
            answer = await sent(extensiv, method, target(method), spelled(where, text))
            assert fault(answer) == ("ValueNotSupported", {blamed(where)}), where


@EACH_WRITE
@pytest.mark.parametrize("text", UNKEPT)
async def test_a_text_that_cannot_be_kept_finds_nothing(extensiv, demo_book, method, text):
    async with no_trace(demo_book):
        for where in SEARCHED:
            code, names = fault(await sent(extensiv, method, target(method), spelled(where, text)))
            assert code in ("ValueNotSupported", "DoesNotExist"), where
            assert names == {blamed(where)}


async def test_a_member_name_that_cannot_be_kept_is_no_server_error(extensiv):
    for number, text in enumerate(UNKEPT):
        content = f'{{"purchaseOrderNumber":"U-{number}","customerIdentifier":{{"id":1}},{text}:1}}'
        answer = await sent(extensiv, "POST", POS, content)
        assert answer.status_code == 201 or fault(answer)


async def test_a_surrogate_pair_is_one_character(extensiv):
    order = body(await sent(extensiv, "POST", POS, spelled("notes", r'"\ud83d\ude00"')), 201)

    assert (await shown(extensiv, order_id(order)))["notes"] == "😀"


@EACH_WRITE
@pytest.mark.parametrize("where", ["line.quantity", "line.price"])
async def test_a_number_beyond_1e308_is_a_bad_value(extensiv, demo_book, method, where):
    async with no_trace(demo_book):
        for number in TOO_LARGE:
            answer = await sent(extensiv, method, target(method), spelled(where, number))
            assert fault(answer) == ("ValueNotSupported", {blamed(where)}), number


@pytest.mark.parametrize("where", ["line.quantity", "line.price"])
@pytest.mark.parametrize(
    "number", ["1e308", "1e100", "1e-400", "1e-20", "0." + "0" * 500 + "1", "1." + "1" * 5000, "9" * 300, "1e-99999999"]
)
async def test_a_number_of_any_size_is_kept_or_refused(extensiv, where, number):
    answer = await sent(extensiv, "POST", POS, spelled(where, number))

    if answer.status_code != 201:
        assert fault(answer) == ("ValueNotSupported", {blamed(where)})
    else:
        assert await shown(extensiv, order_id(answer.json()))
    for accept in (HAL, "application/json"):
        assert (await extensiv.get(POS, headers={"Accept": accept})).status_code == 200


@EACH_WRITE
@pytest.mark.parametrize("where", IDS)
async def test_an_id_of_any_size_finds_nothing(extensiv, demo_book, method, where):
    async with no_trace(demo_book):
        for number in (str(NOWHERE), "-1", str(2**31), str(-(2**31) - 1), str(2**63), str(10**30), "-" + "9" * 400):
            answer = await sent(extensiv, method, target(method), spelled(where, number))
            code, names = fault(answer)
            assert code in ("DoesNotExist", "ValueNotSupported")
            assert names == {blamed(where)}, number


async def test_a_line_id_of_any_size_finds_nothing(extensiv, demo_book):
    async with no_trace(demo_book):
        for number in (2**31, 2**63, 10**30, -(2**63) - 1):
            record = NEW | {"lineItems": [LINE, LINE | {"purchaseOrderLineItemId": number}]}
            code, names = fault(await written(extensiv, "PUT", record))
            assert code in ("DoesNotExist", "ValueNotSupported")
            assert names == {"LineItems[1].PurchaseOrderLineItemId"}


@EACH_PART
async def test_a_text_of_any_length_is_kept_or_refused(extensiv, part):
    # The last one cannot be compressed into an entry of an index.
    texts = ("x" * 100_000, "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(20_000)))
    for where, long in ((where, long) for where in places(part, (*FREE_TEXTS, *SEARCHED)) for long in texts):
        answer = await post(extensiv, holding(where, long))
        assert answer.status_code == 201 or fault(answer)[1] == {blamed(where)}
        if answer.status_code == 201:
            assert (await extensiv.delete(path(order_id(answer.json())), headers={"If-Match": "*"})).status_code == 204
    assert (await extensiv.get(POS)).status_code == 200


# Blanks


@EACH_WRITE
async def test_a_blank_number_is_missing(extensiv, demo_book, method):
    async with no_trace(demo_book):
        for blank in ("", " ", "\t", " \r\n\t "):
            answer = await written(extensiv, method, holding("purchaseOrderNumber", blank))
            assert fault(answer) == ("Required", {"PurchaseOrderNumber"}), blank


@pytest.mark.parametrize("blank", ["", " "])
async def test_a_blank_text_is_kept_or_none(extensiv, blank):
    for where in FREE_TEXTS[1:]:
        answer = await post(extensiv, holding(where, blank) | {"purchaseOrderNumber": where})
        assert answer.status_code == 201, (where, answer.text)
        assert (await shown(extensiv, order_id(answer.json())))["purchaseOrderNumber"] == where


@EACH_WRITE
@pytest.mark.parametrize(
    "where", ["customerIdentifier.externalId", "customerIdentifier.name", "line.itemIdentifier.sku"]
)
async def test_a_blank_search_finds_nothing(extensiv, demo_book, method, where):
    async with no_trace(demo_book):
        for blank in ("", " "):
            code, names = fault(await written(extensiv, method, holding(where, blank)))
            assert (code, names) in (
                ("Required", {blamed(where.rpartition(".")[0])}),
                ("Required", {blamed(where)}),
                ("DoesNotExist", {blamed(where)}),
            )


# The answer


async def test_the_offending_value_is_told_as_a_text(extensiv):
    record = NEW | {"lineItems": [LINE | {"itemIdentifier": {"sku": "NOPE"}}]}

    told = exception(await post(extensiv, record))

    assert told["Properties"] == [{"Name": "LineItems[0].ItemIdentifier.Sku", "Value": "NOPE"}]
    assert told["$type"] == VALIDATION
    assert told["ErrorCode"] == "DoesNotExist"


async def test_a_body_with_many_faults_is_told_of_some_that_share_a_code(extensiv, demo_book):
    line = {"itemIdentifier": {"sku": "NOPE"}, "quantity": 0, "price": "x", "qualifier": 5, "expectedDate": "soon"}
    faults = {
        ("Required", "PurchaseOrderNumber"),
        ("DoesNotExist", "CustomerIdentifier.Name"),
        ("ValueNotSupported", "IssueDate"),
        ("DoesNotExist", "Supplier.ContactId"),
        ("DoesNotExist", "LineItems[0].ItemIdentifier.Sku"),
        ("ValueNotSupported", "LineItems[0].Quantity"),
        ("ValueNotSupported", "LineItems[0].Price"),
        ("ValueNotSupported", "LineItems[0].Qualifier"),
        ("ValueNotSupported", "LineItems[0].ExpectedDate"),
        ("Required", "LineItems[1].ItemIdentifier"),
        ("Required", "LineItems[1].Quantity"),
    }
    record = {
        "customerIdentifier": {"name": "Nobody"},
        "issueDate": "never",
        "supplier": {"contactId": NOWHERE},
        "lineItems": [line, {}],
    }

    async with no_trace(demo_book):
        code, names = fault(await post(extensiv, record))

    assert {(code, name) for name in names} <= faults


async def test_after_a_refusal_the_next_write_is_accepted(extensiv):
    order = await entered(extensiv)
    for content in (b"{", b'{"lineItems":5}', b"[" * DEPTH):
        assert (await sent(extensiv, "PUT", path(order_id(order)), content)).status_code == 400

    after = body(await put(extensiv, order_id(order), FULL, "*"))

    assert after["purchaseOrderNumber"] == "PO-7002"
