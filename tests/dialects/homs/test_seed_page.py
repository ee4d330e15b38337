"""Every exchange printed on the published page, replayed.

Source: the vendor's API page; one file per exchange in `seed/`. The `id` and the `code` are the server's to
assign, and the length of the answer follows theirs; everything else is as printed.
"""

import json
from pathlib import Path

import pytest

from .given import compact, james_carters_order, placed

EXCHANGES = [json.loads(page.read_text()) for page in sorted(Path(__file__).with_name("seed").glob("*.json"))]
EACH_EXCHANGE = pytest.mark.parametrize("exchange", EXCHANGES, ids=[each["title"] for each in EXCHANGES])


async def given_three_orders(homs):
    await james_carters_order(homs)
    await placed(homs)
    await placed(homs)


async def given_the_two_users(homs):
    """Nothing to do: every tenant of these tests begins with them."""


STATES = {
    "three orders": given_three_orders,
    "James Carter's order": james_carters_order,
    "the two users": given_the_two_users,
}


async def replayed(homs, exchange):
    """The answer to the printed request, sent from the printed starting state."""
    await STATES[exchange["state"]](homs)
    request = exchange["request"]
    content = None if request["body"] is None else compact(request["body"]).encode()
    return await homs.request(request["method"], request["path"], content=content, headers=dict(request["headers"]))


def records(body):
    """The orders or users in a body of this dialect."""
    (inside,) = body.values()
    return inside if isinstance(inside, list) else [inside]


def with_assigned(body, assigned_by):
    """The printed body with the ids and codes of the answer in it, in the printed order of keys."""
    mine = json.loads(json.dumps(body))
    for printed, got in zip(records(mine), records(assigned_by), strict=True):
        printed.update({key: got[key] for key in ("id", "code") if key in printed})
    return mine


def test_the_page_prints_twelve_exchanges_and_all_are_here():
    assert len(EXCHANGES) == 12


@pytest.mark.parametrize("exchange", [each for each in EXCHANGES if each["response"]["body"]])
def test_each_printed_length_is_the_compact_size_of_its_body(exchange):
    response = exchange["response"]
    assert len(compact(response["body"]).encode()) == int(response["headers"]["Content-Length"])


@EACH_EXCHANGE
async def test_an_exchange_of_the_page_is_answered_as_printed(homs, exchange):
    answer = await replayed(homs, exchange)

    printed = exchange["response"]
    assert answer.status_code == printed["status"], answer.text
    if printed["body"] is None:
        assert answer.content == b""
        return
    assert answer.headers["Content-Type"] == printed["headers"]["Content-Type"]
    body = answer.json()
    expected = with_assigned(printed["body"], assigned_by=body)
    assert body == expected
    assert list(body) == list(expected)
    assert [list(record) for record in records(body)] == [list(record) for record in records(expected)]


@EACH_EXCHANGE
async def test_an_exchange_of_the_page_has_the_printed_bytes_and_length(homs, exchange):
    answer = await replayed(homs, exchange)

    printed = exchange["response"]
    if printed["body"] is None:
        assert answer.content == b""
        return
    expected = with_assigned(printed["body"], assigned_by=answer.json())
    longer = len(compact(expected)) - len(compact(printed["body"]))
    assert int(answer.headers["Content-Length"]) == int(printed["headers"]["Content-Length"]) + longer
    assert answer.text == compact(expected)


async def test_the_page_numbers_a_fourth_order_ord_4(homs):
    answer = await replayed(homs, EXCHANGES[0])

    assert answer.json()["order"]["code"] == "ORD-4"
