"""The valid requests of every face, as the bytes that go over the wire."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import httpx
from tests.conformance.face import Ask, Face, Names, Tenant
from tests.conformance.faces import FACES
from tests.harness import FaceClient

from torture.clients import HOST


class Recorded(NamedTuple):
    """A request, in the parts that one may want to change."""

    face: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    writes: bool

    def raw(self) -> bytes:
        """All of it."""
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


class _Recorder:
    """Stands where a client keeps its connections, and writes down what it would send."""

    def __init__(self) -> None:
        self.request_made: httpx.Request
        self._maker = httpx.AsyncClient(headers={"User-Agent": "torture", "Accept-Encoding": "identity"})

    async def request(self, method: str, url: httpx.URL, *, auth: Any = None, **more: Any) -> httpx.Response:
        made = self._maker.build_request(method, url, **more)
        if auth is not None:
            made = next(httpx.BasicAuth(*auth).auth_flow(made))
        self.request_made = made
        return httpx.Response(200, request=made)


async def recorded(face: Face, client: FaceClient, ask: Ask, names: Names) -> Recorded:
    """What this client sends when it makes the request."""
    recorder = _Recorder()
    await ask.by(FaceClient(client.base_url, client.host, recorder, client.auth), names)  # type: ignore[arg-type]
    made = recorder.request_made
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in made.headers.raw)
    return Recorded(face.name, ask.method, made.url.raw_path.decode("latin-1"), headers, made.content, ask.writes)


class Asking(NamedTuple):
    """A face, a client that is signed in, and what its requests have words for."""

    face: Face
    client: FaceClient
    names: Mapping[str, str]


async def everybody(url: str, http: httpx.AsyncClient) -> list[Asking]:
    """A client of each face, each with a new order."""
    # The demo user's credentials are the same in every demo book, so nobody has to look into this one.
    tenant = Tenant(None, FaceClient(url, HOST, http, None))  # type: ignore[arg-type]
    found = []
    for face in FACES:
        client = await face.let_in(tenant)
        order_id = await face.place(client, **{NAMED[face.name]: f"of {face.name}"})
        found.append(Asking(face, client, await face.names(client, order_id)))
    return found


# A text of a new order, in the words of each face.
NAMED: Final = {
    "homs": "ext_code",
    "iinsight": "purchase_order",
    "intouch": "name",
    "extensiv": "purchaseOrderNumber",
    "synergist": "poDescription",
    "v1": "title",
}


# Stands for what has to be new in a request, and is as long as that.
NEW: Final = "N" + "#" * 29
