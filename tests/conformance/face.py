"""What the questions have to know of a face to ask it: a `Face`, and the requests that it consists of."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from orderloom.api import API
from orderloom.book.users import Profile
from orderloom.demo.people import DEMO_PASSWORD, DEMO_USER
from orderloom.desk import users
from orderloom.dialects.contract import Dialect, Operation
from orderloom.dialects.registry import DIALECTS
from tests.given_books import Book
from tests.harness import FaceClient

MOUNTED: tuple[Dialect, ...] = (API, *DIALECTS)
"""Every face of a server: our own API, and the dialects."""
NOWHERE = "99999999"
TOO_LONG = b" " * (1024 * 1024 + 1)
MARKER = "Marked-5ecret"
"""A password or token that no answer may repeat."""
ALL = 1000
"""A page that holds every order of a test."""
Names = Mapping[str, str]
"""What stands for the words in braces of a request: `{order}` for what its face calls the order, and others."""


@dataclass(frozen=True)
class Tenant:
    """A tenant: a hand on its data, and its door, which is a client without credentials."""

    book: Book
    door: FaceClient

    async def enrol(self, email: str) -> None:
        """Enter a user with the demo password."""
        person = Profile(
            email=email, first_name="N", last_name="N", company="C", department="D", password=DEMO_PASSWORD
        )
        await users.enrol(self.book.desk, self.book.caller, person)


@dataclass(frozen=True)
class Ask:
    """A request, with words in braces; `more` is what else the client is given, such as `json`."""

    method: str
    path: str
    json: Any = None
    form: Mapping[str, str] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def names_an_order(self) -> bool:
        return "{order}" in self.path or "{order}" in json.dumps(self.json)

    async def by(self, client: FaceClient, names: Names | None = None) -> httpx.Response:
        """The answer that this client gets."""
        given = dict(self.more)
        if self.form is not None:
            given["data"] = {key: _named(value, names or {}) for key, value in self.form.items()}
        body = _named_in_json(self.json, names or {})
        return await client.request(self.method, _named(self.path, names or {}), json=body, **given)

    def with_query(self, query: str) -> "Ask":
        """The same with this at the end of its query string."""
        return replace(self, path=f"{self.path}{'&' if '?' in self.path else '?'}{query}")


def _named(text: str, names: Names) -> str:
    for word, name in names.items():
        text = text.replace(f"{{{word}}}", name)
    return text


def _named_in_json(value: Any, names: Names) -> Any:
    """The value with an id in the place of each text that is a word in braces."""
    text = json.dumps(value)
    for word, name in names.items():
        text = text.replace(f'"{{{word}}}"', name)
    return json.loads(text)


Enter = Callable[[Mapping[str, str]], Ask]
Secret = Callable[[Tenant, str], Awaitable[str]]


def _stays_out(answer: httpx.Response) -> bool:
    return answer.status_code == 401 and bool(answer.headers.get("WWW-Authenticate"))


async def _no_more_names(client: FaceClient, order: str) -> Names:
    return {}


@dataclass(frozen=True, kw_only=True)
class Face:
    """A dialect in its own requests."""

    name: str
    """The name of the dialect, or of the several that are one to its clients."""
    secret: Secret
    """What lets a user with the demo password in: given or asked for, and not used yet."""
    auth: Callable[[str, str], Any]
    """How a user (an e-mail) and a secret go out; see `FaceClient`."""
    issues_secrets: bool
    """Whether the secret is this face's own: no other face may take it."""

    enter: Enter
    """The request that enters a purchase with these texts, which are named in the words of the dialect."""
    entered: Callable[[Any], int]
    """The book's id of the order that the answer to `enter` tells of."""
    enters: frozenset[str] = frozenset({"purchase"})
    """What is special about an order that it enters."""
    shows_only: frozenset[str] = frozenset()
    """What has to be special about an order that it shows."""
    writes: Mapping[str, str]
    """The book's words for texts, each with the key under which `enter` takes them."""
    shows: Mapping[str, str]
    """The same with the key under which a list shows them."""

    page: Callable[[int, int], str]
    """The path of a page, counted from 0, of this size; of the whole list where there are no pages.

    Where `behind` leads from page to page, it is the path of the first one.
    """
    listed: Callable[[Any], list[dict[str, Any]]]
    """The orders in the body of a list."""
    behind: Callable[[Any], str | None] | None = None
    """What the path of the first page is followed by to lead to the page behind this body, None behind the last."""
    paged: bool = True
    oldest_first: bool
    id: Callable[[Mapping[str, Any]], int]
    """The book's id of an order in a list."""
    key: Callable[[Mapping[str, Any]], str]
    """What a request calls the order."""
    more_names: Callable[[FaceClient, str], Awaitable[Names]] = _no_more_names
    """What else `asks` and `refused` have words for; may write."""

    asks: tuple[Ask, ...]
    """One request that the demo user may make, for each method and path of the dialect; what deletes comes last."""
    refused: Mapping[str, Ask]
    """Requests that would write, by what is wrong with them."""
    deleting: Ask | None = None
    """The one of `asks` that deletes an order, where its method does not say so."""

    turned_away: Callable[[httpx.Response], bool] = _stays_out
    accepted: Callable[[httpx.Response], bool] = lambda answer: 200 <= answer.status_code < 300
    refusing: Callable[[httpx.Response], bool] = lambda answer: 400 <= answer.status_code < 500
    forbidden: Callable[[httpx.Response], bool] = lambda answer: answer.status_code == 403
    """What is said to those who are known but may not do what they ask for."""
    not_there: Callable[[httpx.Response], bool] = lambda answer: answer.status_code == 404
    remembers: tuple[str, ...] = ()
    """The ends of paths at which a deleted order is still known."""
    needs_all: tuple[str, ...] = ()
    """Where a key may write only if it may at every face."""
    json_errors: bool
    """Whether every refusal is JSON; else a refusal may be empty, or one line of plain text."""
    error_type: str = "application/json"
    """The media type of a refusal that is JSON."""

    @property
    def operations(self) -> list[Operation]:
        return [each for dialect in MOUNTED if dialect.name == self.name for each in dialect.operations]

    @property
    def roots(self) -> list[str]:
        return [f"/{root}" for dialect in MOUNTED if dialect.name == self.name for root in dialect.roots]

    @property
    def guarded(self) -> list[Ask]:
        """The requests that need credentials."""
        return [ask for ask in self.asks if not any(each.open for each in self._meant(ask))]

    def operations_at(self, path: str) -> list[Operation]:
        """What can be done at this path."""
        return [each for each in self.operations if self.template_of(path) in each.paths]

    def _meant(self, ask: Ask) -> list[Operation]:
        return [each for each in self.operations_at(ask.path) if ask.method in each.methods]

    def template_of(self, path: str) -> str | None:
        """The template that leads to this path; one that is the path itself comes before one with words in braces."""
        path = path.partition("?")[0]
        found = [template for each in self.operations for template in each.paths if is_below(path, template)]
        return path if path in found else next(iter(found), None)

    def remembers_at(self, path: str) -> bool:
        """Whether this path tells of deleted orders too."""
        return any(path.endswith(end) for end in self.remembers)

    @property
    def deletion(self) -> Ask | None:
        """The request that deletes an order."""
        return self.deleting or next((ask for ask in self.asks if ask.method == "DELETE" and ask.names_an_order), None)

    def sees(self, other: "Face") -> bool:
        """Whether it shows the orders that the other one enters."""
        return self.shows_only <= other.enters

    async def let_in(self, tenant: Tenant, email: str = DEMO_USER) -> FaceClient:
        """A client of this user, whose credentials have not been used yet."""
        return self.client(tenant, email, await self.secret(tenant, email))

    def client(self, tenant: Tenant, email: str, secret: str) -> FaceClient:
        """A client with these credentials, whether they are right or not."""
        made = copy(tenant.door)
        made.auth = self.auth(email, secret)
        return made

    def with_key(self, tenant: Tenant, key: str) -> list[FaceClient]:
        """A client for each way in which an API key is taken here: Bearer, Basic, and as the face's own secret."""
        made = [copy(tenant.door) for _ in range(4)]
        ways = (key, ("anybody", key), ("", key), self.auth("nobody@example.com", key))
        for client, way in zip(made, ways, strict=True):
            client.auth = way
        return made

    async def place(self, client: FaceClient, **texts: str) -> int:
        """The id of a new order with these texts, by the dialect's words."""
        answer = await self.enter(texts).by(client)
        assert self.accepted(answer), answer.text
        return self.entered(answer.json())

    async def orders(self, client: FaceClient, number: int = 0, size: int = ALL) -> list[dict[str, Any]]:
        """The orders on a page."""
        body = await self._page(client, self.page(number, size))
        for _ in range(number if self.behind else 0):
            assert self.behind
            more = self.behind(body)
            if more is None:
                return []
            body = await self._page(client, f"{self.page(number, size)}{more}")
        return self.listed(body)

    async def _page(self, client: FaceClient, path: str) -> Any:
        answer = await client.get(path)
        assert self.accepted(answer), answer.text
        return answer.json()

    async def ids(self, client: FaceClient, number: int = 0, size: int = ALL) -> list[int]:
        """The ids of the orders on a page."""
        return [self.id(order) for order in await self.orders(client, number, size)]

    async def shown(self, client: FaceClient, order_id: int) -> dict[str, Any] | None:
        """The order as a list shows it, None if it is not there."""
        return next((order for order in await self.orders(client) if self.id(order) == order_id), None)

    async def names(self, client: FaceClient, order_id: int) -> Names:
        """What the requests call this order and what belongs to it."""
        order = await self.shown(client, order_id)
        assert order is not None
        return {"order": self.key(order), **await self.more_names(client, self.key(order))}

    async def new_names(self, client: FaceClient) -> Names:
        """The same for a new order."""
        return await self.names(client, await self.place(client))


async def demo_password(tenant: Tenant, email: str) -> str:
    """What lets a user in at a face that takes passwords."""
    return DEMO_PASSWORD


def is_below(path: str, template: str) -> bool:
    """Whether the template leads to this path."""
    return re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path) is not None
