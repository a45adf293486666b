"""Ways to write an address inside, each through the real fetchers, at a port to stay quiet."""

import contextlib
import http.client
import socket
import threading
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from django.conf import settings

from billing.services.webhooks import HookError, post_signed
from chatbot.knowledge.fetching import FetchFailed, fetch
from conversations import outside

# Whose owner points them inside; no resolver is asked.
NAMES = {
    "inside.example": ["127.0.0.1"],
    "inside6.example": ["::1"],
    "both.example": ["93.184.216.34", "127.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "localhost": ["127.0.0.1"],
    "localhost.": ["127.0.0.1"],
    "LOCALHOST": ["127.0.0.1"],
    "sub.localhost": ["127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
}
HOSTS = [
    *NAMES,
    *("127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "127.0.0.1.", "0", "0.0.0.0"),  # noqa: S104
    *("2130706433", "0x7f000001", "017700000001", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.0x1"),
    *("0x7f.1", "0177.1", "127.0x1", "00000177.0.0.1", "0x0000007f.0.0.1", "127.000.000.001"),
    *("[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[::ffff:0:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:0001]", "[64:ff9b::127.0.0.1]"),
    *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2002:7f00:0001::1]", "[::127.0.0.1]"),
    *("[fe80::1]", "[fe80::1%25lo]", "[fc00::1]", "[fd00::1]", "[fec0::1]", "[ff02::1]"),
    *("10.0.0.1", "10.255.255.254", "172.16.0.1", "172.31.255.254", "192.168.0.1"),
    *("169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200", "192.0.0.192"),
    *("198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[fd00:ec2::254]"),
    *("①②⑦.⓪.⓪.①", "127。0。0。1", "127．0．0．1", "ⓛocalhost"),
]  # fmt: skip
FORMS = [
    *("http://{host}:{port}/", "https://{host}:{port}/"),
]
ODD = [
    "http://user:word@127.0.0.1:{port}/", "http://example.com@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@example.com/", "http://127.0.0.1:{port}?@example.com/",
    "http://127.0.0.1:{port}\\@example.com/", "http:\\\\127.0.0.1:{port}/", "//127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/", "http:///127.0.0.1:{port}/", "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_x", "file:///etc/passwd", "dict://127.0.0.1:{port}/", "http://[::1",
    "HTTP://127.0.0.1:{port}/", " http://127.0.0.1:{port}/", "http://127.0.0.1:{port}/\r\nX: y",
    "http://127.0.0.1\t:{port}/", "http://%31%32%37.0.0.1:{port}/", "jar:http://127.0.0.1:{port}!/",
]  # fmt: skip


@contextlib.contextmanager
def canary() -> Iterator[tuple[int, list[Any]]]:
    """A port on every address of this machine, and who came there."""
    came: list[Any] = []
    listener = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)

    def listen() -> None:
        while True:
            try:
                line, who = listener.accept()
            except OSError:
                return
            came.append(who)
            line.close()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield listener.getsockname()[1], came
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _looked_up(host: str, port: int, *more: Any, **how: Any) -> Any:
    """Numbers as the system reads them, `NAMES` as above, and nothing of the network."""
    if host in NAMES:
        return [
            found
            for address in NAMES[host]
            for found in _look_up(address, port, *more, **how | {"flags": socket.AI_NUMERICHOST})
        ]
    return _look_up(host, port, *more, **how | {"flags": socket.AI_NUMERICHOST})


_look_up = socket.getaddrinfo


def reached() -> tuple[int, list[str], int]:
    """How many forms were tried, which of them got through, and how many of an unguarded client."""
    through: list[str] = []
    control = 0
    with canary() as (port, came), patch.object(outside.socket, "getaddrinfo", _looked_up):
        forms = [one.format(host=host, port=port) for host in HOSTS for one in FORMS]
        forms += [one.format(port=port) for one in ODD]
        allowed, settings.FETCH_INSIDE = settings.FETCH_INSIDE, []
        try:
            for form in forms:
                before = len(came)
                with contextlib.suppress(FetchFailed):
                    fetch(form)
                with contextlib.suppress(HookError, OSError):
                    post_signed(form, b"{}", "secret", "message")
                if len(came) > before:
                    through.append(form)
        finally:
            settings.FETCH_INSIDE = allowed
        before = len(came)
        for form in forms:
            _unguarded(form)
        control = len(came) - before
    return len(forms), through, control


def _unguarded(form: str) -> None:
    """As people write it first."""
    with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
        parts = urlsplit(form)
        line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=0.2)
        line.request("GET", "/")
        line.close()
