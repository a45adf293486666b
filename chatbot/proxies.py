"""Where a request comes from, where proxies stand between."""

import functools
import ipaddress
from collections.abc import Sequence
from typing import Any

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Header = tuple[bytes, bytes]

FOR, PROTO = b"x-forwarded-for", b"x-forwarded-proto"
SECURE = {"http": "https", "ws": "wss"}


def as_seen(scope: dict[str, Any], trusted: Sequence[str]) -> dict[str, Any]:
    """The scope with the address and scheme of whoever asked first.

    The headers that say so are believed only from a trusted proxy, and of the
    addresses in them only what trusted ones added: the last that is none of
    theirs. From anybody else they are taken away.
    """
    peer = scope["client"][0] if scope.get("client") else ""
    headers: list[Header] = list(scope["headers"])
    rest = [one for one in headers if one[0] not in (FOR, PROTO)]
    if len(rest) == len(headers):
        return scope
    networks = _networks(tuple(trusted))
    if not _within(peer, networks):
        return scope | {"headers": rest}
    named = b",".join(value for name, value in headers if name == FOR).decode("latin-1")
    address = peer
    for one in reversed([part.strip() for part in named.split(",") if part.strip()]):
        if not _is_address(one):
            break
        address = one
        if not _within(one, networks):
            break
    scheme = scope["scheme"]
    if any(
        name == PROTO and value.strip().lower() in (b"https", b"wss") for name, value in headers
    ):
        scheme = SECURE.get(scheme, scheme)
    return scope | {"headers": rest, "client": (address, 0), "scheme": scheme}


@functools.lru_cache(maxsize=8)
def _networks(trusted: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(one, strict=False) for one in trusted)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _within(text: str, networks: Sequence[Network]) -> bool:
    if not _is_address(text):
        return False
    address = ipaddress.ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in networks)


def prefix_of(address: str) -> str:
    """What one person surely has in whole: an IPv4 address, or the /64 of an IPv6 one."""
    if not _is_address(address):
        return ""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)
