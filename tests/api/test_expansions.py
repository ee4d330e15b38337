"""What an order refers to, shown whole."""

from typing import Any

import httpx
import pytest

from orderloom.desk.desk import Desk
from orderloom.server.app import App
from orderloom.server.settings import Settings
from tests.harness import FaceClient

from .given import faults, is_problem

ALL = "customer,supplier,case,responsible"
PATHS = {"customer": "customers", "supplier": "contacts", "case": "cases"}
USER = "c.johnson@example.com"


async def whole(client: FaceClient, order: dict[str, Any]) -> dict[str, Any]:
    """The order as it has to look with everything that it refers to."""
    shown = {
        name: (await client.get(f"/v1/{plural}/{order[f'{name}_id']}")).json() if order[f"{name}_id"] else None
        for name, plural in PATHS.items()
    }
    user = order["responsible"] and (await client.get(f"/v1/users/{order['responsible']}")).json()
    return {**order, **shown, "responsible": user}


async def test_everything_that_orders_refer_to_is_shown_as_it_is_shown_alone(v1):
    await v1.patch("/v1/orders/10008229", json={"responsible": USER, "case_id": 5, "supplier_id": 2})
    await v1.patch("/v1/customers/1", json={"external_ids": {"shop": "C-1"}})
    plain = (await v1.get("/v1/orders?limit=200")).json()["orders"]

    expanded = (await v1.get(f"/v1/orders?limit=200&expand={ALL}")).json()["orders"]

    assert expanded == [await whole(v1, order) for order in plain]
    assert {name for order in expanded for name in (*PATHS, "responsible") if order[name]} == {*PATHS, "responsible"}
    alone = await v1.get(f"/v1/orders/10008229?expand={ALL}&fields=id,responsible")
    (same,) = [order for order in expanded if order["id"] == 10008229]
    assert alone.json() == {name: same[name] for name in ("id", "responsible", *PATHS)}


async def test_a_neighbours_records_are_not_shown(v1):
    await v1.neighbour.patch("/v1/customers/1", json={"name": "Theirs"})

    orders = (await v1.get("/v1/orders?expand=customer&customer_id=1")).json()["orders"]

    assert {order["customer"]["name"] for order in orders} == {"Demo Customer"}


@pytest.mark.parametrize("expand", ["lines", "customer_id", "customer,nobody", ""])
async def test_what_cannot_be_shown_whole_is_refused(v1, expand):
    answer = await v1.get(f"/v1/orders?expand={expand}")

    assert is_problem(answer, 400, "bad-request")
    assert faults(answer) == {("expand", "inclusion")}


class Counting:
    """A pool that counts the statements that pass through it."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self.statements = 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("fetch", "execute", "search")):
            self.statements += 1
        return getattr(self._pool, name)


async def test_all_of_one_kind_are_found_by_one_statement(v1, demo_book):
    app = App(Settings(log_level="error"))
    pool = Counting(demo_book.desk.pool)
    app.lifespan.desk = Desk(pool)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as http:  # type: ignore[arg-type]
        inside = FaceClient("http://inside", v1.host, http, v1.auth)
        counts = []
        for query in ("limit=7", f"limit=1&expand={ALL}", f"limit=7&expand={ALL}", "limit=7&expand=customer"):
            await inside.get(f"/v1/orders?{query}")  # signs in, and learns the types
            pool.statements = 0
            assert (await inside.get(f"/v1/orders?{query}")).status_code == 200
            counts.append(pool.statements)

    plain, _, several, one_kind = counts
    assert one_kind == plain + 1
    assert several <= plain + 4
