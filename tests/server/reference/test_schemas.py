"""Schemas of shapes: what has to be sent, and what is there."""

from typing import Annotated, Any, Generic, TypeVar

import msgspec
import pytest
from msgspec import UNSET, Meta, UnsetType

from orderloom.dialects.description import AMOUNT, AnyOf
from orderloom.server.reference.schemas import REF, Schemas

T = TypeVar("T")


class Thing(msgspec.Struct):
    """A thing. Source: section 1."""

    id: int
    name: str | None = None
    later: int | UnsetType = UNSET


class Short(msgspec.Struct, omit_defaults=True):
    id: int
    name: str | None = None
    price: AMOUNT = None


class Page(msgspec.Struct, Generic[T]):
    items: list[T]


class Cat(msgspec.Struct, tag_field="kind", tag="cat"):
    name: str


class Dog(msgspec.Struct, tag_field="kind", tag="dog"):
    name: str


def test_what_has_a_default_need_not_be_sent() -> None:
    assert Schemas([Thing], []).components["Thing"]["required"] == ["id"]


def test_what_has_a_default_is_there_in_an_answer_and_what_may_be_unset_is_not() -> None:
    assert Schemas([], [Thing]).components["Thing"]["required"] == ["id", "name"]


def test_what_is_left_out_when_it_is_null_is_never_null() -> None:
    thing = Schemas([], [Short]).components["Short"]

    assert thing["required"] == ["id"]
    assert thing["properties"]["name"] == {"type": "string"}
    assert thing["properties"]["price"] == {"type": "number"}


def test_a_default_is_not_told_of_an_answer() -> None:
    assert "default" not in Schemas([], [Thing]).components["Thing"]["properties"]["name"]


def test_a_shape_of_both_directions_has_two_schemas_where_they_differ() -> None:
    schemas = Schemas([Thing], [Thing])

    assert schemas.taken(Thing) == {"$ref": f"{REF}ThingSent"}
    assert schemas.given(Thing) == {"$ref": f"{REF}Thing"}
    assert set(schemas.components) == {"Thing", "ThingSent"}


def test_a_shape_of_both_directions_has_one_schema_where_they_agree() -> None:
    class Same(msgspec.Struct):
        id: int

    assert list(Schemas([Same], [Same]).components) == ["Same"]


def test_what_a_docstring_says_of_the_code_is_left_out() -> None:
    assert Schemas([Thing], []).components["Thing"]["description"] == "A thing."


def test_a_generic_shape_is_called_in_words() -> None:
    schemas = Schemas([], [Page[Short]])

    assert schemas.given(Page[Short]) == {"$ref": f"{REF}PageOfShort"}
    assert schemas.components["PageOfShort"]["properties"]["items"]["items"] == {"$ref": f"{REF}Short"}


def test_what_tells_types_apart_stays_required() -> None:
    schemas = Schemas([], [Cat | Dog])

    assert schemas.components["Cat"]["required"] == ["kind", "name"]
    assert schemas.given(Cat | Dog)["discriminator"]["mapping"]["dog"] == f"{REF}Dog"


def test_one_of_several_shapes_that_look_alike() -> None:
    either = AnyOf((Thing, Short))

    assert Schemas([], [either]).given(either) == {"anyOf": [{"$ref": f"{REF}Thing"}, {"$ref": f"{REF}Short"}]}


def test_a_json_schema_is_taken_as_it_is() -> None:
    shape = {"type": "integer", "minimum": 3}

    assert Schemas([shape], []).taken(shape) == shape


@pytest.mark.parametrize("shape", [str, Annotated[int, Meta(ge=1)], list[Thing], dict[str, Any], int | None])
def test_any_type_that_msgspec_knows_is_a_shape(shape: Any) -> None:
    assert Schemas([shape], []).taken(shape) == Schemas([], [shape]).given(shape) != {}
