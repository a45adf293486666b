"""Every token costs the price of its kind, once and exactly."""

from decimal import Decimal
from fractions import Fraction

import pytest

from billing.models import Price
from billing.pricing import cost_of, upper_bound
from billing.usage import Usage

FULL = Price(
    model="m",
    input=Decimal("1"),
    cached_input=Decimal("0.05"),
    cache_write=Decimal("1.25"),
    output=Decimal("5"),
)
PLAIN = Price(model="m", input=Decimal("0.15"), output=Decimal("0.60"))


def reported(prompt, completion, **details):
    return Usage.from_report(
        {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "prompt_tokens_details": {
                "cached_tokens": details.get("cached"),
                "cache_write_tokens": details.get("write"),
            },
            "completion_tokens_details": {"reasoning_tokens": details.get("reasoning")},
        }
    )


@pytest.mark.parametrize(
    ("usage", "price", "cost"),
    [
        (reported(1_000_000, 0), PLAIN, "0.15"),
        (reported(0, 1_000_000), PLAIN, "0.60"),
        (reported(1000, 200, cached=800, write=100), FULL, "0.001265"),
        (reported(1, 1), PLAIN, "0.00000075"),
        (reported(1000, 200, cached=800), PLAIN, "0.00027"),
        (reported(100, 50, reasoning=40), PLAIN, "0.000045"),
    ],
)
def test_the_cost_is_exact(usage, price, cost):
    assert cost_of(usage, price) == Decimal(cost)


def test_the_cost_equals_the_sum_over_fractions():
    usage = reported(123_457, 7_891, cached=100_003, write=999)
    expected = (
        Fraction(123_457 - 100_003 - 999) * Fraction("1")
        + 100_003 * Fraction("0.05")
        + 999 * Fraction("1.25")
        + 7_891 * Fraction("5")
    ) / 1_000_000
    assert Fraction(cost_of(usage, FULL)) == expected


def test_parts_that_exceed_the_whole_are_cut_to_it():
    usage = reported(100, 0, cached=150, write=30)
    assert (usage.cached, usage.cache_write) == (100, 0)


@pytest.mark.parametrize("raw", [{}, {"prompt_tokens": None}, {"prompt_tokens_details": None}])
def test_missing_fields_count_nothing(raw):
    assert Usage.from_report(raw) == Usage(input=0, output=0, raw=raw)


def test_the_upper_bound_takes_input_at_its_dearest():
    assert upper_bound(1_000_000, 0, FULL) == Decimal("1.25")
    assert upper_bound(0, 1_000_000, PLAIN) == Decimal("0.60")
