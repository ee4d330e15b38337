"""Clients that keep a server busy with writes, and what has to be true of a book at every moment of that."""

import threading
import time
from itertools import count
from typing import Any

import httpx
import psycopg

from orderloom.demo.people import DEMO_CLIENT, DEMO_SECRET, DEMO_TOKEN, DEMO_USER

CLIENTS = 4
WAIT_S = 60
PIZZA = {"customerName": "Ann", "pizzaPrice": "12.50", "ingredientOlives": "on"}
TOKEN = (DEMO_USER, DEMO_TOKEN)


class WritingClients:
    """Several clients that enter, change and delete orders of the demo book through two faces until the end."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=30)
        self._stopping = threading.Event()
        self._numbers = count(1)
        self._threads = [threading.Thread(target=self._keep_writing) for _ in range(CLIENTS)]
        self._bearer: dict[str, str] = {}
        self.accepted = 0
        self.refused: list[str] = []

    def __enter__(self) -> "WritingClients":
        grant = {"grant_type": "client_credentials", "user_login": DEMO_USER}
        answer = self._http.post("/AuthServer/api/Token", auth=(DEMO_CLIENT, DEMO_SECRET), json=grant)
        self._bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        self._http.close()

    def wait_for(self, more: int) -> None:
        """Return when so many more writes were accepted."""
        until, give_up_at = self.accepted + more, time.monotonic() + WAIT_S
        while self.accepted < until:
            assert time.monotonic() < give_up_at, self.refused
            time.sleep(0.002)

    def _keep_writing(self) -> None:
        while not self._stopping.is_set():
            number = next(self._numbers)
            self._ask("POST", "/inventory/pos", headers=self._bearer, json=_purchase(number))
            pizza = {"order": {"order_type_code": "pizza_order", "data": PIZZA}}
            order = self._ask("POST", "/api/orders", auth=TOKEN, json=pizza).json()["order"]
            self._ask("PUT", f"/api/orders/{order['code']}", auth=TOKEN, json={"order": {"state": "done"}})
            if number % 3 == 0:
                self._ask("DELETE", f"/api/orders/{order['code']}", auth=TOKEN)

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = self._http.request(method, path, **more)
        if answer.is_success:
            self.accepted += 1
        else:
            self.refused.append(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer


def _purchase(number: int) -> dict[str, Any]:
    line = {"itemIdentifier": {"sku": "SKU-1"}, "qualifier": "Blue", "quantity": 2.5, "price": 4}
    return {
        "purchaseOrderNumber": f"W-{number}",
        "customerIdentifier": {"id": 1},
        "lineItems": [line, line | {"quantity": 1}],
    }


def contradictions(db: psycopg.Connection) -> list[tuple[Any, ...]]:
    """The orders of these clients that are not as their events, lines, costs and claims say."""
    return db.execute(_CONTRADICTIONS).fetchall()


def written(db: psycopg.Connection) -> int:
    """How many orders of these clients there are."""
    row = db.execute("select count(*) from orders where number like 'W-%'").fetchone()
    assert row is not None
    return int(row[0])


_CONTRADICTIONS = """
with told as (
    select noun_id as id, array_agg(version order by version) as versions, bool_or(name = 'OrderDeleted') as deleted
      from events where tenant_id = 1 and noun = 'order' and at > now() - interval '1 hour' group by noun_id
)
select 'an order that its events do not tell of', o.id from orders o left join told on told.id = o.id
 where o.created_at > now() - interval '1 hour'
   and (told.id is null or told.deleted
        or told.versions <> (select array_agg(n) from generate_series(1, o.version) n))
 union all
select 'events of an order that is not there', told.id from told
 where not told.deleted and not exists (select from orders o where o.id = told.id)
 union all
select 'an order that was deleted', o.id from orders o join told on told.id = o.id where told.deleted
 union all
select 'a purchase without its lines, cost or claim', o.id from orders o
 where o.number like 'W-%'
   and ((select count(*) from lines l where l.order_id = o.id) <> 2
        or (select cost from costings c where c.order_id = o.id) is distinct from 14
        or not exists (select from number_claims n where n.order_id = o.id))"""
