"""A customer of the demo shop asks for an order, has one cancelled, and nobody else can."""

import time

import pytest

from chatbot.bench.stack import request
from chatbot.demo.tools import make_tools
from chatbot.models import ToolCall
from chatbot.tools.catalogue import FRESH_SECONDS
from tests.factories import make_tenant
from tests.visitor import visiting


@pytest.fixture
def shop(live, nothing_breaks):
    """The demo shop; its tools lead to the web process of this run."""
    tenant = make_tenant("Acme", is_demo=True)
    make_tools(tenant)
    time.sleep(FRESH_SECONDS)  # a worker that was busy a moment ago looks for tools only then
    return tenant


def say(visitor, text):
    visitor.say(text)
    return visitor.until_type("reply.done")["data"]["text"]


def test_a_verified_visitor_is_told_of_their_order_and_asked_before_it_is_cancelled(live, shop):
    with visiting(live, shop.public_key) as visitor:
        say(visitor, "Hello")
        who = {"token": visitor.session["token"], "customer": "lin"}
        request(f"{live.url}/demo/sign-in", "POST", who)
        assert "- status: on its way" in say(visitor, "Where is my order A-1003?")
        assert "Cancel order A-1004" in say(visitor, "Please cancel my order A-1004")
        asked = visitor.until_type("action.asked")["data"]
        visitor.say(asked["yes"], asked["action"])
        assert "- status: cancelled" in visitor.until_type("reply.done")["data"]["text"]
        assert "404" in say(visitor, "Where is order A-1001?")
    states = ToolCall.objects.order_by("created_at").values_list("name", "state")
    assert list(states) == [
        ("order_status", "done"),
        ("cancel_order", "done"),
        ("order_status", "failed"),
    ]
