"""Whatever is asked under the roots of a face, it has an answer and leaves nothing."""

import pytest

from tests.conformance.face import Ask, Face, Tenant
from tests.conformance.questions import every_face
from tests.conformance.rows import untouched
from tests.harness import FaceClient

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "BREW", "G*T")
TAILS = (
    "",
    "/",
    "//",
    "/x",
    "/x/",
    "/x/y/z/1/2/3",
    "/0",
    "/-1",
    "/1e5",
    "/%00",
    "/%FF%FE",
    "/%ED%A0%80",
    "/%2e%2e%2fusers",
    "/../..",
    "/x%2Fy",
    "/x;y=1",
    "/%",
    "/%zz",
    "/+",
    "/\u017elu\u0165",
    "/99999999999999999999999999",
    f"/{'9' * 5000}",
    f"/{'x' * 5000}",
    "/x" * 500,
    "?%00=%FF&=&&page=%zz",
    ".json",
    ".json/x",
    "x",
)


async def failures(client: FaceClient, asks: list[tuple[str, str]]) -> dict[str, int]:
    """The requests whose answer is the server's fault, or that are taken for something that they are not."""
    answers = {f"{method} {path[:80]}": await client.request(method, path) for method, path in asks}
    return {asked: answer.status_code for asked, answer in answers.items() if answer.status_code >= 500}


@every_face
@pytest.mark.parametrize("caller", ["the stranger", "the demo user"])
async def test_an_unknown_path_or_method_never_fails_and_never_leaves_a_trace(
    face: Face, caller: str, here: Tenant
) -> None:
    client = here.door if caller == "the stranger" else await face.let_in(here)
    asks = [(method, f"{root}{tail}") for root in face.roots for tail in TAILS for method in ("GET", "POST", "DELETE")]
    asks += [(method, f"{root}/x") for root in face.roots for method in METHODS]
    asks += [("POST", root.upper()) for root in face.roots]
    async with untouched(here):
        assert await failures(client, asks) == {}


@every_face
async def test_a_method_that_a_path_does_not_have_is_refused(face: Face, here: Tenant) -> None:
    client = await face.let_in(here)
    names = await face.new_names(client)
    async with untouched(here):
        for path in sorted({ask.path for ask in face.asks}):
            known = methods_of(face, path)
            for method in (each for each in METHODS if each not in known):
                answer = await Ask(method, path).by(client, names)
                assert answer.status_code in (404, 405), (method, path, answer)
                if answer.status_code == 405:
                    assert known <= set(answer.headers["Allow"].split(", ")), (method, path, answer)


def methods_of(face: Face, path: str) -> set[str]:
    """The methods that the path has, HEAD among them where there is GET."""
    methods = {method for each in face.operations_at(path) for method in each.methods}
    return methods | {"HEAD"} if "GET" in methods else methods
