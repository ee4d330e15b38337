"""What was asked of the server, as a script that a person can read and repeat."""

from typing import Any

import httpx

from tests.harness import FaceClient

LONGEST = 300


class Recorder(FaceClient):
    """A client that writes down every request but those that only read; its copies write into the same script."""

    script: list[str]

    def __init__(self, base_url: str, host: str, http: httpx.AsyncClient, auth: Any) -> None:
        super().__init__(base_url, host, http, auth)
        self.script = []

    async def request(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        answer = await super().request(method, path, **kwargs)
        if method != "GET":
            self.script.append(written(method, path, kwargs, answer))
        return answer


def written(method: str, path: str, kwargs: dict[str, Any], answer: httpx.Response) -> str:
    """A request and its answer as text: credentials are those of the demo book and are left out."""
    tag = (kwargs.get("headers") or {}).get("If-Match")
    lines = [f"{method} {path}", *([f"If-Match: {tag}"] if tag else [])]
    body = kwargs.get("content") or kwargs.get("json") or kwargs.get("data")
    return "\n".join([*lines, *([str(body)] if body else []), f"-> {answer.status_code} {answer.text[:LONGEST]}"])
