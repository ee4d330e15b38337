"""Valid requests for everything that every face can do, and the words that they are made of."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from orderloom.api import API
from orderloom.demo.people import DEMO_CLIENT, DEMO_PASSWORD, DEMO_SECRET, DEMO_USER
from orderloom.dialects.contract import Operation
from orderloom.dialects.description import Example
from orderloom.dialects.registry import DIALECTS
from torture.clients import HOST
from torture.recorder import Asking, Recorded, everybody, recorded

BOUNDARY: Final = "----torture"
FORM: Final = "application/x-www-form-urlencoded"
FORM_DATA: Final = f"multipart/form-data; boundary={BOUNDARY}"
# What the words for credentials in examples stand for.
KNOWN: Final = {
    "{email}": DEMO_USER,
    "{password}": DEMO_PASSWORD,
    "{client_id}": DEMO_CLIENT,
    "{client_secret}": DEMO_SECRET,
}
# A purchase of the demo book, where a path has a name for one.
SOMETHING: Final = "10008229"
_WORD: Final = re.compile(r"`([^`\s]{1,40})`")
_NAME: Final = re.compile(r"\{\w+\}")


async def valid(url: str) -> list[Recorded]:
    """Every request of the conformance tests, right ones and refused ones, and every example of the documents."""
    found: list[Recorded] = []
    async with httpx.AsyncClient(timeout=30) as http:
        for asking in await everybody(url, http):
            for ask in (*asking.face.asks, *asking.face.refused.values()):
                found.append(await recorded(asking.face, asking.client, ask, asking.names))
            found += _described(asking)
    return found


def words() -> list[str]:
    """Names of parameters and members, and values that have a meaning somewhere."""
    found = set(COMMON)
    for operation in (operation for face in (API, *DIALECTS) for operation in face.operations):
        for parameter in operation.parameters:
            found |= {parameter.name, *_WORD.findall(parameter.about)}
        for example in operation.examples:
            found |= {text for pair in example.query for text in pair} | set(_texts(example.body))
    return sorted(found - set(KNOWN))


# What the languages of queries are made of.
COMMON: Final = (
    *("==", "!=", "=gt=", "=lt=", "=ge=", "=le=", "=in=", "=out=", ";", ",", "(", ")", "*", "'", '"', "\\", "^", "~"),
    *(".ne", ".lt", ".lte", ".gt", ".gte", ".in", ".like", ".empty", "-", "+", "true", "false", "null", "NULL"),
    *("2025-02-30", "0000-00-00", "9999-12-31T23:59:60Z", "2025-01-01T00:00:00+25:00", "1e400", "-0", "NaN", "0x10"),
    *("١٢٣", "½", "Ⅳ", "ﷺ", "İ", "ß", "\u202e", "\ufeff", "%", "%%", "_", "$1", "{}", "[]"),
)


def sentence(dice: Random, vocabulary: list[str]) -> str:
    """A few words without any sense."""
    return "".join(dice.choices(vocabulary, k=dice.randint(1, 12)))


def form_data(pairs: list[tuple[str, str]]) -> bytes:
    """The pairs as a multipart form."""
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in pairs]
    return f"{''.join(parts)}--{BOUNDARY}--\r\n".encode(errors="surrogatepass")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield str(key)
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _described(asking: Asking) -> Iterator[Recorded]:
    """The examples of all operations of a face, and each operation by each of its methods once."""
    for face in (each for each in (API, *DIALECTS) if each.name == asking.face.name):
        for operation in face.operations:
            for example in operation.examples:
                yield _example(asking, operation, example)
            for path in operation.paths:
                for method in operation.methods:
                    yield _made(asking, operation, method, _NAME.sub(SOMETHING, path), {}, b"")


def _example(asking: Asking, operation: Operation, example: Example) -> Recorded:
    pairs = [(name, KNOWN.get(value, value)) for name, value in example.query]
    target = example.path + (f"?{urlencode(pairs)}" if pairs else "")
    body, media_type = _body(example)
    headers = {**dict(example.headers), **({"Content-Type": media_type} if example.body is not None else {})}
    return _made(asking, operation, example.method or operation.methods[0], target, headers, body)


def _body(example: Example) -> tuple[bytes, str]:
    if example.body is None:
        return b"", ""
    if example.media_type not in (FORM, "multipart/form-data"):
        return json.dumps(example.body).encode(), example.media_type
    pairs = [(name, KNOWN.get(value, value)) for name, value in example.body]
    return (urlencode(pairs).encode(), FORM) if example.media_type == FORM else (form_data(pairs), FORM_DATA)


def _made(
    asking: Asking, operation: Operation, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> Recorded:
    """A request of somebody who is signed in."""
    auth = asking.client.auth
    signed: dict[str, str] = {}
    if operation.open and asking.face.name in ("iinsight", "extensiv"):
        signed = {"Authorization": _basic(DEMO_CLIENT, DEMO_SECRET)}
    elif isinstance(auth, Mapping):
        target += f"{'&' if '?' in target else '?'}{urlencode(auth)}"
    elif isinstance(auth, str):
        signed = {"Authorization": f"Bearer {auth}"}
    elif auth is not None:
        signed = {"Authorization": _basic(*auth)}
    length = {"Content-Length": str(len(body))} if body or method in ("POST", "PUT", "PATCH") else {}
    all_headers = {"Host": HOST, "Accept": "*/*", **headers, **signed, **length}
    return Recorded(asking.face.name, method, target, tuple(all_headers.items()), body, method != "GET")


def _basic(name: str, secret: str) -> str:
    return f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode()}"
