"""Every line of the ledger is what its raw usage costs at its price row, to the last digit."""

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.models import Attempt, LedgerEntry, Price, Tier
from billing.pricing import cost_of
from billing.services.attempts import Call, open_attempt
from billing.services.ledger import settle
from billing.usage import Usage
from tests.factories import LONG_AGO, claimed, make_conversation

NUMBERS = itertools.count(1)
PRICE = st.decimals("0", "150", places=6)
PERHAPS = st.none() | PRICE
COUNT = st.integers(0, 400_000)
REPORTS = st.fixed_dictionaries(
    {"prompt_tokens": COUNT, "completion_tokens": COUNT},
    optional={
        "prompt_tokens_details": st.fixed_dictionaries(
            {}, optional={"cached_tokens": st.none() | COUNT, "cache_write_tokens": COUNT}
        ),
        "completion_tokens_details": st.fixed_dictionaries({"reasoning_tokens": COUNT}),
    },
)
REPORTED_TIERS = st.sampled_from(["", "default", "flex", "priority", "fast", "batch", "scale"])
FIGURES = st.fixed_dictionaries(
    {"input": PRICE, "output": PRICE, "cached_input": PERHAPS, "cache_write": PERHAPS}
)
LONG = st.none() | st.fixed_dictionaries(
    {
        "long_from": st.integers(0, 300_000),
        "long_input": PERHAPS,
        "long_cached_input": PERHAPS,
        "long_cache_write": PERHAPS,
        "long_output": PERHAPS,
    }
)
TIERS = st.dictionaries(st.sampled_from(Tier.values[1:]), st.tuples(FIGURES, LONG), max_size=3)


@pytest.fixture
def generation(acme):
    return claimed(make_conversation(acme))


def make_row(tier, figures, long, model):
    return Price.objects.create(
        model=model,
        tier=tier,
        valid_from=LONG_AGO,
        source="test",
        checked_on=LONG_AGO.date(),
        **figures | (long or {}),
    )


def by_hand(raw, price):
    """What the report costs at the row, in fractions, written down without the till's code."""
    whole = raw["prompt_tokens"]
    details = raw.get("prompt_tokens_details", {})
    cached = min(details.get("cached_tokens") or 0, whole)
    written = min(details.get("cache_write_tokens", 0), whole - cached)
    long = price.long_from is not None and whole > price.long_from

    def of(kind, otherwise=None):
        figures = [getattr(price, f"long_{kind}")] if long else []
        figures += [getattr(price, kind), otherwise]
        return next(Fraction(figure) for figure in figures if figure is not None)

    return (
        (whole - cached - written) * of("input")
        + cached * of("cached_input", of("input"))
        + written * of("cache_write", of("input"))
        + raw["completion_tokens"] * of("output")
    ) / 1_000_000


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(FIGURES, LONG, TIERS, st.lists(st.tuples(REPORTS, REPORTED_TIERS), max_size=4))
def test_recomputing_each_line_gives_what_is_in_the_ledger(generation, figures, long, tiers, calls):
    model = f"model-{next(NUMBERS)}"
    make_row(Tier.STANDARD, figures, long, model)
    for tier, (of_tier, long_of_tier) in tiers.items():
        make_row(tier, of_tier, long_of_tier, model)
    for raw, tier in calls:
        prompt, most = raw["prompt_tokens"], raw["completion_tokens"]
        call = Call(Attempt.Purpose.REPLY, model, prompt, most, request={})
        attempt = open_attempt(generation, call)
        usage = Usage.from_report(raw, tier)
        settle(attempt, usage, certainty=LedgerEntry.Certainty.EXACT, outcome="stop")
    entries = LedgerEntry.objects.filter(model=model).select_related("price", "attempt")
    assert len(entries) == len(calls)
    for entry in entries:
        assert isinstance(entry.amount, Decimal)
        assert cost_of(Usage.from_report(entry.raw_usage, entry.tier), entry.price) == entry.amount
        assert by_hand(entry.raw_usage, entry.price) == Fraction(entry.amount)
        assert entry.amount <= entry.attempt.held
        reported = Tier.reported(entry.tier)
        if entry.certainty == LedgerEntry.Certainty.EXACT:
            assert entry.price.tier == reported
        else:
            assert reported != Tier.STANDARD
            assert reported not in tiers
