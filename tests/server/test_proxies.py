"""Where a request comes from and was sent to, behind proxies that are trusted and others that are not."""

import pytest

from orderloom.dialects.contract import Call, Origin
from orderloom.server.proxies import networks, origin
from orderloom.server.settings import BadSetting, Settings

PROXIES = networks("10.0.0.0/8, 192.0.2.7,fd00::/8")
HERE = ("127.0.0.1", 8080)
DIRECT = Origin("http", "here.example:8080", "10.1.1.1", HERE)


def found(headers: dict[str, str], *, peer: str = "10.1.1.1", trusted: str | None = None) -> Origin:
    """The origin of a request with these headers that this peer sent."""
    all_headers = {"host": "here.example:8080"} | headers
    scope = {"scheme": "http", "client": (peer, 1234), "server": ("127.0.0.1", 8080)}
    raw = {name.encode(): value.encode("latin-1") for name, value in all_headers.items()}
    return origin(scope, raw, PROXIES if trusted is None else networks(trusted))


def test_nobody_is_believed_by_default() -> None:
    told = {"forwarded": "for=1.2.3.4;proto=https;host=evil", "x-forwarded-for": "1.2.3.4"}
    assert found(told, trusted="") == DIRECT


def test_a_peer_that_is_no_proxy_is_not_believed() -> None:
    told = {"x-forwarded-for": "1.2.3.4", "x-forwarded-proto": "https", "x-forwarded-host": "evil"}
    assert found(told, peer="203.0.113.9") == Origin("http", "here.example:8080", "203.0.113.9", HERE)


def test_a_trusted_proxy_tells_scheme_host_and_address() -> None:
    told = {"x-forwarded-for": "1.2.3.4", "x-forwarded-proto": "HTTPS", "x-forwarded-host": "orders.example"}
    assert found(told) == Origin("https", "orders.example", "1.2.3.4", HERE)


def test_each_header_may_come_alone() -> None:
    assert found({"x-forwarded-proto": "https"}) == DIRECT._replace(scheme="https")
    assert found({"x-forwarded-host": "a.example"}) == DIRECT._replace(host="a.example")
    assert found({"x-forwarded-for": "1.2.3.4"}) == DIRECT._replace(address="1.2.3.4")


@pytest.mark.parametrize(
    "text, address",
    [
        ("6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4, 10.9.9.9, 192.0.2.7", "1.2.3.4"),
        ("10.2.2.2, 10.3.3.3", "10.2.2.2"),
        ("1.2.3.4:5678", "1.2.3.4"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("1.2.3.4, fd00::5", "1.2.3.4"),
        ("unknown", "unknown"),
        ('"6.6.6.6, 1.2.3.4', "1.2.3.4"),
        ("", "10.1.1.1"),
        (",, ,", "10.1.1.1"),
    ],
)
def test_the_last_address_that_no_trusted_proxy_has_counts(text: str, address: str) -> None:
    assert found({"x-forwarded-for": text}).address == address


@pytest.mark.parametrize(
    "text, told",
    [
        ("for=1.2.3.4;proto=https;host=a.example", Origin("https", "a.example", "1.2.3.4", HERE)),
        ('For="[2001:db8::1]:4711"; Proto=https', Origin("https", DIRECT.host, "2001:db8::1", HERE)),
        ('for=1.2.3.4;host="a.example:8443"', Origin("http", "a.example:8443", "1.2.3.4", HERE)),
        (
            "for=6.6.6.6;host=evil, for=1.2.3.4;host=a.example;proto=https",
            Origin("https", "a.example", "1.2.3.4", HERE),
        ),
        ("for=1.2.3.4;host=a.example, for=10.2.2.2;host=inner", Origin("http", "a.example", "1.2.3.4", HERE)),
        ("for=_hidden;proto=https", Origin("https", DIRECT.host, "_hidden", HERE)),
        ("proto=ftp;host=a.example;for=1.2.3.4", Origin("http", "a.example", "1.2.3.4", HERE)),
        ('for="unfinished', DIRECT),
        ('for="6.6.6.6, for=1.2.3.4;proto=https', DIRECT),
        ('for=6.6.6.6;host=evil;x=", for=1.2.3.4;host="a.example"', DIRECT),
        (r'for=6.6.6.6;x="\\", for=1.2.3.4;host="a.example"', Origin("http", "a.example", "1.2.3.4", HERE)),
        (r'for=6.6.6.6;x="\", for=1.2.3.4;proto=https', DIRECT),
        ("nonsense", DIRECT),
        ("", DIRECT),
    ],
)
def test_forwarded_is_read_as_rfc_7239_has_it(text: str, told: Origin) -> None:
    assert found({"forwarded": text}) == told


def test_a_callers_own_forwarded_does_not_pass_a_proxy_that_writes_the_older_headers() -> None:
    told = {"forwarded": "for=6.6.6.6;proto=https;host=evil", "x-forwarded-for": "1.2.3.4"}
    assert found(told) == DIRECT._replace(address="1.2.3.4")


def test_forwarded_comes_before_the_other_older_headers() -> None:
    told = {"forwarded": "for=1.2.3.4;proto=https", "x-forwarded-proto": "http", "x-forwarded-host": "evil"}
    assert found(told) == Origin("https", DIRECT.host, "1.2.3.4", HERE)


def test_an_address_of_ipv4_in_the_dress_of_ipv6_is_the_same() -> None:
    assert found({"x-forwarded-for": "::ffff:1.2.3.4"}, peer="::ffff:10.1.1.1").address == "1.2.3.4"


def test_a_host_without_end_is_not_taken() -> None:
    assert found({"x-forwarded-host": "a" * 300}).host == DIRECT.host


@pytest.mark.parametrize(
    "host, url",
    [
        ("orders.example", "http://orders.example"),
        ("orders.example:", "http://orders.example:"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("", "http://127.0.0.1:8080"),
        ("a,b", "http://127.0.0.1:8080"),
        ("::1", "http://127.0.0.1:8080"),
        ("a/b", "http://127.0.0.1:8080"),
    ],
)
def test_an_absolute_url_is_made_even_without_a_sane_host(host: str, url: str) -> None:
    call = Call("GET", {}, b"", {}, None, 1, {}, DIRECT._replace(host=host))  # type: ignore[arg-type]
    assert call.base_url == url


def test_what_is_no_network_is_refused_in_one_line() -> None:
    with pytest.raises(BadSetting, match="trusted-proxies: 'nonsense'"):
        Settings(trusted_proxies="10.0.0.1, nonsense").checked()
