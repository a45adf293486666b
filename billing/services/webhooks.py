"""Post a signed body to an address of somebody else's, and to nowhere inside.

The name is looked up once, every address it has is judged, and the
connection goes to the very address that was judged: a name that points
elsewhere a moment later leads nowhere. Redirects are not followed.
"""

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import time
from urllib.parse import urlsplit

from django.conf import settings

TIMEOUT_SECONDS = 10
# An IPv4 address inside an IPv6 one, as translators between the two write it (RFC 6052).
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class HookError(Exception):
    """The receiver did not take it, or must not be called; says why."""


def post_signed(url: str, body: bytes, secret: str) -> None:
    """The receiver has answered 2xx; else `HookError`, or `OSError` from the network.

    `X-Counterfoil-Signature` is `sha256=` and the HMAC-SHA256 in hex of
    `X-Counterfoil-Timestamp`, a full stop and the body. A receiver refuses
    what is older than some minutes, so that nothing can be played again.
    """
    moment = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Counterfoil",
        "X-Counterfoil-Timestamp": moment,
        "X-Counterfoil-Signature": f"sha256={signature(secret, moment, body)}",
    }
    connection, path = _connection_to(url)
    try:
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except http.client.HTTPException as error:
        raise HookError(f"The receiver does not speak HTTP: {error!r}") from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise HookError(f"The receiver answered {status}.")


def signature(secret: str, moment: str, body: bytes) -> str:
    """The HMAC-SHA256 in hex that both sides compute."""
    signed = moment.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def is_public(address: str) -> bool:
    """Whether the address is somebody's on the internet, and not of a network of ours."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in TRANSLATED:
            inside = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(str(inside))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _connection_to(url: str) -> tuple[http.client.HTTPConnection, str]:
    """A connection to a judged address of the URL's host, and the path to ask for there."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and not settings.DEBUG:
        raise HookError("Only https addresses are called.")
    if not host or parts.scheme not in {"http", "https"}:
        raise HookError("This is no address of the web.")
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = _judged_address(host, port)
    connection: http.client.HTTPConnection
    if secure:
        connection = http.client.HTTPSConnection(
            host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    # the name is for TLS and the Host header; the line goes to the judged address
    connection._create_connection = lambda _, *more: socket.create_connection(  # type: ignore[attr-defined]
        (address, port), *more
    )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return connection, path


def _judged_address(host: str, port: int) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(info[4][0]) for info in found]
    if not settings.DEBUG and not all(is_public(address) for address in addresses):
        raise HookError(f"{host} is not on the public internet, so it is not called.")
    return addresses[0]
