"""Creating an item. Source: contract sections 1, 3 and 5.1."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from .given_items import (
    DEMO,
    FULL,
    ITEM_KEYS,
    ITEMS,
    JOHNSON,
    MAX_INT,
    MIN_INT,
    NEW,
    NUMBERS,
    OPTIONAL,
    READ_ONLY,
    STAMP,
    entered,
    exact,
    ids_of,
    is_refused,
    items_of,
    no_effect,
    ordered,
    page_of,
    problems,
    sent,
    shown,
    without_stamps,
    writes_counted,
)


async def test_a_stranger_cannot_create_an_item(intouch, demo_book):
    async with no_effect(demo_book):
        answer = await intouch.post(ITEMS, json=NEW, auth=None)

    assert is_refused(answer, 401)
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="InTouch CRM"'


async def test_no_item_can_be_created_in_the_neighbours_order(intouch, demo_book):
    theirs = await ordered(intouch.neighbour)

    async with no_effect(demo_book):
        answer = await intouch.post(items_of(theirs["id"]), json=NEW)

    assert is_refused(answer, 404)
    assert await ids_of(intouch.neighbour, items_of(theirs["id"])) == []


async def test_an_item_created_next_door_does_not_exist_here(intouch):
    item = await entered(intouch.neighbour)

    assert item["id"] not in await ids_of(intouch)
    assert is_refused(await intouch.get(items_of(241, item["id"])), 404)


async def test_only_the_title_is_needed(intouch):
    answer = await intouch.post(ITEMS, json=NEW)

    assert answer.status_code == 201
    assert answer.headers["Content-Type"].startswith("application/json")
    item = answer.json()
    assert isinstance(item["id"], int)
    assert item == OPTIONAL | {
        "id": item["id"],
        "buscase": 241,
        "title": "Nová položka",
        "entered": item["entered"],
        "enteredBy": DEMO,
        "modified": item["entered"],
        "modifiedBy": DEMO,
    }


async def test_every_writable_attribute_is_taken_at_creation(intouch):
    item = await entered(intouch, **FULL)

    assert {name: item[name] for name in FULL} == FULL
    assert set(item) == ITEM_KEYS


async def test_a_created_item_is_shown_as_it_was_answered(intouch):
    item = await entered(intouch, **FULL, barva="modrá", slevy=[{"od": 10, "sleva": 0.05}])

    assert await shown(intouch, item["id"]) == item
    assert (await intouch.get(ITEMS)).json()["items"][-1] == item


@pytest.mark.parametrize("name, default", OPTIONAL.items())
async def test_each_optional_attribute_has_its_default(intouch, name, default):
    item = await entered(intouch, **{other: value for other, value in FULL.items() if other != name})

    assert item[name] == default


@pytest.mark.parametrize("name", [name for name, default in OPTIONAL.items() if default is None])
async def test_null_is_the_default_of_an_optional_attribute(intouch, name):
    assert (await entered(intouch, **FULL | {name: None}))[name] is None


async def test_the_location_is_the_absolute_url_of_the_item(intouch):
    answer = await intouch.post(ITEMS, json=NEW)

    item = answer.json()
    assert answer.headers["Location"] == f"http://{intouch.host}{items_of(241, item['id'])}"
    path = answer.headers["Location"].removeprefix(f"http://{intouch.host}")
    assert (await intouch.get(path)).json() == item


async def test_the_location_has_the_host_and_port_that_were_asked(intouch):
    answer = await intouch.post(ITEMS, json=NEW, headers={"Host": f"{intouch.host}:8443"})

    assert answer.headers["Location"] == f"http://{intouch.host}:8443{items_of(241, answer.json()['id'])}"


async def test_the_stamps_tell_when_and_who(intouch):
    before = datetime.now(UTC) - timedelta(seconds=5)

    answer = await intouch.post(ITEMS, json=NEW, auth=JOHNSON)

    item = answer.json()
    assert re.fullmatch(STAMP, item["entered"])
    assert before < datetime.fromisoformat(item["entered"]) < datetime.now(UTC) + timedelta(seconds=5)
    assert item["modified"] == item["entered"]
    assert item["enteredBy"] == item["modifiedBy"] == JOHNSON[0]


async def test_what_is_read_only_is_ignored_at_creation(intouch):
    sent_along = {
        "id": 370,
        "buscase": 147,
        "entered": "2001-01-01T00:00:00.000Z",
        "enteredBy": "gregor",
        "modified": "2001-01-01T00:00:00.000Z",
        "modifiedBy": "gregor",
    }
    margarine = await shown(intouch)

    item = await entered(intouch, **sent_along)

    assert item["id"] not in (370, 371, 372)
    assert item["buscase"] == 241
    assert item["enteredBy"] == item["modifiedBy"] == DEMO
    assert item["entered"] == item["modified"] != "2001-01-01T00:00:00.000Z"
    assert await shown(intouch) == margarine
    assert set(item) == ITEM_KEYS


@pytest.mark.parametrize("value", [None, True, 0, -1, 1.5, 10**30, "", "370", [], {"a": 1}])
async def test_what_is_read_only_is_ignored_whatever_its_value(intouch, value):
    item = await entered(intouch, **dict.fromkeys(READ_ONLY, value))

    assert set(item) == ITEM_KEYS
    assert (item["buscase"], item["enteredBy"]) == (241, DEMO)


async def test_the_copy_of_an_item_is_a_new_item(intouch):
    original = await shown(intouch)

    copy = await entered(intouch, **original)

    assert copy["id"] > original["id"]
    assert copy["title"] == "Dodávka margarínu"
    assert copy["locked"] is True
    assert copy["enteredBy"] == DEMO


async def test_equal_content_is_no_duplicate(intouch):
    first, second = await entered(intouch, **FULL), await entered(intouch, **FULL)

    assert first["id"] < second["id"]
    assert (await page_of(intouch))["total"] == 5


async def test_new_ids_are_larger_than_all_earlier_ones_of_all_orders(intouch):
    known = {item for order in (241, 147, 10008376) for item in await ids_of(intouch, items_of(order))}
    new = [(await entered(intouch, order))["id"] for order in (241, 147, 10008376, 241, 10008229)]

    assert new == sorted(set(new))
    assert new[0] > max(known)


async def test_the_ids_of_a_deleted_order_are_never_given_again(intouch, demo_homs):
    order = await ordered(intouch)
    gone = await entered(intouch, order["id"])
    code = (await demo_homs.get("/api/orders?page_size=1")).json()["orders"][0]["code"]
    assert (await demo_homs.delete(f"/api/orders/{code}")).status_code == 204
    assert is_refused(await intouch.get(items_of(order["id"], gone["id"])), 404)

    assert (await entered(intouch))["id"] > gone["id"]


async def test_a_refused_creation_stores_nothing_and_later_ids_go_up(intouch, demo_book):
    first = await entered(intouch)
    async with no_effect(demo_book):
        assert problems(await intouch.post(ITEMS, json={})) == {("title", "required")}
    second = await entered(intouch)

    assert second["id"] > first["id"]
    assert await ids_of(intouch) == [370, 371, 372, first["id"], second["id"]]


async def test_an_unknown_order_is_404_before_the_body_is_looked_at(intouch, demo_book):
    async with no_effect(demo_book):
        for order in ("99999999", "0", "99999999999999999999999", "abc", "241x", "-241"):
            for content in (b'{"title":"x"}', b"{}", b"{", b"", b"[]", b'{"title":5,"locked":null}'):
                assert is_refused(await sent(intouch, "POST", items_of(order), content), 404), (order, content)


async def test_an_item_can_be_created_in_an_order_of_every_face(intouch):
    for order in (1, 147, 241, 10008229, 10008233, 10008375, 10008376):
        item = await entered(intouch, order, quantity=2)
        assert item["buscase"] == order
        assert await shown(intouch, item["id"], order) == item


async def test_creating_leaves_the_other_items_as_they_are(intouch):
    before = (await page_of(intouch))["items"]

    await entered(intouch, **FULL)

    assert (await page_of(intouch))["items"][:-1] == before


async def test_creating_moves_the_version_of_the_order_and_nothing_it_shows(intouch, demo_book):
    order = (await intouch.get("/api/buscases/241")).json()

    async with writes_counted(demo_book, 1):
        await entered(intouch, price=500, quantity=3, totalPrice=1500)

    assert (await intouch.get("/api/buscases/241")).json() == order


async def test_nothing_is_computed(intouch):
    item = await entered(intouch, quantity=3, price=7)
    assert item["totalPrice"] is None

    item = await entered(intouch, quantity=3, price=7, totalPrice=1)
    assert item["totalPrice"] == 1


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "application/json; charset=utf-8",
        "application/json; charset=iso-8859-2",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
    ],
)
async def test_the_body_is_json_in_utf_8_whatever_the_content_type_says(intouch, content_type):
    content = '{"title": "Žluťoučký kůň 🐎"}'.encode()
    headers = {} if content_type is None else {"Content-Type": content_type}

    answer = await intouch.request("POST", ITEMS, content=content, headers=headers)

    assert answer.status_code == 201
    assert answer.json()["title"] == "Žluťoučký kůň 🐎"
    assert "Žluťoučký kůň 🐎".encode() in answer.content


# Titles and other texts


TEXTS = (
    "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "  inner   and outer  blanks\t\n",
    "<b>&amp; \"quoted\" 'single' \\ / </b>",
    "日本語 العربية עברית हिन्दी Ελληνικά Кириллица",
    "👩‍👩‍👧‍👦 🇨🇿 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "C\u030ca\u0301p is not Čáp",
    "\u2028\u2029\u200b\ufeff\u0001\u001f\x7f\uffff",
    "null",
    "%s %d {0} ${x} '; drop table lines; --",
)


@pytest.mark.parametrize("text", TEXTS)
async def test_text_is_stored_exactly_as_sent(intouch, text):
    texts = dict.fromkeys(("title", "unit", "note", "poznamka"), text)

    item = await entered(intouch, **texts)

    assert {name: item[name] for name in texts} == texts
    assert await shown(intouch, item["id"]) == item


async def test_an_escaped_pair_of_surrogates_is_one_character(intouch):
    answer = await sent(intouch, "POST", ITEMS, rb'{"title": "\ud83d\ude00 \u017elu\u0165"}')

    assert answer.json()["title"] == "😀 žluť"


@pytest.mark.parametrize("name", ["unit", "note"])
async def test_an_empty_optional_text_stays_empty(intouch, name):
    assert (await entered(intouch, **{name: ""}))[name] == ""


@pytest.mark.parametrize("title", ["x", "č" * 255, "č" * 2000, "😀" * 2000])
async def test_a_title_has_up_to_2000_characters(intouch, title):
    assert (await entered(intouch, title=title))["title"] == title


@pytest.mark.parametrize("title", ["x" * 2001, "č" * 2001, "x" * 100_000])
async def test_a_longer_title_is_refused(intouch, demo_book, title):
    async with no_effect(demo_book):
        assert problems(await intouch.post(ITEMS, json={"title": title})) == {("title", "value")}


async def test_long_units_and_notes_are_kept_whole(intouch):
    item = await entered(intouch, unit="č" * 300, note="ř" * 10_000)

    assert (item["unit"], item["note"]) == ("č" * 300, "ř" * 10_000)


# Numbers


EXACT = (
    "0",
    "-1",
    "10500",
    "0.01",
    "0.1",
    "-0.05",
    "19.90",
    "123456789012345",
    "1234567890123.45",
    "0.123456789012345",
    "999999999999999e3",
    "1E2",
    "1.5e-7",
)
LONGER_OR_HUGE = ("12345678901234567890.123456789", "1e21", "1e300", "-1e308", "1e-300")


def with_number(number):
    """A body that has this number wherever an item may have one."""
    return f'{{"title": "x", "quantity": {number}, "price": {number}, "totalPrice": {number}}}'


@pytest.mark.parametrize("number", EXACT)
async def test_a_number_survives_exactly_to_15_digits(intouch, number):
    answer = await sent(intouch, "POST", ITEMS, with_number(number))

    assert answer.status_code == 201
    again = await intouch.get(items_of(241, answer.json()["id"]))
    for name in NUMBERS:
        assert not isinstance(exact(answer)[name], str)
        assert exact(answer)[name] == exact(again)[name] == Decimal(number)


@pytest.mark.parametrize("number", LONGER_OR_HUGE)
async def test_longer_and_huge_numbers_keep_15_digits(intouch, number):
    answer = await sent(intouch, "POST", ITEMS, with_number(number))

    assert answer.status_code == 201
    again = exact(await intouch.get(items_of(241, answer.json()["id"])))
    expected = Decimal(number)
    for name in NUMBERS:
        assert abs(again[name] - expected) <= abs(expected).scaleb(-15)


@pytest.mark.parametrize("product", [0, 1, 2, -1, 2**31, 2**53 + 1, MAX_INT, MIN_INT])
async def test_a_product_is_any_integer_of_64_bits(intouch, product):
    item = await entered(intouch, product=product)

    assert item["product"] == product
    assert (await shown(intouch, item["id"]))["product"] == product


async def test_a_product_of_the_orders_customer_is_shown_the_same_way(intouch):
    items = [await entered(intouch, 10008376, product=product) for product in (1, 2, 999)]

    assert [item["product"] for item in items] == [1, 2, 999]
    assert [item["title"] for item in items] == ["Nová položka"] * 3


async def test_locked_is_a_plain_boolean(intouch):
    assert (await entered(intouch, locked=True))["locked"] is True
    assert (await entered(intouch, locked=False))["locked"] is False


async def test_the_second_user_may_create_and_the_first_reads_the_same(intouch):
    item = (await intouch.post(ITEMS, json=FULL, auth=JOHNSON)).json()

    assert without_stamps(await shown(intouch, item["id"])) == without_stamps(item)
