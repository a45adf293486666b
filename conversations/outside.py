"""Connect to somebody else's server on the internet, and to nowhere inside.

The name is looked up once, every address it has is judged, and the
connection goes to the very address that was judged: a name that points
elsewhere a moment later leads nowhere.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Container
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

# An IPv4 address inside an IPv6 one, as translators between the two write it (RFC 6052).
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
# What stands in an address as it is; the rest, Chinese for example, goes as percent signs.
WRITTEN = "/?%:=&~#+!$,;'@()*[]-._"


class NotOutside(Exception):
    """The address must not be called; says why."""


@dataclass(frozen=True)
class Line:
    """A connection that leads to a judged address, and what to ask for there."""

    connection: http.client.HTTPConnection
    path: str
    host: str


def is_public(address: str) -> bool:
    """Whether the address is somebody's on the internet, and not of a network of ours."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in TRANSLATED:
            inside = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(str(inside))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def line_to(url: str, *, seconds: float, plain: bool = False, inside: Container[str] = ()) -> Line:
    """A line to the URL's host, not yet open; `NotOutside` where it must not be called.

    `plain` also allows http. `inside` holds the hosts, as `name:port`, that the
    operator lets be called wherever they are. `OSError` where the name is unknown.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise NotOutside(f"This is no address of the web: {error}.") from None
    if parts.scheme != "https" and not plain:
        raise NotOutside("Only https addresses are called.")
    if not host or parts.scheme not in {"http", "https"}:
        raise NotOutside("This is no address of the web.")
    if "@" in parts.netloc:
        raise NotOutside("An address with a name or password in it is not called.")
    secure = parts.scheme == "https"
    port = port or (443 if secure else 80)
    address = _judged_address(host, port, anywhere=f"{host}:{port}" in inside)
    connection: http.client.HTTPConnection
    if secure:
        connection = http.client.HTTPSConnection(
            host, port, timeout=seconds, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=seconds)
    # the name is for TLS and the Host header; the line goes to the judged address
    connection._create_connection = lambda _, *more: socket.create_connection(  # type: ignore[attr-defined]
        (address, port), *more
    )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Line(connection, quote(path, safe=WRITTEN), host)


def _judged_address(host: str, port: int, *, anywhere: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise NotOutside("This is no address of the web.") from None
    addresses = [str(info[4][0]) for info in found]
    if not anywhere and not all(is_public(address) for address in addresses):
        raise NotOutside(f"{host} is not on the public internet, so it is not called.")
    return addresses[0]
