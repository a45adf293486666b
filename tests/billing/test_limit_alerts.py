"""A soft limit alerts managers once a period; so does a hard one."""

from decimal import Decimal

import pytest

from billing.errors import SpendLimitReached
from billing.models import Alert, Attempt, Budget, LedgerEntry
from billing.services import ledger, limit_alerts
from billing.services.attempts import Call, open_attempt
from billing.usage import Usage
from tests.factories import make_conversation, make_limit, make_price, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def generation(acme):
    make_price(input="1", output="2")
    return post(make_conversation(acme)).generation


def spend(generation):
    """Exactly 0.003."""
    attempt = open_attempt(
        generation, Call(Attempt.Purpose.REPLY, "demo-1", 1000, 1000, request={})
    )
    certainty = LedgerEntry.Certainty.EXACT
    ledger.settle(attempt, Usage(1000, 1000), certainty=certainty, outcome="stop")


def test_reaching_a_soft_limit_is_told_once(acme, generation):
    make_limit(acme, "1", soft=Decimal("0.006"))
    spend(generation)
    assert not Alert.objects.exists()
    for _ in range(3):
        spend(generation)
    alert = Alert.objects.get()
    assert (alert.tenant, alert.kind) == (acme, "soft_limit")
    assert "$0.0060" in alert.why
    assert "The hard limit is $1.00." in alert.why
    assert Decimal(alert.figures["spent"]) == Decimal("0.006")
    assert Budget.objects.get().warned


def test_a_limit_that_visitors_have_each_is_told_once_for_all(acme, generation):
    make_limit(acme, None, soft=Decimal("0.003"), scope="visitor", period="day")
    other = post(make_conversation(acme)).generation
    spend(generation)
    spend(other)
    assert "A visitor of Acme has spent" in Alert.objects.get().why


def test_the_deployments_limit_is_told_to_its_operator_alone(acme, generation):
    make_limit(None, None, soft=Decimal("0.003"))
    spend(generation)
    assert Alert.objects.get().tenant is None


@pytest.mark.parametrize(
    ("at_hard", "says"),
    [
        ("stop", "told now that the assistant is not available"),
        ("person", "handed over to a person"),
        ("cheaper", "the cheaper model mini"),
    ],
)
def test_a_hard_limit_is_told_once_with_what_happens_now(acme, generation, at_hard, says):
    make_limit(acme, "0.005", at_hard=at_hard, cheaper_model="mini")
    spend(generation)
    for _ in range(2):
        with pytest.raises(SpendLimitReached) as refused:
            open_attempt(generation, Call(Attempt.Purpose.REPLY, "demo-1", 1000, 1000, request={}))
        # the refusal undid its own statement only; a test's transaction goes on
        ledger.connection.needs_rollback = False
        limit_alerts.hard_reached(refused.value)
    assert says in Alert.objects.get().why
