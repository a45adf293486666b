"""A long talk is summed up by a worker, beside the turns, and the bot still knows its beginning."""

import time

from billing.models import Attempt
from chatbot.models import Summary
from tests.factories import make_price, make_tenant
from tests.visitor import visiting

FAST = {"match": "", "first_token_ms": 0, "token_ms": 0}


def test_what_was_said_first_is_known_when_it_has_left_the_prompt(live):
    make_price("demo-1-mini")
    live.behave([FAST])
    with visiting(live, make_tenant().public_key) as visitor:
        for text in ("My order number is A-1042.", *["It rained all day there. " * 90] * 5):
            visitor.say(text)
            visitor.until_type("reply.done")
        deadline = time.monotonic() + 10
        while not Summary.objects.exclude(text="").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        visitor.say("What was my order number?")
        told = visitor.until_type("reply.done")["data"]["text"]
    assert "A-1042" in told
    summary = Summary.objects.get()
    assert "A-1042" in summary.text
    billed = {line["attempt"]: line for line in live.billed()}
    call = Attempt.objects.get(purpose=Attempt.Purpose.SUMMARY)
    assert billed[str(call.pk)]["model"] == "demo-1-mini"
    reply = Attempt.objects.filter(purpose=Attempt.Purpose.REPLY).order_by("opened_at").last()
    assert "A-1042" not in str(reply.request), "the summary is named, not repeated"
    assert {"summary", "said", "role"} == set(reply.request["messages"][1])
