"""One message, all the way: socket, worker, model, ledger."""

import uuid
from decimal import Decimal

import pytest

from billing.models import Attempt, LedgerEntry
from conversations.models import Event, Generation, Message
from tests.factories import make_tenant
from tests.visitor import streamed, visiting

SLOW = {"match": "*", "first_token_ms": 50, "token_ms": 20, "tokens": 100}


@pytest.fixture
def key(live):
    return make_tenant().public_key


def test_the_reply_streams_and_is_stored_as_it_was_streamed(live, key):
    live.behave([SLOW])
    with visiting(live, key) as visitor:
        visitor.until_type("ready")
        client_id = visitor.say("How are you?")
        assert visitor.until_type("ack")["id"] == client_id
        done = visitor.until_type("reply.done")["data"]
    deltas = [frame for frame in visitor.frames if frame["type"] == "delta"]
    assert len(deltas) > 10, "it came in one piece"
    assert deltas[0]["offset"] == 0
    assert streamed(visitor.frames, done["reply"]) == done["text"]
    assert done["text"].split() == [f"word{number}" for number in range(1, 101)]
    assert Message.objects.get(role="assistant").text == done["text"]
    assert done["demo"]


def test_the_ledger_has_the_tokens_that_the_model_billed(live, key):
    with visiting(live, key) as visitor:
        for question in ("Hello!", "Who are you?", "你好"):
            visitor.say(question)
            visitor.until_type("reply.done")
    billed = {line["attempt"]: line for line in live.billed()}
    entries = LedgerEntry.objects.all()
    assert len(entries) == 3
    for entry in entries:
        line = billed[str(entry.attempt_id)]
        assert entry.input_tokens == line["prompt_tokens"] > 0
        assert entry.output_tokens == line["completion_tokens"] > 0
        assert entry.certainty == LedgerEntry.Certainty.EXACT
        cost = entry.input_tokens * Decimal("0.10") + entry.output_tokens * Decimal("0.50")
        assert entry.amount == cost / 1_000_000


def test_the_tokens_counted_before_the_call_are_those_the_model_counts(live, key):
    with visiting(live, key) as visitor:
        visitor.say("How long do returns take? 退货需要多久？")
        visitor.until_type("reply.done")
    entry = LedgerEntry.objects.get()
    assert entry.attempt.prompt_tokens == entry.input_tokens


def test_the_same_message_sent_many_times_is_one_message_one_reply_one_charge(live, key):
    client_id = str(uuid.uuid4())
    with visiting(live, key) as visitor, visiting(live, key, visitor.session["token"]) as tab:
        for one in (visitor, tab):
            for _ in range(5):
                one.say("Twice?", client_id)
        visitor.until_type("reply.done")
        tab.until_type("reply.done")
    assert Message.objects.filter(role="visitor").count() == 1
    assert Generation.objects.count() == 1
    assert Attempt.objects.count() == LedgerEntry.objects.count() == 1


def test_a_second_tab_sees_the_same_in_the_same_order(live, key):
    with visiting(live, key) as first, visiting(live, key, first.session["token"]) as second:
        first.say("One?")
        second.say("Two?")
        for tab in (first, second):
            for _ in range(2):
                tab.until_type("reply.done")
    events = [
        [frame for frame in tab.frames if frame["type"] == "event"] for tab in (first, second)
    ]
    assert events[0] == events[1]
    assert [event["seq"] for event in events[0]] == [1, 2, 3, 4]
    assert Event.objects.count() == 4
