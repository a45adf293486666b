"""A reply can be written anew: after a failure, or because it was not liked."""

import uuid

import pytest

from billing.models import LedgerEntry
from conversations.models import Generation, Message
from tests.factories import make_tenant
from tests.visitor import visiting

BROKEN = {"match": "*", "first_token_ms": 0, "token_ms": 2, "tokens": 30, "cut_after_tokens": 9}


@pytest.fixture
def key(live):
    return make_tenant().public_key


def again(visitor, reply, new=None):
    new = new or str(uuid.uuid4())
    visitor.send({"type": "reply.again", "id": new, "reply": reply})
    return new


def test_a_failed_reply_is_tried_again_without_asking_anew(live, key):
    live.behave([BROKEN | {"times": 1}])
    with visiting(live, key) as visitor:
        visitor.say("How long do returns take?")
        failed = visitor.until_type("reply.failed")["data"]["reply"]
        new = again(visitor, failed)
        told = visitor.until_type("reply.again")
        assert told["data"]["instead"] == failed
        assert told["data"]["reply"] == new
        assert visitor.until_type("reply.done")["data"]["reply"] == new
    assert [frame["id"] for frame in visitor.frames if frame["type"] == "ack"][1:] == [new]
    assert Message.objects.filter(role="visitor").count() == 1
    assert LedgerEntry.objects.count() == 2


def test_another_reply_replaces_a_finished_one(live, key):
    with visiting(live, key) as visitor:
        visitor.say("Hello!")
        first = visitor.until_type("reply.done")["data"]["reply"]
        new = again(visitor, first)
        visitor.until_type("reply.done")
    by_reply = {str(one.generation.public_id): one for one in Message.objects.exclude(seq=1)}
    assert by_reply[first].replaced
    assert not by_reply[new].replaced


def test_the_model_is_not_shown_the_reply_that_was_not_liked(live, key):
    with visiting(live, key) as visitor:
        visitor.say("Hello!")
        first = visitor.until_type("reply.done")["data"]
        again(visitor, first["reply"])
        visitor.until_type("reply.done")
        visitor.say("你好")
        visitor.until_type("reply.done")
    requests = [one.attempts.get().request["messages"] for one in Generation.objects.order_by("pk")]
    assert [len(messages) for messages in requests] == [2, 2, 4]


def test_the_same_request_sent_often_is_one_reply(live, key):
    with visiting(live, key) as visitor, visiting(live, key, visitor.session["token"]) as tab:
        visitor.say("Hello!")
        first = visitor.until_type("reply.done")["data"]["reply"]
        tab.until_type("reply.done")
        new = str(uuid.uuid4())
        for one in (visitor, tab, visitor):
            again(one, first, new)
        acks = [one.until_type("ack") for one in (visitor, tab, visitor)]
        visitor.until_type("reply.done")
    assert {(ack["id"], ack["seq"]) for ack in acks} == {(new, 3)}
    assert Generation.objects.count() == 2


def test_only_the_newest_reply_can_be_tried_again(live, key):
    with visiting(live, key) as visitor:
        visitor.say("One")
        first = visitor.until_type("reply.done")["data"]["reply"]
        visitor.say("Two")
        visitor.until_type("reply.done")
        new = again(visitor, first)
        refusal = visitor.until_type("error")
    assert (refusal["code"], refusal["id"]) == ("too_late", new)


def test_what_is_still_being_written_cannot_be_tried_again(live, key):
    live.behave([{"match": "*", "token_ms": 30, "tokens": 40}])
    with visiting(live, key) as visitor:
        visitor.say("One")
        again(visitor, visitor.until_type("delta")["reply"])
        assert visitor.until_type("error")["code"] == "too_late"


def test_an_id_that_is_taken_is_refused(live, key):
    with visiting(live, key) as visitor:
        visitor.say("Hello!")
        reply = visitor.until_type("reply.done")["data"]["reply"]
        again(visitor, reply, reply)
        assert visitor.until_type("error")["code"] == "id_reused"
