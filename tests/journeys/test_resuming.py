"""Whoever comes back is told what is missing, no more and no less."""

import pytest

from billing.models import LedgerEntry
from tests.factories import make_tenant
from tests.visitor import SocketVisitor, streamed, visiting

SLOW = {"match": "*", "first_token_ms": 50, "token_ms": 20, "tokens": 100}


@pytest.fixture
def key(live):
    live.behave([SLOW])
    return make_tenant().public_key


def leave_in_the_middle(live, key):
    """A visitor who closed the page while the reply was being written."""
    with visiting(live, key) as visitor:
        visitor.say("Tell me a lot")
        delta = visitor.until(
            lambda frame: frame["type"] == "delta" and "word20" in frame["text"] + str(frame)
        )
    return visitor, delta


def test_the_rest_of_a_reply_is_sent_from_the_offset_the_browser_has(live, key):
    left, delta = leave_in_the_middle(live, key)
    seen = streamed(left.frames, delta["reply"])
    back = SocketVisitor(live, key, left.session["token"]).connect(
        after=1, reply=delta["reply"], claim=delta["claim"], offset=len(seen)
    )
    done = back.until_type("reply.done")["data"]
    back.close()
    first = next(frame for frame in back.frames if frame["type"] == "delta")
    assert first["offset"] == len(seen)
    assert streamed(left.frames + back.frames, delta["reply"]) == done["text"]
    assert [frame["seq"] for frame in back.frames if frame["type"] == "event"] == [2]


def test_a_reload_gets_history_and_the_text_so_far(live, key):
    left, delta = leave_in_the_middle(live, key)
    with visiting(live, key, left.session["token"]) as back:
        done = back.until_type("reply.done")["data"]
    kinds = [frame.get("kind", frame["type"]) for frame in back.frames]
    assert kinds[:3] == ["message", "ready", "delta"]
    assert streamed(back.frames, delta["reply"]) == done["text"]
    assert LedgerEntry.objects.count() == 1, "leaving must not ask the model again"


def test_an_event_that_was_seen_is_not_sent_again(live, key):
    with visiting(live, key) as visitor:
        visitor.say("One")
        seq = visitor.until_type("reply.done")["seq"]
    back = SocketVisitor(live, key, visitor.session["token"]).connect(after=seq)
    assert back.until_type("ready")["seq"] == seq
    assert back.quiet_for(0.5)
    back.close()


def test_a_killed_web_process_costs_no_character(live, key):
    with visiting(live, key) as left:
        left.say("Tell me a lot")
        delta = left.until_type("delta")
        live.restart_web()
    with visiting(live, key, left.session["token"]) as back:
        done = back.until_type("reply.done")["data"]
    assert done["reply"] == delta["reply"]
    assert streamed(back.frames, done["reply"]) in ("", done["text"])
    assert len(done["text"].split()) == 100
