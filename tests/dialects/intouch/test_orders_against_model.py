"""Generated sequences of writes to orders, answered alike by the server and by a small model.

Source: contract sections 3.1, 3.3, 5.1, 5.3, 5.4 and 6.
"""

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .given import (
    BAKERY,
    DEFAULTS,
    DEMO,
    JOHNSON,
    LINKS,
    LONGEST,
    NOWHERE,
    ORDER_ATTRIBUTES,
    ORDERS,
    PASSWORD,
    PURCHASE,
    READ_ONLY,
    REQUIRED,
    UNKNOWN_TYPE,
    moment,
    placed,
    problems,
    same,
)

BOUNDED = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
PARTIES = (1, 2, BAKERY)
IGNORED = (*READ_ONLY, "buscase")
MISSING = object()

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
names = texts.filter(lambda text: bool(text.strip()))
integers = st.integers(-(2**63), 2**63 - 1)
amounts = st.one_of(
    st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12).map(lambda cents: float(f"{cents}e-2"))
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(-1e15, 1e15, allow_subnormal=False),
    texts,
)
further = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
further_names = st.one_of(st.sampled_from(["barva", "tvar", "title", "Name"]), texts).filter(
    lambda name: name not in ORDER_ATTRIBUTES and name != "buscase"
)
GOOD = {
    "customer": st.sampled_from(PARTIES),
    "name": names,
    "caseType": st.sampled_from([1, 1, 2, 7, 999]),
    "totalPrice": st.one_of(st.none(), amounts),
    "currency": st.sampled_from(["CZK", "EUR", "usd"]),
    "comment": st.one_of(st.none(), texts),
    "branch": st.one_of(st.none(), integers),
    "person": st.one_of(st.none(), integers),
    "opportunity": st.one_of(st.none(), integers),
    "ownerUser": st.one_of(st.sampled_from([DEMO, JOHNSON, "gregor"]), texts),
    "ownerGroup": st.one_of(st.none(), texts),
    "id": scalars,
    "modified": scalars,
    "buscase": scalars,
}
ODD = {
    "customer": st.sampled_from([None, "1", True, 1.5, 0, -1, NOWHERE, [1]]),
    "name": st.sampled_from([None, "", " \t", 5, True, "x" * (LONGEST + 1), ["x"]]),
    "caseType": st.sampled_from([None, "1", True, 1.5, 0, -1, PURCHASE, UNKNOWN_TYPE, {}]),
    "totalPrice": st.sampled_from(["5", True, [], {}]),
    "currency": st.sampled_from([None, "", "CZ", "ČZK", 5, True]),
    "comment": st.sampled_from([5, True, [], {}]),
    "branch": st.sampled_from(["1", True, 1.5, []]),
    "person": st.sampled_from(["1", False, 1.5, {}]),
    "ownerUser": st.sampled_from([5, True, []]),
    "ownerGroup": st.sampled_from([5, False, {}]),
}
good_attributes = st.builds(
    lambda named, other: other | named,
    st.fixed_dictionaries({}, optional=GOOD),
    st.dictionaries(further_names, further, max_size=3),
)
whole = st.builds(
    lambda attributes, customer, name: {"customer": customer, "name": name} | attributes,
    good_attributes,
    GOOD["customer"],
    GOOD["name"],
)
odd_attributes = st.builds(
    lambda good, odd: good | odd,
    st.one_of(whole, good_attributes),
    st.fixed_dictionaries({}, optional=ODD),
)
anything = st.one_of(whole, whole, odd_attributes)
some = st.one_of(good_attributes, good_attributes, odd_attributes)
users = st.sampled_from([DEMO, DEMO, JOHNSON])
which = st.integers(0, 3)
steps = st.one_of(
    st.tuples(st.just("enter"), users, anything),
    st.tuples(st.just("replace"), users, which, anything),
    st.tuples(st.just("change"), users, which, some),
    st.tuples(st.just("put_back"), users, which),
    st.tuples(st.just("read"), users, which),
)


class Model:
    """The orders as this dialect shows them, but for ids and times."""

    def __init__(self):
        self.orders = {}

    def enter(self, user, attributes):
        """The problems of a new order, or its record."""
        found = problems_of(attributes, {}, whole=True)
        if found:
            return found, None
        return found, {
            **DEFAULTS,
            "ownerUser": user,
            **kept(attributes),
            "enteredBy": user,
            "modifiedBy": user,
        }

    def replace(self, user, order_id, attributes):
        """The problems of a PUT, or the record after it."""
        order = self.orders[order_id]
        found = problems_of(attributes, order, whole=True)
        if found:
            return found, None
        return found, {
            **DEFAULTS,
            "caseType": order["caseType"],
            "ownerUser": order["enteredBy"],
            **kept(attributes),
            "enteredBy": order["enteredBy"],
            "modifiedBy": user,
        }

    def change(self, user, order_id, attributes):
        """The problems of a PATCH, or the record after it."""
        order = self.orders[order_id]
        found = problems_of(attributes, order, whole=False)
        if found:
            return found, None
        after = order | kept(attributes) | {"modifiedBy": user}
        gone = {name for name, value in kept(attributes).items() if value is None and name not in ORDER_ATTRIBUTES}
        return found, {name: value for name, value in after.items() if name not in gone}


def kept(attributes):
    """What of a body is stored."""
    return {name: value for name, value in attributes.items() if name not in IGNORED}


def problems_of(attributes, order, whole):
    """What is wrong with a body, as pairs of field and code."""
    found = {(name, "required") for name in REQUIRED if whole and name not in attributes}
    for name, value in attributes.items():
        code = None if same(value, order.get(name, MISSING)) else code_of(name, value, order)
        if code:
            found.add((name, code))
    return found


def code_of(name, value, order):
    """What is wrong with this value, if anything is."""
    if name in REQUIRED and value is None:
        return "required"
    if name in ("name", "comment", "currency", "ownerUser", "ownerGroup"):
        return code_of_text(name, value)
    if name in ("customer", "caseType", *LINKS):
        return code_of_integer(name, value, order)
    if name == "totalPrice" and value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        return "type"
    return None


def code_of_text(name, value):
    if value is None:
        return "type" if name == "currency" else None
    if not isinstance(value, str):
        return "type"
    if name == "name":
        return "required" if not value.strip() else "value" if len(value) > LONGEST else None
    good = len(value) == 3 and value.isascii() and value.isalpha()
    return "value" if name == "currency" and not good else None


def code_of_integer(name, value, order):
    if value is None:
        return "type" if name == "caseType" else None
    if isinstance(value, bool) or not isinstance(value, int):
        return "type"
    if name == "customer":
        return None if value in PARTIES else "unknown_reference"
    if name == "caseType":
        if value < 1:
            return "value"
        if value > PURCHASE:
            return "unknown_reference"
        return "value" if order and (value == PURCHASE) != (order["caseType"] == PURCHASE) else None
    return None


class Run:
    """One generated sequence, against the server and the model at once."""

    def __init__(self, http):
        self.http = http
        self.model = Model()
        self.ids = []

    def asked(self, method, path, user, content=None):
        return self.http.request(method, path, auth=(user, PASSWORD), **({} if content is None else {"json": content}))

    def id(self, which):
        """The id of one of the orders entered so far."""
        return self.ids[which % len(self.ids)]

    def enter(self, user, attributes):
        answer = self.asked("POST", ORDERS, user, attributes)
        found, expected = self.model.enter(user, attributes)
        self.judge(answer, 201, found, expected, attributes)
        if not found:
            order = answer.json()
            assert order["modified"] == order["entered"]
            assert all(order["id"] > earlier for earlier in self.ids)
            self.ids.append(order["id"])
            self.model.orders[order["id"]] = expected | {"entered": order["entered"]}
            self.see(order["id"], user)

    def replace(self, user, which, attributes):
        self.write("PUT", self.model.replace, user, which, attributes)

    def change(self, user, which, attributes):
        self.write("PATCH", self.model.change, user, which, attributes)

    def put_back(self, user, which):
        record = self.asked("GET", f"{ORDERS}/{self.id(which)}", user).json()
        self.write("PUT", self.model.replace, user, which, record)

    def read(self, user, which):
        self.see(self.id(which), user)

    def write(self, method, expectation, user, which, attributes):
        order_id = self.id(which)
        answer = self.asked(method, f"{ORDERS}/{order_id}", user, attributes)
        found, expected = expectation(user, order_id, attributes)
        self.judge(answer, 200, found, expected, attributes)
        if not found:
            self.model.orders[order_id] = expected | {"entered": self.model.orders[order_id]["entered"]}
        self.see(order_id, user)

    def see(self, order_id, user):
        """The order is shown as the model has it."""
        answer = self.asked("GET", f"{ORDERS}/{order_id}", user)
        assert answer.status_code == 200, answer.text
        order, expected = answer.json(), self.model.orders[order_id]
        assert same(untimed(order), untimed(expected)), (untimed(order), untimed(expected))
        assert (order["id"], order["entered"]) == (order_id, expected["entered"])
        assert moment(order["modified"]) >= moment(order["entered"])

    @staticmethod
    def judge(answer, status, found, expected, attributes):
        if found:
            assert problems(answer) == found, attributes
        else:
            assert answer.status_code == status, (attributes, answer.text)
            assert same(untimed(answer.json()), untimed(expected)), (attributes, answer.text)


def untimed(record):
    """A record without its id and its times."""
    return {name: value for name, value in record.items() if name not in ("id", "entered", "modified")}


def caller(intouch):
    """A plain client for the tenant of the fixture: generated examples cannot await."""
    headers = httpx.Headers(intouch.headers)
    headers["Host"] = intouch.host
    return httpx.Client(base_url=intouch.base_url, headers=headers, timeout=30)


async def test_the_model_and_the_server_begin_alike(intouch):
    order = await placed(intouch, **{"customer": BAKERY, "name": "x"})

    found, expected = Model().enter(DEMO, {"customer": BAKERY, "name": "x"})

    assert found == set()
    assert untimed(order) == untimed(expected)


def test_any_sequence_of_writes_is_answered_as_the_model_says(intouch):
    with caller(intouch) as http:

        @BOUNDED
        @given(st.lists(steps, min_size=3, max_size=12))
        def sequence(sequence_of_steps):
            run = Run(http)
            run.enter(DEMO, {"customer": BAKERY, "name": "První"})
            for name, *arguments in sequence_of_steps:
                getattr(run, name)(*arguments)
            for order_id in run.ids:
                run.see(order_id, DEMO)

        sequence()
