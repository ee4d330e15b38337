"""Generated sequences of calls, answered alike by the server and by the plain model in `model.py`."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .given import (
    AUTH,
    EST,
    INVESTED,
    PATH,
    PROMOTED,
    PURCHASES,
    UPDATED,
    data,
    parsed,
    plain_client,
    refused,
    warnings,
    written,
)
from .model import ESTIMATES, JOB_RATES, MARKUPS, RATES, READ_ONLY, TEXTS, WISHES, Book, Refused

BOUNDED = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

amounts = st.one_of(
    st.sampled_from([0, 1, 10, 25, 33, 50, 100, "1.14", "0.005", "-7.5", "98765.43", " 12.5 ", 0.5, 1.21]),
    st.decimals(-1000, 100_000, places=2).map(str),
)
bad_amounts = st.sampled_from(["x", "", None, True, "1e13", "9999999999999", "1,000"])
rates = st.sampled_from([1, "1.21", "2", 0.5, "1.333333", "1.3"])
currencies = st.sampled_from(["", *RATES])
texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=12)
dates = st.sampled_from(["", "2025-03-01", "2024-02-29"])


def value_of(name):
    """Values that may be given to a field."""
    if name == "poCurrencyCode":
        return currencies
    if name == "poInvest":
        return st.booleans()
    if name == "poDateRequired":
        return dates
    if name in TEXTS:
        return texts
    return rates if name == "poCurrencyRate" else amounts


def changes(names, **more):
    return st.fixed_dictionaries({}, optional={name: value_of(name) for name in names} | more)


# Two purchases there are from the beginning; the third may be created, the last hardly ever.
places = st.sampled_from([0, 0, 0, 1, 1, 1, 2, 5])
versions = st.integers(1, 4)
bad_members = st.sampled_from(
    [
        {"poNonsense": 1},
        {"poPONumber": "999999"},
        {"poCompleted": True},
        {"poCurrencyRate": 0},
        {"poCurrencyCode": "1/XYZ"},
        {"poCharge": 1, "poChargeout": 2},
        {"poSupplierCode": "other"},
    ]
)
some_names = st.sets(st.sampled_from([*WISHES, *TEXTS]), min_size=1, max_size=4)
some_changes = st.one_of(
    some_names.flatmap(lambda names: st.fixed_dictionaries({name: value_of(name) for name in sorted(names)})),
    some_names.flatmap(lambda names: st.fixed_dictionaries({name: value_of(name) for name in sorted(names)})),
    some_names.flatmap(
        lambda names: st.fixed_dictionaries(
            {name: value_of(name) for name in sorted(names)}, optional={"poRecordVersionNumber": versions}
        )
    ),
    st.tuples(changes(WISHES), bad_members).map(lambda both: both[0] | both[1]),
    st.tuples(st.sampled_from([name for name in WISHES if name.endswith(("Cost", "Charge"))]), bad_amounts).map(
        lambda both: dict([both])
    ),
    st.just({}),
)
new_records = st.tuples(
    st.fixed_dictionaries(
        {
            "poJobandPhase": st.sampled_from([*JOB_RATES]),
            "poSupplierCode": st.sampled_from([*MARKUPS]),
            "poSupplytype": st.just("1/ENG"),
            "poDescription": st.sampled_from(["Letterheads", "Kalendář", "x"]),
        }
    ),
    changes([*ESTIMATES, "poTheirRef", "poOrderText"]),
).map(lambda both: both[0] | both[1])
bad_new_records = st.tuples(
    new_records,
    st.sampled_from([{"poDescription": " "}, {"poJobandPhase": "1/x"}, {"poSupplytype": "1/XYZ"}, {"poCost": 1}]),
).map(lambda both: both[0] | both[1])
echoes = st.tuples(
    st.just("echo"),
    places,
    st.sampled_from([*WISHES, *TEXTS]).flatmap(lambda name: st.tuples(st.just(name), value_of(name))),
)
steps = st.one_of(
    st.tuples(st.just("create"), st.lists(new_records, min_size=1, max_size=2)),
    st.tuples(st.just("create"), st.lists(st.one_of(new_records, bad_new_records), min_size=1, max_size=2)),
    st.tuples(st.just("update"), st.lists(st.tuples(places, some_changes), min_size=1, max_size=3)),
    st.tuples(st.just("update"), st.lists(st.tuples(places, some_changes), min_size=1, max_size=1)),
    st.tuples(st.just("update"), st.lists(st.tuples(places, some_changes), min_size=1, max_size=1)),
    echoes,
    echoes,
    st.tuples(st.just("promote"), places),
    st.tuples(st.just("invest"), places, st.booleans()),
    st.tuples(st.just("delete"), st.lists(st.sampled_from([1, 1, 2, 5]), min_size=1, max_size=2)),
)
NOBODY = {"poInternal": 99999998}


class Run:
    """One generated sequence, against the server and the model at once."""

    def __init__(self, http):
        self.http = http
        self.model = Book()
        self.numbers = set()

    def create(self, records):
        answer = self.asked("create", input=data(*records))
        try:
            made, lost = self.model.whole(self.model.create, records)
        except Refused:
            refused(answer)
            return
        told = written(answer, UPDATED)
        assert self.named(told) == lost, (records, told["warningmessage"])
        assert len(told["data"]) == len(made)
        for place, row in zip(made, told["data"], strict=True):
            purchase = self.model.purchases[place]
            purchase.poInternal, purchase.poUuid = row["poInternal"], row["poUuid"]
            self.compare(row, purchase)

    def update(self, records):
        sent = [self.identified(place) | record for place, record in records]
        answer = self.asked("update", input=data(*sent))
        try:
            after, ignored = self.model.whole(self.model.update, records)
        except Refused:
            refused(answer)
            return
        told = written(answer, UPDATED)
        assert self.named(told) == ignored, (sent, told["warningmessage"])
        for row, purchase in zip(told["data"], after, strict=True):
            self.compare(row, purchase)

    def echo(self, place, change):
        """A whole record that comes back with one change."""
        name, value = change
        if place >= len(self.model.purchases) or self.model.purchases[place] is None:
            return
        changed = {"poCharge": value, "poChargeout": value} if name.startswith("poCharge") else {name: value}
        record = parsed(self.read(purchase=self.model.purchases[place].poInternal))["data"][0]
        answer = self.asked("update", input=data(record | changed))
        known = {key: record[key] for key in (*WISHES, *TEXTS, *READ_ONLY, "poRecordVersionNumber")}
        try:
            after, ignored = self.model.whole(self.model.update, [(place, known | changed)])
        except Refused:
            refused(answer)
            return
        told = written(answer, UPDATED)
        assert self.named(told) == ignored
        self.compare(told["data"][0], after[0])

    def promote(self, place):
        answer = self.asked("promote", purchase=self.identified(place)["poInternal"])
        try:
            purchase = self.model.whole(self.model.promote, place)
        except Refused:
            refused(answer)
            return
        (row,) = written(answer, PROMOTED)["data"]
        assert row["poPONumber"] not in self.numbers | {EST}
        self.numbers.add(row["poPONumber"])
        purchase.number = row["poPONumber"]
        self.compare(row, purchase)

    def invest(self, place, on):
        action = "investment_on" if on else "investment_off"
        answer = self.asked(action, purchase=self.identified(place)["poInternal"])
        try:
            purchase = self.model.whole(self.model.invest, place, on)
        except Refused:
            refused(answer)
            return
        (row,) = written(answer, INVESTED)["data"]
        self.compare(row, purchase)

    def delete(self, wanted):
        answer = self.asked("delete", input=data(*map(self.identified, wanted)))
        try:
            gone = self.model.whole(self.model.delete, wanted)
        except Refused:
            refused(answer)
            return
        assert written(answer, UPDATED)["data"] == [
            {"poInternal": each.poInternal, "poUuid": each.poUuid} for each in gone
        ]

    def end(self):
        """Everything is as the model says, and is deleted."""
        records = parsed(self.read(modelstructure="purchaseorderdetails"))["data"]
        records = [record for record in records if record["poInternal"] not in PURCHASES]
        left = self.model.left()
        assert len(records) == len(left)
        for record, purchase in zip(records, left, strict=True):
            self.compare(record, purchase)
            for name in TEXTS:
                assert record[name] == purchase.texts[name], name
        if left:
            written(self.asked("delete", input=data(*({"poInternal": each.poInternal} for each in left))))

    def compare(self, row, purchase):
        expected = purchase.shown()
        for name, value in expected.items():
            if name in row:
                same = row[name] == value and isinstance(row[name], bool) is isinstance(value, bool)
                assert same, (name, row[name], value, row)

    def identified(self, place):
        known = self.model.purchases[place] if place < len(self.model.purchases) else None
        return NOBODY if known is None else {"poInternal": known.poInternal}

    def named(self, told):
        """What was ignored; of the twins the first."""
        return {"poCharge" if name == "poChargeout" else name for name in warnings(told)} - {"poTimeStampModified"}

    def asked(self, action, **parameters):
        return self.http.post(PATH, data=AUTH | {"action": action} | parameters)

    def read(self, **parameters):
        return self.http.get(PATH, params=AUTH | parameters)


def test_any_sequence_of_calls_is_answered_as_the_model_says(synergist):
    with plain_client(synergist) as http:

        @BOUNDED
        @given(st.lists(steps, min_size=3, max_size=15))
        def sequence(wanted):
            run = Run(http)
            run.create([NEW_OF_A_RUN | {"poEstCost": 100}, NEW_OF_A_RUN | {"poJobandPhase": "1/00001076.001"}])
            run.promote(0)
            for name, *arguments in wanted:
                getattr(run, name)(*arguments)
            run.end()

        sequence()


NEW_OF_A_RUN = {
    "poJobandPhase": "1/00002001.001",
    "poSupplierCode": "1/AAMATT2",
    "poSupplytype": "1/ENG",
    "poDescription": "The first",
    "poCurrencyCode": "1/EUR",
}


async def test_the_model_begins_like_the_server():
    book = Book()
    (place,), lost = book.create([NEW_OF_A_RUN | {"poEstCost": 100}])

    assert lost == set()
    shown = book.purchases[place].shown()
    assert (shown["poEstRecChgOut"], shown["poCurrencyEstCharge"], shown["poCurrencyRate"]) == (
        130,
        195,
        Decimal("1.21"),
    )
