"""Every exchange printed on the published page, replayed.

Source: the vendor's page; one file per exchange in `seed/`. `##` stands for an ID, which is the server's to assign,
in quotes or not as printed; the page prints no status, which contract sections 4 and 5 give as 200.
"""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .given import EMPTY_CASE, assert_refused, created, ids, no_trace, query, records

EXCHANGES = [json.loads(page.read_text()) for page in sorted(Path(__file__).with_name("seed").glob("*.json"))]
EACH_EXCHANGE = pytest.mark.parametrize("exchange", EXCHANGES, ids=[each["title"] for each in EXCHANGES])
STATES = {"no purchase order": (), "xxx": ("xxx",), "xxx xxx and xxx": ("xxx xxx", "xxx")}


async def from_its_state(iinsight, exchange):
    """The IDs of the purchase orders that the printed exchange starts from."""
    return [await created(iinsight, name) for name in STATES[exchange["state"]]]


async def asked(iinsight, exchange, without=None, **more):
    request = exchange["request"]
    given = {name: value for name, value in request["query"].items() if name != without}
    path = urlsplit(request["production"]).path
    return await iinsight.request(request["method"], f"{path}?{query(**given)}", **more)


def printed(exchange, assigned):
    """The printed answer with these IDs in the places of `##`, quoted or not as it was printed."""
    left = iter(assigned)
    without_remarks = re.sub(r" //[^\n]*", "", "\n".join(exchange["response"]))
    return json.loads(re.sub("##", lambda _: str(next(left)), without_remarks))


def typed(value):
    """The value with the type of each part, since 1, 1.0 and True are equal."""
    if isinstance(value, list):
        return [typed(each) for each in value]
    if isinstance(value, dict):
        return [(key, typed(each)) for key, each in value.items()]
    return type(value), value


def test_the_page_prints_three_exchanges_and_all_are_here():
    assert [each["request"]["method"] for each in EXCHANGES] == ["GET", "POST", "DELETE"]


@EACH_EXCHANGE
def test_both_printed_servers_have_the_same_path(exchange):
    request = exchange["request"]

    assert urlsplit(request["uat"]).path == urlsplit(request["production"]).path


@EACH_EXCHANGE
async def test_an_exchange_of_the_page_is_answered_as_printed(iinsight, exchange):
    before = await from_its_state(iinsight, exchange)

    answer = await asked(iinsight, exchange)

    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("application/json")
    assigned = before or await ids(iinsight)
    assert typed(answer.json()) == typed(printed(exchange, assigned))


@EACH_EXCHANGE
async def test_the_token_is_mandatory_as_printed(iinsight, demo_book, exchange):
    await from_its_state(iinsight, exchange)
    before = await records(iinsight, EMPTY_CASE)

    async with no_trace(demo_book):
        answer = await asked(iinsight, exchange, auth=None)

    assert_refused(answer, 401, "unauthorized")
    assert await records(iinsight, EMPTY_CASE) == before


@EACH_EXCHANGE
async def test_each_query_parameter_is_mandatory_as_printed(iinsight, demo_book, exchange):
    await from_its_state(iinsight, exchange)

    async with no_trace(demo_book):
        for name in exchange["request"]["mandatory"]:
            assert_refused(await asked(iinsight, exchange, without=name), 400, "missing_parameter")


async def test_the_id_is_a_number_when_created_and_a_text_when_listed_and_deleted(iinsight):
    answer = await iinsight.post("/api1/purchase_orders/new?case_id=3&purchase_order=xxx")
    number = answer.json()["purchase_order_id"]
    (record,) = await records(iinsight)
    deleted = (await iinsight.delete("/api1/purchase_orders/delete?case_id=3")).json()["purchase_order_id"]

    assert type(number) is int
    assert record["record_id"] == deleted == str(number)
