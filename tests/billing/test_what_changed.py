"""The reasons why spending changed add up to the change, to the last digit."""

import datetime
from dataclasses import replace
from decimal import Decimal, localcontext
from operator import attrgetter

from hypothesis import given, settings
from hypothesis import strategies as some

from billing.models import Price
from billing.movers import Reason, top_movers, what_changed
from billing.selectors.spend import SpendLine, added

DAY = datetime.date(2026, 11, 24)
MODELS = ("large", "small", "other")


def line(model="large", calls=10, tokens=1000, amount="1", **fields) -> SpendLine:
    """A day's calls; the tokens are input and the amount that of all of them."""
    given = {"day": DAY, "tenant_id": 1, "purpose": "reply"} | fields
    return SpendLine(model=model, calls=calls, input_tokens=tokens, amount=Decimal(amount), **given)


def effects(before, now, **more) -> dict[str, Decimal]:
    return {effect.reason: effect.amount for effect in what_changed(before, now, **more)}


def exactly(amounts) -> Decimal:
    """Their sum, however many digits it has on the way."""
    with localcontext(prec=60):
        return sum(amounts, Decimal(0))


def price(input: str, output: str, cached_input: str | None = None) -> Price:
    cached = None if cached_input is None else Decimal(cached_input)
    return Price(input=Decimal(input), output=Decimal(output), cached_input=cached)


lines = some.lists(
    some.builds(
        SpendLine,
        day=some.just(DAY),
        tenant_id=some.integers(1, 2),
        model=some.sampled_from(MODELS),
        purpose=some.sampled_from(["reply", "summary"]),
        persona_label=some.sampled_from(["a", "b"]),
        calls=some.integers(0, 10**6),
        amount=some.decimals(-(10**6), 10**9, places=12),
        input_tokens=some.integers(0, 10**12),
        output_tokens=some.integers(0, 10**12),
        corrected_amount=some.decimals(-(10**6), 10**6, places=12),
    ),
    max_size=12,
)
rates = some.decimals(0, 1000, places=6)
prices = some.dictionaries(
    some.sampled_from(MODELS), some.builds(Price, input=rates, output=rates), max_size=3
)


@given(lines, lines, prices)
@settings(max_examples=300)
def test_the_reasons_add_up_to_the_change_exactly(before, now, prices):
    change = added(now).amount - added(before).amount
    assert exactly(effects(before, now, prices=prices).values()) == change


@given(lines, lines, prices)
def test_a_movers_reasons_add_up_to_its_change_and_all_movers_to_the_whole(before, now, prices):
    movers = top_movers(before, now, prices=prices, limit=99)
    assert all(exactly(mover.effects.values()) == mover.change for mover in movers)
    whole = effects(before, now, prices=prices)
    unmoved = {Reason.OTHER: Decimal(0)} | whole
    # a model whose change is nothing may still have reasons that cancel out
    if len(movers) == len({one.model for one in [*before, *now]}):
        for reason in Reason:
            assert exactly(mover.effects[reason] for mover in movers) == unmoved[reason]


@given(lines, lines)
def test_looked_at_the_other_way_round_only_the_signs_turn(before, now):
    there, back = effects(before, now), effects(now, before)
    assert there.keys() == back.keys()
    # each cell is rounded down at the twelfth decimal, whichever way it is read
    assert all(abs(exactly([there[reason], back[reason]])) < Decimal("1e-9") for reason in there)


def test_twice_the_calls_are_volume_alone():
    assert effects([line()], [line(calls=20, tokens=2000, amount="2")]) == {
        Reason.VOLUME: 1,
        Reason.MIX: 0,
        Reason.TOKENS: 0,
        Reason.PRICE: 0,
    }


def test_twice_the_tokens_in_as_many_calls_are_tokens_alone():
    found = effects([line()], [line(tokens=2000, amount="2")])
    assert found[Reason.TOKENS] == sum(found.values()) == 1


def test_twice_the_price_is_price_alone():
    found = effects([line()], [line(amount="2")])
    assert found[Reason.PRICE] == sum(found.values()) == 1


def test_a_dearer_model_for_half_of_the_calls_is_mix_alone():
    before = [line("small", calls=10, tokens=1000, amount="1")]
    now = [
        line("small", calls=5, tokens=500, amount="0.5"),
        line("large", calls=5, tokens=500, amount="5"),
    ]
    found = effects(before, now)
    assert found[Reason.MIX] == sum(found.values()) == Decimal("4.5")


def test_price_and_volume_that_both_double_share_what_they_did_together():
    found = effects([line()], [line(calls=20, tokens=2000, amount="4")])
    assert found[Reason.VOLUME] == found[Reason.PRICE] == Decimal("1.5")


def test_all_spending_of_a_first_period_is_volume():
    found = effects([], [line(amount="3")])
    assert found[Reason.VOLUME] == sum(found.values()) == 3


def test_a_correction_is_no_matter_of_tokens():
    found = effects([line()], [line(), line(calls=0, tokens=0, amount="-0.25", tenant_id=2)])
    assert found[Reason.OTHER] == sum(found.values()) == Decimal("-0.25")


def test_a_correction_on_a_day_with_calls_is_no_matter_of_price():
    corrected = line(amount="0.6", corrected_amount=Decimal("-0.4"))
    told = effects([line()], [corrected])
    assert told[Reason.OTHER] == Decimal("-0.4")
    assert told[Reason.PRICE] == 0


def test_with_a_price_row_longer_answers_are_tokens_and_not_price():
    row = price(input="1", output="10")
    before = [line(tokens=1_000_000, output_tokens=0, amount="1")]
    now = [line(tokens=500_000, output_tokens=500_000, amount="5.5")]
    found = effects(before, now, prices={"large": row})
    assert found[Reason.TOKENS] == sum(found.values()) == Decimal("4.5")
    assert effects(before, now)[Reason.PRICE] == Decimal("4.5")


def test_with_a_price_row_a_fuller_cache_is_tokens_and_not_price():
    row = price(input="1", output="10", cached_input="0.1")
    before = [line(tokens=1_000_000, amount="1")]
    now = [line(tokens=1_000_000, cached_tokens=1_000_000, amount="0.1")]
    found = effects(before, now, prices={"large": row})
    assert found[Reason.TOKENS] == sum(found.values()) == Decimal("-0.9")


def test_a_period_of_much_input_is_not_a_call_of_long_input():
    row = price(input="1", output="10")
    row.long_from, row.long_input = 1000, Decimal(2)
    before, now = [line(tokens=900, amount="9")], [line(calls=20, tokens=1800, amount="18")]
    found = effects(before, now, prices={"large": row})
    assert found[Reason.VOLUME] == sum(found.values()) == 9


def test_movers_are_told_by_whatever_is_asked_most_first():
    before = [line(tenant_id=1, amount="1"), line(tenant_id=2, amount="5")]
    now = [line(tenant_id=1, amount="2"), line(tenant_id=2, amount="2")]
    found = top_movers(before, now, by=attrgetter("tenant_id"))
    assert [(mover.key, mover.change) for mover in found] == [(2, -3), (1, 1)]


def test_who_did_not_move_is_no_mover_and_no_more_are_told_than_asked():
    now = [line(str(n), amount=str(n)) for n in range(9)]
    assert top_movers(now, now) == []
    moved = [replace(one, amount=one.amount * 2) for one in now]
    assert [mover.key for mover in top_movers(now, moved, limit=3)] == ["8", "7", "6"]
