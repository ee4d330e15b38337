"""To whom and about what the questions are asked, with ids that can be read."""

from collections.abc import Callable, Iterable

import pytest

from tests.conformance.face import Ask, Face
from tests.conformance.faces import FACES

every_face = pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)


def every_ask(chosen: Callable[[Face], Iterable[Ask]]) -> pytest.MarkDecorator:
    """Each of the chosen requests of each face."""
    pairs = [pytest.param(face, ask, id=f"{face.name}: {ask}") for face in FACES for ask in chosen(face)]
    return pytest.mark.parametrize("face, ask", pairs)


every_guarded_ask = every_ask(lambda face: face.guarded)
every_ask_for_an_order = every_ask(lambda face: [ask for ask in face.guarded if ask.names_an_order])
every_accepted_write = every_ask(lambda face: [ask for ask in face.guarded if ask.writes])
every_refused_write = pytest.mark.parametrize(
    "face, ask",
    [pytest.param(face, ask, id=f"{face.name}: {why}") for face in FACES for why, ask in face.refused.items()],
)
