"""The documents and pages as they are served: made once, when the server starts."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple

import msgspec

from orderloom import __version__
from orderloom.demo import people
from orderloom.dialects.contract import JSON, Dialect, Reply
from orderloom.server.reference import pages
from orderloom.server.reference.document import Place, document
from orderloom.server.reference.pages import Face

OWN: Final = "v1"
"""The face that is our own; all others are vendors'."""
# Stands for the address of the server until somebody asks, who is told the one that he used.
HOST: Final = "https://server.invalid"
# Addresses by which the server was asked lately: usually one or two.
MAX_REMEMBERED: Final = 64
_VARIABLES: Final = {"token": "$TOKEN", "refresh_token": "$REFRESH_TOKEN"}
DEMO_WORDS: Final = {
    "email": people.DEMO_USER,
    "password": people.DEMO_PASSWORD,
    "api_token": people.DEMO_TOKEN,
    "client_id": people.DEMO_CLIENT,
    "client_secret": people.DEMO_SECRET,
    "api_key": people.DEMO_KEY,
    **_VARIABLES,
}
WORDS: Final = {
    "email": "you@example.com",
    "password": "YOUR-PASSWORD",
    "api_token": "YOUR-API-TOKEN",
    "client_id": "YOUR-CLIENT-ID",
    "client_secret": "YOUR-CLIENT-SECRET",
    "api_key": "YOUR-API-KEY",
    **_VARIABLES,
}
# Nothing of other places is loaded, nothing that is written into a page runs, and nobody puts one into a frame.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-cache"),
)
HTML: Final = "text/html; charset=utf-8"


class Content(NamedTuple):
    """What stands at a path."""

    body: bytes
    content_type: str


class Site:
    """Everything at /docs, and /openapi.json."""

    def __init__(self, faces: Sequence[Dialect], *, demo: bool) -> None:
        place = Place(HOST, __version__, DEMO_WORDS if demo else WORDS)
        names = dict.fromkeys(face.name for face in faces)
        told = [
            Face(name, document([face for face in faces if face.name == name], place), document_path(name))
            for name in names
        ]
        self._contents: dict[tuple[str, ...], Content] = {
            **{_parts(face.document_path): Content(msgspec.json.encode(face.document), JSON) for face in told},
            **{_parts(face.path): Content(pages.page(face, demo=demo).encode(), HTML) for face in told},
            ("docs",): Content(pages.index(told, demo=demo).encode(), HTML),
            **{("docs", "static", name): Content(*asset) for name, asset in pages.assets().items()},
        }
        self._placed = lru_cache(MAX_REMEMBERED)(self._place)

    def __contains__(self, parts: list[str]) -> bool:
        return tuple(parts) in self._contents

    def answer(self, parts: list[str], base_url: str, seen: bytes | None) -> Reply:
        """What stands at this path, for somebody to whom the server is at this address; 304 if he has it."""
        reply, tag = self._placed(tuple(parts), base_url)
        if seen is not None and tag in seen.decode("latin-1"):
            return Reply(304, headers=reply.headers)
        return reply

    def _place(self, parts: tuple[str, ...], base_url: str) -> tuple[Reply, str]:
        content = self._contents[parts]
        body = content.body.replace(HOST.encode(), base_url.encode())
        tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
        return Reply(200, body, content.content_type, (("ETag", tag), *_HEADERS)), tag


def document_path(name: str) -> str:
    """Where the document of this face is."""
    return "/openapi.json" if name == OWN else f"/docs/{name}/openapi.json"


def _parts(path: str) -> tuple[str, ...]:
    return tuple(path.split("/")[1:])
