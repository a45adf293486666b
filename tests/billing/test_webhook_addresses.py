"""A webhook never leads into a network of ours."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from billing.services import webhooks
from billing.services.webhooks import HookError, is_public, post_signed

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34"])
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.fixture
def canary():
    """A port of this machine that nobody may reach; counts those who do."""
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    reached = []
    server.verify_request = lambda *who: reached.append(who) or False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, reached
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "[::1]", "127.1"],
)
def test_no_way_of_writing_it_leads_inside(canary, host):
    port, reached = canary
    with pytest.raises((HookError, OSError)):
        post_signed(f"https://{host}:{port}/", b"{}", "secret")
    assert reached == []


def test_a_name_that_points_inside_is_not_called(canary, monkeypatch):
    port, reached = canary
    look_up = webhooks.socket.getaddrinfo
    monkeypatch.setattr(
        webhooks.socket,
        "getaddrinfo",
        lambda host, *more, **how: look_up("127.0.0.1", *more, **how),
    )
    with pytest.raises(HookError, match="not on the public internet"):
        post_signed(f"https://hooks.example.com:{port}/", b"{}", "secret")
    assert reached == []


@pytest.mark.parametrize("url", ["http://example.com/", "ftp://example.com/", "file:///etc/passwd"])
def test_only_https_is_called(url):
    with pytest.raises(HookError, match="Only https"):
        post_signed(url, b"{}", "secret")
