"""What a resolved conversation costs: all spending over those resolved, a click from its rows."""

import datetime
import zoneinfo
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.selectors.resolutions import resolutions
from billing.selectors.scope import Scope
from billing.usage import Usage
from conversations.models import Conversation, Outcome
from conversations.selectors.outcomes import with_outcome
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def scope(acme):
    today = timezone.now().date()
    return Scope((acme,), today, today, zoneinfo.ZoneInfo("UTC"))


def talk(tenant, price, kind=None, lasting=True) -> Conversation:
    generation = factories.answered(factories.make_conversation(tenant))
    factories.make_ledger_entry(generation, price, Usage(1000, 100))
    if kind:
        Outcome.objects.create(
            tenant=tenant,
            conversation=generation.conversation,
            kind=kind,
            by="rule",
            at=timezone.now(),
            lasting=lasting,
        )
    return generation.conversation


def test_confirmed_and_assumed_are_kept_apart(acme, scope):
    price = factories.make_price()
    for kind in ("confirmed", "assumed", "assumed", "handed_over", "unanswered", None):
        talk(acme, price, kind)
    talk(acme, price, "confirmed", lasting=False)
    talk(acme, price, "confirmed", lasting=None)
    found = resolutions(scope)
    assert found.spent == Decimal("0.0012")
    assert (found.counts.confirmed, found.counts.assumed) == (1, 2)
    assert (found.counts.reopened, found.counts.undecided) == (1, 1)
    assert (found.per_resolved, found.per_confirmed) == (Decimal("0.0004"), Decimal("0.0012"))


def test_each_count_leads_to_its_rows(acme, globex, scope):
    price = factories.make_price()
    mine = talk(acme, price, "assumed")
    talk(globex, price, "assumed")
    found = resolutions(scope)
    rows = with_outcome(Conversation.objects.filter(tenant=acme), found.links["assumed"])
    assert list(rows) == [mine]
    assert found.counts.assumed == 1


def test_nothing_resolved_has_no_price(acme, scope):
    talk(acme, factories.make_price())
    assert resolutions(scope).per_resolved is None


def test_the_sums_given_are_taken(scope):
    assert resolutions(scope, Decimal(3)).spent == Decimal(3)
    yesterday = scope.first - datetime.timedelta(days=1)
    assert resolutions(Scope(scope.tenants, yesterday, yesterday, scope.zone)).spent == 0
