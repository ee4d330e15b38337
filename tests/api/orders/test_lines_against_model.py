"""Any sequence of changes of lines, beside the same in plain Python."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .given import ORDERS, path, plain_client

BOUNDED = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
BLANK = {
    "title": None,
    "item_id": None,
    "sku": None,
    "qualifier": None,
    "quantity": None,
    "unit": None,
    "price": None,
    "price_total": None,
    "locked": False,
    "facility_id": None,
    "expected_at": None,
    "cancel_at": None,
    "notes": None,
    "external_id": None,
}
# The items of the order's customer, each with its qualifiers, the plain one first.
ITEMS = {1: ("SKU-1", ["", "Blue"]), 2: ("SKU-2", [""])}
FACILITIES = (1, 2)
texts = st.one_of(st.none(), st.sampled_from(["", "x", "Žitná mouka", "ж" * 300]))
amounts = st.one_of(st.none(), st.sampled_from(["0", "1", "2.50", "-3", "100", "0.001", "1e3"]))
moments = st.one_of(st.none(), st.sampled_from(["2026-03-01T08:30:00Z", "1999-12-31T23:59:59.500000Z"]))
members = st.fixed_dictionaries(
    {},
    optional={
        "title": texts,
        "item_id": st.sampled_from([None, 1, 1, 2, 2, 99]),
        "qualifier": st.sampled_from([None, "", "Blue", "BLUE", "Green", "x"]),
        "quantity": amounts,
        "unit": texts,
        "price": amounts,
        "price_total": amounts,
        "locked": st.booleans(),
        "facility_id": st.sampled_from([None, 1, 2, 2, 99]),
        "expected_at": moments,
        "cancel_at": moments,
        "notes": texts,
        "external_id": texts,
    },
)
# Which line is meant: one that the order has by its place, a new one, or one that is not there.
places = st.one_of(st.integers(0, 6), st.none(), st.just(99))
changes = st.lists(st.tuples(places, members), max_size=6)
steps = st.one_of(changes, changes, changes, st.just("echo"), st.just("head"))


class Lines:
    """The lines of one order, as a plain reader of the description expects them."""

    def __init__(self):
        self.lines = []
        self.cost = None

    def wish(self, change):
        """The lines as they will be, each with the one that it was; or the pointers of what is wrong."""
        wrong, after, taken = [], [], set()
        for at, (place, said) in enumerate(change):
            old = None
            if place is not None:
                if place >= len(self.lines) or place in taken:
                    wrong.append(f"/lines/{at}/id")
                    continue
                taken.add(place)
                old = self.lines[place]
            line = dict(BLANK if old is None else old)
            line |= {name: value for name, value in said.items() if name not in ("item_id", "qualifier")}
            wrong += [f"/lines/{at}/{fault}" for fault in _item(line, old, said)]
            if said.get("facility_id", None) not in (None, *FACILITIES):
                wrong.append(f"/lines/{at}/facility_id")
            after.append(line)
        return after, wrong

    def take(self, after, shown):
        """The lines are so now; new ones have the ids that they are shown with."""
        before = self.total()
        self.lines = [line | {"id": each["id"]} for line, each in zip(after, shown, strict=True)]
        # The cost follows the lines from the moment that they come to something.
        if self.total() != before:
            self.cost = self.total()

    def total(self):
        worth = [
            Decimal(line["quantity"]) * Decimal(line["price"])
            for line in self.lines
            if line["quantity"] is not None and line["price"] is not None
        ]
        return sum(worth, Decimal(0))


def _item(line, old, said):
    """Set the item and the qualifier of a line; what is wrong with them."""
    before = None if old is None else old["item_id"]
    item = said.get("item_id", before)
    qualifier = said.get("qualifier", ...)
    line["item_id"], line["sku"] = item, None
    if item is None:
        if qualifier is not ...:
            line["qualifier"] = qualifier
        return []
    if item not in ITEMS:
        return ["item_id"]
    line["sku"], known = ITEMS[item]
    if item == before and (qualifier is ... or qualifier == old["qualifier"]):
        return []
    wanted = "" if qualifier in (..., None) else qualifier
    found = next((name for name in known if name.casefold() == wanted.casefold()), None)
    line["qualifier"] = found
    return [] if found is not None else ["qualifier"]


def compared(line):
    """A line as it is compared: amounts as numbers."""
    return {name: _number(name, line[name]) for name in BLANK}


def _number(name, value):
    return Decimal(value) if name in ("quantity", "price", "price_total") and value is not None else value


class Run:
    """One generated sequence, against the server and the model at once."""

    def __init__(self, http):
        self.http = http
        self.model = Lines()
        answer = http.post(ORDERS, json={"type": "purchase_order", "customer_id": 1})
        assert answer.status_code == 201, answer.text
        self.order = answer.json()

    def step(self, change):
        version = self.order["version"]
        if change == "head":
            self.accepted({"title": f"step {version}"})
        elif change == "echo":
            self.accepted(self.order)
        else:
            self.lines(change)

    def lines(self, change):
        after, wrong = self.model.wish(change)
        ids = {place: line["id"] for place, line in enumerate(self.model.lines)}
        sent = [said | ({} if place is None else {"id": ids.get(place, 99999999)}) for place, said in change]
        answer = self.http.patch(path(self.order), json={"lines": sent})
        if wrong:
            assert answer.status_code == 422, answer.text
            assert sorted(error["pointer"] for error in answer.json()["errors"]) == sorted(wrong)
            assert self.http.get(path(self.order)).json() == self.order
            return
        assert answer.status_code == 200, answer.text
        self.model.take(after, answer.json()["lines"])
        self.compare(answer.json(), after)

    def accepted(self, body):
        answer = self.http.patch(path(self.order), json=body)
        assert answer.status_code == 200, answer.text
        self.compare(answer.json(), self.model.lines)

    def compare(self, order, lines):
        assert order["version"] == self.order["version"] + 1
        assert [compared(line) for line in order["lines"]] == [compared(line) for line in lines]
        self.compare_lives(order)
        cost = None if order["costing"] is None else Decimal(order["costing"]["cost"])
        assert cost == (None if self.model.cost is None else round(self.model.cost, 2))
        self.order = order

    def compare_lives(self, order):
        """Lines that were there keep their ids and when they were entered; those that did not change say so."""
        before = {line["id"]: line for line in self.order["lines"]}
        assert len({line["id"] for line in order["lines"]}) == len(order["lines"])
        for line in order["lines"]:
            if line["id"] in before:
                old = before[line["id"]]
                assert line["created_at"] == old["created_at"]
                same = compared(line) == compared(old)
                assert line["modified_at"] >= old["modified_at"] if same else line["modified_at"] > old["modified_at"]
            else:
                assert all(line["id"] > known for known in before)


async def test_any_sequence_of_changes_of_lines_is_as_plain_python_makes_it(v1):
    with plain_client(v1) as http:

        @BOUNDED
        @given(st.lists(steps, min_size=2, max_size=8))
        def sequence(wanted):
            run = Run(http)
            run.step([(None, {"title": "first", "quantity": "2", "price": "1.50"}), (None, {"item_id": 1})])
            for change in wanted:
                run.step(change)
            assert http.get(path(run.order)).json() == run.order

        sequence()
