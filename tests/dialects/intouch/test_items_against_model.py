"""Generated sequences of writes and lists, answered alike by the server and by a plain model of the contract.

Source: contract sections 3.2, 3.3, 4 and 5.
"""

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .given_items import (
    DEMO,
    ITEM_KEYS,
    MAX_INT,
    MIN_INT,
    NUMBERS,
    OPTIONAL,
    ORDERS,
    READ_ONLY,
    TEXTS,
    canonical,
    items_of,
    sorted_by,
)

BOUNDED = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SORT_KEYS = ("id", "title", "quantity", "unit", "product", "locked", "mira", "note", "neznamy", "entered")

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
# What is sorted by has letters that every edition of Unicode folds alike.
plain_texts = st.text('aAbBčČžŽσςΣяЯ😀ｚ 09_-<&"', max_size=6)
few_texts = st.sampled_from(["čáp", "Čáp", "cap", "10", "9", "kg", "KG"])
decimals = st.integers(-(10**7), 10**7).map(lambda cents: cents / 100)
numbers = st.one_of(st.sampled_from([0, 1, 5, 10, 9.99, -1]), st.integers(-(10**14), 10**14), decimals)
titles = st.one_of(few_texts, plain_texts.map(lambda text: f"t{text}"))
scalars = st.one_of(st.booleans(), numbers, few_texts, plain_texts)
nested = st.recursive(
    st.one_of(st.none(), scalars, texts, st.integers(-(10**20), 10**20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)
anything = st.one_of(st.none(), scalars, st.just([]), st.just({"a": 1}))

GOOD = {
    "title": titles,
    "locked": st.booleans(),
    **dict.fromkeys(NUMBERS, st.one_of(st.none(), numbers)),
    **dict.fromkeys(TEXTS, st.one_of(st.none(), few_texts, plain_texts)),
    "product": st.one_of(st.none(), st.integers(-3, 12), st.integers(MIN_INT, MAX_INT)),
    "mira": st.one_of(st.none(), scalars),
    "Title": nested,
    "další údaj": nested,
    **dict.fromkeys(READ_ONLY, anything),
}
ODD = {
    "title": st.sampled_from([None, "", "  ", "a\0b", 5, [], True, "x" * 2001]),
    "locked": st.sampled_from([None, 0, "true", []]),
    **dict.fromkeys(NUMBERS, st.sampled_from(["5", True, {}, [1]])),
    **dict.fromkeys(TEXTS, st.sampled_from([5, False, [], "\0"])),
    "product": st.sampled_from(["5", True, 5.5, MAX_INT + 1, MIN_INT - 1, []]),
    "mira": st.sampled_from(["\0", ["\0"], {"a": {"\0": 1}}]),
}
good_changes = st.fixed_dictionaries({}, optional=GOOD)
good_items = st.fixed_dictionaries({"title": titles}, optional={name: GOOD[name] for name in GOOD if name != "title"})
bad_items = st.tuples(good_items, st.fixed_dictionaries({}, optional=ODD)).map(lambda both: both[0] | both[1])
without_title = st.fixed_dictionaries({}, optional={name: GOOD[name] for name in ("locked", "note", "mira")})
which = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("create"), good_items),
    st.tuples(st.just("create"), good_items),
    st.tuples(st.just("create"), st.one_of(bad_items, without_title)),
    st.tuples(st.just("replace"), which, st.one_of(good_items, good_items, bad_items, without_title)),
    st.tuples(st.just("change"), which, st.one_of(good_changes, good_changes, bad_items)),
    st.tuples(st.just("list"), st.integers(0, 4), st.integers(0, 3), st.sampled_from(SORT_KEYS), st.booleans()),
)


class Items:
    """The items of one order as the contract says they are, by id in the order of creation."""

    def __init__(self, order):
        self.order = order
        self.shown = {}
        self.written = []

    def create(self, item, attributes):
        self._put(item, {"id": item, "buscase": self.order, "title": None} | OPTIONAL | writable(attributes))

    def replace(self, item, attributes):
        self.create(item, attributes)

    def change(self, item, attributes):
        self._put(item, self.shown[item] | writable(attributes))

    def _put(self, item, record):
        self.shown[item] = {name: value for name, value in record.items() if value is not None or name in ITEM_KEYS}
        self.written = [each for each in self.written if each != item] + [item]


def writable(attributes):
    return {name: value for name, value in attributes.items() if name not in READ_ONLY}


def faults(attributes, *, whole):
    """What a body is refused for."""
    found = {(name, fault(name, value)) for name, value in writable(attributes).items()}
    if whole and "title" not in attributes:
        found.add(("title", "required"))
    return {(name, code) for name, code in found if code is not None}


def fault(name, value):
    if name == "locked":
        return None if isinstance(value, bool) else "type"
    if name == "title" and value is None:
        return "required"
    if name in OPTIONAL and value is None:
        return None
    if name in ("title", *TEXTS):
        return text_fault(name, value)
    if name in NUMBERS:
        return None if isinstance(value, (int, float)) and not isinstance(value, bool) else "type"
    if name == "product":
        if not isinstance(value, int) or isinstance(value, bool):
            return "type"
        return None if MIN_INT <= value <= MAX_INT else "value"
    return "value" if has_nul(value) else None


def text_fault(name, value):
    if not isinstance(value, str):
        return "type"
    if name == "title" and not value.strip():
        return "required"
    return "value" if "\0" in value or (name == "title" and len(value) > 2000) else None


def has_nul(value):
    if isinstance(value, dict):
        return any("\0" in name or has_nul(each) for name, each in value.items())
    if isinstance(value, list):
        return any(has_nul(each) for each in value)
    return isinstance(value, str) and "\0" in value


class Run:
    """One generated sequence in an order of its own, against the server and the model at once."""

    def __init__(self, http):
        self.http = http
        order = http.post(ORDERS, json={"customer": 2168, "name": "Zakázka"})
        assert order.status_code == 201, order.text
        self.path = items_of(order.json()["id"])
        self.model = Items(order.json()["id"])

    def create(self, attributes):
        answer = self.http.post(self.path, json=attributes)
        if self.refused(answer, attributes, whole=True):
            return
        assert answer.status_code == 201, (attributes, answer.text)
        record = answer.json()
        assert all(record["id"] > item for item in self.model.shown)
        assert record["modified"] == record["entered"]
        self.model.create(record["id"], attributes)
        self.agree(record)
        assert answer.headers["Location"].endswith(f"{self.path}/{record['id']}")

    def replace(self, which, attributes):
        self.write("PUT", self.model.replace, which, attributes)

    def change(self, which, attributes):
        self.write("PATCH", self.model.change, which, attributes)

    def write(self, method, in_model, which, attributes):
        ids = list(self.model.shown)
        if which >= len(ids):
            answer = self.http.request(method, f"{self.path}/370", json={"title": "x"})
            assert answer.status_code == 404, answer.text
            return
        path = f"{self.path}/{ids[which]}"
        before = self.http.get(path).json()
        answer = self.http.request(method, path, json=attributes)
        if self.refused(answer, attributes, whole=method == "PUT"):
            assert self.http.get(path).json() == before
            return
        assert answer.status_code == 200, (attributes, answer.text)
        in_model(ids[which], attributes)
        self.agree(answer.json())
        assert answer.json()["entered"] == before["entered"]
        assert answer.json()["modified"] >= before["modified"]
        assert self.http.get(path).json() == answer.json()

    def list(self, position, size, name, desc):
        query = f"?position={position}&size={size}&orderBy={name}&desc={str(desc).lower()}"
        everything = sorted_by(self.model.shown.values(), name, desc=desc)
        self.agree_on_page(query, everything[position : position + size], position, size)

    def close(self):
        self.agree_on_page("?size=1000", list(self.model.shown), 0, 1000)
        self.agree_on_page("?size=1000&orderBy=modified&desc=true", self.model.written[::-1], 0, 1000)

    def agree_on_page(self, query, ids, position, size):
        answer = self.http.get(self.path + query)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert (page["total"], page["position"], page["size"]) == (len(self.model.shown), position, size)
        assert [record["id"] for record in page["items"]] == ids, query
        for record in page["items"]:
            self.agree(record)

    def refused(self, answer, attributes, *, whole):
        """Whether the body has a fault; the answer must then tell of all its faults and of no other."""
        expected = faults(attributes, whole=whole)
        if expected:
            assert answer.status_code == 400, (attributes, answer.text)
            assert {(each["field"], each["code"]) for each in answer.json()["errors"]} == expected, attributes
        return bool(expected)

    def agree(self, record):
        assert record["enteredBy"] == record["modifiedBy"] == DEMO
        stamps = ("entered", "enteredBy", "modified", "modifiedBy")
        plain = {
            name: value
            for name, value in record.items()
            if name not in stamps and (value is not None or name in ITEM_KEYS)
        }
        assert canonical(plain) == canonical(self.model.shown[record["id"]])


def caller(intouch):
    """A plain client for the tenant of the fixture: generated examples cannot await."""
    headers = httpx.Headers(intouch.headers)
    headers["Host"] = intouch.host
    return httpx.Client(base_url=intouch.base_url, headers=headers, auth=intouch.auth, timeout=30)


def test_any_sequence_on_items_is_answered_as_the_model_says(intouch):
    with caller(intouch) as http:

        @BOUNDED
        @given(st.lists(steps, min_size=3, max_size=12))
        def sequence(steps):
            run = Run(http)
            for name, *arguments in steps:
                getattr(run, name)(*arguments)
            run.close()

        sequence()
