"""Where a request comes from and where it was sent, also behind a reverse proxy.

What a proxy says is believed only if the proxy is one that the operator names.
"""

from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

from orderloom.dialects.contract import Origin

MAX_HOPS: Final = 20
MAX_HOST: Final = 255
_SCHEMES: Final = ("http", "https")

Networks = tuple[IPv4Network | IPv6Network, ...]


def networks(text: str) -> Networks:
    """The networks in a list of addresses and networks, separated by commas. Raises ValueError."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def origin(scope: MutableMapping[str, Any], headers: Mapping[bytes, bytes], trusted: Networks) -> Origin:
    """The origin of the request, as a trusted proxy tells it if one sent it here.

    Either by `X-Forwarded-For`, `-Proto` and `-Host`, or by `Forwarded` (RFC 7239). A proxy that writes the former
    passes a caller's own `Forwarded` on as it came, so that counts only without `X-Forwarded-For`. Of several addresses
    the last one that is not a trusted proxy's counts: what stands before it anybody can have written. A `Forwarded` in
    which a quote never ends says nothing: in it what the caller wrote would hide what the proxy wrote behind that.
    """
    client = scope.get("client")
    peer = _plain(client[0]) if client else ""
    direct = Origin(scope["scheme"], _text(headers.get(b"host", b"")), peer, scope.get("server"))
    if not trusted or not _is_trusted(peer, trusted):
        return direct
    if b"forwarded" in headers and b"x-forwarded-for" not in headers:
        hops = [_pairs(hop) for hop in _unquoted(_text(headers[b"forwarded"]), ",")[-MAX_HOPS:]]
        addresses = [_address(hop.get("for", "")) for hop in hops]
        here = _nearest(addresses, trusted)
        told = hops[here] if here is not None else {}
        return _told(direct, told.get("proto"), told.get("host"), addresses[here] if here is not None else None)
    told_hops = _text(headers.get(b"x-forwarded-for", b"")).split(",")[-MAX_HOPS:]
    addresses = [_address(hop) for hop in told_hops if hop.strip()]
    here = _nearest(addresses, trusted)
    return _told(
        direct,
        _last(headers, b"x-forwarded-proto"),
        _last(headers, b"x-forwarded-host"),
        addresses[here] if here is not None else None,
    )


def _told(direct: Origin, scheme: str | None, host: str | None, address: str | None) -> Origin:
    scheme = (scheme or "").lower()
    return Origin(
        scheme if scheme in _SCHEMES else direct.scheme,
        host if host and len(host) <= MAX_HOST else direct.host,
        address or direct.address,
        direct.here,
    )


def _nearest(addresses: list[str], trusted: Networks) -> int | None:
    """The place of the last address that is not a trusted proxy's, of the first one if all are."""
    for place in range(len(addresses) - 1, -1, -1):
        if not _is_trusted(addresses[place], trusted):
            return place
    return 0 if addresses else None


@lru_cache(4096)
def _is_trusted(address: str, trusted: Networks) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in trusted)


def _plain(address: str) -> str:
    """An address of IPv4 that comes in the dress of IPv6 as what it is."""
    if not address.startswith(("::ffff:", "::FFFF:")):
        return address
    try:
        mapped = IPv6Address(address).ipv4_mapped
    except ValueError:
        return address
    return str(mapped) if mapped else address


def _address(text: str) -> str:
    """An address without its port; the word itself where a proxy hides it."""
    text = text.strip().strip('"')
    if text.startswith("["):
        return _plain(text[1:].partition("]")[0])
    return text.partition(":")[0] if text.count(":") == 1 else _plain(text)


def _pairs(hop: str) -> dict[str, str]:
    """`for=1.2.3.4;proto=https` as a mapping with lower-case names."""
    pairs = (pair.partition("=") for pair in _unquoted(hop, ";"))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def _last(headers: Mapping[bytes, bytes], name: bytes) -> str | None:
    """The last value of a header that may list several: the one that the nearest proxy wrote."""
    value = headers.get(name)
    return _text(value).rpartition(",")[2].strip() if value else None


def _unquoted(text: str, separator: str) -> list[str]:
    """The parts of a list, none if a quote in it never ends; separators inside quotes are data, as is `\\"`."""
    parts, quoted, escaped = [""], False, False
    for sign in text:
        quoted ^= sign == '"' and not escaped
        escaped = quoted and sign == "\\" and not escaped
        if sign == separator and not quoted:
            parts.append("")
        else:
            parts[-1] += sign
    return [] if quoted else [part.strip() for part in parts if part.strip()]


def _text(value: bytes) -> str:
    return value.decode("latin-1")
