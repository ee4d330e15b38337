"""The server around the faces: health, ids, logs, limits, metrics, browsers."""

import json
import re
import socket
import ssl
import time
from pathlib import Path

import httpx
import pytest
import trustme
from tests.harness import FaceClient, Server, free_port, serving

from orderloom.desk.desk import Desk

SECRET = "s3cret-m4rker"


def lines(server: Server) -> list[dict]:
    """What the server has logged so far; it may write a moment after it has answered."""
    time.sleep(0.1)
    return [json.loads(line) for line in server.output().splitlines() if line.startswith("{")]


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_health_and_readiness_answer_get_and_head(published: Server, path: str) -> None:
    assert httpx.get(published.url + path).status_code == 200
    head = httpx.head(published.url + path)
    assert (head.status_code, head.content) == (200, b"")
    assert httpx.post(published.url + path).status_code == 405


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/api", "/api/nothing", "//", "/%00", "/%ff", "/metrics", "/health/x"]
)
def test_an_unknown_path_is_404(published: Server, path: str) -> None:
    url = httpx.URL(published.url).copy_with(raw_path=path.encode())
    assert httpx.get(url).status_code == 404


def test_the_first_segment_is_found_whatever_its_case_but_homs_minds_it(published: Server) -> None:
    assert httpx.get(published.url + "/API/ORDERS").status_code == 404


async def test_head_answers_like_get_without_a_body(homs: FaceClient) -> None:
    await homs.post("/api/orders", json={"order": {"order_type_code": "support_request"}})
    for path in ("/api/orders", "/api/orders/ORD-1", "/api/users", "/api/users/demo@example.com"):
        get, head = await homs.get(path), await homs.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == get.headers["content-length"] != "0"


async def test_a_request_id_is_echoed_or_made(homs: FaceClient) -> None:
    echoed = await homs.get("/api/users", headers={"X-Request-Id": "order-desk/42"})
    made = await homs.get("/api/users")
    replaced = await homs.get("/api/users", headers={"X-Request-Id": "x" * 500})

    assert echoed.headers["x-request-id"] == "order-desk/42"
    assert re.fullmatch("[0-9a-f]{24}", made.headers["x-request-id"])
    assert re.fullmatch("[0-9a-f]{24}", replaced.headers["x-request-id"])


async def test_a_request_is_one_json_line_without_secret_or_body(homs: FaceClient, published: Server) -> None:
    await homs.post(
        "/api/users",
        headers={"X-Request-Id": "logged-once"},
        json={
            "user": {
                "email": "logged@example.com",
                "name": "A",
                "last_name": "B",
                "company": "C",
                "department": "D",
                "password": SECRET,
            }
        },
    )
    await homs.get("/api/orders", auth=("demo@example.com", SECRET))
    await homs.get("/api/orders", headers={"Authorization": f"Bearer {SECRET}"})

    ours = [line for line in lines(published) if line.get("request_id") == "logged-once"]
    assert len(ours) == 1
    assert ours[0]["face"] == "homs"
    assert ours[0]["route"] == "/api/users"
    assert ours[0]["status"] == 201
    assert ours[0]["caller"] == "demo@example.com"
    assert ours[0]["ms"] > 0
    assert SECRET not in published.output()
    assert "demo-token" not in published.output()


async def test_a_body_that_is_too_long_is_413_and_the_next_request_is_served(homs: FaceClient) -> None:
    await homs.post("/api/orders", json={"order": {"order_type_code": "support_request"}})
    for size in (1024 * 1024 + 1, 10 * 1024 * 1024):
        answer = await homs.put("/api/orders/ORD-1", content=b" " * size, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
    assert (await homs.get("/api/orders/ORD-1")).status_code == 200


async def test_a_chunked_body_is_read_whole(homs: FaceClient) -> None:
    async def chunks():
        yield b'{"order":{"order_type_code":'
        yield b'"support_request"}}'

    answer = await homs.post("/api/orders", content=chunks(), headers={"Content-Type": "application/json"})

    assert answer.status_code == 201


def test_a_client_that_sends_half_a_body_and_goes_is_no_trouble(published: Server) -> None:
    with socket.create_connection(("127.0.0.1", published.port)) as client:
        client.sendall(
            b"POST /api/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
            b"Authorization: Basic ZGVtb0BleGFtcGxlLmNvbTpkZW1vLXRva2Vu\r\n\r\n{"
        )
    assert httpx.get(published.url + "/health").status_code == 200


def test_browsers_are_let_in_only_from_named_origins(database_url: str, published: Server) -> None:
    asking = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
    assert "access-control-allow-origin" not in httpx.options(published.url + "/api/orders", headers=asking).headers

    with serving(database_url=database_url, cors_origins="https://shop.example, https://other.example") as server:
        allowed = httpx.options(server.url + "/api/orders", headers=asking)
        refused = httpx.options(server.url + "/api/orders", headers=asking | {"Origin": "https://evil.example"})
        answered = httpx.get(server.url + "/health", headers={"Origin": "https://shop.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in refused.headers
    assert answered.headers["access-control-allow-origin"] == "https://shop.example"


def test_metrics_of_all_workers_are_served_where_they_are_asked_for(database_url: str) -> None:
    port = free_port()
    with serving("--workers", "2", database_url=database_url, metrics_port=str(port), metrics_public="true") as server:
        for _ in range(20):
            httpx.get(server.url + "/api/orders")
        public = httpx.get(server.url + "/metrics")
        assert public.status_code == 200
        assert public.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert "orderloom_request_seconds_count" in public.text
        # The workers hand their counts on once a second.
        httpx.get(server.url + "/health")
        time.sleep(1.3)
        private = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    # 503 as long as the book that this test got has no tenant.
    counted = re.findall(r'orderloom_request_seconds_count\{face="homs",.*status="(?:401|503)"\} (\d+)', private)
    assert [int(float(each)) for each in counted] == [20]


def test_https_is_served_with_a_certificate_of_ones_own(database_url: str, tmp_path: Path) -> None:
    key, certificate, authority = tmp_path / "key.pem", tmp_path / "cert.pem", tmp_path / "ca.pem"
    made_by = trustme.CA()
    issued = made_by.issue_cert("127.0.0.1")
    issued.private_key_pem.write_to_path(key)
    for pem in issued.cert_chain_pems:
        pem.write_to_path(certificate, append=True)
    made_by.cert_pem.write_to_path(authority)
    server = Server(log=tmp_path / "log", database_url=database_url, tls_cert=str(certificate), tls_key=str(key))
    try:
        context = ssl.create_default_context(cafile=str(authority))
        for _ in range(100):
            try:
                answer = httpx.get(f"https://127.0.0.1:{server.port}/ready", verify=context)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        assert answer.status_code == 200
    finally:
        server.stop()


def test_settings_come_from_the_environment_and_secrets_from_files(database_url: str, tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text(database_url + "\n")
    with serving(database_url_file=str(secret), log_level="warning") as server:
        assert httpx.get(server.url + "/ready").status_code == 200
        assert lines(server) == []


async def test_a_host_name_leads_to_its_tenant_and_any_other_to_the_first(homs: FaceClient, desk: Desk) -> None:
    first = await desk.pool.fetchval("select host from tenant_hosts where tenant_id = 1")
    await homs.post("/api/orders", json={"order": {"order_type_code": "support_request"}})

    with_port = await homs.get("/api/orders/ORD-1", headers={"Host": f"{homs.host.upper()}:8443"})
    elsewhere = await homs.get("/api/orders", headers={"Host": "nobody.example"})

    assert with_port.status_code == 200
    assert elsewhere.content == (await homs.get("/api/orders", headers={"Host": first})).content


@pytest.mark.parametrize("target", ["*", "x:80", "http://x/api/orders"])
@pytest.mark.parametrize("method", ["OPTIONS", "GET", "CONNECT"])
def test_a_target_that_is_no_path_is_refused(published: Server, method: str, target: str) -> None:
    with socket.create_connection(("127.0.0.1", published.port), timeout=5) as client:
        client.sendall(f"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        status = int(client.recv(100).split()[1])
    assert 400 <= status < 500


async def test_two_authorization_headers_are_refused(homs: FaceClient, published: Server) -> None:
    good = "Authorization: Basic ZGVtb0BleGFtcGxlLmNvbTpkZW1vLXRva2Vu"
    with socket.create_connection(("127.0.0.1", published.port), timeout=5) as client:
        client.sendall(
            f"GET /api/users HTTP/1.1\r\nHost: {homs.host}\r\n{good}\r\n{good}\r\nConnection: close\r\n\r\n".encode()
        )
        assert client.recv(100).split()[1] == b"401"


@pytest.mark.parametrize("twice", ["Host", "Idempotency-Key"])
async def test_of_what_must_be_one_there_are_not_two(homs: FaceClient, published: Server, twice: str) -> None:
    """Who stands in front may have gone by the other one."""
    headers = {"Host": homs.host, "Authorization": "Basic ZGVtb0BleGFtcGxlLmNvbTpkZW1vLXRva2Vu", "Idempotency-Key": "a"}
    lines = "".join(f"{name}: {value}\r\n" * (1 + (name == twice)) for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", published.port), timeout=5) as client:
        client.sendall(f"DELETE /api/orders/ORD-1 HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
        assert client.recv(100).split()[1] == b"400"


async def test_a_query_string_is_cut_in_the_log(homs: FaceClient, published: Server) -> None:
    await homs.get("/api/users?" + "x" * 5000, headers={"X-Request-Id": "long-query"})
    line = next(line for line in lines(published) if line.get("request_id") == "long-query")
    assert len(line["query"]) == 500


async def test_too_many_query_fields_are_refused(homs: FaceClient) -> None:
    assert (await homs.get("/api/orders?" + "&".join(f"a{n}=1" for n in range(1000)))).status_code == 400
