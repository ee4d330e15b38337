"""How each face says that the server cannot serve now and when to come again, by its contract."""

from collections.abc import Callable, Mapping
from typing import Final

import httpx

LONGEST: Final = 400


def says_come_again(face: str, answer: httpx.Response) -> bool:
    """Whether this is 503 with Retry-After, short, and in the face's own dress."""
    when = answer.headers.get("Retry-After", "")
    return (
        answer.status_code == 503
        and when.isdecimal()
        and 1 <= int(when) <= 60
        and len(answer.content) <= LONGEST
        and DRESSES[face](answer)
    )


def _homs(answer: httpx.Response) -> bool:
    return answer.content == b"" and "Content-Type" not in answer.headers


def _iinsight(answer: httpx.Response) -> bool:
    body = answer.json()
    at_tokens = answer.url.path.startswith("/auth/")
    members = {"error", "error_description"} | (set() if at_tokens else {"response"})
    return set(body) == members and bool(body["error"] == "temporarily_unavailable")


def _intouch(answer: httpx.Response) -> bool:
    body = answer.json()
    return set(body) == {"error", "errors"} and "nedostupný" in body["error"] and body["errors"] == []


def _extensiv(answer: httpx.Response) -> bool:
    media_type: str = answer.headers["Content-Type"]
    return media_type.startswith("text/plain") and "not available" in answer.text


def _synergist(answer: httpx.Response) -> bool:
    body = answer.json()
    told: bool = (body["success"], body["errorcode"], body["data"]) == (False, 404500, [])
    return told


def _v1(answer: httpx.Response) -> bool:
    told: bool = answer.json()["type"] == "urn:orderloom:problem:unavailable"
    return told and answer.headers["Content-Type"] == "application/problem+json"


DRESSES: Final[Mapping[str, Callable[[httpx.Response], bool]]] = {
    "homs": _homs,
    "iinsight": _iinsight,
    "intouch": _intouch,
    "extensiv": _extensiv,
    "synergist": _synergist,
    "v1": _v1,
}
