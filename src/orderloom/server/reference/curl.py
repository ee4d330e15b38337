"""An example as a line for a shell. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from shlex import quote
from typing import Any, Final
from urllib.parse import urlencode

from orderloom.dialects.description import FORM_TYPE, Example, SignIn

SHORT: Final = 72
_VARIABLE: Final = re.compile(r"\$[A-Z_]+")
_PICKED: Final = r"""sed -E 's/.*"access_token":"([^"]+)".*/\1/'"""


def command(
    example: Example, method: str, host: str, security: Sequence[SignIn], words: Mapping[str, str], *, in_body: bool
) -> str:
    """The curl command that sends the example; `in_body` puts credentials that are parameters into the body."""
    signed = [(part.scheme, part.credentials.format(**words)) for part in security]
    parameters = tuple((scheme["name"], given) for scheme, given in signed if scheme.get("in") == "query")
    body, query = filled(example.body, words), (*parameters, *filled(example.query, words))
    if body is not None and in_body:
        body = (*parameters, *body) if example.media_type == FORM_TYPE else dict(parameters) | body
        query = query[len(parameters) :]
    options = [f"--request {method}"] if method != ("GET" if body is None else "POST") else []
    options += [option for scheme, given in signed for option in _header(scheme, given)]
    options += [f"--header {quote(f'{name}: {value}')}" for name, value in example.headers]
    if example.media_type == FORM_TYPE and body is not None:
        options += [f"--data-urlencode {_quoted(f'{name}={value}')}" for name, value in body]
    elif body is not None:
        options.append(f"--header {quote(f'Content-Type: {example.media_type}')}")
        options.append(f"--data {quote(_json(body))}")
    return " \\\n  ".join([f"curl {quote(_url(host, example.path, query))}", *options])


def token_line(of_token: str) -> str:
    """The line that keeps the token which the command asks for."""
    return f"TOKEN=$({of_token.replace('curl ', 'curl --silent ', 1)} \\\n  | {_PICKED})"


def filled(value: Any, words: Mapping[str, str]) -> Any:
    """The value with every text that is a word for credentials replaced by these."""
    if isinstance(value, str):
        return words.get(value[1:-1], value) if value[:1] == "{" else value
    if isinstance(value, Mapping):
        return {name: filled(each, words) for name, each in value.items()}
    return type(value)(filled(each, words) for each in value) if isinstance(value, list | tuple) else value


def _json(body: Any) -> str:
    short = json.dumps(body, ensure_ascii=False)
    return short if len(short) <= SHORT else json.dumps(body, ensure_ascii=False, indent=2)


def _url(host: str, path: str, query: Sequence[tuple[str, str]]) -> str:
    return f"{host}{path}?{urlencode(query, safe='/:,;=*()@')}" if query else f"{host}{path}"


def _header(scheme: Mapping[str, Any], given: str) -> list[str]:
    if scheme["type"] == "http" and scheme["scheme"] == "basic":
        return [f"--user {_quoted(given)}"]
    if scheme["type"] in ("http", "oauth2"):
        return [f"--header {_quoted(f'Authorization: Bearer {given}')}"]
    if scheme["in"] == "header":
        return [f"--header {_quoted(scheme['name'] + ': ' + given)}"]
    return []


def _quoted(text: str) -> str:
    """The text in quotes that let the shell put its variables in where there are any."""
    return f'"{text}"' if _VARIABLE.search(text) else quote(text)
