"""Prices are read from the package exactly, by tier, length of input and day."""

import datetime
from decimal import Decimal

import pytest

from billing.models import Tier
from billing.published import Published, Unclear, models_of, published

NOVEMBER = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
JULY = datetime.datetime(2026, 7, 1, tzinfo=datetime.UTC)


def found(model, moment=NOVEMBER, provider="openai"):
    return list(published([model], moment, provider))


def test_every_tier_comes_with_its_long_prices():
    tiers = {one.tier: one.rates for one in found("gpt-6-luna")}
    assert set(tiers) == set(Tier)
    standard, flex = tiers[Tier.STANDARD], tiers[Tier.FLEX]
    assert (standard.input, standard.cached_input, standard.cache_write, standard.output) == (
        Decimal("0.1"),
        Decimal("0.01"),
        Decimal("0.125"),
        Decimal("0.5"),
    )
    assert (standard.long_from, standard.long_input, standard.long_output) == (
        272000,
        Decimal("0.2"),
        Decimal("0.75"),
    )
    assert (flex.input, flex.long_output) == (Decimal("0.05"), Decimal("0.375"))


def test_a_price_to_come_is_told_with_its_day():
    before, after = [one for one in found("gpt-5.6-luna", JULY) if one.tier == Tier.STANDARD]
    assert (before.starts, after.starts) == (None, datetime.date(2026, 7, 30))
    assert before.rates.input > after.rates.input == Decimal("0.2")


def test_no_figure_was_ever_a_float():
    for one in found("gpt-6.1-terra"):
        assert isinstance(one, Published)
        assert all(
            isinstance(figure, Decimal)
            for name, figure in vars(one.rates).items()
            if figure is not None and name != "long_from"
        )


def test_output_that_a_model_does_not_have_costs_nothing():
    embedding = found("text-embedding-3-small")[0]
    assert (embedding.rates.input, embedding.rates.output) == (Decimal("0.02"), 0)


def test_a_model_that_the_package_does_not_know_is_left_out():
    assert found("demo-1") == []


def test_a_price_by_the_hour_cannot_be_kept_and_says_why():
    one = found("deepseek-v4-pro", provider="deepseek")[0]
    assert isinstance(one, Unclear)
    assert "hour of the day" in str(one)


def test_an_unknown_provider_is_refused_with_the_known_ones():
    with pytest.raises(Unclear, match=r"“closedai”.* openai"):
        models_of("closedai")
