"""Every request of the vendor's page on order items, with its answer.

Source: the vendor's page; one file per exchange in `seed/`, with the sentence of the page that it is. The page
prints one page of items and one body of a PATCH; both are here as printed. What it only describes has a body of
our own, and `printed` is false.
"""

import json
import re
from pathlib import Path

import pytest

from .given_items import ITEMS, WRITES, error_of, is_refused, no_effect

EXCHANGES = [json.loads(page.read_text()) for page in sorted(Path(__file__).with_name("seed").glob("*.json"))]
EACH_EXCHANGE = pytest.mark.parametrize("exchange", EXCHANGES, ids=[each["title"] for each in EXCHANGES])
MARGARINE = {"id": 370, "enteredBy": "gregor", "title": "Dodávka margarínu", "locked": True}


async def replayed(intouch, exchange, **options):
    """The answer to the request of the page."""
    request = exchange["request"]
    content = None if request["content"] is None else request["content"].encode()
    return await intouch.request(
        request["method"], request["path"], content=content, headers=dict(request["headers"]), **options
    )


def test_the_page_has_twelve_exchanges_and_all_are_here():
    assert len(EXCHANGES) == 12
    assert {each["request"]["method"] for each in EXCHANGES} == {"GET", "POST", "PUT", "PATCH"}


@EACH_EXCHANGE
async def test_a_stranger_gets_no_exchange_of_the_page(intouch, demo_book, exchange):
    async with no_effect(demo_book):
        assert is_refused(await replayed(intouch, exchange, auth=None), 401)


@EACH_EXCHANGE
async def test_an_exchange_of_the_page_is_answered_as_it_says(intouch, exchange):
    answer = await replayed(intouch, exchange)

    response = exchange["response"]
    assert answer.status_code == response["status"], answer.text
    assert answer.headers["Content-Type"].startswith("application/json")
    if response["status"] >= 400:
        assert bool(error_of(answer, response["status"])) == (response["status"] == 400)
        return
    body = answer.json()
    for fragment in response.get("items", []):
        assert any(item.items() >= fragment.items() for item in body["items"])
    assert body.items() >= response.get("record", {}).items()
    if "location" in response:
        assert re.fullmatch(response["location"], answer.headers["Location"])


@EACH_EXCHANGE
async def test_a_refused_exchange_of_the_page_changes_nothing(intouch, demo_book, exchange):
    if exchange["response"]["status"] < 400:
        return
    async with no_effect(demo_book):
        await replayed(intouch, exchange)


async def test_the_list_of_the_page_has_item_370_as_printed(intouch):
    (item, *_) = (await intouch.get(ITEMS)).json()["items"]

    assert {name: item[name] for name in MARGARINE} == MARGARINE


async def test_the_defaults_of_the_page_are_what_is_used(intouch):
    assert (await intouch.get(ITEMS)).json() == (await intouch.get(f"{ITEMS}?position=0&size=20&desc=false")).json()


async def test_the_most_recently_changed_items_are_found_as_on_the_page(intouch):
    await intouch.patch(f"{ITEMS}/371", json={"title": "Toto je nový název položky"})

    page = (await intouch.get(f"{ITEMS}?orderBy=modified&desc=true")).json()

    assert page["items"][0]["id"] == 371


async def test_a_created_item_is_read_at_the_location_as_written_to_the_database(intouch):
    (creation,) = [each for each in EXCHANGES if each["response"]["status"] == 201]
    answer = await replayed(intouch, creation)

    path = answer.headers["Location"].removeprefix(f"http://{intouch.host}")
    assert (await intouch.get(path)).json() == answer.json()
    assert isinstance(answer.json()["id"], int)


async def test_the_printed_patch_changes_the_text_and_nothing_else(intouch):
    (patch,) = [each for each in EXCHANGES if each["request"]["method"] == "PATCH" and each["printed"]]
    before = (await intouch.get("/api/buscases/147/buscaseitems/2015")).json()

    answer = await replayed(intouch, patch)

    changed = {name for name in before if before[name] != answer.json()[name]}
    assert {"title", "modified"} <= changed <= {"title", "modified", "modifiedBy"}
    assert answer.json()["title"] == "Toto je nový název položky"
    assert (await intouch.get("/api/buscases/147/buscaseitems/2015")).json() == answer.json()


@pytest.mark.parametrize("method, path", WRITES)
async def test_the_body_of_a_400_is_json_that_describes_the_errors_found(intouch, method, path):
    answer = await intouch.request(method, path, json={"title": None})

    (problem,) = error_of(answer, 400)
    assert (problem["field"], problem["code"]) == ("title", "required")
