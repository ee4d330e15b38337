"""A write with a key and its answer come true together."""

import asyncio

import pytest
from tests.given_books import Book

from orderloom.book.errors import BadInput, StaleOrder
from orderloom.book.kept_answers import BODY_LEFT_OUT, MAX_KEPT, Answer, InFlight, KeyReused, Write
from orderloom.book.orders import Wish
from orderloom.desk import orders
from orderloom.desk.desk import Desk
from orderloom.desk.kept_answers import Once, once

WRITE = Write("tests", "somebody", "one", b"asked")
DONE = Answer(201, b"done", "text/plain", (("X-Told", "yes"),))


async def number_of_orders(book: Book) -> int:
    number: int = await book.desk.pool.fetchval("select count(*) from orders where tenant_id = $1", book.tenant_id)
    return number


async def place(book: Book, desk: Desk) -> None:
    await orders.place(desk, book.caller, Wish(type_code="purchase_order", title="a"))


async def test_what_fails_halfway_leaves_neither_write_nor_answer(book: Book) -> None:
    async def fails(desk: Desk) -> Answer:
        await place(book, desk)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await once(book.desk, book.tenant_id, WRITE, fails)
    assert await number_of_orders(book) == 0

    async def works(desk: Desk) -> Answer:
        await place(book, desk)
        return DONE

    assert await once(book.desk, book.tenant_id, WRITE, works) == Once(DONE, again=False)
    assert await once(book.desk, book.tenant_id, WRITE, works) == Once(DONE, again=True)
    assert await number_of_orders(book) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_an_answer_of_the_moment_takes_the_write_back(book: Book, status: int) -> None:
    async def troubled(desk: Desk) -> Answer:
        await place(book, desk)
        return DONE._replace(status=status)

    assert (await once(book.desk, book.tenant_id, WRITE, troubled)).answer.status == status
    assert await number_of_orders(book) == 0
    assert not (await once(book.desk, book.tenant_id, WRITE, troubled)).again


async def test_a_statement_that_fails_takes_back_itself_alone(book: Book) -> None:
    async def refused_once(desk: Desk) -> Answer:
        await place(book, desk)
        with pytest.raises(BadInput):
            await orders.place(desk, book.caller, Wish(type_code="purchase_order", customer_id=987654321))
        with pytest.raises(StaleOrder):
            async with desk.pool.transaction():
                await place(book, desk)
                raise StaleOrder(1, 1)
        await place(book, desk)
        return DONE

    await once(book.desk, book.tenant_id, WRITE, refused_once)
    assert await number_of_orders(book) == 2


async def test_the_second_is_told_while_the_first_is_being_worked_on(book: Book) -> None:
    begun, over = asyncio.Event(), asyncio.Event()

    async def slow(desk: Desk) -> Answer:
        begun.set()
        await over.wait()
        return DONE

    first = asyncio.create_task(once(book.desk, book.tenant_id, WRITE, slow))
    await begun.wait()
    with pytest.raises(InFlight):
        await once(book.desk, book.tenant_id, WRITE, slow)
    over.set()
    assert await first == Once(DONE, again=False)


async def test_another_request_with_the_key_is_refused(book: Book) -> None:
    async def works(desk: Desk) -> Answer:
        return DONE

    await once(book.desk, book.tenant_id, WRITE, works)
    with pytest.raises(KeyReused):
        await once(book.desk, book.tenant_id, WRITE._replace(request=b"other"), works)
    for other in (WRITE._replace(actor="other"), WRITE._replace(face="other"), WRITE._replace(key="other")):
        assert not (await once(book.desk, book.tenant_id, other, works)).again


async def test_a_long_answer_is_kept_without_its_body_and_the_write_is_not_repeated(book: Book) -> None:
    longest = DONE._replace(body=b"x" * MAX_KEPT)
    for number, answer in enumerate((longest, longest._replace(body=longest.body + b"x"))):
        write = WRITE._replace(key=str(number))

        async def works(desk: Desk, answer: Answer = answer) -> Answer:
            await place(book, desk)
            return answer

        assert await once(book.desk, book.tenant_id, write, works) == Once(answer, again=False)
        kept = answer if answer == longest else Answer(201, b"", None, (*DONE.headers, BODY_LEFT_OUT))
        assert await once(book.desk, book.tenant_id, write, works) == Once(kept, again=True)
    assert await number_of_orders(book) == 2
