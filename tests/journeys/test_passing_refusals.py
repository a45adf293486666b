"""What a provider refuses only for the moment is tried again; each try stands in the books."""

import pytest

from billing.models import Attempt, LedgerEntry
from chatbot.bench.stack import until
from conversations.models import Generation
from tests.factories import make_tenant
from tests.visitor import visiting

FAST = {"match": "*", "first_token_ms": 0, "token_ms": 2, "tokens": 5}


@pytest.fixture
def key(live):
    return make_tenant().public_key


def ask(live, key):
    """The event that the reply ends with."""
    with visiting(live, key) as visitor:
        visitor.say("Hello?")
        return visitor.until(lambda frame: frame.get("kind", "").startswith("reply."))


def test_a_server_that_errs_twice_answers_at_the_third_try(live, key):
    live.behave([{"match": "*", "status": 503, "times": 2}, FAST])
    assert ask(live, key)["kind"] == "reply.done"
    entries = LedgerEntry.objects.order_by("at")
    assert [entry.outcome for entry in entries] == ["server_is_overloaded"] * 2 + ["stop"]
    assert [entry.amount > 0 for entry in entries] == [False, False, True]
    assert Generation.objects.get().claim == 1


def test_the_wait_that_the_provider_asks_for_is_kept(live, key):
    limited = {"match": "*", "status": 429, "code": "rate_limit_exceeded", "retry_after": 2}
    live.behave([limited | {"times": 1}, FAST])
    assert ask(live, key)["kind"] == "reply.done"
    first, second = Attempt.objects.order_by("opened_at").values_list("opened_at", flat=True)
    assert (second - first).total_seconds() >= 2


def test_after_three_tries_the_visitor_is_told(live, key):
    live.behave([{"match": "*", "status": 500}])
    assert ask(live, key)["kind"] == "reply.failed"
    assert LedgerEntry.objects.count() == 3
    assert not Attempt.objects.filter(state=Attempt.State.OPEN).exists()


@pytest.mark.parametrize(
    "refusal",
    [
        {"status": 429, "code": "insufficient_quota", "type": "insufficient_quota"},
        {"status": 429, "code": "credit_balance_exhausted", "type": "insufficient_quota"},
        {"status": 429, "code": "organization_usage_limit_exceeded"},
        {"status": 429, "code": "rate_limit_exceeded", "retry_after": 60},
    ],
)
def test_what_will_not_pass_soon_is_not_tried_again(live, key, refusal):
    live.behave([{"match": "*", **refusal}])
    assert ask(live, key)["kind"] == "reply.failed"
    assert LedgerEntry.objects.count() == 1


def test_stop_while_it_waits_makes_no_further_call(live, key):
    limited = {"match": "*", "status": 429, "code": "rate_limit_exceeded", "retry_after": 3}
    live.behave([limited])
    with visiting(live, key) as visitor:
        visitor.say("Hello?")
        reply = visitor.until_type("message")["data"]["reply"]
        until(LedgerEntry.objects.exists, live.processes["worker 1"], "the first refusal")
        visitor.send({"type": "reply.stop", "reply": reply})
        visitor.until_type("reply.stopped")
        assert visitor.quiet_for(4)
    assert Attempt.objects.count() == 1
