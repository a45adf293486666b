"""Savings are told in money, and only where the rows bear them out."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from billing.models import Price
from billing.pricing import cost_of
from billing.savings import (
    CachedTokens,
    CutOff,
    LeftOut,
    Rerouted,
    Way,
    cache_saving,
    savings_of,
    total_of,
)
from billing.usage import Usage

rates = some.decimals(0, 1000, places=6)
counts = some.integers(0, 10**9)


def price(**figures: str | None) -> Price:
    given = {"input": "1", "output": "10", "cached_input": None, "cache_write": None} | figures
    return Price(**{kind: rate and Decimal(rate) for kind, rate in given.items()})


def savings(cached=(), rerouted=(), cut_off=None, left_out=None):
    found = savings_of(cached, rerouted, cut_off or CutOff(), left_out)
    return {one.way: one for one in found}


@given(
    some.builds(
        Price,
        input=rates,
        output=rates,
        cached_input=some.none() | rates,
        cache_write=some.none() | rates,
    ),
    counts,
    counts,
    counts,
)
def test_the_cache_saves_the_difference_to_the_same_call_without_one(price, plain, cached, written):
    everything = plain + cached + written
    without = cost_of(Usage(everything, 0), price)
    with_cache = cost_of(Usage(everything, 0, cached=cached, cache_write=written), price)
    assert cache_saving(CachedTokens(price, cached, written)) == without - with_cache


def test_writing_into_a_cache_that_nobody_read_is_a_loss():
    row = CachedTokens(price(cached_input="0.1", cache_write="1.25"), 0, 1_000_000)
    found = savings([row])[Way.CACHED_INPUT]
    assert found.amount == Decimal("-0.25")
    assert "1,000,000 tokens written" in found.note


def test_each_price_saves_its_own_and_they_add_up():
    rows = [
        CachedTokens(price(cached_input="0.1"), 1_000_000, 0),
        CachedTokens(price(input="2", cached_input="0.5"), 2_000_000, 0),
        CachedTokens(price(), 5_000_000, 0),
    ]
    assert savings(rows)[Way.CACHED_INPUT].amount == Decimal("3.9")


def test_the_cheaper_model_saves_the_difference_to_the_usual_one():
    rows = [
        Rerouted("large", 2, Decimal("0.10"), Decimal("0.45")),
        Rerouted("large", 1, Decimal("0.05"), Decimal("0.02")),
    ]
    assert savings(rerouted=rows)[Way.CHEAPER_MODEL].amount == Decimal("0.32")


def test_where_the_usual_model_had_no_price_nothing_is_claimed():
    rows = [
        Rerouted("large", 2, Decimal("0.10"), Decimal("0.45")),
        Rerouted("unpriced", 3, Decimal("0.05"), None),
    ]
    found = savings(rerouted=rows)[Way.CHEAPER_MODEL]
    assert found.amount == Decimal("0.35")
    assert found.note.startswith("2 replies")
    assert "3 more are not counted" in found.note


def test_what_was_never_written_has_no_amount():
    found = savings(cut_off=CutOff(3, Decimal("0.75")))[Way.OUTPUT_LIMIT]
    assert found.amount is None
    assert "3 calls" in found.note
    assert "$0.75" in found.note


def test_a_history_whose_length_nobody_kept_has_no_amount():
    assert savings()[Way.HISTORY].amount is None
    assert savings(left_out=LeftOut(5000, Decimal("0.005")))[Way.HISTORY].amount == Decimal("0.005")


def test_the_total_is_of_known_amounts_and_every_way_is_told():
    found = savings_of(
        [CachedTokens(price(cached_input="0.1"), 1_000_000, 0)],
        [Rerouted("large", 1, Decimal(1), Decimal(3))],
        CutOff(3, Decimal(9)),
    )
    assert [one.way for one in found] == list(Way)
    assert total_of(found) == Decimal("2.9")
