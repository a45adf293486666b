"""A reply over which worker after worker dies ends with a reason, and all its calls are charged."""

import datetime

import pytest
from django.utils import timezone

from billing.models import Attempt, Budget, LedgerEntry
from billing.services.attempts import Call, open_attempt
from chatbot.engine.turn import run_turn
from conversations.models import Event, Generation
from conversations.services import generations, queue
from tests.factories import make_conversation, make_limit, make_price, post

Certainty = LedgerEntry.Certainty


@pytest.fixture
def doomed(acme):
    """A generation that three workers began, called a model for, and died over."""
    make_price()
    make_limit(acme, "10")
    generation = post(make_conversation(acme)).generation
    for text in ("", "Half an", "Half an answer"):
        claimed = queue.claim(generation.pk)
        open_attempt(claimed, Call(Attempt.Purpose.REPLY, "demo-1", 100, 1000, {}))
        generations.renew({(claimed.pk, claimed.claim): text})
        Generation.objects.filter(pk=generation.pk).update(
            lease_until=timezone.now() - datetime.timedelta(seconds=1)
        )
    return generation


def test_the_visitor_is_told_and_no_fourth_call_is_made(doomed):
    assert run_turn() == doomed
    doomed.refresh_from_db()
    assert (doomed.state, doomed.failure) == (Generation.State.FAILED, "gave_up")
    assert "3 workers" in doomed.failure_detail
    told = Event.objects.get(kind=Event.Kind.REPLY_FAILED).data
    assert told["text"].startswith("Sorry")
    assert told["partial"] == "Half an answer", "what the visitor has read must not vanish"
    assert Attempt.objects.count() == 3


def test_what_the_dead_called_is_in_the_ledger_and_nothing_stays_held(doomed):
    run_turn()
    assert not Attempt.objects.filter(state=Attempt.State.OPEN).exists()
    assert set(LedgerEntry.objects.values_list("certainty", flat=True)) == {Certainty.ESTIMATED}
    budget = Budget.objects.get()
    assert budget.held == 0
    assert budget.spent == sum(entry.amount for entry in LedgerEntry.objects.all()) > 0


def test_a_second_delivery_changes_nothing(doomed):
    run_turn()
    assert run_turn() is None
    assert Event.objects.count() == 2
    assert LedgerEntry.objects.count() == 3
