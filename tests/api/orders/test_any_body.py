"""Any JSON as a body has an answer, whose pointers lead to what is wrong; and what was taken can be sent back."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .given import ORDERS, PROBLEM, STORED_DATA, apart, path, plain_client

BOUNDED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([0.5, -1e300, 2**63, -(10**40), 1e-9, 2168]),
    st.text(st.characters(codec=None, exclude_categories=()), max_size=6),
    st.sampled_from(["", "1.5", "NaN", "1e400", "2026-01-31T12:00:00Z", "9999-12-31T23:59:59Z", "2026-01-31", "done"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=6,
)
texts = st.one_of(st.none(), st.text(max_size=8), values)
amounts = st.one_of(st.none(), st.sampled_from(["1", "2.50", "-3", 7, 0.1, "1e5"]), values)
ids = st.one_of(st.none(), st.sampled_from([1, 2, 370, 99999]), values)
moments = st.one_of(st.none(), st.just("2026-01-31T12:00:00+01:00"), values)
line = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("title", "qualifier", "unit", "notes", "external_id"), texts),
        **dict.fromkeys(("quantity", "price", "price_total"), amounts),
        **dict.fromkeys(("item_id", "facility_id", "id"), ids),
        **dict.fromkeys(("expected_at", "cancel_at"), moments),
        "locked": st.one_of(st.booleans(), values),
        "sku": values,
    },
)
costing = st.dictionaries(
    st.sampled_from(
        ["currency", "rate", "cost", "currency_cost", "markup", "charge", "invest", "estimate_cost", "source"]
    ),
    st.one_of(st.sampled_from(["1/EUR", "1", "1.5", "100", True]), values),
    max_size=4,
)
data = st.dictionaries(
    st.sampled_from([*STORED_DATA, "nope", "a/b~", ""]), st.one_of(*map(st.just, STORED_DATA.values()), values)
)
bodies = st.fixed_dictionaries(
    {
        "type": st.one_of(
            st.sampled_from(["purchase_order", "all_kinds", "purchase_order", "all_kinds", "nothing"]), values
        )
    },
    optional={
        **dict.fromkeys(("number", "title", "external_id", "process_id", "process_state", "notes"), texts),
        **dict.fromkeys(("customer_id", "supplier_id", "case_id"), ids),
        **dict.fromkeys(("issued_at", "done_at", "estimated_at"), moments),
        "responsible": st.one_of(st.just("demo@example.com"), texts),
        "required_on": st.one_of(st.just("2026-01-31"), values),
        "state": st.one_of(st.just("done"), values),
        "archived": st.one_of(st.booleans(), values),
        "price_total": amounts,
        "lines": st.one_of(st.lists(line, max_size=3), values),
        "costing": st.one_of(costing, values),
        "data": st.one_of(data, values),
        "external_ids": st.one_of(st.dictionaries(st.text(max_size=4), texts, max_size=3), values),
        "leftovers": values,
        "nope": values,
    },
)


def leads_somewhere(pointer, body):
    """Whether the pointer leads to a value of the body, or to a member that could be there."""
    *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]] or [None]
    for part in parents:
        body = body[int(part)] if isinstance(body, list) else repeated(body)[part]
    return (
        last is None or (isinstance(body, list) and int(last) < len(body)) or last in repeated(body) or last == "type"
    )


def repeated(members):
    """The members by their names as an answer can repeat them."""
    return {name.encode(errors="replace").decode(): value for name, value in members.items()}


async def test_any_body_has_an_answer_and_what_was_taken_can_be_sent_back(v1):
    with plain_client(v1) as http:

        @BOUNDED
        @given(bodies, bodies)
        def send(first, second):
            entered = answered(http, "POST", ORDERS, first)
            if entered is None:
                entered = http.post(
                    ORDERS, json={"type": "all_kinds", "customer_id": 1, "lines": [{"item_id": 1}]}
                ).json()
            at = path(entered)
            assert http.get(at).json() == entered
            changed = answered(http, "PATCH", at, second) or entered
            assert http.get(at).json() == changed

            again = http.patch(at, json=changed)
            assert again.status_code == 200, again.text
            assert apart(again.json()) == apart(changed)

        send()


def answered(http, method, at, body):
    """The order, None if the body is refused."""
    answer = http.request(method, at, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 201, 400, 422), (answer.status_code, answer.text)
    if answer.status_code < 300:
        return answer.json()
    assert answer.headers["Content-Type"] == PROBLEM
    errors = answer.json()["errors"]
    assert bool(errors) is (answer.status_code == 422), answer.text
    assert len({error["pointer"] for error in errors}) == len(errors), errors
    assert all(leads_somewhere(error["pointer"], body) for error in errors), errors
    return None
