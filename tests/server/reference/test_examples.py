"""Every example: sent as its page prints it, by a shell and curl, it is answered as its document says."""

import json
import os
import subprocess
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import jsonschema_rs
import pytest
from tests.harness import Server
from tests.probing import FACES

from orderloom.server.reference.document import Told, told
from orderloom.server.reference.site import document_path

# Their records have attributes that nobody could list.
OPEN = {"intouch": {"Order", "Item"}}


class Sent(NamedTuple):
    """What came back."""

    status: int
    headers: httpx.Headers
    body: bytes


def examples() -> list[Any]:
    """The name of the face, an operation by one of its methods, and the place of one of its examples."""
    found = []
    for each in told(FACES):
        for place, example in enumerate(each.examples):
            name = f"{each.face.name}-{each.id}-{example.title}"
            found.append(pytest.param(each, place, example.status or each.operation.status, id=name))
    return found


@pytest.mark.parametrize("each, place, status", examples())
def test_an_example_is_answered_as_the_document_says(
    each: Told, place: int, status: int, demo_server: Server, fresh_host: str, tmp_path: Path
) -> None:
    document = document_of(demo_server, fresh_host, each.face.name)
    operation = document["paths"][each.path][each.method.lower()]
    sent = run(document, operation, operation["x-codeSamples"][place]["source"], demo_server, tmp_path)

    assert sent.status == status, sent.body
    response = operation["responses"][str(status)]
    content = response.get("content", {})
    assert_headers(sent.headers, response.get("headers", {}), document)
    if not content:
        assert sent.body == b""
        return
    media_type = sent.headers["content-type"].partition(";")[0]
    assert_valid(json.loads(sent.body), content[media_type]["schema"], closed(document, each.face.name))


@pytest.mark.parametrize("each", [pytest.param(each, id=f"{each.face.name}-{each.id}") for each in told(FACES)])
def test_every_operation_has_an_example(each: Told) -> None:
    assert list(each.examples)


def run(document: dict[str, Any], operation: dict[str, Any], source: str, server: Server, folder: Path) -> Sent:
    """Have a shell run the lines, after those that get a token where one is needed."""
    lines = [source]
    for name in next(iter(operation["security"]), ()):
        scheme = document["components"]["securitySchemes"][name]
        lines = [*(sample["source"] for sample in scheme.get("x-codeSamples", ())), *lines]
    if "$REFRESH_TOKEN" in source:
        lines.insert(0, refresh_token_line(document))
    # Host names of tenants lead nowhere; curl is told where to go, and to write headers down.
    (folder / ".curlrc").write_text(
        f'silent\nconnect-to = "::127.0.0.1:{server.port}"\ndump-header = "{folder}/headers"\n'
    )
    done = subprocess.run(
        ["sh", "-c", "\n".join(lines)],
        env={"PATH": os.environ["PATH"], "CURL_HOME": str(folder), "HOME": str(folder)},
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, *headers = (folder / "headers").read_bytes().decode().split("\r\n\r\n")[-2].split("\r\n")
    return Sent(int(first.split(" ")[1]), httpx.Headers([tuple(line.split(": ", 1)) for line in headers]), done.stdout)


def refresh_token_line(document: dict[str, Any]) -> str:
    """The line that keeps a refresh token, made from the one that keeps an access token."""
    line = document["components"]["securitySchemes"]["token"]["x-codeSamples"][0]["source"]
    return line.replace("TOKEN=", "REFRESH_TOKEN=", 1).replace("access_token", "refresh_token")


@cache
def document_of(server: Server, host: str, name: str) -> dict[str, Any]:
    """The document as somebody gets it who calls the server so."""
    answer = httpx.get(f"{server.url}{document_path(name)}", headers={"Host": f"{host}:{server.port}"})
    assert answer.status_code == 200
    return answer.json()


def closed(document: dict[str, Any], name: str) -> dict[str, Any]:
    """The document's components, whose objects have no members but those that it names."""
    components = deepcopy(document["components"])
    for title, schema in components["schemas"].items():
        if "properties" in schema and title not in OPEN.get(name, ()):
            schema["additionalProperties"] = False
    return components


def assert_valid(value: Any, schema: dict[str, Any], components: dict[str, Any]) -> None:
    validator = jsonschema_rs.Draft202012Validator({**schema, "components": components}, validate_formats=True)
    assert [f"{each.instance_path}: {each.message}" for each in validator.iter_errors(value)] == []


def assert_headers(headers: httpx.Headers, described: dict[str, Any], document: dict[str, Any]) -> None:
    for name, header in described.items():
        assert name in headers
        value = int(headers[name]) if header["schema"]["type"] == "integer" else headers[name]
        assert_valid(value, header["schema"], document["components"])
