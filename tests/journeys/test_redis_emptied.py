"""Redis may forget everything at any moment; nobody notices more than a pause."""

import pytest
from django.conf import settings
from redis import Redis

from billing.models import LedgerEntry
from conversations.models import Generation
from tests.factories import make_tenant
from tests.visitor import streamed, visiting

SLOW = {"match": "*", "first_token_ms": 50, "token_ms": 30, "tokens": 150}


@pytest.fixture
def forget(live):
    """Empties Redis, the broker's queues included."""
    live.behave([SLOW])
    with Redis.from_url(settings.REDIS_URL) as redis:
        yield redis.flushall


def test_in_the_middle_of_a_reply_it_costs_no_word(live, forget):
    with visiting(live, make_tenant().public_key) as visitor:
        visitor.say("Tell me a lot")
        visitor.until(lambda frame: frame["type"] == "delta" and "word20" in frame["text"])
        forget()
        done = visitor.until_type("reply.done")["data"]
    assert streamed(visitor.frames, done["reply"]) in done["text"]
    assert len(done["text"].split()) == 150
    assert LedgerEntry.objects.count() == 1


def test_a_question_whose_task_was_forgotten_is_answered_all_the_same(live, forget):
    with visiting(live, make_tenant().public_key) as visitor:
        live.kill("worker 1")
        visitor.say("Anybody there?")
        visitor.until_type("ack")
        forget()
        live.start("worker 1")
        done = visitor.until_type("reply.done")["data"]
    assert len(done["text"].split()) == 150
    assert Generation.objects.get().claim == 1
