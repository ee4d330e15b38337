"""Filters: each narrows the list to what it says, and means nothing else."""

from urllib.parse import urlencode

import pytest

from .given import PLAIN, changed, entered, ids, listing, parameters, part

# Each test looks at orders of its own.
ONE_TENANT = True

EMPTY_TYPE = "Without custom fields"
SORTED_TEXTS = ["number", "title", "external_id", "supplier_reference", "process_id", "process_state", "price_currency"]
TEXTS = [*SORTED_TEXTS, "notes"]
MOMENTS = ["issued_at", "done_at", "estimated_at"]
REFERENCES = {"customer_id": (1, 2), "supplier_id": (1, 2), "case_id": (1, 5)}


async def of(v1, *orders, **query):
    """Which of these orders the filter leaves, by their place."""
    found = await ids(v1, id__in=",".join(str(order["id"]) for order in orders), **query)
    return [place for place, order in enumerate(orders) if order["id"] in found]


@pytest.mark.parametrize("field", TEXTS)
async def test_texts_are_compared_without_case_in_any_script(v1, field):
    texts = ["Žluťoučký KŮŇ", "žluťoučký kůň", "ЁЖИК", "ёжик", "STRASSE", "straße", "", None]
    orders = [await entered(v1, **{field: text}) for text in texts]

    assert await of(v1, *orders, **{field: "ŽLUŤOUČKÝ kůň"}) == [0, 1]
    assert await of(v1, *orders, **{field: "Ёжик"}) == [2, 3]
    assert await of(v1, *orders, **{field: "Straße"}) == [4, 5]
    assert await of(v1, *orders, **{f"{field}__ne": "ёжик"}) == [0, 1, 4, 5, 6, 7]
    assert await of(v1, *orders, **{f"{field}__in": "ёжик,STRASSE"}) == [2, 3, 4, 5]
    assert await of(v1, *orders, **{f"{field}__empty": "true"}) == [6, 7]
    assert await of(v1, *orders, **{f"{field}__empty": "false"}) == [0, 1, 2, 3, 4, 5]
    assert await of(v1, *orders, **{f"{field}__like": "žLUŤ*"}) == [0, 1]
    assert await of(v1, *orders, **{f"{field}__like": "*КИ*"}) == []
    assert await of(v1, *orders, **{f"{field}__like": "*ИК"}) == [2, 3]
    assert await of(v1, *orders, **{f"{field}__like": "*ASS*"}) == [4, 5]
    assert await of(v1, *orders, **{f"{field}__gt": "t"}) == [0, 1, 2, 3]
    assert await of(v1, *orders, **{f"{field}__lte": "STRASSE"}) == [4, 5, 6]


async def test_a_list_by_a_text_stands_in_the_order_of_texts_without_case(v1):
    texts = ["b", "A", "B", "a", "Č", "č", "ž", "Ž", "Я", "я", "а", "10", "9", "é", "É", "ı", "🦊", ""]
    orders = [await entered(v1, **dict.fromkeys(SORTED_TEXTS, text)) for text in texts]
    expected = sorted(zip(texts, orders, strict=True), key=lambda each: (each[0].casefold(), each[1]["id"]))
    expected = [order["id"] for _, order in expected]

    for field in SORTED_TEXTS:
        assert await ids(v1, sort=field, id__gte=orders[0]["id"], limit=7) == expected, field
        assert await ids(v1, sort=f"-{field}", id__gte=orders[0]["id"], limit=7) == expected[::-1], field


async def test_who_entered_and_who_changed_last_can_be_asked_for(v1, demo_book):
    authors = ["demo", "Demo", "Účetní", "účetní", "Бухгалтер"]
    orders = [await entered(v1) for _ in authors]
    for order, author in zip(orders, authors, strict=True):
        await demo_book.desk.pool.execute(
            "update orders set created_by = $3, modified_by = $3 where tenant_id = $1 and id = $2",
            demo_book.tenant_id,
            order["id"],
            author,
        )

    for field in ("created_by", "modified_by"):
        assert await of(v1, *orders, **{field: "DEMO"}) == [0, 1]
        assert 2 in await of(v1, *orders, **{field: "Účetní"})
        assert 4 in await of(v1, *orders, **{f"{field}__like": "Бух*"})
        assert set(await of(v1, *orders, **{f"{field}__in": "Бухгалтер,Účetní"})) >= {2, 4}
        assert sorted(await ids(v1, sort=field, id__gte=orders[0]["id"], limit=2)) == [order["id"] for order in orders]


async def test_like_takes_stars_at_either_end_and_nowhere_else(v1):
    texts = ["abc", "xabc", "abcx", "xabcx", "a*c", "a%c", "a_c", "*", "", None]
    orders = [await entered(v1, title=text) for text in texts]

    for pattern, found in {
        "abc": [0],
        "abc*": [0, 2],
        "*abc": [0, 1],
        "*abc*": [0, 1, 2, 3],
        "a*c": [4],
        "a%c": [5],
        "a_c": [6],
        "*a%*": [5],
        "ABC*": [0, 2],
        "*": [0, 1, 2, 3, 4, 5, 6, 7, 8],
        "**": [0, 1, 2, 3, 4, 5, 6, 7, 8],
        "nothing*": [],
    }.items():
        assert await of(v1, *orders, title__like=pattern) == found, pattern


@pytest.mark.parametrize("field", MOMENTS)
async def test_moments_are_compared_as_such(v1, field):
    moments = ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000001Z", "2026-03-01T13:30:00+02:00", None]
    orders = [await entered(v1, **{field: moment}) for moment in moments]

    assert await of(v1, *orders, **{field: "2026-03-01T14:00:00+02:00"}) == [0]
    assert await of(v1, *orders, **{f"{field}__ne": "2026-03-01T12:00:00Z"}) == [1, 2, 3]
    assert await of(v1, *orders, **{f"{field}__gt": "2026-03-01T12:00:00Z"}) == [1]
    assert await of(v1, *orders, **{f"{field}__gte": "2026-03-01T12:00:00Z"}) == [0, 1]
    assert await of(v1, *orders, **{f"{field}__lt": "2026-03-01T12:00:00Z"}) == [2]
    assert await of(v1, *orders, **{f"{field}__lte": "2026-03-01T12:00:00Z"}) == [0, 2]
    assert await of(v1, *orders, **{f"{field}__in": "2026-03-01T12:00:00Z,2026-03-01T11:30:00Z"}) == [0, 2]
    assert await of(v1, *orders, **{f"{field}__empty": "true"}) == [3]
    assert await of(v1, *orders, **{f"{field}__empty": "false"}) == [0, 1, 2]


async def test_a_plus_that_was_not_encoded_is_understood(v1):
    order = await entered(v1, issued_at="2016-03-01T12:00:00Z")

    answer = await v1.get("/v1/orders?issued_at=2016-03-01T14:00:00+02:00&fields=id")

    assert answer.json()["orders"] == [{"id": order["id"]}]


async def test_days_are_compared_as_such(v1):
    orders = [await entered(v1, required_on=day) for day in ("2026-03-01", "2026-03-02", "2025-12-31", None)]

    assert await of(v1, *orders, required_on="2026-03-01") == [0]
    assert await of(v1, *orders, required_on__ne="2026-03-01") == [1, 2, 3]
    assert await of(v1, *orders, required_on__lt="2026-03-01") == [2]
    assert await of(v1, *orders, required_on__gte="2026-03-01") == [0, 1]
    assert await of(v1, *orders, required_on__in="2026-03-02,2025-12-31") == [1, 2]
    assert await of(v1, *orders, required_on__empty="true") == [3]


async def test_amounts_are_compared_as_numbers(v1):
    orders = [await entered(v1, price_total=amount) for amount in ("9", "10", "10.00", "-1", "0", None)]

    assert await of(v1, *orders, price_total="10.0") == [1, 2]
    assert await of(v1, *orders, price_total__ne="10") == [0, 3, 4, 5]
    assert await of(v1, *orders, price_total__gt="9") == [1, 2]
    assert await of(v1, *orders, price_total__lte="-0") == [3, 4]
    assert await of(v1, *orders, price_total__in="9.000,-1") == [0, 3]
    assert await of(v1, *orders, price_total__empty="true") == [5]
    assert await of(v1, *orders, price_total__lt=f"0.{'0' * 300}1") == [3, 4]


@pytest.mark.parametrize("field", REFERENCES)
async def test_references_are_compared_by_id(v1, field):
    one, other = REFERENCES[field]
    orders = [await entered(v1, **({field: value} if value else {})) for value in (one, other, None)]

    assert await of(v1, *orders, **{field: one}) == [0]
    assert await of(v1, *orders, **{f"{field}__ne": one}) == [1, 2]
    assert await of(v1, *orders, **{f"{field}__in": f"{one},{other},77"}) == [0, 1]
    assert await of(v1, *orders, **{f"{field}__gt": one}) == [1]
    assert await of(v1, *orders, **{f"{field}__empty": "true"}) == [2]


async def test_what_an_order_is_can_be_asked_for(v1):
    orders = [
        await entered(v1, state="done"),
        await entered(v1, type="pizza_order", archived=True),
        await entered(v1, type=EMPTY_TYPE, responsible="c.johnson@example.com"),
        await changed(v1, await entered(v1, state="in_progress"), title="x"),
    ]

    assert await of(v1, *orders, state="done") == [0]
    assert await of(v1, *orders, state__ne="done") == [1, 2, 3]
    assert await of(v1, *orders, state__in="done,in_progress") == [0, 3]
    assert await of(v1, *orders, kind="purchase") == [0, 3]
    assert await of(v1, *orders, kind__ne="purchase") == [1, 2]
    assert await of(v1, *orders, archived="true") == [1]
    assert await of(v1, *orders, archived="false") == [0, 2, 3]
    assert await of(v1, *orders, archived__ne="true") == [0, 2, 3]
    assert await of(v1, *orders, type="pizza_order") == [1]
    assert await of(v1, *orders, type__ne="pizza_order") == [0, 2, 3]
    assert await of(v1, *orders, type__in=f"pizza_order,{EMPTY_TYPE}") == [1, 2]
    assert await of(v1, *orders, type__like="PIZZA*") == [1]
    assert await of(v1, *orders, version="2") == [3]
    assert await of(v1, *orders, version__lt="2") == [0, 1, 2]
    assert await of(v1, *orders, created_by="DEMO@example.com") == [0, 1, 2, 3]
    assert await of(v1, *orders, code=orders[1]["code"].lower()) == [1]
    assert await of(v1, *orders, code__like="ord-*") == [0, 1, 2, 3]
    assert await of(v1, *orders, id=orders[2]["id"]) == [2]
    assert await of(v1, *orders, created_at__gte=orders[2]["created_at"]) == [2, 3]
    assert await of(v1, *orders, modified_at=orders[3]["modified_at"]) == [3]


async def test_the_responsible_user_can_be_asked_for(v1):
    people = ["c.johnson@example.com", "demo@example.com", None]
    orders = [await entered(v1, responsible=email) for email in people]

    assert await of(v1, *orders, responsible="C.Johnson@example.com") == [0]
    assert await of(v1, *orders, responsible="nobody@example.com") == []
    assert await of(v1, *orders, responsible__ne="demo@example.com") == [0, 2]
    assert await of(v1, *orders, responsible__in="demo@example.com,x") == [1]
    assert await of(v1, *orders, responsible__like="*JOHNSON*") == [0]
    assert await of(v1, *orders, responsible__empty="true") == [2]
    assert await of(v1, *orders, responsible__empty="false") == [0, 1]


async def test_a_type_in_any_script_is_found_as_it_is_written(v1, demo_book):
    await demo_book.add_type("order_type: {code: Žádost, name: Ž, fields: {}}")
    order = await entered(v1, type="Žádost")

    assert await of(v1, order, type="Žádost") == [0]
    assert await of(v1, order, type__in="x,ŽádOST") == [0]
    assert await of(v1, order, type__like="Žád*") == [0]


async def test_filters_hold_all_at_once(v1):
    orders = [await entered(v1, title=title, number=number) for title in "ab" for number in "12"]

    assert await of(v1, *orders, title="a", number="2") == [1]
    assert await of(v1, *orders, title__gte="a", title__lt="b", number="1") == [0]
    assert await of(v1, *orders, title="a", title__ne="a") == []
    assert await of(v1, *orders, title="b", search=orders[2]["code"]) == [2]


# What means nothing -------------------------------------------------------------------------------------------------


async def test_a_filter_given_twice_is_not_passed_over(v1):
    orders = [await entered(v1, title=title) for title in "abc"]
    base = listing(id__gte=orders[0]["id"], fields="id")

    answer = await v1.get(f"{base}&title.ne=a&title.ne=b")

    assert parameters(answer) == ["title.ne"]
    assert parameters(await v1.get("/v1/orders?limit=1&limit=2")) == ["limit"]


UNKNOWN = [
    *(
        "nope",
        "Title",
        "titles",
        "title.nope",
        "title.",
        "title..eq",
        ".eq",
        "title.eq.ne",
        "title.EQ",
        "title eq",
        " id",
    ),
    *("data", "data.x", "lines", "lines.id", "customer", "uuid", "id.like", "id.empty", "state.like", "state.lt"),
    *("archived.lt", "archived.empty", "kind.gte", "version.like", "price_total.like", "issued_at.like", "code.empty"),
    *("\x00", "ž", "title\x00", "q", "page", "offset", "x" * 3000),
]


async def test_a_parameter_that_is_none_is_refused_by_name(v1):
    for parameter in UNKNOWN:
        (named,) = parameters(await v1.get(f"/v1/orders?{urlencode({parameter: '1'})}"))
        assert named == parameter[:2000]


BAD = {
    "id": ["", "x", "1.5", "1e3", "0x1", "9" * 30, "true", "1 ", "²"],
    "version": ["x", "", "1.0", "9" * 19 + "9"],
    "customer_id": ["null", "", "one"],
    "state": ["", "DONE", "Done", "open", "done "],
    "kind": ["", "Purchase", "x"],
    "archived": ["", "1", "0", "yes", "True", "TRUE"],
    "issued_at": ["", "soon", "2026-03-01", "2026-03-01T12:00:00", "2026-02-30T00:00:00Z", "1767225600", "infinity"],
    "created_at": [
        "",
        "now",
        "today",
        "2026-03-01T25:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
    ],
    "required_on": ["", "2026-02-30", "01.03.2026", "2026-3-1", "2026-03-01T00:00:00Z", "10000-01-01"],
    "price_total": ["", "x", "x,5", "NaN", "Infinity", "-Infinity", "1e400", "1_0", " 1", "+1", "--1", ".", "1.", "１"],
}


GOOD = {"state": "done", "kind": "purchase", "archived": "true", "required_on": "2026-01-01"}
GOOD |= dict.fromkeys(("issued_at", "created_at"), "2026-01-01T00:00:00Z")


@pytest.mark.parametrize("field", BAD)
async def test_a_value_of_another_type_is_refused_by_name(v1, field):
    for value in BAD[field]:
        for operator in ("", ".ne", ".in") if field in ("state", "kind", "archived") else ("", ".ne", ".in", ".gt"):
            answer = await v1.get(f"/v1/orders?{urlencode({f'{field}{operator}': value})}")
            assert parameters(answer) == [f"{field}{operator}"], value
        answer = await v1.get(f"/v1/orders?{urlencode({f'{field}.in': f'{GOOD.get(field, 1)},{value}'})}")
        assert parameters(answer) == [f"{field}.in"], value


async def test_empty_is_true_or_false(v1):
    for value in ("", "1", "yes", "True", "null"):
        assert parameters(await v1.get(listing(title__empty=value))) == ["title.empty"], value


@pytest.mark.parametrize("value", ["a\x00b", "x" * 2001], ids=["NUL", "too long"])
async def test_a_text_that_no_order_can_have_is_refused_by_name(v1, value):
    for operator in ("", "__ne", "__like", "__in", "__gt"):
        name = f"title{operator}"
        assert parameters(await v1.get(listing(**{name: value}))) == [name.replace("__", ".")]


async def test_too_much_at_once_is_refused(v1):
    assert parameters(await v1.get(listing(id__in=",".join(map(str, range(101)))))) == ["id.in"]
    assert (await v1.get(listing(id__in=",".join(map(str, range(100)))))).status_code == 200
    many = "&".join(f"title.like=a{n}" for n in range(500))
    assert (await v1.get(f"/v1/orders?{many}")).status_code == 400


async def test_ids_may_be_any_number_that_an_id_could_be(v1):
    for value in ("0", str(10**18)):
        assert await part(v1, id=value) == ([], None)


async def test_lone_surrogates_and_broken_bytes_do_no_harm(v1):
    for query in ("title=%ED%A0%80", "title=%FF", "title.like=%FF*", "search=%FF", "search=%ED%A0%80"):
        answer = await v1.get(f"/v1/orders?{query}")
        assert answer.status_code in (200, 400)


async def test_every_member_of_a_new_order_can_be_asked_for(v1):
    order = await entered(v1, **PLAIN)

    for name, value in PLAIN.items():
        found, _ = await part(v1, **{name: value}, fields=f"id,{name}", limit=1)
        assert found == [{"id": order["id"], name: value}], name
