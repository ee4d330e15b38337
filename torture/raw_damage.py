"""Damages below HTTP: bytes on the socket that are no request, or not the one that they seem to be."""

from collections.abc import Callable
from random import Random
from typing import Final

from torture.recorder import Recorded

GIANT: Final = 300_000
LONG_EXTENSION: Final = 9_000
ENCODINGS: Final = (
    *("chunked", "Chunked", "chunked, chunked", "identity", "gzip, chunked", "xchunked", " chunked", "chunked;q=1", ""),
)

Raw = Callable[[Random, Recorded], bytes]


def damaged(dice: Random, request: Recorded) -> bytes:
    """The request as bytes that are damaged."""
    return dice.choice(KINDS)(dice, request)


def wrong_length(dice: Random, request: Recorded) -> bytes:
    """A length that is not the body's, or none at all."""
    length = len(request.body)
    odd = ("", "-1", "+5", "0x5", "5 5", "1e3", "9" * 30, "5,5", "\t5", "0", str(length * 2 + 10), f"{length}0")
    return _framed(request, [("Content-Length", dice.choice(odd))])


def two_lengths(dice: Random, request: Recorded) -> bytes:
    """Two lengths, or a length beside chunks: what one of two servers might read otherwise."""
    length = ("Content-Length", str(len(request.body)))
    other = dice.choice((length, ("Content-Length", "0"), ("Transfer-Encoding", dice.choice(ENCODINGS))))
    return _framed(request, dice.sample((length, other), 2))


def chunks(dice: Random, request: Recorded) -> bytes:
    """Chunks with sizes that are wrong, without their ends, with too much beside them."""
    body = request.body or b"{}"
    right, long = b"%x" % len(body), b"%x" % (len(body) + 5)
    size = dice.choice((right, right.upper() + b";ext=1", b"-1", b"0x5", b"f" * 18, b"", b"g", b" 5", b"5 ", long))
    end = dice.choice(
        (b"\r\n0\r\n\r\n", b"\n0\n\n", b"\r\n0\r\nX-Trailer: y\r\n\r\n", b"", b"\r\n", b"\r\n0\r\n", b"0\r\n\r\n")
    )
    extension = b";" + b"x" * LONG_EXTENSION if dice.random() < 0.25 else b""
    encoding = dice.choice((*["chunked"] * 9, *ENCODINGS))
    return _framed(request, [("Transfer-Encoding", encoding)], b"") + size + extension + b"\r\n" + body + end


def cut(dice: Random, request: Recorded) -> bytes:
    """The beginning of a request."""
    raw = request.raw()
    return raw[: dice.randint(0, len(raw))]


def flipped(dice: Random, request: Recorded) -> bytes:
    """A few bytes anywhere that are others."""
    raw = bytearray(request.raw())
    for _ in range(dice.randint(1, 6)):
        raw[dice.randrange(len(raw))] = dice.choice((0, 10, 13, 32, 58, 255, dice.randrange(256)))
    return bytes(raw)


def odd_line(dice: Random, request: Recorded) -> bytes:
    """A first line that no client sends."""
    _, _, rest = request.raw().partition(b"\r\n")
    target = request.target.encode("latin-1")
    line = dice.choice(
        (
            *(b"GET %b HTTP/1.0", b"GET %b", b"GET %b HTTP/3.7", b"GET  %b  HTTP/1.1", b"\r\n\r\nGET %b HTTP/1.1"),
            *(b"GET http://example.com%b HTTP/1.1", b"GET http://[::1%b HTTP/1.1", b"G\0T %b HTTP/1.1"),
        )
    )
    other = dice.choice(
        (
            *(b"CONNECT example.com:443 HTTP/1.1", b"OPTIONS * HTTP/1.1", b"GET * HTTP/1.1", b"GET ? HTTP/1.1"),
            *(b"GET // HTTP/1.1", b"PRI * HTTP/2.0", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
            b"GET /" + b"x" * dice.choice((65_000, GIANT)) + b" HTTP/1.1",
        )
    )
    return (line % target if dice.random() < 0.5 else other) + b"\r\n" + rest


def odd_head(dice: Random, request: Recorded) -> bytes:
    """Headers that no client sends."""
    odd = dice.choice(
        (
            *(b"", b"Host: other.example.com\r\n", b"X\r\n", b": x\r\n", b"X Y: z\r\n", b"X:\r\n folded\r\n"),
            *(b"X: a\0b\r\n", b"X: \xff\xfe\r\n", b"X: y\n", b"\r\n", b"Expect: 100-continue\r\n"),
            b"Connection: close, upgrade\r\nUpgrade: h2c, websocket\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
            b"X: " + b"y" * GIANT + b"\r\n",
            b"".join(b"X%d: y\r\n" % number for number in range(dice.choice((90, 200, 3000)))),
        )
    )
    line, _, rest = request.raw().partition(b"\r\n")
    if dice.random() < 0.2:
        rest = b"\r\n".join(part for part in rest.split(b"\r\n") if not part.lower().startswith(b"host:"))
    return line + b"\r\n" + odd + rest


def several(dice: Random, request: Recorded) -> bytes:
    """Several requests at once, the answers to none of which were waited for."""
    return request.raw() * dice.randint(2, 20)


def noise(dice: Random, request: Recorded) -> bytes:
    """No request at all."""
    return dice.randbytes(dice.choice((1, 10, 100, 5_000))) + dice.choice((b"", b"\r\n\r\n"))


KINDS: Final[tuple[Raw, ...]] = (wrong_length, two_lengths, chunks, cut, flipped, odd_line, odd_head, several, noise)


def _framed(request: Recorded, framing: list[tuple[str, str]], body: bytes | None = None) -> bytes:
    others = [pair for pair in request.headers if pair[0].lower() not in ("content-length", "transfer-encoding")]
    return request._replace(headers=(*others, *framing), body=request.body if body is None else body).raw()
