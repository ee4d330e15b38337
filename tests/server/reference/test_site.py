"""How pages and documents are served."""

import httpx
import pytest
from tests.given_books import Book
from tests.harness import FaceClient, Server, serving
from tests.probing import NAMES

from orderloom.server.reference.site import document_path

PATHS = (
    "/docs",
    "/docs/static/reference.css",
    "/docs/static/filter.js",
    *(f"/docs/{name}" for name in NAMES),
    *map(document_path, NAMES),
)
every_path = pytest.mark.parametrize("path", PATHS)
TYPES = {"css": "text/css", "js": "text/javascript", "json": "application/json"}


@every_path
async def test_anybody_may_read_it(http: httpx.AsyncClient, published: Server, path: str) -> None:
    answer = await http.get(published.url + path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{TYPES.get(path.rpartition('.')[2], 'text/html')}; charset=utf-8"


@every_path
async def test_it_runs_nothing_loads_nothing_and_is_put_into_no_frame(
    http: httpx.AsyncClient, published: Server, path: str
) -> None:
    headers = (await http.get(published.url + path)).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))

    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@every_path
async def test_head_tells_the_same_without_the_body(http: httpx.AsyncClient, published: Server, path: str) -> None:
    full, head = await http.get(published.url + path), await http.head(published.url + path)

    assert head.status_code == 200
    assert head.content == b""
    for name in ("etag", "content-type", "content-length", "content-security-policy"):
        assert head.headers[name] == full.headers[name]


@every_path
async def test_who_has_it_already_is_not_sent_it_again(http: httpx.AsyncClient, published: Server, path: str) -> None:
    tag = (await http.get(published.url + path)).headers["etag"]
    for seen in (tag, f"W/{tag}", f'"other", {tag}'):
        answer = await http.get(published.url + path, headers={"If-None-Match": seen})
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == tag
    assert (await http.get(published.url + path, headers={"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/docs/homs/openapi.json"])
async def test_it_cannot_be_written(http: httpx.AsyncClient, published: Server, path: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = await http.request(method, published.url + path)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path", ["/docs/nobody", "/docs/static/nothing.css", "/docs/homs/x", "/docs/static", "/docs/v1/openapi.json"]
)
async def test_what_is_not_there_is_404(http: httpx.AsyncClient, published: Server, path: str) -> None:
    assert (await http.get(published.url + path)).status_code == 404


async def test_a_slash_at_the_end_means_nothing(http: httpx.AsyncClient, published: Server) -> None:
    assert (await http.get(f"{published.url}/docs/")).content == (await http.get(f"{published.url}/docs")).content


async def test_examples_name_the_server_as_the_reader_does(http: httpx.AsyncClient, published: Server) -> None:
    for path in ("/docs", "/docs/homs", "/docs/homs/openapi.json"):
        answer = await http.get(published.url + path, headers={"Host": "orders.example.com:8443"})
        assert "http://orders.example.com:8443/" in answer.text
        assert "server.invalid" not in answer.text
    document = (await http.get(f"{published.url}/openapi.json", headers={"Host": "orders.example.com"})).json()
    assert document["servers"] == [{"url": "http://orders.example.com"}]


async def test_a_host_that_is_none_is_never_told(http: httpx.AsyncClient, published: Server) -> None:
    for host in ('zzz"><script>', "zzz b", "zzz/y", "zzz'$(id)'", "zzz`id`"):
        for path in ("/docs/homs", "/docs/homs/openapi.json"):
            answer = await http.get(published.url + path, headers={"Host": host})
            assert "zzz" not in answer.text
            assert "127.0.0.1" in answer.text


async def test_a_proxy_that_is_trusted_tells_where_the_server_is(http: httpx.AsyncClient, database_url: str) -> None:
    told = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "orders.example.com"}
    with serving(database_url=database_url, trusted_proxies="127.0.0.1") as server:
        answer = await http.get(f"{server.url}/docs/homs", headers=told)
    assert "https://orders.example.com/api/orders" in answer.text


async def test_a_page_tells_nothing_of_the_book(
    http: httpx.AsyncClient, published: Server, homs: FaceClient, book: Book
) -> None:
    headers = {"Host": homs.host}
    before = [(await http.get(published.url + path, headers=headers)).content for path in PATHS]
    await homs.post("/api/orders", json={"order": {"order_type_code": "pizza_order", "ext_code": "Marked-5ecret"}})
    await book.add_type("order_type: {code: marked_5ecret, name: Marked, fields: {}}")
    after = [(await http.get(published.url + path, headers=headers)).content for path in PATHS]

    assert after == before
    assert not [page for page in after if b"5ecret" in page]


async def test_every_tenant_reads_the_same(http: httpx.AsyncClient, published: Server, homs: FaceClient) -> None:
    for path in PATHS:
        own = await http.get(published.url + path, headers={"Host": homs.host})
        neighbours = await http.get(published.url + path, headers={"Host": homs.neighbour.host})
        assert own.text == neighbours.text.replace(homs.neighbour.host, homs.host)


async def test_a_real_book_shows_no_demo_credentials(http: httpx.AsyncClient, published: Server) -> None:
    for path in PATHS:
        assert b"demo-" not in (await http.get(published.url + path)).content


async def test_credentials_that_come_along_are_not_looked_at(http: httpx.AsyncClient, published: Server) -> None:
    assert (await http.get(f"{published.url}/docs", auth=("nobody", "wrong"))).status_code == 200
