"""No way of writing an address leads into a network of ours."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from conversations import outside
from conversations.outside import NotOutside, is_public, line_to
from tests.conversations.addresses import HOSTS

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:a9fe:a9fe",
    "::127.0.0.1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "2001:0:0:0:0:0:80ff:fffe",
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
    server = HTTPServer(("", 0), BaseHTTPRequestHandler)
    reached = []
    server.verify_request = lambda *who: reached.append(who) or False
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield server.server_port, reached
    server.shutdown()
    server.server_close()


def call(url):
    line = line_to(url, seconds=2, plain=True)
    try:
        line.connection.request("GET", line.path)
    finally:
        line.connection.close()


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_way_of_writing_it_leads_inside(canary, no_dns, scheme, host):
    port, reached = canary
    with pytest.raises((NotOutside, OSError)):
        call(f"{scheme}://{host}:{port}/")
    assert reached == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://127.0.0.1:25/",
        "//127.0.0.1/",
        "http:127.0.0.1",
        "http:///x",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:x/",
        "",
    ],
)
def test_what_is_no_address_of_the_web_is_refused(url):
    with pytest.raises((NotOutside, OSError)):
        call(url)


def pointing(monkeypatch, answers):
    """Names lead to these addresses in turn, the last one for ever."""
    left = list(answers)

    def look_up(host, port, **how):
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(2, 1, 6, "", (one, port)) for one in address.split()]

    monkeypatch.setattr(outside.socket, "getaddrinfo", look_up)


@pytest.mark.parametrize("answer", ["127.0.0.1", "93.184.216.34 127.0.0.1", "93.184.216.34 ::1"])
def test_a_name_of_which_any_address_is_inside_is_not_called(monkeypatch, answer):
    pointing(monkeypatch, [answer])
    with pytest.raises(NotOutside, match="not on the public internet"):
        line_to("https://hooks.example.com/", seconds=2)


def test_a_name_that_points_elsewhere_a_moment_later_leads_to_what_was_judged(monkeypatch):
    pointing(monkeypatch, ["93.184.216.34", "127.0.0.1"])
    line = line_to("http://rebound.example.com/", seconds=2, plain=True)
    called = []
    monkeypatch.setattr(
        outside.socket, "create_connection", lambda where, *_: called.append(where) or 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        line.connection.request("GET", "/")
    assert called == [("93.184.216.34", 80)]


def test_what_the_operator_names_may_be_called(canary):
    port, _reached = canary
    line = line_to(f"http://127.0.0.1:{port}/", seconds=2, plain=True, inside=[f"127.0.0.1:{port}"])
    line.connection.request("GET", "/")
    line.connection.close()
    assert line.path == "/"


def test_another_port_of_that_host_may_not(canary):
    port, _ = canary
    with pytest.raises(NotOutside):
        line_to(f"http://127.0.0.1:{port}/", seconds=2, plain=True, inside=["127.0.0.1:1"])
