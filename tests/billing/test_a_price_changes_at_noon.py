"""A price that changes in the middle of a day splits that day, by when calls were opened."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.models import Attempt, LedgerEntry
from billing.pricing import cost_of
from billing.services.attempts import Call, open_attempt
from billing.services.ledger import settle
from billing.services.prices import price_at
from billing.usage import Usage
from tests import factories
from tests.billing.spending import PAGE, signed_in

pytestmark = pytest.mark.django_db
NOON = datetime.datetime.combine(
    timezone.now().date() - datetime.timedelta(days=1), datetime.time(12), datetime.UTC
)
HOUR = datetime.timedelta(hours=1)
USAGE = Usage(1_000_000, 0)


def test_calls_before_and_after_noon_cost_their_own_price(acme, cleo):
    factories.make_price("m", input="1")
    factories.make_price("m", input="3", valid_from=NOON)
    for moment in (NOON - HOUR, NOON - HOUR / 3600, NOON, NOON + HOUR):
        generation = factories.answered(factories.make_conversation(acme))
        factories.make_ledger_entry(generation, price_at("m", moment), USAGE, moment)
    amounts = LedgerEntry.objects.order_by("at").values_list("amount", flat=True)
    assert list(amounts) == [1, 1, 3, 3]
    assert signed_in(cleo).get(PAGE).context["reading"].sums.amount == Decimal(8)


def test_a_call_that_runs_over_the_change_costs_what_it_was_opened_at(acme):
    old = factories.make_price("m", input="1")
    generation = factories.claimed(factories.make_conversation(acme))
    attempt = open_attempt(generation, Call(Attempt.Purpose.REPLY, "m", 10, 10, request={}))
    new = factories.make_price("m", input="3", valid_from=timezone.now())
    settle(attempt, USAGE, certainty=LedgerEntry.Certainty.EXACT, outcome="stop")
    entry = LedgerEntry.objects.get()
    assert (entry.price, entry.amount) == (old, cost_of(USAGE, old))
    later = factories.claimed(factories.make_conversation(acme))
    assert open_attempt(later, Call(Attempt.Purpose.REPLY, "m", 10, 10, {})).price == new
