"""Generated sequences of writes, answered alike by the server and by a plain model of the contract.

Source: contract sections 3.2, 6 and 7.
"""

import json
from decimal import Decimal
from itertools import count

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .given_writes import CONTACTS, HAL, NOWHERE, POS, business, fault, line_ids, order_id

BOUNDED = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
MISSING = "missing"
_runs = count(1)

DEMO = {"externalId": "DEMO-CUST", "name": "Demo Customer", "id": 1}
SECOND = {"name": "Second Customer", "id": 2}
# What is sent, and what is shown for it or the fault it is refused for.
CUSTOMERS = (
    ({"id": 1}, DEMO),
    ({"id": 1, "name": "Second Customer"}, DEMO),
    ({"externalId": "demo-cust", "name": "Nobody"}, DEMO),
    ({"id": 0, "name": "DEMO customer"}, DEMO),
    ({"id": 2, "externalId": "DEMO-CUST"}, SECOND),
)
BAD_CUSTOMERS = (
    (None, ("Required", "CustomerIdentifier")),
    ({"id": 0}, ("Required", "CustomerIdentifier")),
    ({"id": NOWHERE, "name": "Demo Customer"}, ("DoesNotExist", "CustomerIdentifier.Id")),
    ({"name": "Nobody"}, ("DoesNotExist", "CustomerIdentifier.Name")),
)
ACME = {
    "contactId": 1,
    "companyName": "Acme Supply",
    "isAddressResidential": False,
    "code": "SUP-1",
    "addressStatus": 0,
}
FRESH = {"isAddressResidential": False, "addressStatus": 0}
SUPPLIERS = (
    (None, None),
    ({}, None),
    ({"contactId": 0}, None),
    ({"contactId": 1, "city": "ignored"}, ACME),
    ({"code": "sup-1", "addressStatus": 0, "name": None}, ACME),
    ({"code": "SUP-1", "city": "Žatec"}, FRESH | {"code": "SUP-1", "city": "Žatec"}),
    ({"companyName": "New", "addressStatus": "Confirmed"}, FRESH | {"companyName": "New", "addressStatus": 1}),
)
BAD_SUPPLIERS = (
    ({"contactId": NOWHERE, "code": "SUP-1"}, ("DoesNotExist", "Supplier.ContactId")),
    ({"code": "NOPE"}, ("DoesNotExist", "Supplier.Code")),
    ({"name": "x", "addressStatus": 7}, ("ValueNotSupported", "Supplier.AddressStatus")),
)
DATES = (
    (None, None),
    ("2025-03-01", "2025-03-01T00:00:00"),
    ("2025-03-01T09:30", "2025-03-01T09:30:00"),
    ("2025-03-01T09:30:15+02:00", "2025-03-01T07:30:15"),
    ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59"),
)
FIRST, OTHER = {"sku": "SKU-1", "id": 1}, {"sku": "SKU-2", "id": 2}
ITEMS = (({"id": 1}, FIRST), ({"sku": "sku-1"}, FIRST), ({"id": 2, "sku": "SKU-1"}, OTHER), ({"sku": "SKU-2"}, OTHER))
BAD_ITEMS = (
    (None, ("Required", "ItemIdentifier")),
    ({"id": 0}, ("Required", "ItemIdentifier")),
    ({"id": NOWHERE, "sku": "SKU-1"}, ("DoesNotExist", "ItemIdentifier.Id")),
    ({"sku": "NOPE"}, ("DoesNotExist", "ItemIdentifier.Sku")),
)
FACILITIES = (
    (None, None),
    ({"id": 0}, None),
    ({"id": 2, "name": "Main"}, {"name": "Overflow", "id": 2}),
    ({"name": "MAIN"}, {"name": "Main", "id": 1}),
)
BAD_FACILITIES = (({"name": "Nowhere"}, ("DoesNotExist", "ExpectedFacility.Name")),)
BAD_DATES = (("2025-02-30", "ValueNotSupported"), ("soon", "ValueNotSupported"), (5, "ValueNotSupported"))
SPELLING = {"": "", "blue": "Blue", "BLUE": "Blue", None: ""}

plain_texts = st.text("aAžŽ日😀 <&\"'%\\/", min_size=1, max_size=8).map(lambda text: f"t{text}t")
texts = st.one_of(st.none(), plain_texts)
decimals = st.one_of(st.sampled_from([1, 2.5, 0.0001]), st.integers(1, 10**9).map(lambda units: units / 10_000))
lines = st.fixed_dictionaries(
    {"item": st.sampled_from(ITEMS), "quantity": decimals, "match": st.one_of(st.none(), st.integers(0, 3))},
    optional={
        "qualifier": st.sampled_from(["", "blue", "BLUE", None]),
        "price": st.one_of(st.none(), st.just(0), decimals),
        "facility": st.sampled_from(FACILITIES),
        "expectedDate": st.sampled_from(DATES),
        "cancelDate": st.sampled_from(DATES),
        "notes": texts,
        "externalLineId": texts,
    },
)
bad_lines = st.tuples(
    lines,
    st.fixed_dictionaries(
        {},
        optional={
            "item": st.sampled_from(BAD_ITEMS),
            "quantity": st.sampled_from([None, 0, -1, "5", True]),
            "price": st.sampled_from([-0.5, "5", []]),
            "qualifier": st.sampled_from(["Green", 5]),
            "facility": st.sampled_from(BAD_FACILITIES),
            "expectedDate": st.sampled_from(BAD_DATES),
            "match": st.just(NOWHERE),
        },
    ),
).map(lambda both: both[0] | both[1])
orders = st.fixed_dictionaries(
    {
        "number": st.sampled_from(["a", "A", "b", "é", "É"]),
        "customer": st.sampled_from(CUSTOMERS),
        "lines": st.one_of(st.none(), st.lists(lines, max_size=4)),
    },
    optional={
        "supplier": st.sampled_from(SUPPLIERS),
        "issueDate": st.sampled_from(DATES),
        "notes": texts,
        "externalId": texts,
    },
)
bad_orders = st.tuples(
    orders,
    st.fixed_dictionaries(
        {},
        optional={
            "number": st.sampled_from([None, "", "  ", 5]),
            "customer": st.sampled_from(BAD_CUSTOMERS),
            "supplier": st.sampled_from(BAD_SUPPLIERS),
            "issueDate": st.sampled_from(BAD_DATES),
            "notes": st.sampled_from([5, [], True]),
            "lines": st.lists(st.one_of(lines, bad_lines), min_size=1, max_size=3),
        },
    ),
).map(lambda both: both[0] | both[1])
some_orders = st.one_of(orders, orders, orders, bad_orders)
which = st.integers(0, 2)
steps = st.one_of(
    st.tuples(st.just("create"), some_orders),
    st.tuples(st.just("create"), some_orders),
    st.tuples(st.just("replace"), which, some_orders),
    st.tuples(st.just("replace"), which, some_orders),
    st.tuples(st.just("put_back"), which),
    st.tuples(st.just("write_stale"), which),
    st.tuples(st.just("delete"), which),
)


class Purchase:
    """One purchase as the contract says it is."""

    def __init__(self, customer):
        self.customer = customer
        self.folded = None
        self.shown = None
        self.ids = []
        self.tags = []


class Reading:
    """What one body says: the record to send, what is shown for it, and all its faults."""

    def __init__(self, drawn, prefix, stored):
        self.record, self.faults = {}, set()
        self.shown = {}
        self.matches = []
        self._number(drawn, prefix)
        self.customer = self._found(self.record, self.shown, "customerIdentifier", drawn["customer"], "")
        if stored is not None and self.customer is not None and self.customer != stored.customer:
            self.faults.add(("Incompatible", "CustomerIdentifier"))
        for name in ("supplier", "issueDate"):
            if name in drawn:
                self._found(self.record, self.shown, name, drawn[name], "")
        for name in ("notes", "externalId"):
            if name in drawn:
                self._text(self.record, self.shown, name, drawn[name], "")
        self.record["lineItems"], self.shown["lineItems"] = None, []
        if drawn["lines"] is not None:
            self.record["lineItems"] = []
            for place, line in enumerate(drawn["lines"]):
                self._line(line, f"LineItems[{place}].", stored)

    def _number(self, drawn, prefix):
        number = drawn["number"]
        usable = isinstance(number, str) and number.strip()
        self.record["purchaseOrderNumber"] = f"{prefix}{number}" if usable else number
        self.shown["purchaseOrderNumber"] = self.record["purchaseOrderNumber"]
        self.folded = self.record["purchaseOrderNumber"].casefold() if usable else None
        if not usable:
            missing = number is None or isinstance(number, str)
            self.faults.add(("Required" if missing else "ValueNotSupported", "PurchaseOrderNumber"))

    def _found(self, record, shown, name, pair, where):
        """Write what is sent and what is shown for it; a fault is a code, or a code and a place."""
        given, found = pair
        record[name] = given
        if isinstance(found, str) and not found[:1].isdigit():
            self.faults.add((found, where + pascal(name)))
        elif isinstance(found, tuple):
            self.faults.add((found[0], where + found[1]))
        elif found is not None:
            shown[name] = found
            return found
        return None

    def _text(self, record, shown, name, text, where):
        record[name] = text
        if isinstance(text, str):
            shown[name] = text
        elif text is not None:
            self.faults.add(("ValueNotSupported", where + pascal(name)))

    def _line(self, line, where, stored):
        record, shown = {}, {}
        self._found(record, shown, "itemIdentifier", line["item"], where)
        if self.customer == SECOND and "itemIdentifier" in shown:
            used = "Id" if record["itemIdentifier"].get("id") else "Sku"
            self.faults.add(("DoesNotExist", f"{where}ItemIdentifier.{used}"))
        self._quantity(record, shown, line["quantity"], where)
        self._qualifier(record, shown, line, where)
        if "price" in line:
            self._price(record, shown, line["price"], where)
        if "facility" in line:
            self._found(record, shown, "expectedFacility", line["facility"], where)
        for name in ("expectedDate", "cancelDate"):
            if name in line:
                self._found(record, shown, name, line[name], where)
        for name in ("notes", "externalLineId"):
            if name in line:
                self._text(record, shown, name, line[name], where)
        self._match(record, line["match"], where, stored)
        self.record["lineItems"].append(record)
        self.shown["lineItems"].append(shown)

    def _quantity(self, record, shown, quantity, where):
        record["quantity"] = quantity
        if quantity is None:
            self.faults.add(("Required", f"{where}Quantity"))
        elif isinstance(quantity, (str, bool)) or quantity <= 0:
            self.faults.add(("ValueNotSupported", f"{where}Quantity"))
        else:
            shown["quantity"] = Decimal(str(quantity))

    def _price(self, record, shown, price, where):
        record["price"] = price
        if isinstance(price, (str, list)) or (price is not None and price < 0):
            self.faults.add(("ValueNotSupported", f"{where}Price"))
        elif price is not None:
            shown["price"] = Decimal(str(price))

    def _qualifier(self, record, shown, line, where):
        qualifier = line.get("qualifier")
        if "qualifier" in line:
            record["qualifier"] = qualifier
        if qualifier is not None and not isinstance(qualifier, str):
            self.faults.add(("ValueNotSupported", f"{where}Qualifier"))
            return
        shown["qualifier"] = SPELLING.get(qualifier, qualifier)
        only_the_first_has_it = shown["qualifier"] == "Blue" and shown.get("itemIdentifier") != FIRST
        if shown["qualifier"] not in ("", "Blue") or only_the_first_has_it:
            self.faults.add(("DoesNotExist", f"{where}Qualifier"))

    def _match(self, record, match, where, stored):
        if stored is None:
            # A creation ignores the ids of lines.
            record["purchaseOrderLineItemId"] = match
            self.matches.append(None)
        elif match is None:
            self.matches.append(None)
        elif match < len(stored.ids):
            line_id = record["purchaseOrderLineItemId"] = stored.ids[match]
            if line_id in self.matches:
                self.faults.add(("Duplicate", f"{where}PurchaseOrderLineItemId"))
                first = self.matches.index(line_id)
                self.faults.add(("Duplicate", f"LineItems[{first}].PurchaseOrderLineItemId"))
            self.matches.append(line_id)
        else:
            record["purchaseOrderLineItemId"] = NOWHERE
            self.faults.add(("DoesNotExist", f"{where}PurchaseOrderLineItemId"))
            if NOWHERE in self.matches:
                self.faults.add(("Duplicate", f"{where}PurchaseOrderLineItemId"))
            self.matches.append(NOWHERE)


def pascal(name):
    return name[0].upper() + name[1:]


class Run:
    """One generated sequence with numbers of its own, against the server and the model at once."""

    def __init__(self, http):
        self.http = http
        self.prefix = f"R{next(_runs)}-"
        self.live = {}

    def create(self, drawn):
        reading = self.reading(drawn, None)
        answer = self.http.post(POS, json=reading.record)
        if self.refused(answer, reading):
            return
        assert answer.status_code == 201, (reading.record, answer.text)
        order = parsed(answer)
        assert all(order_id(order) > known for known in self.live)
        assert answer.headers["Location"] == f"{POS}/{order_id(order)}"
        purchase = self.live[order_id(order)] = Purchase(reading.customer)
        self.written(order_id(order), purchase, reading, answer)

    def replace(self, which, drawn):
        number, purchase = self.chosen(which)
        if purchase is None:
            return
        reading = self.reading(drawn, purchase)
        answer = self.put(number, reading.record, purchase.tags[-1])
        if self.refused(answer, reading):
            self.agree(number, purchase)
            return
        assert answer.status_code == 200, (reading.record, answer.text)
        self.written(number, purchase, reading, answer)

    def put_back(self, which):
        number, purchase = self.chosen(which)
        if purchase is None:
            return
        before = self.http.get(f"{POS}/{number}")
        answer = self.put(number, before.json(), before.headers["ETag"])
        assert answer.status_code == 200, (before.text, answer.text)
        purchase.tags.append(answer.headers["ETag"])
        self.agree(number, purchase)

    def write_stale(self, which):
        number, purchase = self.chosen(which)
        if purchase is None or len(purchase.tags) < 2:
            return
        record = {"purchaseOrderNumber": "x", "customerIdentifier": {"id": 1}}
        for tag in purchase.tags[:-1]:
            assert self.put(number, record, tag).status_code == 412
            assert self.http.delete(f"{POS}/{number}", headers={"If-Match": tag}).status_code == 412
        self.agree(number, purchase)

    def delete(self, which):
        number, purchase = self.chosen(which)
        if purchase is None:
            return
        answer = self.http.delete(f"{POS}/{number}", headers={"If-Match": purchase.tags[-1]})
        assert (answer.status_code, answer.content) == (204, b"")
        assert self.http.get(f"{POS}/{number}").status_code == 404
        del self.live[number]

    def close(self):
        for number, purchase in self.live.items():
            self.agree(number, purchase)

    def reading(self, drawn, stored):
        reading = Reading(drawn, self.prefix, stored)
        others = [each for each in self.live.values() if each is not stored and each.customer == reading.customer]
        if reading.folded is not None and reading.folded in [each.folded for each in others]:
            reading.faults.add(("Duplicate", "PurchaseOrderNumber"))
        return reading

    def chosen(self, which):
        known = sorted(self.live)
        return (known[which], self.live[known[which]]) if which < len(known) else (None, None)

    def put(self, number, record, tag):
        return self.http.put(f"{POS}/{number}", json=record, headers={"If-Match": tag})

    def refused(self, answer, reading):
        """Whether the body has a fault; the answer must then tell of one or more of its faults and of no other."""
        if reading.faults:
            code, names = fault(answer)
            if reading.customer is None or ("Incompatible", "CustomerIdentifier") in reading.faults:
                # Whose items the lines may name, and whose numbers count, is then open.
                names = {name for name in names if not name.startswith(("LineItems", "PurchaseOrderNumber"))}
            assert {(code, name) for name in names} <= reading.faults, reading.record
        return bool(reading.faults)

    def written(self, number, purchase, reading, answer):
        order = parsed(answer)
        expected = [known for known in reading.matches if known is not None]
        kept = [given for given, known in zip(line_ids(order), reading.matches, strict=True) if known is not None]
        fresh = [given for given, known in zip(line_ids(order), reading.matches, strict=True) if known is None]
        assert kept == expected
        assert not set(fresh) & {*purchase.ids, NOWHERE}
        assert len(set(line_ids(order))) == len(line_ids(order))
        purchase.ids, purchase.folded = line_ids(order), reading.folded
        purchase.shown = dict(reading.shown)
        if "supplier" in reading.shown and "contactId" not in reading.shown["supplier"]:
            fresh_id = order["supplier"]["contactId"]
            assert fresh_id > 2
            purchase.shown["supplier"] = reading.shown["supplier"] | {"contactId": fresh_id}
            assert self.http.get(f"{CONTACTS}/{fresh_id}").status_code == 200
        assert answer.headers["ETag"] not in purchase.tags
        purchase.tags.append(answer.headers["ETag"])
        assert business(order) == purchase.shown
        self.agree(number, purchase)

    def agree(self, number, purchase):
        answer = self.http.get(f"{POS}/{number}")
        assert answer.status_code == 200, answer.text
        order = parsed(answer)
        assert business(order) == purchase.shown
        assert line_ids(order) == purchase.ids
        assert answer.headers["ETag"] == purchase.tags[-1]
        assert order["readOnly"]["closed"] is False


def parsed(answer):
    return json.loads(answer.text, parse_float=Decimal)


def caller(extensiv):
    """A plain client for the tenant of the fixture: generated examples cannot await."""
    headers = {"Host": extensiv.host, "Accept": HAL, "Authorization": f"Bearer {extensiv.auth}"}
    return httpx.Client(base_url=extensiv.base_url, headers=headers, timeout=30)


def test_any_sequence_of_writes_is_answered_as_the_model_says(extensiv):
    with caller(extensiv) as http:

        @BOUNDED
        @given(st.lists(steps, min_size=2, max_size=8))
        def sequence(steps):
            run = Run(http)
            for name, *arguments in steps:
                getattr(run, name)(*arguments)
            run.close()

        sequence()
