"""At a hard limit the visitor gets what the tenant chose, and a sentence."""

import pytest

from billing.models import Alert, Attempt, LedgerEntry
from conversations.models import Conversation, Generation
from tests.factories import make_limit, make_price, make_tenant
from tests.visitor import visiting

FAST = {"match": "*", "first_token_ms": 0, "token_ms": 5, "tokens": 10}


@pytest.fixture
def tenant(live):
    live.behave([FAST])
    return make_tenant()


def failure(live, tenant):
    with visiting(live, tenant.public_key) as visitor:
        visitor.say("Hello?")
        return visitor.until_type("reply.failed")["data"]


def test_stop_says_so_in_a_sentence(live, tenant):
    make_limit(tenant, "0.0000001")
    told = failure(live, tenant)
    assert (told["code"], told["partial"]) == ("spend_limit", "")
    assert told["text"].startswith("Sorry, the assistant is not available just now.")
    assert "limit" not in told["text"]
    detail = Generation.objects.get().failure_detail
    assert "A spend limit leaves no room" in detail
    assert "$" not in detail  # staff read it, and money is the managers'
    assert Alert.objects.get().kind == "hard_limit"
    assert not Attempt.objects.exists()


def test_a_person_is_asked_for_and_the_visitor_told(live, tenant):
    make_limit(tenant, "0.0000001", at_hard="person")
    with visiting(live, tenant.public_key) as visitor:
        visitor.say("Hello?")
        told = visitor.until_type("reply.failed")["data"]
        assert told["text"].endswith("A person will answer you here.")
        assert visitor.until_type("person.asked")["data"]["by"] == "bot"
    assert Conversation.objects.get().state == Conversation.State.WAITING


def test_a_cheaper_model_answers_while_it_fits(live, tenant):
    make_price("demo-1-mini", input="0.000001", output="0.000001")
    make_limit(tenant, "0.00001", at_hard="cheaper", cheaper_model="demo-1-mini")
    with visiting(live, tenant.public_key) as visitor:
        visitor.say("Hello?")
        visitor.until_type("reply.done")
    attempt = Attempt.objects.get()
    assert (attempt.model, attempt.instead_of) == ("demo-1-mini", "demo-1")
    assert Generation.objects.get().model == LedgerEntry.objects.get().model == "demo-1-mini"


def test_a_cheaper_model_that_does_not_fit_either_stops(live, tenant):
    make_price("demo-1-mini", input="0.05", output="0.05")
    make_limit(tenant, "0.0000001", at_hard="cheaper", cheaper_model="demo-1-mini")
    assert failure(live, tenant)["code"] == "spend_limit"
    assert not Attempt.objects.exists()
