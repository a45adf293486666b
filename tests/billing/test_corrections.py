"""A correction is one more line of the same attempt: in the sums, but no call."""

import datetime
import zoneinfo
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from billing.errors import NothingToCorrect
from billing.models import Attempt, Budget, LedgerEntry
from billing.selectors.conversations import spent_on
from billing.selectors.spend import Scope, spend_lines
from billing.services import ledger
from billing.services.attempts import Call, open_attempt
from billing.usage import Usage
from tests import factories
from tests.billing.spending import signed_in

DAY = datetime.date(2026, 11, 1)
NOON = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def entry(acme):
    generation = factories.answered(factories.make_conversation(acme))
    return factories.make_ledger_entry(generation, factories.make_price(), Usage(1000, 100), NOON)


def test_a_correction_moves_the_amount_and_counts_as_no_call(acme, entry):
    factories.make_correction(entry, "-0.00005", at=NOON)
    (line,) = spend_lines(Scope((acme,), DAY, DAY, zoneinfo.ZoneInfo("UTC")))
    assert (line.calls, line.exact, line.errors) == (1, 1, 0)
    assert (line.input_tokens, line.amount) == (1000, Decimal("0.0001"))
    sums = spent_on(entry.generation.conversation)
    assert (sums.calls, sums.amount) == (1, Decimal("0.0001"))


def test_a_correction_without_a_reason_is_refused(entry):
    with pytest.raises(IntegrityError, match="corrections_have_a_reason"), transaction.atomic():
        factories.make_correction(entry, "1", reason="")
    assert LedgerEntry.objects.count() == 1


@pytest.fixture
def held(acme):
    """A settled call of 0.003 under a limit."""
    factories.make_price(input="1", output="2")
    factories.make_limit(acme, "1", soft=Decimal("0.004"))
    generation = factories.post(factories.make_conversation(acme)).generation
    call = Call(Attempt.Purpose.REPLY, "demo-1", 1000, 1000, request={})
    attempt = open_attempt(generation, call)
    ledger.settle(attempt, Usage(1000, 1000), certainty=ledger.Certainty.EXACT, outcome="stop")
    return ledger.entry_of(attempt)


def test_budgets_follow_a_correction(held):
    line = ledger.correct(held, Decimal("-0.001"), "Billed less.", "cleo")
    assert (line.kind, line.amount, line.author) == ("correction", Decimal("-0.001"), "cleo")
    assert Budget.objects.get().spent == Decimal("0.002")
    assert LedgerEntry.objects.get(kind="call").amount == Decimal("0.003")


def test_a_correction_may_reach_a_soft_limit(held):
    ledger.correct(held, Decimal("0.001"), "Billed more.", "cleo")
    assert Budget.objects.get().warned


@pytest.mark.parametrize(
    ("amount", "reason"), [("0", "Why not."), ("1", "  "), ("-0.0031", "Too much.")]
)
def test_a_correction_that_says_nothing_or_too_much_is_refused(held, amount, reason):
    with pytest.raises(NothingToCorrect), transaction.atomic():
        ledger.correct(held, Decimal(amount), reason, "cleo")
    assert LedgerEntry.objects.count() == 1


FORM = "/admin/billing/ledgerentry/add/"


def sent(held, amount="-0.001", reason="Billed less."):
    return {"attempt": held.attempt_id, "amount": amount, "reason": reason}


def test_a_manager_corrects_a_call_of_the_tenant(held, cleo):
    page = signed_in(cleo).get(f"/admin/billing/ledgerentry/{held.pk}/change/").text
    assert f"{FORM}?attempt={held.attempt_id}" in page
    assert signed_in(cleo).post(FORM, sent(held)).status_code == 302
    line = LedgerEntry.objects.get(kind="correction")
    assert (line.amount, line.author) == (Decimal("-0.001"), cleo.username)


def test_nobody_corrects_a_call_of_another_tenant(held, mallory, ben):
    assert "Select a valid choice" in signed_in(mallory).post(FORM, sent(held)).text
    assert signed_in(ben).post(FORM, sent(held)).status_code == 403
    assert not LedgerEntry.objects.filter(kind="correction").exists()


def test_a_correction_that_is_refused_says_why(held, cleo):
    page = signed_in(cleo).post(FORM, sent(held, amount="-5"), follow=True)
    assert "nothing costs less than nothing" in page.text
    assert not LedgerEntry.objects.filter(kind="correction").exists()
