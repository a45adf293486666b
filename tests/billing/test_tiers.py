"""An answer is charged at the tier that the provider says gave it, and never at nothing."""

from decimal import Decimal

import pytest
from django.utils import timezone

from billing.models import Alert, Attempt, LedgerEntry, Price, Tier
from billing.pricing import cost_of
from billing.services.attempts import Call, open_attempt
from billing.services.ledger import settle
from billing.services.prices import price_at
from billing.usage import Usage
from tests.factories import claimed, make_conversation, make_price

pytestmark = pytest.mark.django_db
TOKENS = {"prompt_tokens": 1000, "completion_tokens": 100}


def answered_by(tenant, tier):
    """The ledger's entry for a call that was answered at this tier."""
    call = Call(Attempt.Purpose.REPLY, "demo-1", 1000, 1000, request={})
    attempt = open_attempt(claimed(make_conversation(tenant)), call)
    usage = Usage.from_report(TOKENS, tier)
    settle(attempt, usage, certainty=LedgerEntry.Certainty.EXACT, outcome="stop")
    return LedgerEntry.objects.get(attempt=attempt)


@pytest.fixture
def tiers(db):
    return {
        Tier.STANDARD: make_price(input="1", output="2"),
        Tier.FLEX: make_price(tier=Tier.FLEX, input="0.5", output="1"),
        Tier.PRIORITY: make_price(tier=Tier.PRIORITY, input="2", output="4"),
    }


@pytest.mark.parametrize(
    ("reported", "tier"),
    [
        ("", Tier.STANDARD),
        ("default", Tier.STANDARD),
        ("scale", Tier.STANDARD),
        ("flex", Tier.FLEX),
        ("priority", Tier.PRIORITY),
        ("fast", Tier.PRIORITY),
    ],
)
def test_the_tier_of_the_answer_decides_the_price(acme, tiers, reported, tier):
    entry = answered_by(acme, reported)
    assert entry.price == tiers[tier]
    assert entry.amount == cost_of(Usage(1000, 100), tiers[tier])
    assert entry.certainty == "exact"


@pytest.mark.parametrize("reported", ["batch", "warp"])
def test_a_tier_without_a_price_is_charged_at_the_dearest_and_flagged(acme, tiers, reported):
    entry = answered_by(acme, reported)
    assert entry.price == tiers[Tier.PRIORITY]
    assert entry.amount == Decimal("0.0024")
    assert entry.certainty == "estimated"


def test_the_operator_is_told_once_of_a_tier_without_a_price(acme, tiers):
    answered_by(acme, "flex")
    assert not Alert.objects.exists()
    for _ in range(2):
        answered_by(acme, "warp")
    alert = Alert.objects.get()
    assert (alert.tenant, alert.kind) == (None, Alert.Kind.UNPRICED_MODEL)
    assert "demo-1 was answered at the tier “warp”" in alert.why


@pytest.mark.parametrize("reported", ["", "flex", "priority", "fast", "batch", "warp"])
def test_what_is_held_is_enough_whichever_tier_answers(acme, tiers, reported):
    entry = answered_by(acme, reported)
    assert entry.amount <= entry.attempt.held == Decimal("0.006")


def test_a_tier_repriced_during_the_call_costs_what_it_did_when_the_call_was_opened(acme, tiers):
    call = Call(Attempt.Purpose.REPLY, "demo-1", 1000, 1000, request={})
    attempt = open_attempt(claimed(make_conversation(acme)), call)
    attempt = Attempt.objects.get(pk=attempt.pk)
    Price.objects.create(
        model="demo-1",
        tier=Tier.FLEX,
        input=Decimal(100),
        output=Decimal(100),
        valid_from=attempt.opened_at + timezone.timedelta(microseconds=1),
        source="test",
        checked_on=timezone.localdate(),
    )
    usage = Usage.from_report(TOKENS, "flex")
    settle(attempt, usage, certainty=LedgerEntry.Certainty.EXACT, outcome="stop")
    assert LedgerEntry.objects.get().price == tiers[Tier.FLEX]


def test_a_tier_that_is_priced_later_raises_what_is_held(acme):
    make_price(input="1", output="2")
    assert answered_by(acme, "").attempt.held == Decimal("0.003")
    make_price(tier=Tier.PRIORITY, input="2", output="4")
    assert answered_by(acme, "").attempt.held == Decimal("0.006")


def test_the_entry_keeps_the_name_of_the_tier_as_it_was_reported(acme, tiers):
    assert answered_by(acme, "fast").tier == "fast"


def test_a_model_with_a_price_at_another_tier_only_is_refused():
    make_price("m", tier=Tier.FLEX)
    with pytest.raises(Exception, match="m has no price"):
        price_at("m", timezone.now())
