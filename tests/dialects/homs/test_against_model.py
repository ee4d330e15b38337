"""Generated sequences of requests, answered alike by the server and by the plain model in `model.py`."""

from datetime import datetime

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .given import DEMO, DEMO_SHOWN, JOHNSON, JOHNSON_SHOWN, WITHOUT_FIELDS
from .model import Orders, Users

BOUNDED = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ROOTED = {"POST", "PUT", "PATCH"}

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
free_texts = st.one_of(
    st.none(), texts, st.integers(-(10**9), 10**9), st.sampled_from(["\0", "a\0b", ["a"], {"a": "b"}])
)
seconds = st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.isoformat(timespec="seconds"))
offsets = st.sampled_from(["Z", "+00:00", "+03:00", "-07:30", "+14:00"])
fractions = st.sampled_from(["", ".5", ".250", ".123456"])
moments = st.tuples(seconds, fractions, offsets).map("".join)
unreadable = st.sampled_from(["soon", "2016-02-30T00:00:00Z", ""])

VALUES = {
    "aString": st.one_of(st.none(), texts, st.lists(texts, min_size=1, max_size=3), st.sampled_from([5, "x" * 1024])),
    "aNumber": st.one_of(
        st.integers(-(10**12), 10**12),
        st.integers(-(10**12), 10**12).map(str),
        st.sampled_from([None, "", "3.14", "-2.50", " 100 ", 0.1, "abc", "1e10", "+100", "00100", True]),
    ),
    "aBoolean": st.sampled_from([None, True, False, "true", "on", "1", "false", "off", "0", 1, 0, "yes"]),
    "aDate": st.one_of(st.none(), moments, unreadable, st.just(5)),
    "aJson": st.sampled_from([None, "", "[1, 2]", "[]", "5", "{", "abc", 7]),
    "beginDate": st.one_of(st.none(), moments, unreadable),
    "resolution": st.one_of(st.none(), texts, st.just(5)),
    "subject": st.one_of(st.none(), texts, st.just(False)),
    "unknown": st.integers(),
}
order_attributes = st.fixed_dictionaries(
    {},
    optional={
        "ext_code": free_texts,
        "bp_id": free_texts,
        "bp_state": free_texts,
        "state": st.sampled_from(["to_execute", "in_progress", "done", "done", "closed", None]),
        "archived": st.booleans(),
        "done_at": st.one_of(st.none(), moments, seconds, unreadable),
        "user_email": st.sampled_from([None, DEMO, JOHNSON, "nobody@example.com"]),
        "data": st.one_of(st.fixed_dictionaries({}, optional=VALUES), st.sampled_from([None, [], "text"])),
        "code": st.just("ORD-1"),
        "unknown": st.integers(),
    },
)
type_codes = st.sampled_from(["all_kinds", "all_kinds", "vacation_request", "support_request", WITHOUT_FIELDS])
any_type_code = st.one_of(type_codes, st.sampled_from([None, "no_such_type"]))
typed = st.tuples(order_attributes, type_codes).map(lambda both: both[0] | {"order_type_code": both[1]})
oddly_typed = st.tuples(order_attributes, any_type_code).map(lambda both: both[0] | {"order_type_code": both[1]})
which = st.integers(0, 4)
order_steps = st.one_of(
    st.tuples(st.just("create"), typed),
    st.tuples(st.just("create"), oddly_typed),
    st.tuples(st.just("update"), which, st.one_of(order_attributes, order_attributes, oddly_typed)),
    st.tuples(st.just("show"), which),
    st.tuples(st.just("delete"), which),
    st.tuples(st.just("list"), st.integers(0, 4), st.integers(1, 3)),
)

names = st.sampled_from(["Ann", "Bob", "Žofie", "", None, "  "])
good_names = st.sampled_from(["Ann", "Bob", "Carl"])
emails = st.sampled_from(["a@example.com", "b@example.com", " B@Example.com ", JOHNSON, "no at", "a@b@c", None])
user_attributes = st.fixed_dictionaries(
    {},
    optional={
        "email": emails,
        "name": names,
        "middle_name": st.sampled_from(["Kay", None]),
        "last_name": names,
        "company": names,
        "department": good_names,
        "role": st.sampled_from(["user", "vip", "admin", "admin", "root"]),
        "password": st.sampled_from(["long enough", "short", ""]),
        "unknown": st.integers(),
    },
)
whole_users = st.fixed_dictionaries(
    {
        "email": st.sampled_from(["a@example.com", "b@example.com", JOHNSON]),
        "name": good_names,
        "last_name": good_names,
        "company": good_names,
        "department": good_names,
        "password": st.just("long enough"),
    },
    optional={"middle_name": good_names, "role": st.sampled_from(["vip", "root"])},
)
addressed = st.sampled_from(["a@example.com", "b@example.com", JOHNSON, "nobody@example.com"])
user_steps = st.one_of(
    st.tuples(st.just("create"), whole_users),
    st.tuples(st.just("create"), user_attributes),
    st.tuples(st.just("update"), addressed, user_attributes.filter(bool)),
    st.tuples(st.just("show"), addressed),
    st.tuples(st.just("delete"), addressed),
    st.tuples(st.just("list")),
)


def caller(homs):
    """A plain client for the tenant of the fixture: generated examples cannot await."""
    headers = httpx.Headers(homs.headers)
    headers["Host"] = homs.host
    return httpx.Client(base_url=homs.base_url, headers=headers, auth=(DEMO, "demo-token"), timeout=30)


def asked(http, method, path, body=None):
    """The status and the parsed body of an answer."""
    answer = http.request(method, path, json=body) if method in ROOTED else http.request(method, path)
    return answer.status_code, answer.json() if answer.content else None


def without_orders(http):
    status, body = asked(http, "GET", "/api/orders?page_size=10000")
    assert status == 200, (status, body)
    for order in body["orders"]:
        assert asked(http, "DELETE", f"/api/orders/{order['code']}")[0] == 204


def with_the_two_users(http):
    status, body = asked(http, "GET", "/api/users?page_size=10000")
    assert status == 200, (status, body)
    for user in body["users"]:
        if user["email"] != DEMO:
            assert asked(http, "DELETE", f"/api/users/{user['email']}")[0] == 204
    johnson = JOHNSON_SHOWN | {"password": "long enough"}
    assert asked(http, "POST", "/api/users", {"user": johnson}) == (201, {"user": JOHNSON_SHOWN})


class OrderRun:
    """One generated sequence on the orders, against the server and the model at once."""

    def __init__(self, http):
        self.http = http
        self.model = Orders(emails=(DEMO, JOHNSON))
        self.codes = []

    def code(self, which):
        return self.codes[which] if which < len(self.codes) else "ORD-0"

    def create(self, attributes):
        status, body = asked(self.http, "POST", "/api/orders", {"order": attributes})
        assigned = body["order"] if status == 201 else {"code": "ORD-0", "id": 0}
        expected = self.model.create(attributes, assigned["code"], assigned["id"])
        assert expected.allows(status, body), (attributes, status, body, expected)
        if status == 201:
            assert [number(code) for code in self.codes if number(code) >= number(assigned["code"])] == []
            self.codes.append(assigned["code"])

    def update(self, which, attributes):
        if not attributes:
            return  # an empty root is 400, which is not the model's matter
        code = self.code(which)
        got = asked(self.http, "PUT", f"/api/orders/{code}", {"order": attributes})
        expected = self.model.update(code, attributes)
        assert expected.allows(*got), (attributes, got, expected)
        self.show(which)

    def show(self, which):
        code = self.code(which)
        got = asked(self.http, "GET", f"/api/orders/{code}")
        expected = self.model.show(code)
        assert expected.allows(*got), (got, expected)

    def delete(self, which):
        code = self.code(which)
        got = asked(self.http, "DELETE", f"/api/orders/{code}")
        assert self.model.delete(code).allows(*got), got

    def list(self, page_size, page):
        got = asked(self.http, "GET", f"/api/orders?page_size={page_size}&page={page}")
        expected = self.model.list(page_size, page)
        assert expected.allows(*got), (got, expected)


class UserRun:
    """One generated sequence on the users, against the server and the model at once."""

    def __init__(self, http):
        self.http = http
        self.model = Users()

    def create(self, attributes):
        if not attributes:
            return
        got = asked(self.http, "POST", "/api/users", {"user": attributes})
        expected = self.model.create(attributes)
        assert expected.allows(*got), (attributes, got, expected)

    def update(self, email, attributes):
        got = asked(self.http, "PUT", f"/api/users/{email}", {"user": attributes})
        expected = self.model.update(email, attributes)
        assert expected.allows(*got), (attributes, got, expected)
        self.show(email)

    def show(self, email):
        got = asked(self.http, "GET", f"/api/users/{email}")
        expected = self.model.show(email)
        assert expected.allows(*got), (got, expected)

    def delete(self, email):
        got = asked(self.http, "DELETE", f"/api/users/{email}")
        assert self.model.delete(email).allows(*got), got

    def list(self):
        """Who is there, by last and first name; how a missing middle name sorts is left open."""
        status, body = asked(self.http, "GET", "/api/users?page_size=100")
        assert status == 200
        assert {user["email"]: user for user in body["users"]} == self.model.shown
        plain = [(user["last_name"], user["name"]) for user in body["users"]]
        assert [each for each in plain if "".join(each).isascii()] == sorted(
            each for each in plain if "".join(each).isascii()
        )


def number(code):
    return int(code.removeprefix("ORD-"))


async def test_the_model_and_the_server_begin_alike(homs):
    assert (await homs.get("/api/orders")).json() == {"orders": []}
    assert (await homs.get("/api/users")).json() == {"users": [JOHNSON_SHOWN, DEMO_SHOWN]}


def test_any_sequence_on_orders_is_answered_as_the_model_says(homs):
    with caller(homs) as http:

        @BOUNDED
        @given(st.lists(order_steps, min_size=3, max_size=15))
        def sequence(steps):
            without_orders(http)
            run = OrderRun(http)
            for name, *arguments in steps:
                getattr(run, name)(*arguments)
            run.list(100, 1)

        sequence()


def test_any_sequence_on_users_is_answered_as_the_model_says(homs):
    with caller(homs) as http:

        @BOUNDED
        @given(st.lists(user_steps, min_size=3, max_size=15))
        def sequence(steps):
            with_the_two_users(http)
            run = UserRun(http)
            for name, *arguments in steps:
                getattr(run, name)(*arguments)
            run.list()

        sequence()
