"""How many purchases one call of Synergist updates in a second."""

import random
import socket
import statistics
import time
from typing import Any, Final

import msgspec

from bench.load import TARGET, check
from bench.scene import BadAnswer, Scene
from bench.traffic_costed import check as check_document
from bench.traffic_costed import updating

RECORDS: Final = 10_000
TARGET_PER_S: Final = 2_000.0
LONGEST_S: Final = 120.0
_CHUNK: Final = 1 << 20


class Bulk(msgspec.Struct):
    """How long each call with so many records took, from its first byte to the last of its answer."""

    records: int
    seconds: list[float]
    failure: str = ""

    @property
    def per_second(self) -> float | None:
        """Records a second in the median call; None if there was none."""
        return self.records / statistics.median(self.seconds) if self.seconds else None

    @property
    def reached(self) -> bool | None:
        """Whether that is the target; None if nothing can be said."""
        return None if self.failure or self.per_second is None else self.per_second >= TARGET_PER_S


def measure(port: int, scene: Scene, calls: int) -> Bulk:
    """Update so many purchases all over the book, one call after the other; the first call is a warm-up."""
    dice = random.Random(1)  # noqa: S311 - nothing secret hangs on it
    bulk = Bulk(min(RECORDS, scene.orders), [])
    try:
        for number in range(calls + 1):
            numbers = dice.sample(range(1, scene.orders + 1), bulk.records)
            took = _call(port, updating(scene, numbers, dice), bulk.records)
            if number:
                bulk.seconds.append(took)
    except (BadAnswer, OSError, ValueError, LookupError, msgspec.MsgspecError) as error:
        bulk.failure = f"{type(error).__name__}: {error}"
    return bulk


def _call(port: int, request: bytes, records: int) -> float:
    """How long the call took. Raises BadAnswer if not every record was updated."""
    request = request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    with socket.create_connection((TARGET, port), LONGEST_S) as connection:
        began_at = time.perf_counter()
        connection.sendall(request)
        answer = bytearray()
        while part := connection.recv(_CHUNK):
            answer += part
        took = time.perf_counter() - began_at

    def look(document: Any) -> None:
        check_document(document, records)
        if len(document["data"]) != records:
            raise BadAnswer(f"{len(document['data'])} records")

    check(bytes(answer), look)
    return took
