"""A webhook never leads into a network of ours."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from billing.services.webhooks import HookError, post_signed
from conversations import outside


@pytest.fixture
def canary():
    """A port of this machine that nobody may reach; counts those who do."""
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    reached = []
    server.verify_request = lambda *who: reached.append(who) or False
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
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
        post_signed(f"https://{host}:{port}/", b"{}", "secret", "m-1")
    assert reached == []


def test_a_name_that_points_inside_is_not_called(canary, monkeypatch):
    port, reached = canary
    look_up = outside.socket.getaddrinfo
    monkeypatch.setattr(
        outside.socket,
        "getaddrinfo",
        lambda host, *more, **how: look_up("127.0.0.1", *more, **how),
    )
    with pytest.raises(HookError, match="not on the public internet"):
        post_signed(f"https://hooks.example.com:{port}/", b"{}", "secret", "m-1")
    assert reached == []


@pytest.mark.parametrize("url", ["http://example.com/", "ftp://example.com/", "file:///etc/passwd"])
def test_only_https_is_called(url):
    with pytest.raises(HookError, match="Only https"):
        post_signed(url, b"{}", "secret", "m-1")
