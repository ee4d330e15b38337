"""Generated writes through all five faces, and after each of them what every face shows, compared with one model.

CONFORMANCE_EXAMPLES and CONFORMANCE_STEPS say how many sequences of how many writes; a sequence that fails is made
short and told as the requests that it consists of.
"""

from typing import Any

import httpx
from hypothesis import given

from orderloom.desk.desk import Desk
from tests.conformance.face import Tenant
from tests.conformance.matrix.conftest import add_stocked
from tests.conformance.matrix.driver import Driver
from tests.conformance.matrix.five import Five
from tests.conformance.matrix.script import Recorder
from tests.conformance.matrix.steps import BOUNDED, SEQUENCES, Step
from tests.conformance.model import USER_OF
from tests.given_books import Book, new_tenant
from tests.harness import Server


@given(steps=SEQUENCES)
@BOUNDED
async def test_every_face_shows_what_the_model_of_the_book_says(
    steps: list[Step], desk: Desk, http: httpx.AsyncClient, published: Server
) -> None:
    caller, host = await new_tenant(desk, whole=True)
    door = Recorder(published.url, host, http, None)
    tenant = Tenant(Book(desk, caller), door)
    await add_stocked(tenant)
    driver = Driver(await Five.of(tenant, users=USER_OF))
    door.script.clear()
    try:
        await driver.begin()
        for step in steps:
            await driver.take(step)
            await driver.compare()
        await driver.end()
    except AssertionError as failure:
        raise AssertionError(told(failure, door.script)) from None


def told(failure: AssertionError, script: list[str]) -> str:
    """The failure and the requests that led to it."""
    requests: list[Any] = [f"{number}. {each}" for number, each in enumerate(script, start=1)]
    return "\n\n".join([str(failure), "The requests:", *requests])
