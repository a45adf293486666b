"""A call with long input is charged at the long prices, all of it."""

from decimal import Decimal

import pytest

from billing.models import Price
from billing.pricing import cost_of, upper_bound
from billing.usage import Usage

LONG = Price(
    model="m",
    input=Decimal("1"),
    cached_input=Decimal("0.1"),
    cache_write=Decimal("1.25"),
    output=Decimal("5"),
    long_from=1000,
    long_input=Decimal("2"),
    long_cached_input=Decimal("0.2"),
    long_cache_write=Decimal("2.5"),
    long_output=Decimal("7.5"),
)
PARTLY = Price(
    model="m", input=Decimal("1"), output=Decimal("5"), long_from=1000, long_input=Decimal("2")
)


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        (Usage(1000, 10), "0.00105"),
        (Usage(1001, 10), "0.002077"),
        (Usage(2000, 10, cached=1000), "0.002275"),
        (Usage(2000, 10, cached=500, cache_write=500), "0.003425"),
    ],
)
def test_the_threshold_is_passed_by_one_token_more(usage, cost):
    assert cost_of(usage, LONG) == Decimal(cost)


def test_a_kind_without_a_long_price_costs_what_it_costs_otherwise():
    assert cost_of(Usage(2000, 10), PARTLY) == Decimal("0.00405")


def test_cached_input_without_any_price_costs_what_long_input_costs():
    assert cost_of(Usage(2000, 0, cached=2000), PARTLY) == Decimal("0.004")


def test_short_input_is_held_at_short_prices():
    assert upper_bound(500, 100, LONG) == Decimal("0.001125")


def test_input_near_the_threshold_is_held_at_long_prices():
    assert upper_bound(950, 100, LONG) == Decimal("0.003125")
