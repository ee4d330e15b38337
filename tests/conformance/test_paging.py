"""Paging meets every order, and none twice."""

import pytest

from tests.conformance.face import Face, Tenant
from tests.conformance.faces import FACES, OTHER_USER
from tests.conformance.questions import every_face
from tests.harness import FaceClient

MAX_PAGES = 60
oldest_first = pytest.mark.parametrize(
    "face", [face for face in FACES if face.oldest_first], ids=lambda face: face.name
)

in_pages = pytest.mark.parametrize("face", [face for face in FACES if face.paged], ids=lambda face: face.name)


async def placed(face: Face, client: FaceClient, number: int) -> list[int]:
    """The ids of so many new orders, oldest first."""
    return [await face.place(client) for _ in range(number)]


@every_face
async def test_paging_meets_each_order_exactly_once(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    new = await placed(face, client, 11)
    whole = await face.ids(client)
    assert [order_id for order_id in whole if order_id in new] == (new if face.oldest_first else new[::-1])
    if not face.shows_only:
        assert len(whole) == (await here.book.counts())["orders"]

    for size in (1, 2, 3, 5, 7, 20, 1000) if face.paged else ():
        pages = [await face.ids(client, number, size) for number in range(len(whole) // size + 2)]
        assert [order_id for page in pages for order_id in page] == whole
        assert {len(page) for page in pages[: len(whole) // size]} <= {size}


@oldest_first
@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_paging_meets_each_order_exactly_once_while_another_client_appends(
    face: Face, size: int, here: Tenant
) -> None:
    client, other = await face.let_in(here), await face.let_in(here, OTHER_USER)
    await placed(face, client, 5)
    before = await face.ids(client)
    new: list[int] = []
    met: list[int] = []
    for number in range(MAX_PAGES if face.paged else 1):
        page = await face.ids(client, number, size)
        if not page:
            break
        met += page
        if len(new) < 4:
            new += await placed(face, other, 1)
    # A short last page is not asked for again, so what was put there meanwhile may be missed, but nothing older.
    assert met == (before + new)[: len(met)]
    assert len(met) >= len(before)
    assert await face.ids(client) == before + new


@in_pages
async def test_a_page_past_the_end_is_empty(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    await placed(face, client, 1)
    assert await face.ids(client, 0, 1000)
    assert await face.ids(client, 5, 1000) == []
