"""Any filters, sort and length of parts, beside the same in plain Python."""

import random
import re
from datetime import datetime
from decimal import Decimal
from functools import cmp_to_key

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .given import listing, plain_client, post

BOUNDED = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
TEXTS = [
    None,
    None,
    "",
    "a",
    "A",
    "b",
    "ab",
    "Ab",
    "a b",
    "Č",
    "č",
    "čaj",
    "Ž",
    "Я",
    "яблоко",
    "Straße",
    "STRASSE",
    "*",
    "10",
    "9",
]
MOMENTS = [
    None,
    None,
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.000001Z",
    "2025-12-31T23:30:00-01:00",
    "1999-09-09T09:09:09Z",
]
DAYS = [None, None, "2026-01-01", "2025-12-31", "2026-02-28"]
AMOUNTS = [None, None, "0", "-1.5", "1.50", "1.5", "10", "9", "100000000000000000000", "0.000000000001"]
POOLS = {
    **dict.fromkeys(("number", "title", "external_id", "supplier_reference", "process_id", "process_state"), TEXTS),
    **dict.fromkeys(("notes", "price_currency"), TEXTS),
    **dict.fromkeys(("issued_at", "done_at", "estimated_at"), MOMENTS),
    "required_on": DAYS,
    "price_total": AMOUNTS,
    "customer_id": [None, 1, 2, 2168],
    "supplier_id": [None, 1, 2],
    "case_id": [None, 1, 5],
    "responsible": [None, "demo@example.com", "c.johnson@example.com"],
    "state": ["to_execute", "in_progress", "done"],
    "archived": [True, False],
    "type": ["purchase_order", "pizza_order", "Without custom fields"],
}
# What an order has besides, and the values that are asked for.
ASKED = {**POOLS, "kind": ["purchase", "general"], "version": [1, 2], "created_by": ["demo@example.com", "nobody"]}
RANGES = ("lt", "lte", "gt", "gte")
CHOICES = ("state", "kind", "archived")
UNSORTED = ("notes", "responsible", "type")
ALWAYS_THERE = ("state", "archived", "type", "kind", "version", "created_by")


def is_text(field):
    return ASKED[field] is TEXTS or field in ("responsible", "type", "created_by")


def operators(field):
    found = ["", "ne", "in"]
    found += [] if field in CHOICES else RANGES
    found += ["like"] if is_text(field) else []
    return found + ([] if field in ALWAYS_THERE else ["empty"])


def as_parameter(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


@st.composite
def some_filter(draw):
    """A filter: a field, an operator, and the value as it goes out."""
    field = draw(st.sampled_from(sorted(ASKED)))
    by = draw(st.sampled_from(operators(field)))
    values = [value for value in ASKED[field] if value is not None]
    if by == "empty":
        return field, by, draw(st.sampled_from(["true", "false"]))
    if by == "in":
        some = draw(st.lists(st.sampled_from(values), min_size=1, max_size=3))
        return field, by, ",".join(map(as_parameter, some))
    value = as_parameter(draw(st.sampled_from(values)))
    if by == "like":
        value = draw(st.sampled_from(["{}", "*{}", "{}*", "*{}*"])).format(value.strip("*")[:3])
    return field, by, value


fields_to_sort = st.sampled_from(sorted({"id", "code", "created_at", *ASKED} - set(UNSORTED)))
queries = st.tuples(
    st.lists(some_filter(), max_size=3, unique_by=lambda test: test[:2]),
    fields_to_sort,
    st.booleans(),
    st.sampled_from([1, 2, 3, 7, 50]),
    st.sampled_from(["", "", "", "čaj", "stra*", "JABLKO", "ябло*", "a b"]),
)


# The same in plain Python -------------------------------------------------------------------------------------------


def comparable(field, value):
    """A value as it is compared, None if there is nothing."""
    if value is None:
        return None
    if is_text(field) or field in ("state", "kind"):
        return value.casefold()
    if field.endswith("_at"):
        return datetime.fromisoformat(value)
    if field == "price_total":
        return Decimal(value)
    if field == "archived":
        return {"true": True, "false": False}.get(value, value)
    return value if field == "required_on" else int(value)


def holds(order, field, by, asked):
    value = comparable(field, order[field])
    if by == "empty":
        return (value in (None, "")) is (asked == "true")
    if by == "in":
        return value is not None and value in [comparable(field, each) for each in asked.split(",")]
    if by == "like":
        return value is not None and is_like(value, asked.casefold())
    wanted = comparable(field, asked)
    if by == "ne":
        return value != wanted
    if value is None:
        return False
    return {
        "": value == wanted,
        "lt": by == "lt" and value < wanted,
        "lte": by == "lte" and value <= wanted,
        "gt": by == "gt" and value > wanted,
        "gte": by == "gte" and value >= wanted,
    }[by]


def is_like(value, pattern):
    if pattern.startswith("*") and pattern.endswith("*"):
        return pattern.strip("*") in value
    if pattern.startswith("*"):
        return value.endswith(pattern.lstrip("*"))
    return value.startswith(pattern.rstrip("*")) if pattern.endswith("*") else value == pattern


def says(order, search):
    """Whether the order has each word, or one that begins with it."""
    plain = str.maketrans("čžřšáíéůúý", "czrsaieuuy")
    own = ("code", "number", "title", "external_id", "supplier_reference", "process_id", "notes")
    words = re.findall(r"\w+", " ".join(order[name] or "" for name in own).lower().translate(plain))
    return all(
        any(word.startswith(term[:-1]) if term.endswith("*") else word == term for word in words)
        for term in search.lower().translate(plain).split()
    )


def sorted_by(orders, field, descending):
    def compare(one, other):
        values = [comparable(field, order[field]) if field in ASKED else order[field] for order in (one, other)]
        if field == "code":
            values = [order["code"].casefold() for order in (one, other)]
        if field in ("id", "created_at"):
            values = [one["id"], other["id"]]
        keys = [
            ((value is not None), value if value is not None else 0, order["id"])
            for value, order in zip(values, (one, other), strict=True)
        ]
        if (values[0] is None) is not (values[1] is None):
            keys = [key[:1] for key in keys]
        return (keys[0] > keys[1]) - (keys[0] < keys[1])

    return sorted(orders, key=cmp_to_key(compare), reverse=descending)


async def some_orders(v1):
    """Orders of all kinds, always the same."""
    chance = random.Random(7)  # noqa: S311
    orders = []
    for _ in range(48):
        answer = await post(v1, **{name: chance.choice(pool) for name, pool in POOLS.items()})
        assert answer.status_code == 201, answer.text
        order = answer.json()
        if chance.random() < 0.3:
            order = (await v1.patch(f"/v1/orders/{order['id']}", json={})).json()
        orders.append(order)
    return orders


async def test_any_list_is_as_plain_python_makes_it(v1):
    orders = await some_orders(v1)
    first = orders[0]["id"]
    with plain_client(v1) as http:

        @BOUNDED
        @given(queries)
        def ask(query):
            filters, field, descending, limit, search = query
            asked = {f"{name}.{by}" if by else name: value for name, by, value in filters}
            asked |= {"sort": f"{'-' if descending else ''}{field}", "limit": limit, "id.gte": first}
            asked |= {"search": search} if search else {}
            met, cursor = [], {}
            while True:
                answer = http.get(listing(fields="id", **asked, **cursor))
                assert answer.status_code == 200, answer.text
                body = answer.json()
                met += [order["id"] for order in body["orders"]]
                if body["next"] is None:
                    break
                assert len(body["orders"]) == limit
                cursor = {"cursor": body["next"]}

            expected = [order for order in orders if all(holds(order, *test) for test in filters)]
            expected = [order for order in expected if says(order, search)]
            assert met == [order["id"] for order in sorted_by(expected, field, descending)]

        ask()
