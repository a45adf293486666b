"""Whoever asks for a person is heard, and the bot gives way."""

import uuid

import pytest

from chatbot import intake
from conversations.models import Conversation
from tests.factories import make_member, make_tenant
from tests.visitor import visiting

SLOW = {"match": "*", "first_token_ms": 50, "token_ms": 30, "tokens": 100}


@pytest.fixture
def tenant(live):
    return make_tenant()


def ask_for_person(visitor):
    request = str(uuid.uuid4())
    visitor.send({"type": "person.ask", "id": request})
    return request


def test_the_request_is_acknowledged_and_stands_in_the_log_once(live, tenant):
    with visiting(live, tenant.public_key) as visitor:
        visitor.until_type("ready")
        first, second = ask_for_person(visitor), ask_for_person(visitor)
        acks = [visitor.until_type("ack")["id"] for _ in range(2)]
        assert acks == [first, second]
        visitor.say("Hello?")
        visitor.until_type("message")
    assert [frame["kind"] for frame in visitor.frames if frame["type"] == "event"] == [
        "person.asked",
        "message",
    ]
    assert visitor.frames[-1]["data"]["reply"] is None, "the bot is silent"
    assert Conversation.objects.get().state == Conversation.State.WAITING


def test_a_person_joins_and_the_bot_stops_in_the_middle(live, tenant):
    live.behave([SLOW])
    ben = make_member(tenant, "ben")
    with visiting(live, tenant.public_key) as visitor:
        visitor.say("Tell me a lot")
        visitor.until_type("delta")
        intake.staff_says(Conversation.objects.get(), ben, "Ben here, let me help.")
        said = visitor.until(lambda frame: frame.get("data", {}).get("role") == "staff")
        assert visitor.quiet_for(1.5)
    assert said["data"]["name"] == ben.get_username()
    kinds = [frame["kind"] for frame in visitor.frames if frame["type"] == "event"]
    assert kinds == ["message", "reply.stopped", "person.joined", "message"]


def test_after_handing_back_the_bot_answers_again(live, tenant):
    ben = make_member(tenant, "ben")
    with visiting(live, tenant.public_key) as visitor:
        visitor.until_type("ready")
        conversation = Conversation.objects.get()
        intake.staff_says(conversation, ben, "One moment.")
        intake.hand_back(conversation)
        visitor.until_type("bot.back")
        visitor.say("Hello!")
        visitor.until_type("reply.done")


def test_a_reply_cannot_be_tried_again_while_a_person_is_awaited(live, tenant):
    with visiting(live, tenant.public_key) as visitor:
        visitor.say("Hello!")
        reply = visitor.until_type("reply.done")["data"]["reply"]
        ask_for_person(visitor)
        visitor.until_type("person.asked")
        visitor.send({"type": "reply.again", "id": str(uuid.uuid4()), "reply": reply})
        assert visitor.until_type("error")["code"] == "too_late"
