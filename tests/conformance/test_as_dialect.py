"""Our own API shows an order as each dialect does, to the byte."""

import httpx
import pytest

from orderloom.dialects.registry import DIALECTS
from tests.conformance.face import Face, Tenant
from tests.conformance.faces import FACES
from tests.conftest import PASSWORD
from tests.harness import FaceClient

# What each face calls its own page of one order.
PAGES = {
    "homs": "/api/orders/{code}",
    "intouch": "/api/buscases/{id}",
    "extensiv": "/inventory/pos/{id}",
    "synergist": "/jsonapi/purchases.json?version=4.0&purchase={id}",
}


@pytest.fixture
def v1(here: Tenant, http: httpx.AsyncClient) -> FaceClient:
    """A client of our own API."""
    return FaceClient(here.door.base_url, here.door.host, http, PASSWORD)


@pytest.mark.parametrize("face", [face for face in FACES if face.name != "v1"], ids=lambda face: face.name)
async def test_an_order_is_shown_as_its_dialect_shows_it(face: Face, here: Tenant, v1: FaceClient) -> None:
    client = await face.let_in(here)
    order_id = await face.place(client)
    code = (await v1.get(f"/v1/orders/{order_id}")).json()["code"]
    told = await v1.get(f"/v1/orders/{order_id}/as/{face.name}")
    if face.name in PAGES:
        own = await client.get(PAGES[face.name].format(id=order_id, code=code))
        assert (told.status_code, told.content) == (own.status_code, own.content)
        assert told.headers["content-type"] == own.headers["content-type"]
        assert told.headers.get("etag") == own.headers.get("etag")
    else:
        shown = await face.shown(client, order_id)
        assert told.json() == [shown]


async def test_a_dialect_that_does_not_show_an_order_says_so_in_its_own_words(v1: FaceClient) -> None:
    answers = {
        name: await v1.get(f"/v1/orders/ORD-1/as/{name}") for name in ("homs", "intouch", "extensiv", "iinsight")
    }
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "homs": 200,
        "intouch": 200,
        "extensiv": 404,
        "iinsight": 404,
    }
    assert "not_found" in answers["iinsight"].text
    assert answers["extensiv"].content == b""


async def test_an_unknown_dialect_or_order_is_not_there(v1: FaceClient) -> None:
    assert (await v1.get("/v1/orders/ORD-1/as/nobody")).status_code == 404
    for name in {dialect.name for dialect in DIALECTS}:
        assert (await v1.get(f"/v1/orders/999999/as/{name}")).status_code == 404
