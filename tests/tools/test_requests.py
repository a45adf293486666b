"""Where a call leads is the tenant's and who asks is code's, whatever the arguments say."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from chatbot.models import Tool
from chatbot.tools.answers import is_field, picked
from chatbot.tools.arguments import BadArguments
from chatbot.tools.calling import CallFailed, send
from chatbot.tools.requests import NoAddress, Request, check_address, request_of
from conversations.models import Tenant

ACME = Tenant(name="Acme")


def tool(url, **fields):
    return Tool(tenant=ACME, url=url, **fields)


def asked(url, arguments, visitor="ada", **fields):
    return request_of(tool(url, **fields), arguments, visitor, "key-1")


@pytest.mark.parametrize(
    "value", ["..", ".", "", " ", "a/b", "..%2Fx", "a\\b", "a?b=c", "a#b", "a\nb"]
)
def test_an_argument_is_one_step_of_a_path_or_refused(value):
    with pytest.raises(BadArguments):
        asked("https://shop.example/o/{order}", {"order": value})


def test_arguments_are_quoted_wherever_they_stand():
    url = asked("https://shop.example/o/{a}?q={b}&v={visitor}", {"a": "x y", "b": "1&v=bob"}).url
    parts = urlsplit(url)
    assert (parts.netloc, parts.path) == ("shop.example", "/o/x%20y")
    assert parse_qs(parts.query) == {"q": ["1&v=bob"], "v": ["ada"]}


def test_no_argument_can_say_who_the_visitor_is():
    sent = asked(
        "https://shop.example/o?v={visitor}",
        {"visitor": "bob", "customer": "bob"},
        visitor_parameter="customer",
        method="POST",
        headers={"X-Visitor": "bob", "Idempotency-Key": "old"},
    )
    assert sent.url.endswith("?v=ada")
    assert sent.body == b'{"customer":"ada"}'
    assert sent.headers["X-Visitor"] == "ada"
    assert sent.headers["Idempotency-Key"] == "key-1"


@pytest.mark.parametrize(
    "url",
    [
        "shop.example/x",
        "ftp://shop.example/",
        "https://{order}.example/",
        "https://shop.example:{order}/",
        "https://user:pass@shop.example/",
        "https://shop.example/{nobody}",
        "https://shop.example/#{order}",
        "/admin/",
        "//shop.example/",
        "https://[/",
    ],
)
def test_an_address_that_arguments_could_lead_astray_is_refused(url):
    with pytest.raises(NoAddress):
        check_address(url, {"order"}, is_demo=False)


def test_a_path_of_this_server_is_for_the_demo_shop():
    check_address("/demo/orders/{order}", {"order"}, is_demo=True)
    check_address("https://shop.example/{order}?v={visitor}", {"order"}, is_demo=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "https://127.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/",
        "https://localhost/",
    ],
)
def test_nothing_inside_is_called_and_nothing_in_the_open(url, no_dns):
    with pytest.raises(CallFailed) as failure:
        send(Request("GET", url, {}, None), seconds=2, most_bytes=100, inside=[])
    assert not failure.value.may_have_arrived


def test_only_the_named_fields_are_read():
    content = (
        b'{"status": "sent", "cost": 3, "items": [{"name": "Tent", "n": 1}, {"name": "Boot"}]}'
    )
    assert picked(content, []) == {}
    assert picked(content, ["status", "items[].name", "items[1].name", "nothing.there"]) == {
        "status": "sent",
        "items[].name": ["Tent", "Boot"],
        "items[1].name": "Boot",
    }
    assert picked(b"plain text", ["."]) == "plain text"
    assert picked(b"plain text", ["status"]) == {}


def test_what_nobody_can_see_is_taken_out():
    hidden = "Hi\u200b\U000e0069\U000e0067\u202e\u0007 there"
    content = json.dumps({"a": hidden}).encode()
    assert picked(content, ["a"]) == {"a": "Hi there"}


def test_a_field_is_a_path_into_the_answer():
    assert all(map(is_field, ["status", "a.b", "items[].name", "items[0]", "."]))
    assert not any(map(is_field, ["", "a b", "a..b", "[x]", "a."]))
