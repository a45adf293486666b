"""The comparison of the books with the provider's log sees what is planted in either."""

from decimal import Decimal

import pytest

from billing.models import Attempt, Budget, LedgerEntry
from billing.services import ledger
from billing.services.attempts import Call, open_attempt
from billing.usage import Usage
from chatbot.bench.ledger.books import compared
from chatbot.bench.reliability.logs import ModelCall
from tests.factories import make_conversation, make_limit, make_price, post

NOTHING_OFF = {
    "token_difference": 0,
    "amount_difference": "0",
    "missing": 0,
    "ghost": 0,
    "unflagged_without_usage": 0,
    "held_at_rest": "0",
    "left_open": 0,
    "budget_difference": "0",
}


@pytest.fixture
def attempt(acme):
    make_price(input="1", output="2", cached_input=Decimal("0.5"))
    make_limit(None, "10")  # as the bench has it
    call = Call(Attempt.Purpose.REPLY, "demo-1", 1000, 1000, request={})
    return open_attempt(post(make_conversation(acme)).generation, call)


def settle(attempt, usage, certainty="exact"):
    ledger.settle(attempt, usage, certainty=LedgerEntry.Certainty(certainty), outcome="stop")


def reported(prompt=100, cached=40, output=50):
    details = {"cached_tokens": cached}
    report = {"prompt_tokens": prompt, "completion_tokens": output}
    return Usage.from_report(report | {"prompt_tokens_details": details})


def billed(attempt, usage_delivered=True, prompt=100, cached=40, output=50):
    return ModelCall(
        attempt=str(attempt.pk),
        tokens=prompt + output,
        usage_delivered=usage_delivered,
        status=200,
        outcome="ok",
        prompt_tokens=prompt,
        cached_tokens=cached,
        completion_tokens=output,
    )


def off(calls):
    """The figures that are not as they should be."""
    found = compared(calls)
    return {name: found[name] for name, good in NOTHING_OFF.items() if found[name] != good}


def test_books_that_agree_are_not_off(attempt):
    settle(attempt, reported())
    assert off([billed(attempt)]) == {}


def test_a_token_too_many_is_seen_with_its_price(attempt):
    settle(attempt, reported(output=51))
    assert off([billed(attempt)]) == {"token_difference": 1, "amount_difference": "1/500000"}


def test_cached_tokens_charged_in_full_are_seen(attempt):
    settle(attempt, reported(cached=0))
    assert off([billed(attempt)]) == {"token_difference": 40, "amount_difference": "1/50000"}


def test_a_call_without_a_line_is_seen(attempt):
    found = off([billed(attempt)])
    assert found == {"missing": 1, "held_at_rest": "0.003", "left_open": 1}


def test_a_line_without_a_call_is_seen(attempt):
    settle(attempt, reported())
    assert off([]) == {"ghost": 1}


def test_an_estimate_that_does_not_say_so_is_seen(attempt):
    settle(attempt, Usage(100, 50))
    assert off([billed(attempt, usage_delivered=False)]) == {"unflagged_without_usage": 1}


def test_an_estimate_that_says_so_is_fine(attempt):
    settle(attempt, Usage(90, 40), "estimated")
    assert off([billed(attempt, usage_delivered=False)]) == {}


def test_a_budget_that_says_something_else_is_seen(attempt):
    settle(attempt, reported())
    Budget.objects.update(spent=1)
    assert set(off([billed(attempt)])) == {"budget_difference"}
