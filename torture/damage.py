"""Damages to a request that is still one: its path, query, headers and body."""

import base64
import json
from collections.abc import Callable
from random import Random
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from torture.recorder import Recorded
from torture.valid import FORM, FORM_DATA, form_data, sentence

LONG: Final = 20_000
DEEP: Final = 3_000
MANY: Final = 2_000
LIMIT: Final = 1024 * 1024
LONGEST_HEADER: Final = 9_000
LONGEST_TARGET: Final = 60_000

METHODS: Final = (
    *("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "G*T", "get", "X" * 40),
)
TEXTS: Final = (
    *("", " ", "\0", "a\0b", "\ud800", "\udfff", "\ufeff", "\u202e", "'", '"', "\\", "%", "%00", "%ff", "%zz", "../.."),
    *("-1", "0", "00", "1e5", "1.0", "١", "٣", "9" * 30, "9" * 400, "-" + "9" * 30, "0x1", "1_000", "Infinity", "NaN"),
    *("null", "None", "undefined", "true", "[]", "{}", "{{}}", "${x}", "<b>", "' or 1=1 --", "); drop table x; --"),
    *("x" * 255, "x" * 256, "x" * 2001, "x" * LONG, "ž" * 256, "🦊" * 300, "e" + "\u0301" * 300, "\r\n", "a\r\nX: y"),
    *("2025-02-30", "2025-01-01T25:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999Z", "10000-01-01"),
)
# Values that JSON can hold, and texts that stand in place of one.
VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**30, 10**400),
    *(0.1, -0.0, 1e-300, 1e300),
    *("", [], {}, [[]], [{}], {"": None}, [None] * 100, {"id": 1}, {"id": None}, {"data": []}),
)
LITERALS: Final = (
    *("1e400", "-1e400", "NaN", "Infinity", "-", "01", "1.", ".5", "1e", "'x'", "tru", "\\u0000", "\x00", "0" * 400),
)
MEDIA_TYPES: Final = (
    *("application/json", "application/json; charset=utf-16", "text/plain", "application/xml", "text/xml", "*/*", ""),
    *(FORM, FORM_DATA, "multipart/form-data", "multipart/form-data; boundary=", "a/b; c=\xff", "application/hal+json"),
    *("multipart/form-data; boundary=" + "b" * 300, "application/merge-patch+json"),
)
HEADERS: Final = (
    *("Authorization", "Content-Type", "Accept", "If-Match", "If-None-Match", "X-Request-Id", "Idempotency-Key"),
    *("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "Origin", "Cookie", "Range", "Expect"),
    *("Content-Encoding", "Accept-Encoding", "Accept-Language", "X-HTTP-Method-Override", "Upgrade", "Connection"),
    *("Host", "TE"),
)
HEADER_TEXTS: Final = (
    *("", " ", "x", "*", '""', 'W/"x"', '"' * 50, "\xff\xfe", "\x80", "a, b", ";", "=", "x" * LONGEST_HEADER, "Basic"),
    *("Basic !!!", "Basic " + "A" * 8_000, "Bearer " + "0" * 40, "Basic Og==", "Basic /////w==", "Digest x", "gzip"),
    *("for=unknown;proto=x", 'for="[::1]:x"', "1.2.3.4, 5.6.7.8", "http", "javascript", "bytes=0-", "websocket"),
    *("text/html;q=0.x", "application/xml", "100-continue", "trailers", "close, keep-alive", "%s%n", "${jndi:x}"),
    *("Bearer", "br", "q=NaN"),
)
XML: Final = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"c" * 1000 + b'">]><a>' + b"&b;" * 1000 + b"</a>",
    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><purchaseOrder><notes>&b;</notes></purchaseOrder>',
    b"<PurchaseOrder><PurchaseOrderNumber>1</PurchaseOrderNumber></PurchaseOrder>",
    b"<" * 5000,
)

Damage = Callable[[Random, list[str], Recorded], Recorded]
"""Makes another request of one, with the dice and the words that have a meaning somewhere."""


def damaged(dice: Random, words: list[str], request: Recorded) -> Recorded:
    """The request with one to three damages."""
    kinds, weights = zip(*WEIGHTED, strict=True)
    for damage in dice.choices(kinds, weights, k=dice.choice((1, 1, 1, 2, 3))):
        request = damage(dice, words, request)
    return body_long(dice, words, request) if dice.random() < 0.002 else request


def path(dice: Random, words: list[str], request: Recorded) -> Recorded:
    """Another path, or the same spelled oddly."""
    old, question, query = request.target.partition("?")
    segments = old.split("/")
    place = dice.randrange(len(segments))
    here = segments[place]
    odd = dice.choice((*TEXTS, dice.choice(words), here.swapcase(), here + dice.choice(TEXTS)))
    segments[place : place + dice.randint(0, 1)] = [_in_path(dice, odd)] * dice.choice((1, 1, 1, 2, 50))
    return request._replace(target=_printable("/".join(segments)) + question + query)


def query(dice: Random, words: list[str], request: Recorded) -> Recorded:
    """Parameters that are missing, doubled, made up or senseless."""
    target, _, old = request.target.partition("?")
    pairs = parse_qsl(old, keep_blank_values=True)
    for _ in range(dice.randint(1, 4)):
        kind = dice.randrange(6)
        if kind == 0 and pairs:
            pairs.pop(dice.randrange(len(pairs)))
        elif kind == 1 and pairs:
            pairs.append(dice.choice(pairs))
        elif kind == 2 and pairs:
            place = dice.randrange(len(pairs))
            pairs[place] = (pairs[place][0], _text(dice, words))
        else:
            pairs.insert(dice.randint(0, len(pairs)), (_name(dice, words), _text(dice, words)))
    if pairs and dice.random() < 0.01:
        pairs *= MANY // len(pairs)
    joined = urlencode(pairs, encoding="utf-8", errors="surrogatepass")
    if dice.random() < 0.2:
        odd = ("&", "=", "%", "?", "&&=&", "%zz=%", ";", f"{joined}&{joined}", joined.replace("=", ""), joined[::-1])
        joined = dice.choice(odd)
    return request._replace(target=f"{target}?{_printable(joined)}")


def method(dice: Random, words: list[str], request: Recorded) -> Recorded:
    """The same by another method."""
    return request._replace(method=dice.choice(METHODS))


def headers(dice: Random, words: list[str], request: Recorded) -> Recorded:
    """Headers that are missing, doubled, made up or senseless; those that frame the body stay."""
    changed = list(request.headers)
    for _ in range(dice.randint(1, 3)):
        name = dice.choice(HEADERS)
        value = dice.choice((dice.choice(HEADER_TEXTS), _in_header(_text(dice, words)), _credentials(dice, words)))
        kind = dice.randrange(3)
        if kind == 0:
            changed = [pair for pair in changed if pair[0].lower() != name.lower()]
        elif kind == 1:
            changed.append((name, value))
        else:
            changed = [(key, value if key.lower() == name.lower() else old) for key, old in changed]
    return request._replace(headers=tuple(changed))


def media_type(dice: Random, words: list[str], request: Recorded) -> Recorded:
    """The body called something else."""
    return _typed(request, dice.choice(MEDIA_TYPES))


def body_json(dice: Random, words: list[str], request: Recorded) -> Recorded:
    """The JSON of the body with other values, members and depths in it."""
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError):
        return body_bytes(dice, words, request)
    for _ in range(dice.randint(1, 3)):
        value = _changed(dice, words, value)
    text = json.dumps(value, ensure_ascii=dice.random() < 0.5)
    if dice.random() < 0.15:
        text = _with_literal(dice, text)
    return with_body(request, text.encode(errors="surrogatepass"))


def body_bytes(dice: Random, words: list[str], request: Recorded) -> Recorded:
    """Bytes of the body flipped, cut, doubled, or others altogether."""
    body = bytearray(request.body)
    kind = dice.randrange(7)
    if kind == 0 and body:
        for _ in range(dice.randint(1, 8)):
            body[dice.randrange(len(body))] = dice.randrange(256)
    elif kind == 1:
        body = body[: dice.randint(0, len(body))]
    elif kind == 2:
        body = bytearray(dice.randbytes(dice.choice((1, 16, 4096))))
    elif kind == 3:
        body = bytearray(b"\xef\xbb\xbf") + body
    elif kind == 4:
        body = bytearray(request.body.decode("utf-8", "replace").encode("utf-16"))
    elif kind == 5:
        body = bytearray(dice.choice(XML))
    else:
        body *= dice.choice((2, 3))
    return with_body(request, bytes(body))


def body_form(dice: Random, words: list[str], request: Recorded) -> Recorded:
    """A form in place of the body, often a damaged one."""
    given = parse_qsl(request.body.decode("latin-1"), keep_blank_values=True)
    pairs = given or [("version", "3.9"), ("input", "{}")]
    for _ in range(dice.randint(0, 3)):
        pairs.insert(dice.randint(0, len(pairs)), (dice.choice(words), _text(dice, words)))
    if dice.random() < 0.02:
        characters = sum(len(name) + len(value) for name, value in pairs)
        pairs *= max(1, min(MANY // len(pairs), LIMIT // max(1, characters)))
    if dice.random() < 0.5:
        raw = form_data([(name.replace('"', "%22"), value) for name, value in pairs])
        return with_body(_typed(request, FORM_DATA), _torn(dice, raw))
    raw = urlencode(pairs, errors="surrogatepass", encoding="utf-8").encode()
    return with_body(_typed(request, FORM), _torn(dice, raw))


def body_long(dice: Random, words: list[str], request: Recorded) -> Recorded:
    """A body about as long as is allowed, or longer."""
    length = dice.choice((LIMIT - 1, LIMIT, LIMIT + 1, 3 * LIMIT))
    filler = dice.choice((b" ", b"[", b"a", b'{"a":', b"9", b"&a=", b"--"))
    return with_body(request, (request.body + filler * length)[:length])


def with_body(request: Recorded, body: bytes) -> Recorded:
    """The request with this body, whose length it tells."""
    others = tuple(pair for pair in request.headers if pair[0].lower() not in ("content-length", "transfer-encoding"))
    return request._replace(headers=(*others, ("Content-Length", str(len(body)))), body=body)


WEIGHTED: Final[tuple[tuple[Damage, int], ...]] = (
    *((path, 15), (query, 25), (method, 5), (headers, 15), (media_type, 5)),
    *((body_json, 30), (body_bytes, 8), (body_form, 12)),
)


def _text(dice: Random, words: list[str]) -> str:
    return dice.choice(TEXTS) if dice.random() < 0.5 else sentence(dice, words)


def _name(dice: Random, words: list[str]) -> str:
    return dice.choice(words) if dice.random() < 0.7 else _text(dice, words)


def _in_path(dice: Random, text: str) -> str:
    encoded = quote(text.encode(errors="surrogatepass"), safe=dice.choice(("", "/", "/;=,@:")))
    return encoded if dice.random() < 0.7 else text


def _printable(target: str) -> str:
    """The target as bytes that a line may hold, each as the letter that stands for it."""
    kept = bytes(byte for byte in target.encode(errors="surrogatepass") if byte > 32 and byte != 127)
    return kept.decode("latin-1")[:LONGEST_TARGET]


def _in_header(text: str) -> str:
    """The text as bytes that a header may hold, each as the letter that stands for it."""
    kept = bytes(byte for byte in text.encode(errors="surrogatepass") if byte >= 32 and byte != 127)
    return kept.decode("latin-1")[:LONGEST_HEADER]


def _credentials(dice: Random, words: list[str]) -> str:
    both = f"{_text(dice, words)}:{_text(dice, words)}".encode(errors="surrogatepass")[:6_000]
    return f"Basic {base64.b64encode(both).decode()}"


def _typed(request: Recorded, content_type: str) -> Recorded:
    others = tuple(pair for pair in request.headers if pair[0].lower() != "content-type")
    return request._replace(headers=(*others, ("Content-Type", content_type)))


def _changed(dice: Random, words: list[str], value: Any) -> Any:
    """The value with one place in it, at any depth, that is something else."""
    if isinstance(value, dict) and value and dice.random() < 0.85:
        key = dice.choice(list(value))
        kind = dice.randrange(5)
        if kind == 0:
            return {other: each for other, each in value.items() if other != key}
        if kind == 1:
            return {**value, _name(dice, words): _value(dice, words)}
        return {**value, key: _changed(dice, words, value[key])}
    if isinstance(value, list) and value and dice.random() < 0.85:
        if dice.random() < 0.2:
            return [*value, *value[:1]] * dice.choice((1, 1, 30))
        place = dice.randrange(len(value))
        return [*value[:place], _changed(dice, words, value[place]), *value[place + 1 :]]
    return _value(dice, words)


def _value(dice: Random, words: list[str]) -> Any:
    kind = dice.randrange(10)
    if kind < 4:
        return dice.choice(VALUES)
    if kind < 8:
        return _text(dice, words)
    if kind == 8:
        return {dice.choice(words): dice.choice(VALUES) for _ in range(dice.randint(1, 5))}
    return [dice.choice(VALUES) for _ in range(dice.randint(1, 5))]


def _with_literal(dice: Random, text: str) -> str:
    """The text with something in it that is no JSON, or JSON that nobody expects."""
    place = dice.randrange(len(text) + 1)
    kind = dice.randrange(4)
    if kind == 0:
        return text[:place] + dice.choice(LITERALS) + text[place:]
    if kind == 1:
        return text[:place]
    if kind == 2:
        return dice.choice(("[", '{"a":')) * DEEP + text
    return text.replace(":", f":{dice.choice(LITERALS)},", 1)


def _torn(dice: Random, raw: bytes) -> bytes:
    kind = dice.randrange(8)
    if kind == 0:
        return raw[: dice.randint(0, len(raw))]
    if kind == 1:
        return raw.replace(b"\r\n", b"\n")
    if kind == 2:
        other = dice.choice((b"form-data", b"file; filename*=x''%00; name", b"a" * 9000))
        return raw.replace(b"form-data; name", other, 1)
    if kind == 3:
        head = b"\r\nContent-Type: multipart/mixed; boundary=b\r\nX: " + b"y" * 9000 + b"\r\n\r\n"
        return raw.replace(b"\r\n\r\n", head, 1)
    return raw.replace(b"--", b"-", 1) if kind == 4 else raw
