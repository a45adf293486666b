"""When the model does not give a whole answer, people are told and the money is settled."""

import pytest

from billing.models import Alert, Attempt, LedgerEntry, Price
from conversations.models import Generation
from tests.factories import make_limit, make_tenant
from tests.visitor import visiting

FAST = {"match": "*", "first_token_ms": 0, "token_ms": 5, "tokens": 40}


@pytest.fixture
def tenant(live):
    return make_tenant()


def ask(live, tenant):
    """The failure that a visitor is told."""
    with visiting(live, tenant.public_key) as visitor:
        visitor.say("Hello?")
        return visitor.until_type("reply.failed")["data"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"cut_after_tokens": 20}, "interrupted"),
        ({"end_early_after_tokens": 20}, "interrupted"),
        ({"corrupt_after_tokens": 20}, "malformed"),
    ],
)
def test_a_broken_stream_keeps_its_text_and_is_charged_by_estimate(live, tenant, fault, code):
    live.behave([FAST | fault])
    told = ask(live, tenant)
    assert told["code"] == code
    assert "word19" in told["partial"]
    entry = LedgerEntry.objects.get()
    assert entry.certainty == LedgerEntry.Certainty.ESTIMATED
    assert entry.amount > 0
    assert Generation.objects.get().text == told["partial"]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_an_error_before_any_text_is_charged_nothing(live, tenant, status):
    live.behave([{"match": "*", "status": status, "code": "made_up", "message": "No."}])
    told = ask(live, tenant)
    assert told["partial"] == ""
    generation = Generation.objects.get()
    assert generation.failure == "made_up"
    assert str(status) in generation.failure_detail
    entry = LedgerEntry.objects.get()
    assert (entry.amount, entry.certainty) == (0, LedgerEntry.Certainty.EXACT)


def test_usage_that_does_not_come_is_estimated(live, tenant):
    live.behave([{**FAST, "omit_usage": True}])
    with visiting(live, tenant.public_key) as visitor:
        visitor.say("Hello?")
        visitor.until_type("reply.done")
    entry = LedgerEntry.objects.get()
    assert entry.certainty == LedgerEntry.Certainty.ESTIMATED
    assert entry.input_tokens == entry.attempt.prompt_tokens


def test_an_empty_answer_is_said_to_be_one(live, tenant):
    live.behave([{"match": "*", "empty": True, "first_token_ms": 0}])
    assert ask(live, tenant)["code"] == "empty"


def test_an_unpriced_model_is_never_called_and_staff_are_told_how_to_price_it(live, tenant):
    Price.objects.all().delete()
    before = len(live.billed())
    told = ask(live, tenant)
    assert told["code"] == "unpriced"
    assert "price" not in told["text"]
    assert "manage.py set_price demo-1 --input" in Generation.objects.get().failure_detail
    alert = Alert.objects.get()
    assert (alert.tenant, alert.kind) == (None, Alert.Kind.UNPRICED_MODEL)
    assert not Attempt.objects.exists()
    assert len(live.billed()) == before


def test_a_spent_limit_stops_the_call_before_it_is_made(live, tenant):
    make_limit(tenant, "0.0001")
    before = len(live.billed())
    assert ask(live, tenant)["code"] == "spend_limit"
    assert len(live.billed()) == before
