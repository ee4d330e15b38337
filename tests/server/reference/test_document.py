"""The documents of all faces, without a server."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from tests.probing import FACES, NAMES

from orderloom.server.reference.document import Place, document, told
from orderloom.server.reference.site import OWN

PLACE = Place(
    "https://orders.example.com",
    "1.2.3",
    {"email": "E", "password": "P", "token": "$TOKEN"}
    | {word: word for word in ("api_key", "api_token", "client_id", "client_secret", "refresh_token")},
)
DOCUMENTS = {name: document([face for face in FACES if face.name == name], PLACE) for name in NAMES}
every_face = pytest.mark.parametrize("name", NAMES)


def values(value: Any, key: str) -> Iterator[Any]:
    """Everything that stands under this key, however deep."""
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        for inner in value.values():
            yield from values(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from values(inner, key)


def operations(name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENTS[name]["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


@every_face
def test_every_operation_of_the_table_is_in_the_document(name: str) -> None:
    table = {(each.path, each.method.lower()) for each in told(FACES) if each.face.name == name}

    assert {(path, method) for path, method, _ in operations(name)} == table


@every_face
def test_every_reference_leads_somewhere(name: str) -> None:
    known = {f"#/components/schemas/{each}" for each in DOCUMENTS[name]["components"]["schemas"]}

    assert set(values(DOCUMENTS[name], "$ref")) == known


@every_face
def test_every_schema_is_one(name: str) -> None:
    for schema in (*values(DOCUMENTS[name], "schema"), *DOCUMENTS[name]["components"]["schemas"].values()):
        jsonschema_rs.meta.validate(schema)


@every_face
def test_operations_have_names_of_their_own(name: str) -> None:
    names = list(values(DOCUMENTS[name]["paths"], "operationId"))
    targets = [link["operationId"] for links in values(DOCUMENTS[name], "links") for link in links.values()]
    own = [operation["operationId"] for _, _, operation in operations(name)]

    assert len(set(own)) == len(own)
    assert set(targets) <= set(own)
    assert sorted(names) == sorted(own + targets)


@every_face
def test_a_link_gives_parameters_that_its_target_has(name: str) -> None:
    parameters = {
        operation["operationId"]: {each["name"] for each in operation.get("parameters", ())}
        for _, _, operation in operations(name)
    }
    for links in values(DOCUMENTS[name], "links"):
        for link in links.values():
            assert set(link["parameters"]) <= parameters[link["operationId"]]


@pytest.mark.parametrize("name", [name for name in NAMES if name != OWN])
def test_every_parameter_of_a_path_is_described(name: str) -> None:
    for path, _, operation in operations(name):
        inside = [each for each in operation.get("parameters", ()) if each["in"] == "path"]
        assert [each["name"] for each in inside] == re.findall(r"\{(\w+)\}", path)
        assert all(each["required"] and each["description"] for each in inside)


@every_face
def test_an_operation_needs_credentials_unless_it_is_open(name: str) -> None:
    schemes = set(DOCUMENTS[name]["components"]["securitySchemes"])
    for _, _, operation in operations(name):
        assert {each for needed in operation["security"] for each in needed} <= schemes
    open_ones = [operation["operationId"] for _, _, operation in operations(name) if not operation["security"]]
    assert open_ones == (["about"] if name == "intouch" else [])


@every_face
def test_every_answer_says_when_it_is_given(name: str) -> None:
    for _, _, operation in operations(name):
        assert operation["summary"]
        assert all(each["description"] for each in operation["responses"].values())


@every_face
def test_a_server_that_is_away_says_when_to_come_again(name: str) -> None:
    for _, _, operation in operations(name):
        assert "Retry-After" in operation["responses"]["503"]["headers"]


@every_face
def test_no_method_of_others_is_told_as_an_answer(name: str) -> None:
    assert not [operation for _, _, operation in operations(name) if "405" in operation["responses"]]


@every_face
def test_examples_are_values_of_what_they_are_examples_of(name: str) -> None:
    components = DOCUMENTS[name]["components"]
    for _, _, operation in operations(name):
        content = operation.get("requestBody", {}).get("content", {})
        for holder in (*operation.get("parameters", ()), *content.values()):
            validator = jsonschema_rs.Draft202012Validator(
                {**holder["schema"], "components": components}, validate_formats=True
            )
            for example in holder.get("examples", {}).values():
                assert [each.message for each in validator.iter_errors(example["value"])] == []


@every_face
def test_no_word_for_credentials_is_left_in_an_example(name: str) -> None:
    sources = [sample["source"] for samples in values(DOCUMENTS[name], "x-codeSamples") for sample in samples]

    assert sources
    assert not [each for each in sources if re.search(r"\{[a-z_]+\}", each)]


def test_the_document_is_about_the_server_that_gives_it() -> None:
    assert DOCUMENTS["homs"]["servers"] == [{"url": "https://orders.example.com"}]
    assert DOCUMENTS["homs"]["info"]["version"] == "1.2.3"


def test_faces_of_one_name_are_told_together() -> None:
    assert {"/auth/login", "/api1/cases"} <= set(DOCUMENTS["iinsight"]["paths"])
    assert DOCUMENTS["iinsight"]["info"]["title"] == "iinsight"


def test_our_own_api_says_that_requests_are_counted_and_may_be_too_many() -> None:
    for _, _, operation in operations(OWN):
        responses = operation["responses"]
        done = next(responses[status] for status in responses if status.startswith("2"))
        for response in (done, responses["429"], responses["422"] if "422" in responses else responses["404"]):
            assert {"RateLimit", "RateLimit-Policy"} <= set(response["headers"])
            assert not response["headers"]["RateLimit"]["required"]
        assert responses["429"]["headers"]["Retry-After"]["required"]
        assert responses["429"]["content"]
        assert "RateLimit" not in responses["401"]["headers"]


def test_every_write_of_our_own_api_takes_a_key_but_the_one_that_makes_api_keys() -> None:
    without = [
        (path, method)
        for path, method, operation in operations(OWN)
        if method != "get" and "Idempotency-Key" not in {each["name"] for each in operation.get("parameters", ())}
    ]
    about = DOCUMENTS[OWN]["info"]["description"]

    assert without == [("/v1/keys", "post")]
    assert "Every write takes an `Idempotency-Key`, apart from the making of API keys" in " ".join(about.split())
