"""Cached input from sums of days is what looking at every call tells."""

import datetime
import zoneinfo
from decimal import Decimal

import pytest

from billing.savings import cache_saving
from billing.selectors.cached_input import cached_by_price
from billing.selectors.price_rows import prices_in_force
from billing.selectors.savings import cached_tokens
from billing.selectors.scope import Scope
from billing.selectors.spend import spend_lines
from billing.usage import Usage
from tests import factories

pytestmark = pytest.mark.django_db
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
FIRST, LAST = datetime.date(2026, 11, 1), datetime.date(2026, 11, 5)


def noon(day: int) -> datetime.datetime:
    return datetime.datetime(2026, 11, day, 12, tzinfo=BERLIN)


def test_a_price_that_changes_at_noon_splits_the_day(acme):
    old = factories.make_price(cached_input=Decimal("0.01"))
    new = factories.make_price(cached_input=Decimal("0.05"), valid_from=noon(3))
    hour = datetime.timedelta(hours=1)
    for price, at in [(old, noon(1)), (old, noon(3) - hour), (new, noon(3) + hour), (new, noon(5))]:
        generation = factories.answered(factories.make_conversation(acme))
        factories.make_ledger_entry(generation, price, Usage(1000, 10, cached=700), at)
    scope = Scope((acme,), FIRST, LAST, BERLIN)
    prices = prices_in_force(["demo-1"], scope.start, scope.end)
    assert prices == [old, new]
    found = cached_by_price(scope, spend_lines(scope), prices)
    assert sum(map(cache_saving, found)) == sum(map(cache_saving, cached_tokens(scope))) > 0
    assert sum(one.cached for one in found if one.price == old) == 1400


def test_prices_that_were_replaced_before_are_not_in_force(acme):
    factories.make_price()
    newer = factories.make_price(valid_from=noon(1))
    factories.make_price("other")
    factories.make_price(valid_from=noon(9))
    scope = Scope((acme,), datetime.date(2026, 11, 2), LAST, BERLIN)
    assert prices_in_force(["demo-1"], scope.start, scope.end) == [newer]


def test_tiers_and_long_input_are_told_call_by_call(acme):
    cached = {"cached_input": Decimal("0.01"), "input": "0.10"}
    rows = [
        factories.make_price("tiered", **cached),
        factories.make_price("tiered", **cached | {"input": "0.05"}, tier="batch"),
        factories.make_price("long", **cached, long_from=900, long_input=Decimal("0.40")),
    ]
    for price in rows:
        for tokens in (800, 1000):
            generation = factories.answered(factories.make_conversation(acme))
            factories.make_ledger_entry(generation, price, Usage(tokens, 10, cached=700), noon(3))
    scope = Scope((acme,), FIRST, LAST, BERLIN)
    prices = prices_in_force(["tiered", "long"], scope.start, scope.end)
    assert {price.pk for price in prices} == {price.pk for price in rows}
    found = cached_by_price(scope, spend_lines(scope), prices)
    # 0.09, 0.04 and 0.09 a million saved, and 0.39 by the long call
    saved = Decimal(700) * (2 * 9 + 2 * 4 + 9 + 39) / 100 / 1_000_000
    assert sum(map(cache_saving, found)) == saved
