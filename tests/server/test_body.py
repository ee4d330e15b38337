"""Reading bodies: their limits in size and time."""

import asyncio
from typing import Any

import pytest

from orderloom.server.body import DRAIN_BYTES, FREE_PIECES, SMALLEST_PIECE, Bodies, BodyTooLong, ClientAway


class Sender:
    """A client that sends these chunks, and then nothing more without saying that it is done."""

    def __init__(self, *chunks: bytes, done: bool = True) -> None:
        self.chunks = list(chunks)
        self.done = done

    async def receive(self) -> dict[str, Any]:
        if not self.chunks:
            await asyncio.Event().wait()
        chunk = self.chunks.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(self.chunks) or not self.done}


async def test_chunks_are_put_together() -> None:
    assert await Bodies(10, patience_s=30).read(Sender(b"ab", b"", b"cd").receive) == b"abcd"


@pytest.mark.parametrize("chunks", [(b"x" * 11,), (b"x" * 6, b"x" * 5), (b"x",) * 11])
async def test_a_body_above_the_limit_is_read_to_its_end_and_refused(chunks: tuple[bytes, ...]) -> None:
    sender = Sender(*chunks)
    with pytest.raises(BodyTooLong):
        await Bodies(10, patience_s=30).read(sender.receive)
    assert sender.chunks == []


async def test_a_body_far_above_the_limit_is_not_even_read() -> None:
    sender = Sender(b"x" * (DRAIN_BYTES // 2), b"x" * (DRAIN_BYTES // 2), b"x", b"x")
    with pytest.raises(BodyTooLong):
        await Bodies(10, patience_s=30).read(sender.receive)
    assert len(sender.chunks) == 1


async def test_a_client_that_goes_away_is_noticed() -> None:
    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(ClientAway):
        await Bodies(10, patience_s=30).read(gone)


async def test_a_client_that_takes_too_long_is_given_up_however_busy_it_looks() -> None:
    bodies = Bodies(10, patience_s=0.05)
    reading = asyncio.create_task(bodies.read(Sender(b"a", b"b", done=False).receive))
    await asyncio.sleep(0.01)
    bodies.give_up_late_ones()
    assert not reading.done()
    await asyncio.sleep(0.06)
    bodies.give_up_late_ones()
    with pytest.raises(ClientAway):
        await reading


async def test_when_all_together_hold_too_much_the_one_that_began_first_is_given_up() -> None:
    bodies = Bodies(10, patience_s=30, together=40)
    readings = []
    for _ in range(5):
        readings.append(asyncio.create_task(bodies.read(Sender(b"x" * 4, b"x" * 5, done=False).receive)))
        await asyncio.sleep(0.01)
    with pytest.raises(ClientAway):
        await asyncio.wait_for(readings[0], 1)
    assert not any(reading.done() for reading in readings[1:])
    assert await bodies.read(Sender(b"ab", b"c").receive) == b"abc"
    assert not any(reading.done() for reading in readings[1:])
    for reading in readings[1:]:
        reading.cancel()
    await asyncio.gather(*readings[1:], return_exceptions=True)
    assert await bodies.read(Sender(b"x" * 5, b"x" * 5).receive) == b"x" * 10


async def test_what_comes_first_of_a_body_counts_too() -> None:
    bodies = Bodies(10, patience_s=30, together=40)
    readings = [asyncio.create_task(bodies.read(Sender(b"x" * 10, done=False).receive)) for _ in range(6)]
    await asyncio.sleep(0.05)
    assert [reading.done() for reading in readings] == [True] * 2 + [False] * 4
    for reading in readings[2:]:
        reading.cancel()
    await asyncio.gather(*readings, return_exceptions=True)


async def test_a_body_in_crumbs_is_given_up_and_one_in_pieces_is_not() -> None:
    length = FREE_PIECES * SMALLEST_PIECE * 2
    crumbs = [b"x" * (SMALLEST_PIECE // 2)] * (length // SMALLEST_PIECE * 2)
    with pytest.raises(ClientAway):
        await Bodies(length, patience_s=30).read(Sender(*crumbs).receive)
    pieces = [b"x" * SMALLEST_PIECE] * (length // SMALLEST_PIECE)
    assert len(await Bodies(length, patience_s=30).read(Sender(*pieces).receive)) == length
    few = [b"x"] * FREE_PIECES
    assert await Bodies(length, patience_s=30).read(Sender(*few).receive) == b"x" * FREE_PIECES


async def test_a_request_that_is_cancelled_stays_cancelled() -> None:
    reading = asyncio.create_task(Bodies(10, patience_s=30).read(Sender(done=False).receive))
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
