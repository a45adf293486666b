"""A visitor who sends too much is told so, and when to send it again."""

import pytest

from chatbot.bench.stack import Stack
from conversations.models import Message
from tests.factories import claimed, make_conversation, make_tenant, post
from tests.visitor import visiting


@pytest.fixture
def web_with(transactional_db):
    """Starts a web process with limits of its own; nobody answers there."""
    started = []

    def start(**limits):
        stack = Stack(environment=limits)
        started.append(stack)
        stack.start("web")
        stack.wait_for_web("web")
        return stack

    yield start
    for stack in started:
        stack.stop_all()


def refusal(stack, tenant, already):
    """The error that answers one message more than these, and the id of that message."""
    with visiting(stack, tenant.public_key) as visitor:
        for _ in range(already):
            visitor.say("Hello?")
            visitor.until_type("ack")
        client_id = visitor.say("And this?")
        return visitor.until_type("error"), client_id


def test_more_than_a_visitors_share_of_a_minute(web_with):
    error, client_id = refusal(web_with(VISITOR_MESSAGES_PER_MINUTE="2"), make_tenant(), already=2)
    assert (error["code"], error["id"]) == ("too_many", client_id)
    assert 50 <= error["after"] <= 60
    assert Message.objects.filter(role="visitor").count() == 2


def test_more_than_a_tenants_queue_takes(web_with):
    tenant = make_tenant()
    somebody = make_conversation(tenant)
    claimed(somebody)
    post(somebody)  # waits for the one before it, so no worker can take it
    error, client_id = refusal(web_with(TENANT_WAITING="1"), tenant, already=0)
    assert (error["code"], error["id"], error["after"]) == ("busy", client_id, 60)
    assert Message.objects.count() == 2
