"""Generated sequences of requests, answered alike by the server and by the plain model in `model.py`."""

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .given import CLIENT, DELETE, LIST, LOGIN, NEW, REFRESH, parts, password_form, query, refresh_form
from .model import ABSENT, ID_NAMES, VOID, Desk, Tokens, told

BOUNDED = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FEW = settings(BOUNDED, max_examples=12)
CASE_IDS = ("1", "2", "3")

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
good_names = st.one_of(
    st.sampled_from(["PO 1", "PO 2", " PO ", "a\nb", "\ta", "x" * 255, "ž" * 255, "%41", "a+b&c=d"]),
    texts.filter(str.strip),
)
bad_names = st.sampled_from(["", " ", "\t\n", "\u00a0", "x" * 256, "\0", "a\0b", " " * 300])
good_cases = st.sampled_from(CASE_IDS)
bad_cases = st.sampled_from(["99999999", "0", "-1", "abc", "", " ", "ACB1", "1.0", "３"])
mostly_good_cases = st.one_of(good_cases, good_cases, good_cases, good_cases, bad_cases)
mostly_good_names = st.one_of(good_names, good_names, good_names, bad_names)
carriers = st.sampled_from(["query", "form", "multipart", "both"])
# A number stands for the record created at that place, a text for itself.
record_ids = st.one_of(st.integers(0, 5), st.sampled_from(["99999999", "", "abc", "1.5"]))
creations = st.fixed_dictionaries(
    {"case_id": mostly_good_cases, "purchase_order": mostly_good_names}, optional={"note": st.just("unknown")}
)
incomplete = st.fixed_dictionaries({}, optional={"case_id": mostly_good_cases, "purchase_order": mostly_good_names})
deletions = st.fixed_dictionaries(
    {"case_id": mostly_good_cases},
    optional={"purchase_order_id": record_ids, "record_id": record_ids, "purchase_order": texts},
)
plain_deletions = st.fixed_dictionaries({"case_id": good_cases}, optional={"purchase_order_id": st.integers(0, 5)})
steps = st.one_of(
    st.tuples(st.just("create"), creations, carriers),
    st.tuples(st.just("create"), creations, carriers),
    st.tuples(st.just("create"), incomplete, carriers),
    st.tuples(st.just("delete"), deletions, carriers),
    st.tuples(st.just("delete"), plain_deletions, carriers),
    st.tuples(st.just("list"), mostly_good_cases),
)

which = st.integers(0, 6)
clients = st.integers(0, 1)
token_steps = st.one_of(
    st.tuples(st.just("login"), clients),
    st.tuples(st.just("renew"), clients, which),
    st.tuples(st.just("renew"), clients, which),
    st.tuples(st.just("use"), which),
)


def caller(iinsight):
    """A plain client for the tenant of the fixture: generated examples cannot await."""
    headers = {"Host": iinsight.host, "Accept": "application/json"}
    return httpx.Client(base_url=iinsight.base_url, headers=headers, timeout=30)


def listed(http, case_id):
    answer = http.get(f"{LIST}?case_id={case_id}")
    assert answer.status_code == 200, answer.text
    return {int(record["record_id"]): record["purchase_order"] for record in answer.json()}


def emptied(http):
    """The model of the three cases after every purchase order in them is deleted."""
    for case_id in CASE_IDS:
        for number in listed(http, case_id):
            answer = http.delete(f"{DELETE}?case_id={case_id}&purchase_order_id={number}")
            assert answer.status_code == 200, answer.text
    return Desk(cases={int(case_id): {} for case_id in CASE_IDS})


def carried(method, path, parameters, carrier):
    """The pieces of a request whose parameters travel this way."""
    asked = f"{path}?{query(**parameters)}"
    if carrier == "query" or not parameters:
        return {"method": method, "url": asked}
    if carrier == "both":
        return {"method": method, "url": asked, "data": dict.fromkeys(parameters, "in the body")}
    if carrier == "form":
        return {"method": method, "url": path, "data": parameters}
    return {"method": method, "url": path, "files": parts(parameters)}


class Run:
    """One generated sequence on the purchase orders, against the server and the model at once."""

    def __init__(self, http):
        self.http = http
        self.model = emptied(http)
        self.made = []

    def asked(self, method, path, parameters, carrier="query"):
        answer = self.http.request(**carried(method, path, parameters, carrier))
        return answer.status_code, answer.json()

    def create(self, parameters, carrier):
        status, body = self.asked("POST", NEW, parameters, carrier)
        number = body["purchase_order_id"] if status == 200 else 0
        right = self.model.create(parameters, number)
        assert told(status, body) in right, (parameters, status, body, right)
        if status == 200:
            assert type(number) is int
            assert number > max(self.made, default=0)
            self.made.append(number)

    def delete(self, parameters, carrier):
        sent = parameters | {name: self.record(parameters[name]) for name in ID_NAMES if name in parameters}
        got = self.asked("DELETE", DELETE, sent, carrier)
        right = self.model.delete(sent)
        assert told(*got) in right, (sent, got, right)

    def list(self, case_id):
        got = self.asked("GET", LIST, {"case_id": case_id})
        right = self.model.list({"case_id": case_id})
        assert told(*got) in right, (case_id, got, right)

    def record(self, wanted):
        if isinstance(wanted, str):
            return wanted
        return str(self.made[wanted]) if wanted < len(self.made) else "99999998"


class TokenRun:
    """One generated sequence of logins, renewals and uses, against the server and the model at once."""

    def __init__(self, http, both):
        self.http = http
        self.clients = both
        self.model = Tokens()
        self.known = ["0" * 40]

    def login(self, client):
        answer = self.http.post(LOGIN, auth=self.clients[client], data=password_form())
        assert answer.status_code == 200, answer.text
        self.take(client, answer.json())

    def renew(self, client, which):
        token = self.token(which)
        answer = self.http.post(REFRESH, auth=self.clients[client], data=refresh_form(token))
        if self.model.renews(client, token):
            assert answer.status_code == 200, answer.text
            self.take(client, answer.json())
        else:
            assert told(answer.status_code, answer.json()) == VOID

    def use(self, which):
        token = self.token(which)
        answer = self.http.get(f"{LIST}?case_id=3", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == (200 if self.model.opens(token) else 401)

    def take(self, client, tokens):
        self.model.issued(client, tokens)
        self.known += [tokens["access_token"], tokens["refresh_token"]]

    def token(self, which):
        """One of the newest tokens, or one that never was."""
        return self.known[-1 - which] if which < len(self.known) else self.known[0]


async def test_the_model_and_the_server_begin_alike(iinsight):
    answer = await iinsight.get(f"{LIST}?case_id=3")
    absent = await iinsight.get(f"{LIST}?case_id=99999999")

    assert (answer.status_code, answer.json()) == (200, [])
    assert told(absent.status_code, absent.json()) == ABSENT


def test_any_sequence_on_purchase_orders_is_answered_as_the_model_says(iinsight):
    with caller(iinsight) as http:
        http.headers["Authorization"] = f"Bearer {iinsight.auth}"

        @BOUNDED
        @given(st.lists(steps, min_size=3, max_size=15))
        def sequence(wanted):
            run = Run(http)
            for name, *arguments in wanted:
                getattr(run, name)(*arguments)
            for case_id in CASE_IDS:
                run.list(case_id)

        sequence()


async def test_any_sequence_on_tokens_is_answered_as_the_model_says(iinsight, demo_book):
    both = [CLIENT, await demo_book.add_client()]
    with caller(iinsight) as http:

        @FEW
        @given(st.lists(token_steps, min_size=3, max_size=10))
        def sequence(wanted):
            run = TokenRun(http, both)
            run.login(0)
            for name, *arguments in wanted:
                getattr(run, name)(*arguments)

        sequence()
