"""The five faces in the hands of a client each: how an order is entered, changed, read and deleted there, over HTTP.

Attributes are the vendor's own words. A hand returns answers as they come; whoever asked says what they should be.
"""

from collections.abc import Mapping
from itertools import count
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

import httpx

from tests.conformance.face import Face
from tests.conformance.faces import EXTENSIV, HOMS, IINSIGHT, INTOUCH, SYNERGIST
from tests.conformance.matrix.exact_json import json_of, parsed
from tests.conformance.matrix.table import CASES
from tests.conformance.matrix.words import without
from tests.harness import FaceClient

Attributes = Mapping[str, Any]
Record = dict[str, Any]
HAL = "application/hal+json"
ALL = 1000
# Of a customer's purchases each has its own number in Extensiv.
_numbers = count(1)


class Hand:
    """One face in the hands of a client."""

    face: ClassVar[Face]
    lines: ClassVar[str] = ""
    """The attribute of a shown order that holds its lines, if the face shows them."""
    line_id: ClassVar[str] = ""
    changes: ClassVar[bool] = True
    shows_kind: ClassVar[frozenset[str]] = frozenset({"purchase"})

    def __init__(self, client: FaceClient) -> None:
        self.client = client

    @property
    def name(self) -> str:
        return self.face.name

    async def enter(self, attributes: Attributes) -> httpx.Response:
        """Enter an order with these attributes, and with what the face requires besides."""
        raise NotImplementedError

    def entered(self, answer: httpx.Response) -> int:
        """The book's id of the order that the answer tells of."""
        assert self.accepted(answer), answer.text
        return self.face.entered(answer.json())

    async def change(self, order_id: int, attributes: Attributes) -> httpx.Response:
        """Change these attributes and nothing else."""
        raise NotImplementedError

    async def put_back(self, order_id: int, shown: Record) -> list[httpx.Response]:
        """Write an order back as it was shown, in every form in which the face takes one."""
        raise NotImplementedError

    async def show(self, order_id: int) -> Record | None:
        """Everything that the face shows of the order, None if it is not there."""
        raise NotImplementedError

    async def show_all(self) -> dict[int, Record]:
        """Every order that the face shows, by its id, as its list shows it; complete where a list is not."""
        raise NotImplementedError

    async def delete(self, order_id: int) -> httpx.Response:
        raise NotImplementedError

    def accepted(self, answer: httpx.Response) -> bool:
        return self.face.accepted(answer)

    async def sent(self, method: str, path: str, body: Any, **headers: str) -> httpx.Response:
        """The answer to a request with this JSON."""
        all_headers = {"Content-Type": "application/json", **headers}
        return await self.client.request(method, path, content=json_of(body), headers=all_headers)

    async def got(self, path: str, **headers: str) -> httpx.Response | None:
        """The answer to a GET, None if nothing is there."""
        answer = await self.client.get(path, headers=headers)
        if self.face.not_there(answer):
            return None
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer


class Homs(Hand):
    face = HOMS
    shows_kind = frozenset({"purchase", "general"})

    def __init__(self, client: FaceClient) -> None:
        super().__init__(client)
        self.codes: dict[int, str] = {}

    async def enter(self, attributes: Attributes) -> httpx.Response:
        return await self.sent("POST", "/api/orders", {"order": {"order_type_code": "purchase_order", **attributes}})

    async def change(self, order_id: int, attributes: Attributes) -> httpx.Response:
        return await self.sent("PUT", await self.path(order_id), {"order": attributes})

    async def put_back(self, order_id: int, shown: Record) -> list[httpx.Response]:
        path = await self.path(order_id)
        return [await self.sent(method, path, {"order": shown}) for method in ("PUT", "PATCH")]

    async def show(self, order_id: int) -> Record | None:
        answer = await self.got(await self.path(order_id))
        return None if answer is None else dict(parsed(answer.text)["order"])

    async def show_all(self) -> dict[int, Record]:
        answer = await self.client.get(f"/api/orders?page_size={ALL}")
        return {order["id"]: order for order in parsed(answer.text)["orders"]}

    async def delete(self, order_id: int) -> httpx.Response:
        return await self.client.delete(await self.path(order_id))

    async def path(self, order_id: int) -> str:
        """Where the order is; orders are addressed by their codes here."""
        if order_id not in self.codes:
            self.codes |= {each: order["code"] for each, order in (await self.show_all()).items()}
        return f"/api/orders/{self.codes.get(order_id, 'ORD-0')}"


class Iinsight(Hand):
    face = IINSIGHT
    changes = False

    def __init__(self, client: FaceClient) -> None:
        super().__init__(client)
        self.cases: dict[int, int] = {}

    async def enter(self, attributes: Attributes) -> httpx.Response:
        given = {"case_id": 1, "purchase_order": "A name", **attributes}
        answer = await self.client.post(f"/api1/purchase_orders/new?{urlencode(given, quote_via=quote, safe='')}")
        if self.accepted(answer):
            self.cases[self.entered(answer)] = int(given["case_id"])
        return answer

    async def show(self, order_id: int) -> Record | None:
        """Looked for in every case until it is found; nothing moves a purchase to another one."""
        known = self.cases.get(order_id)
        return (await (self.show_all() if known is None else self.show_case(known))).get(order_id)

    async def show_all(self) -> dict[int, Record]:
        found: dict[int, Record] = {}
        for case in CASES:
            found |= await self.show_case(case)
        self.cases |= {order_id: shown["case_id"] for order_id, shown in found.items()}
        return found

    async def show_case(self, case: int) -> dict[int, Record]:
        """The purchases of this case."""
        answer = await self.client.get(f"/api1/purchase_orders?case_id={case}")
        return {int(each["record_id"]): {"case_id": case, **each} for each in answer.json()}

    async def delete(self, order_id: int) -> httpx.Response:
        case = ((await self.show(order_id)) or {}).get("case_id", 1)
        return await self.client.delete(f"/api1/purchase_orders/delete?case_id={case}&purchase_order_id={order_id}")


class Extensiv(Hand):
    face = EXTENSIV
    lines = "lineItems"
    line_id = "purchaseOrderLineItemId"
    root = "/inventory/pos"

    def entered(self, answer: httpx.Response) -> int:
        assert self.accepted(answer), answer.text
        return int(answer.headers["Location"].rpartition("/")[2])

    async def enter(self, attributes: Attributes) -> httpx.Response:
        given = {"purchaseOrderNumber": f"PO-{next(_numbers)}", "customerIdentifier": {"id": 1}, **attributes}
        return await self.sent("POST", self.root, given, Accept=HAL)

    async def change(self, order_id: int, attributes: Attributes) -> httpx.Response:
        """A PUT of the whole order as it is shown, but for these attributes."""
        shown = await self.show(order_id) or {}
        return await self.replace(order_id, shown | attributes, str(shown.get("ETag", "*")))

    async def replace(self, order_id: int, attributes: Attributes, tag: str = "*") -> httpx.Response:
        """A PUT of these attributes alone, if the order has this tag still."""
        headers = {"Accept": HAL, "If-Match": tag}
        return await self.sent("PUT", f"{self.root}/{order_id}", without(attributes, ["ETag"]), **headers)

    async def put_back(self, order_id: int, shown: Record) -> list[httpx.Response]:
        answers = [await self.replace(order_id, shown)]
        for accept in ("application/json", HAL):
            whole = await self.client.get(f"{self.root}/{order_id}", headers={"Accept": accept})
            headers = {"Accept": accept, "If-Match": whole.headers["ETag"]}
            answers.append(await self.sent("PUT", f"{self.root}/{order_id}", parsed(whole.text), **headers))
        return answers

    async def show(self, order_id: int) -> Record | None:
        answer = await self.got(f"{self.root}/{order_id}", Accept=HAL)
        if answer is None:
            return None
        return without(parsed(answer.text), ["_links"]) | {"ETag": answer.headers["ETag"]}

    async def show_all(self) -> dict[int, Record]:
        answer = await self.client.get(f"{self.root}?pgsiz={ALL}", headers={"Accept": HAL})
        (orders,) = parsed(answer.text)["_embedded"].values()
        return {order["readOnly"]["purchaseOrderId"]: without(order, ["_links"]) for order in orders}

    async def delete(self, order_id: int) -> httpx.Response:
        return await self.client.delete(f"{self.root}/{order_id}", headers={"If-Match": "*"})

    async def enter_line(self, order_id: int, attributes: Attributes) -> httpx.Response:
        shown = await self.show(order_id) or {}
        line = {"itemIdentifier": {"id": 1}, "quantity": 1, **attributes}
        return await self.change(order_id, {"lineItems": [*shown.get("lineItems", ()), line]})

    async def change_line(self, order_id: int, line_id: int, attributes: Attributes) -> httpx.Response:
        shown = await self.show(order_id) or {}
        lines = [
            line | attributes if line["purchaseOrderLineItemId"] == line_id else line
            for line in shown.get("lineItems", ())
        ]
        return await self.change(order_id, {"lineItems": lines})

    async def remove_line(self, order_id: int, line_id: int) -> httpx.Response:
        shown = await self.show(order_id) or {}
        kept = [line for line in shown.get("lineItems", ()) if line["purchaseOrderLineItemId"] != line_id]
        return await self.change(order_id, {"lineItems": kept})


class Synergist(Hand):
    face = SYNERGIST
    path = "/jsonapi/purchases.json?version=3.3"

    async def enter(self, attributes: Attributes) -> httpx.Response:
        given = {"poJobandPhase": "ACB1", "poSupplytype": "1/ENG", "poSupplierCode": "1/AAMATT2", "poDescription": "A"}
        return await self.act("create", given | attributes)

    async def change(self, order_id: int, attributes: Attributes) -> httpx.Response:
        return await self.act("update", {"poInternal": order_id, **attributes})

    async def put_back(self, _order_id: int, shown: Record) -> list[httpx.Response]:
        # The version is a lock: the second time it is another one.
        texts = {name: str(value) if isinstance(value, int | float) else value for name, value in shown.items()}
        return [
            await self.act("update", shown),
            await self.act("update", without(shown, ["poRecordVersionNumber"])),
            await self.act("update", without(texts, ["poRecordVersionNumber"])),
        ]

    async def show(self, order_id: int) -> Record | None:
        answer = await self.got(f"{self.path}&purchase={order_id}")
        return None if answer is None else dict(parsed(answer.text)["data"][0])

    async def show_all(self) -> dict[int, Record]:
        answer = await self.client.get(f"{self.path}&modelstructure=purchaseorderdetails")
        return {order["poInternal"]: order for order in parsed(answer.text)["data"]}

    async def delete(self, order_id: int) -> httpx.Response:
        return await self.act("delete", {"poInternal": order_id})

    async def act(self, action: str, *records: Attributes, **parameters: Any) -> httpx.Response:
        """Call an action, with these records as its input if it takes any."""
        body = {"input": {"data": list(records)}} if records else {}
        return await self.sent("POST", f"{self.path}&action={action}", body | parameters)

    async def promote(self, order_id: int) -> httpx.Response:
        return await self.act("promote", purchase=str(order_id))

    async def invest(self, order_id: int, on: bool) -> httpx.Response:
        return await self.act(f"investment_{'on' if on else 'off'}", purchase=str(order_id))


class Intouch(Hand):
    face = INTOUCH
    lines = "buscaseitems"
    line_id = "id"
    shows_kind = frozenset({"purchase", "general"})
    root = "/api/buscases"

    async def enter(self, attributes: Attributes) -> httpx.Response:
        return await self.sent("POST", self.root, {"customer": 1, "name": "A name", "caseType": 1000, **attributes})

    async def change(self, order_id: int, attributes: Attributes) -> httpx.Response:
        return await self.sent("PATCH", f"{self.root}/{order_id}", attributes)

    async def replace(self, order_id: int, attributes: Attributes) -> httpx.Response:
        """A PUT of these attributes alone."""
        return await self.sent("PUT", f"{self.root}/{order_id}", attributes)

    async def put_back(self, order_id: int, shown: Record) -> list[httpx.Response]:
        order = without(shown, [self.lines])
        answers = [await self.replace(order_id, order), await self.change(order_id, order)]
        for item in shown[self.lines]:
            path = f"{self.items(order_id)}/{item['id']}"
            answers += [await self.sent(method, path, item) for method in ("PUT", "PATCH")]
        return answers

    async def show(self, order_id: int) -> Record | None:
        answer = await self.got(f"{self.root}/{order_id}")
        if answer is None:
            return None
        items = await self.client.get(f"{self.items(order_id)}?size={ALL}")
        return {**parsed(answer.text), self.lines: parsed(items.text)["items"]}

    async def ids(self) -> list[int]:
        """The ids of all orders."""
        answer = await self.client.get(f"{self.root}?size={ALL}")
        return [order["id"] for order in parsed(answer.text)["items"]]

    async def show_all(self) -> dict[int, Record]:
        answer = await self.client.get(f"{self.root}?size={ALL}")
        found = {}
        for order in parsed(answer.text)["items"]:
            # A list of all types leaves further attributes out, and has no items.
            whole = await self.show(order["id"])
            assert whole is not None
            assert whole.items() >= order.items()
            found[order["id"]] = whole
        return found

    async def delete(self, order_id: int) -> httpx.Response:
        """Nothing is deleted here: it is refused."""
        return await self.client.delete(f"{self.root}/{order_id}")

    async def enter_line(self, order_id: int, attributes: Attributes) -> httpx.Response:
        return await self.sent("POST", self.items(order_id), {"title": "An item", **attributes})

    async def change_line(self, order_id: int, line_id: int, attributes: Attributes) -> httpx.Response:
        return await self.sent("PATCH", f"{self.items(order_id)}/{line_id}", attributes)

    async def replace_line(self, order_id: int, line_id: int, attributes: Attributes) -> httpx.Response:
        return await self.sent("PUT", f"{self.items(order_id)}/{line_id}", attributes)

    def items(self, order_id: int) -> str:
        return f"{self.root}/{order_id}/{self.lines}"


class IntouchWhole(Intouch):
    """InTouch in the hands of a client that never patches: it fetches, edits, and puts the whole record."""

    async def change(self, order_id: int, attributes: Attributes) -> httpx.Response:
        shown = await self.show(order_id) or {}
        return await self.replace(order_id, without(shown, [self.lines]) | dict(attributes))

    async def change_line(self, order_id: int, line_id: int, attributes: Attributes) -> httpx.Response:
        shown = await self.show(order_id) or {}
        (item,) = (each for each in shown[self.lines] if each["id"] == line_id)
        return await self.replace_line(order_id, line_id, item | dict(attributes))


HANDS = (Homs, Iinsight, Extensiv, Synergist, Intouch)
WITH_LINES = (Extensiv, Intouch)
# Those that can change an order, each in every way that it has.
CHANGING = (Homs, Extensiv, Synergist, Intouch, IntouchWhole)
CHANGING_LINES = (Extensiv, Intouch, IntouchWhole)
