"""Writes that carry an `Idempotency-Key`: done once, however often they are sent, at every face."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Final

from orderloom.book.kept_answers import Answer, InFlight, KeyReused, Write, is_key
from orderloom.desk import kept_answers
from orderloom.desk.desk import Desk
from orderloom.dialects.contract import Call, Dialect, Reply
from orderloom.server.answering import answered

HEADER: Final = b"idempotency-key"
REPLAYED: Final = ("Idempotency-Replayed", "true")
Handler = Callable[[Call], Awaitable[Reply]]
_RETRY_AFTER: Final = ("Retry-After", "1")


async def once(face: Dialect, call: Call, key: bytes, path: bytes, handler: Handler) -> Reply:
    """The answer of the handler, or the one that the first write with this key got."""
    if not is_key(key):
        return face.fault(400)
    write = Write(face.name, _actor(call), key.decode(), _hash(face, call, path))

    async def work(desk: Desk) -> Answer:
        call.desk = desk
        return Answer(*await answered(face, handler(call)))

    desk = call.desk
    try:
        answer, again = await kept_answers.once(desk, call.tenant_id, write, work)
    except InFlight:
        reply = face.fault(409)
        return reply._replace(headers=(*reply.headers, _RETRY_AFTER))
    except KeyReused:
        return face.fault(422)
    finally:
        call.desk = desk
    return Reply(answer.status, answer.body, answer.content_type, (*answer.headers, *((REPLAYED,) if again else ())))


def _actor(call: Call) -> str:
    """Who the key of idempotency belongs to: the name of an API key that was revoked may be another one's by now."""
    caller = call.caller
    return caller.author.name if caller.key_id is None else f"{caller.author.name} {caller.key_id}"


def _hash(face: Dialect, call: Call, path: bytes) -> bytes:
    """A hash of all that is asked for, credentials left out."""
    parts = (call.method.encode(), path, call.header(b"if-match") or b"", *face.asked(call))
    return sha256(b"".join(b"%d:%b" % (len(part), part) for part in parts)).digest()
