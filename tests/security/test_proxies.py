"""Nobody chooses the address that is counted: only proxies of ours are believed."""

import pytest

from chatbot.env import Env
from chatbot.proxies import as_seen, prefix_of

TRUSTED = ["127.0.0.0/8", "10.0.0.0/8", "::1/128"]


def seen(peer, forwarded=(), proto=None, trusted=TRUSTED):
    headers = [
        (b"host", b"chat.example"),
        *((b"x-forwarded-for", one.encode()) for one in forwarded),
    ]
    if proto:
        headers.append((b"x-forwarded-proto", proto.encode()))
    scope = {"type": "http", "scheme": "http", "client": (peer, 5), "headers": headers}
    return as_seen(scope, trusted)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", ["1.2.3.4"], "203.0.113.9"),  # no proxy of ours
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["1.2.3.4, 203.0.113.9"], "203.0.113.9"),  # the first is what they wrote
        ("10.0.0.1", ["1.2.3.4", "203.0.113.9"], "203.0.113.9"),  # as a header of its own
        ("10.0.0.1", ["1.2.3.4, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),  # two proxies
        ("10.0.0.1", ["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9, nonsense"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("::ffff:10.0.0.1", ["2001:db8::5"], "2001:db8::5"),
        ("::1", ["2001:db8::5"], "2001:db8::5"),
    ],
)
def test_the_address_is_the_last_that_no_proxy_of_ours_has(peer, forwarded, address):
    assert seen(peer, forwarded)["client"][0] == address


def test_the_scheme_is_believed_of_a_proxy_alone():
    assert seen("10.0.0.1", proto="https")["scheme"] == "https"
    assert seen("203.0.113.9", proto="https")["scheme"] == "http"
    assert seen("10.0.0.1", proto="http")["scheme"] == "http"


def test_what_was_believed_or_not_goes_no_further():
    for peer in ("10.0.0.1", "203.0.113.9"):
        left = seen(peer, ["1.2.3.4"], "https")["headers"]
        assert left == [(b"host", b"chat.example")]


def test_a_line_without_such_headers_is_left_as_it_is():
    scope = {"type": "http", "client": None, "headers": [(b"host", b"x")]}
    assert as_seen(scope, TRUSTED) is scope


def test_nobody_is_believed_where_the_operator_says_none():
    needed = {"secret_key": "s", "database_url": "d", "redis_url": "r"}
    assert Env(**needed, trusted_proxies="none").trusted_proxies == []
    with pytest.raises(ValueError, match="does not appear to be"):
        Env(**needed, trusted_proxies="10.0.0.0/8, proxy.example")


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("nonsense", ""),
    ],
)
def test_what_one_person_has_counts_as_one(address, prefix):
    assert prefix_of(address) == prefix
