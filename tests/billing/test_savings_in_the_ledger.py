"""Savings are read from the ledger's own rows, each at the price it was charged at."""

import datetime
import zoneinfo
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.models import LedgerEntry
from billing.savings import CutOff, Way
from billing.selectors.savings import cached_tokens, cut_off, rerouted, savings_in
from billing.selectors.scope import Scope
from billing.usage import Usage
from tests import factories

pytestmark = pytest.mark.django_db
UTC = zoneinfo.ZoneInfo("UTC")


def this_week(tenant, **narrowed) -> Scope:
    today = timezone.localdate(timezone=UTC)
    return Scope((tenant,), today - datetime.timedelta(days=6), today, UTC, **narrowed)


def spend(tenant, price, usage, **fields) -> LedgerEntry:
    generation = factories.answered(factories.make_conversation(tenant))
    return factories.make_ledger_entry(generation, price, usage, **fields)


def test_cached_tokens_save_at_the_price_that_each_call_was_charged(acme):
    noon = timezone.now() - datetime.timedelta(days=1)
    before = factories.make_price("m", input="1", cached_input=Decimal("0.1"))
    after = factories.make_price("m", input="2", cached_input=Decimal("0.5"), valid_from=noon)
    spend(acme, before, Usage(2_000_000, 10, cached=1_000_000))
    spend(acme, after, Usage(3_000_000, 10, cached=1_000_000))
    spend(acme, after, Usage(5_000_000, 10))
    assert [(row.price, row.cached) for row in cached_tokens(this_week(acme))] == [
        (before, 1_000_000),
        (after, 1_000_000),
    ]
    found = {one.way: one.amount for one in savings_in(this_week(acme))}
    assert found[Way.CACHED_INPUT] == Decimal("0.9") + Decimal("1.5")


def test_a_cheaper_model_saves_against_the_usual_ones_price_of_that_moment(acme):
    now = timezone.now()
    cheap = factories.make_price("small", input="1", output="1")
    factories.make_price("large", input="10", output="10")
    rise = now - datetime.timedelta(hours=1)
    factories.make_price("large", input="20", output="20", valid_from=rise)
    usage = Usage(1_000_000, 0)
    before = now - datetime.timedelta(hours=2)
    spend(acme, cheap, usage, instead_of="large", at=before)
    spend(acme, cheap, usage, instead_of="large")
    spend(acme, cheap, usage, instead_of="never-priced")
    spend(acme, cheap, usage)
    found = [(row.usual_model, row.calls, row.usual_amount) for row in rerouted(this_week(acme))]
    assert sorted(found, key=str) == sorted(
        [("large", 1, 10), ("large", 1, 20), ("never-priced", 1, None)], key=str
    )
    amounts = {one.way: one.amount for one in savings_in(this_week(acme))}
    assert amounts[Way.CHEAPER_MODEL] == 9 + 19


def test_long_calls_save_at_the_long_prices(acme):
    price = factories.make_price(
        "m",
        input="1",
        cached_input=Decimal("0.5"),
        long_from=1_500_000,
        long_input=Decimal(4),
        long_cached_input=Decimal(1),
    )
    spend(acme, price, Usage(1_500_000, 0, cached=1_000_000))
    spend(acme, price, Usage(1_500_001, 0, cached=1_000_000))
    assert [(row.cached, row.long) for row in cached_tokens(this_week(acme))] == [
        (1_000_000, False),
        (1_000_000, True),
    ]
    found = {one.way: one.amount for one in savings_in(this_week(acme))}
    assert found[Way.CACHED_INPUT] == Decimal("0.5") + 3


def test_the_usual_model_may_be_an_alias_and_is_rated_at_its_standard_tier(acme, globex):
    cheap = factories.make_price("small", input="1")
    factories.make_price("large", input="10", long_from=1_000_000, long_input=Decimal(20))
    factories.make_price("large", input="5", tier="batch")
    factories.make_alias("azure-large", "large", acme)
    factories.make_alias("azure-large", "small", globex)
    spend(acme, cheap, Usage(1_000_000, 0), instead_of="azure-large")
    spend(acme, cheap, Usage(2_000_000, 0), instead_of="azure-large")
    assert sorted(row.usual_amount for row in rerouted(this_week(acme))) == [10, 40]


def test_calls_that_reached_their_limit_are_counted_with_what_they_cost(acme):
    price = factories.make_price()
    entry = spend(acme, price, Usage(1000, 1000))
    factories.make_ledger_entry(entry.generation, price, Usage(1000, 1000), outcome="length")
    assert cut_off(this_week(acme)) == CutOff(1, entry.amount)


def test_nothing_of_other_tenants_days_models_or_corrections_counts(acme, globex):
    price = factories.make_price("m", cached_input=Decimal("0.01"))
    other = factories.make_price("n", cached_input=Decimal("0.01"))
    usage = Usage(1000, 10, cached=500)
    entry = spend(acme, price, usage)
    factories.make_correction(entry, "-0.5")
    spend(acme, other, usage)
    spend(acme, price, usage, at=timezone.now() - datetime.timedelta(days=8))
    spend(globex, price, usage)
    (row,) = cached_tokens(this_week(acme, models=("m",)))
    assert (row.price, row.cached) == (price, 500)
    assert cached_tokens(this_week(acme, purposes=("summary",))) == []
