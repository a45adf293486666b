"""Whoever presses Stop keeps what was written; the rest is not written, and the books know."""

import pytest

from billing.models import Attempt, LedgerEntry
from chatbot.bench.stack import until
from conversations.models import Generation, Message
from tests.factories import make_tenant
from tests.visitor import SocketVisitor, streamed, visiting

SLOW = {"match": "*", "first_token_ms": 50, "token_ms": 30, "tokens": 200}


@pytest.fixture
def key(live):
    live.behave([SLOW])
    return make_tenant().public_key


def until_written(visitor):
    return visitor.until(lambda frame: frame["type"] == "delta" and "word20" in frame["text"])


def billed(live, entry):
    """What the model itself wrote down of this call, once it has."""
    return next((one for one in live.billed() if one["attempt"] == str(entry.attempt_id)), None)


def test_the_text_so_far_is_kept_as_a_message(live, key):
    with visiting(live, key) as visitor:
        visitor.say("Tell me a lot")
        reply = until_written(visitor)["reply"]
        visitor.send({"type": "reply.stop", "reply": reply})
        stopped = visitor.until_type("reply.stopped")["data"]
        seen = streamed(visitor.frames, reply)
        assert visitor.quiet_for(1.5), "nothing may follow but what was on its way"
    assert stopped["text"].startswith(seen)
    assert "word20" in stopped["text"]
    assert len(stopped["text"].split()) < 100
    assert Message.objects.get(role="assistant").text == stopped["text"]
    assert Generation.objects.get().state == "stopped"


def test_the_call_is_hung_up_and_charged_by_estimate(live, key):
    with visiting(live, key) as visitor:
        visitor.say("Tell me a lot")
        visitor.send({"type": "reply.stop", "reply": until_written(visitor)["reply"]})
        visitor.until_type("reply.stopped")
    until(LedgerEntry.objects.exists, live.processes["worker 1"], "a ledger entry")
    entry = LedgerEntry.objects.get()
    until(lambda: billed(live, entry), live.processes["demo model"], "a line of its log")
    assert entry.certainty == LedgerEntry.Certainty.ESTIMATED
    assert 0 < entry.output_tokens < 200
    line = billed(live, entry)
    assert line["outcome"] == "client_gone"
    assert line["completion_tokens"] < 200


def test_what_still_waits_is_stopped_without_a_call(live, key):
    before = len(live.billed())
    with visiting(live, key) as visitor:
        visitor.say("First")
        visitor.say("Second")
        visitor.until(lambda frame: frame.get("kind") == "message" and frame["seq"] == 2)
        waiting = visitor.frames[-1]["data"]["reply"]
        visitor.send({"type": "reply.stop", "reply": waiting})
        assert visitor.until_type("reply.stopped")["data"]["text"] == ""
        visitor.until_type("reply.done")
    assert len(live.billed()) == before + 1
    assert Attempt.objects.count() == 1


def test_what_has_ended_cannot_be_stopped(live, key):
    live.behave([])
    with visiting(live, key) as visitor:
        visitor.say("Hello!")
        reply = visitor.until_type("reply.done")["data"]["reply"]
        visitor.send({"type": "reply.stop", "reply": reply})
        refusal = visitor.until_type("error")
    assert (refusal["code"], refusal["reply"]) == ("too_late", reply)


def test_somebody_elses_reply_cannot_be_stopped(live, key):
    with visiting(live, key) as ada, visiting(live, key) as mallory:
        ada.say("Tell me a lot")
        reply = ada.until_type("delta")["reply"]
        mallory.send({"type": "reply.stop", "reply": reply})
        assert mallory.until_type("error")["code"] == "too_late"
    assert Generation.objects.get().state == "running"


def test_closing_the_page_stops_nothing(live, key):
    with visiting(live, key) as visitor:
        visitor.say("Tell me a lot")
        until_written(visitor)
    back = SocketVisitor(live, key, visitor.session["token"]).connect()
    assert len(back.until_type("reply.done")["data"]["text"].split()) == 200
    back.close()
