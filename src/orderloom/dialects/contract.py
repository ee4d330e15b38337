"""What a dialect offers the server, and what the server hands to a dialect."""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final, NamedTuple, Protocol

from orderloom.book.errors import Refusal
from orderloom.book.orders import Order
from orderloom.desk.caller import Caller
from orderloom.desk.checks import Credentials
from orderloom.desk.desk import Desk
from orderloom.dialects.description import Answer, Description, Example, Link, Parameter, SignIn
from orderloom.wire.authorization import basic
from orderloom.wire.forms import fields

JSON: Final = "application/json; charset=utf-8"
REQUEST_ID: Final[ContextVar[str]] = ContextVar("request_id", default="")
"""What the log calls the request that is being answered."""


class Reply(NamedTuple):
    """An answer: status, body, content type (None for an answer without a body) and further headers."""

    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Origin(NamedTuple):
    """The scheme and host (with its port) that a request was sent to, and the address that it came from.

    `here` is the address and port at which this server took it.
    """

    scheme: str
    host: str
    address: str
    here: tuple[str, int | None] | None = None

    @property
    def base_url(self) -> str:
        """Where this server is for the caller, such as https://orders.example.com; its address if no host was named."""
        if _HOST.fullmatch(self.host):
            return f"{self.scheme}://{self.host}"
        host, port = self.here or ("localhost", None)
        return f"{self.scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"


_HOST: Final = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")


class Refused(Exception):
    """Ends a call early with this answer; for what a dialect finds wrong before it asks the book."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply


class Call:
    """One request, as far as a dialect needs it."""

    __slots__ = (
        "_headers",
        "_query",
        "body",
        "caller",
        "desk",
        "given",
        "method",
        "options",
        "origin",
        "path",
        "query_string",
        "tenant_id",
    )

    caller: Caller
    """Who is calling; set before an operation that is not open."""
    given: Any
    """What the face has read of the request, for whoever asks next; None until then."""

    def __init__(
        self,
        method: str,
        path: dict[str, str],
        query_string: bytes,
        headers: Mapping[bytes, bytes],
        desk: Desk,
        tenant_id: int,
        options: Mapping[str, Any],
        origin: Origin,
    ) -> None:
        self.method = method
        self.path = path
        self.query_string = query_string
        self._headers = headers
        self.desk = desk
        self.tenant_id = tenant_id
        self.options = options
        """The settings that begin with the name of a face."""
        self.origin = origin
        self.body = b""
        self.given = None
        self._query: dict[str, str] | None = None

    def asking(self, path: dict[str, str], query_string: bytes = b"") -> "Call":
        """The caller asking for something else to read, at whatever face."""
        other = Call("GET", path, query_string, self._headers, self.desk, self.tenant_id, self.options, self.origin)
        other.caller = self.caller
        return other

    def header(self, name: bytes) -> bytes | None:
        """The value of the header with this lower-case name, the last if there are several."""
        return self._headers.get(name)

    @property
    def query(self) -> dict[str, str]:
        """The query parameters, decoded; the last one where a name is repeated. Raises TooManyFields."""
        if self._query is None:
            self._query = dict(fields(self.query_string)) if self.query_string else {}
        return self._query

    def basic_credentials(self) -> Credentials | None:
        """What the caller signs in with by HTTP Basic; None without a name or a secret."""
        header = self.header(b"authorization")
        given = basic(header)
        if header is None or given is None or not given.name or not given.secret:
            return None
        return Credentials(header, given.name, given.secret, self.origin.address)

    @property
    def base_url(self) -> str:
        """Where this server is for the caller; see `Origin.base_url`."""
        return self.origin.base_url


def as_sent(call: Call) -> tuple[bytes, ...]:
    """What query and body ask for, to the byte, and as what the body is read."""
    return call.header(b"content-type") or b"", call.query_string, call.body


class Allowance(NamedTuple):
    """What a caller is told of how much may be asked for: headers of any answer, and the one to who asks too much."""

    headers: tuple[tuple[str, str], ...]
    refusal: Reply | None = None


def by_method(call: Call) -> bool:
    """Whether the call writes, where its method tells."""
    return call.method not in ("GET", "HEAD")


class Operation(NamedTuple):
    """One thing a face can do: routing is made from it, and it says what the face's description needs.

    `paths` are templates of whole segments, such as `/api/orders/{code}`. GET includes HEAD. `gives` is the shape of
    the answer and `status` its status; `refuses` are the other statuses; `source` is the contract's section. An `open`
    operation is answered without asking who is calling. `writes` tells whether a call needs the right to write. The
    answer of one that `tells_secret` is never kept. One that does several things, `each_for_itself`, is no single
    transaction: it is never run again as a whole. `allows` is asked once for each call, also for one that gets a kept
    answer; None where nothing is to be told.

    What follows is for readers and their programs alone (see `orderloom.dialects.description`). `takes` is the shape of
    the body; `also` are answers that look otherwise than the face's refusals do; `tells` are headers of the answer. An
    operation without an `operation_id` is called like its handler, in camelCase. `about` is Markdown; operations of a
    `group` stand together. `security` is how one signs in where it is not as everywhere at the face.
    """

    methods: tuple[str, ...]
    paths: tuple[str, ...]
    handler: Callable[[Call], Awaitable[Reply]]
    summary: str
    gives: Any
    status: int
    refuses: tuple[int, ...]
    source: str
    open: bool = False
    writes: Callable[[Call], bool] = by_method
    tells_secret: bool = False
    allows: Callable[[Call], Allowance | None] | None = None
    each_for_itself: bool = False
    takes: Any = None
    parameters: tuple[Parameter, ...] = ()
    examples: tuple[Example, ...] = ()
    also: tuple[Answer, ...] = ()
    tells: tuple[Parameter, ...] = ()
    links: tuple[Link, ...] = ()
    operation_id: str = ""
    group: str = ""
    about: str = ""
    security: tuple[SignIn, ...] | None = None


class Dialect(Protocol):
    """A vendor's API over the book. The modules of a dialect's folder stand behind these."""

    @property
    def name(self) -> str:
        """The word for this face in logs, metrics, tokens and events."""

    @property
    def roots(self) -> tuple[str, ...]:
        """The first path segments that lead here, lower case; two of them under `api`, which alone is all the rest."""

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Everything it can do."""

    @property
    def description(self) -> Description:
        """What it is, how one signs in, and how it refuses."""

    @property
    def ignores_case(self) -> bool:
        """Whether paths are compared without case."""

    @property
    def logs_query(self) -> bool:
        """Whether a query string may appear in a log: never where it can carry credentials."""

    @property
    def authenticates_first(self) -> bool:
        """Whether a caller says who he is before he is told that a path has no such method."""

    @property
    def credentials_in_body(self) -> bool:
        """Whether the body is read before `authenticate` is asked."""

    async def authenticate(self, call: Call) -> Reply | None:
        """Set `call.caller`, or return the refusal.

        Whoever came with the same Authorization header a moment ago, or with an API key in it, is let in before.
        """

    def asked(self, call: Call) -> tuple[bytes, ...]:
        """All that query and body ask for (see `as_sent`), without credentials, which may stand there too."""

    async def show(self, call: Call, order: Order) -> Reply:
        """The order as this face answers for it. Raises OrderNotFound if it shows no such orders."""

    def refuse(self, refusal: Refusal) -> Reply:
        """The face of a book error."""

    def not_found(self) -> Reply:
        """The answer to a path that is none of the operations'."""

    def wrong_method(self, allowed: tuple[str, ...]) -> Reply:
        """The answer to a method that a known path does not have."""

    def fault(self, status: int) -> Reply:
        """The answer where no book error explains it: 400, 408, 409, 413, 422, 500 or 503.

        409 and 422 are those of idempotency keys: in flight, and another request's.
        """
