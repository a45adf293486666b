"""The parts of a difference add up to it, whatever they are."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.differences import Possible, Reason, explained

AMOUNT = st.decimals(-1000, 1000, places=12)
MOST = st.decimals(0, 1000, places=12)


@given(AMOUNT, st.lists(AMOUNT, max_size=4), st.lists(st.tuples(MOST, MOST), max_size=5))
def test_reasons_and_what_is_unexplained_are_exactly_the_difference(difference, sure, possible):
    reasons, rest = explained(
        difference,
        [Reason("sure", amount, sure=True) for amount in sure],
        [Possible("possible", -low, high) for low, high in possible],
    )
    assert sum((reason.amount for reason in reasons), Decimal(0)) + rest == difference
    maybe = [reason.amount for reason in reasons if not reason.sure]
    # none of them made the rest larger than it was before it, nor changed its sign
    before = difference - sum(sure, Decimal(0))
    for amount in maybe:
        assert abs(before - amount) < abs(before)
        before -= amount
    assert before == rest


def test_what_is_possible_accounts_for_no_more_than_it_can():
    possible = [Possible("a", Decimal(0), Decimal(2)), Possible("b", Decimal(-9), Decimal(1))]
    reasons, rest = explained(Decimal(5), [], possible)
    assert [(one.why, one.amount) for one in reasons] == [("a", 2), ("b", 1)]
    assert rest == 2


def test_what_works_the_other_way_accounts_for_nothing():
    reasons, rest = explained(Decimal(-3), [], [Possible("a", Decimal(0), Decimal(9))])
    assert (reasons, rest) == ([], -3)
