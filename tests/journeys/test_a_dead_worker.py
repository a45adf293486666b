"""A worker that dies over a reply loses neither the reply nor the money."""

from billing.models import Attempt, LedgerEntry
from conversations.models import Generation, Message
from tests.factories import make_tenant
from tests.visitor import streamed, visiting

SLOW = {"match": "*", "first_token_ms": 50, "token_ms": 40, "tokens": 100, "times": 1}
FAST = {"match": "*", "first_token_ms": 0, "token_ms": 2, "tokens": 100}


def test_another_worker_writes_the_reply_and_the_first_call_is_charged(live):
    live.behave([SLOW, FAST])
    key = make_tenant().public_key
    with visiting(live, key) as visitor:
        visitor.say("Tell me a lot")
        visitor.until(lambda frame: frame["type"] == "delta" and "word40" in frame["text"])
        live.kill("worker 1")
        live.start("worker 1")
        done = visitor.until_type("reply.done")["data"]
    assert streamed(visitor.frames, done["reply"]) == done["text"]
    assert len(done["text"].split()) == 100
    assert Message.objects.filter(role="assistant").count() == 1
    assert Generation.objects.get().claim == 2
    by_certainty = dict(LedgerEntry.objects.values_list("certainty", "output_tokens"))
    assert set(by_certainty) == {"exact", "estimated"}
    assert by_certainty["estimated"] > 0
    assert not Attempt.objects.filter(state="open").exists()
