"""The month's end is told from the days there were, and only where there were enough."""

import datetime
import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from billing.forecast import DAY, FEWEST_DAYS, month_end

# A Tuesday; the month has six days after it.
TODAY = datetime.date(2026, 11, 24)
amounts = some.decimals(0, 10_000, places=12)


def days_before(today: datetime.date, amounts: list[Decimal]) -> dict[datetime.date, Decimal]:
    """These amounts on the days before, yesterday's last."""
    return {today - (len(amounts) - n) * DAY: amount for n, amount in enumerate(amounts)}


@pytest.mark.parametrize("count", range(FEWEST_DAYS))
def test_six_days_are_too_few_to_tell_from(count):
    assert month_end(days_before(TODAY, [Decimal(1)] * count) | {TODAY: Decimal(1)}, TODAY) is None


def test_seven_days_are_enough():
    assert month_end(days_before(TODAY, [Decimal(1)] * FEWEST_DAYS), TODAY)


def test_days_that_are_all_alike_leave_no_range():
    found = month_end(days_before(TODAY, [Decimal(2)] * 40), TODAY)
    assert found
    assert found.spent == 23 * 2
    assert found.low == found.likely == found.high == 30 * 2


def test_a_quiet_weekend_is_expected_to_be_quiet_again():
    days = days_before(TODAY, [Decimal(0)] * 28)
    week = {day: Decimal(1 if day.weekday() >= 5 else 10) for day in days}
    found = month_end(week, TODAY)
    assert found
    # today to Friday, the weekend, Monday
    assert found.likely - found.spent == 4 * 10 + 2 * 1 + 10
    assert found.low == found.high


def test_a_week_alone_says_nothing_of_weekdays():
    found = month_end(days_before(TODAY, [Decimal(n) for n in range(1, 8)]), TODAY)
    assert found
    assert found.likely - found.spent == 7 * 4
    assert found.low < found.likely < found.high


def test_today_is_expected_to_end_like_its_weekday_unless_it_already_cost_more():
    past = days_before(TODAY, [Decimal(2)] * 28)
    ends = [month_end(past | {TODAY: Decimal(today)}, TODAY).likely for today in (0, 2, 5)]
    assert ends == [60, 60, 63]


def test_days_older_than_four_weeks_are_forgotten():
    old = {TODAY - n * DAY: Decimal(1000) for n in range(29, 60)}
    recent = days_before(TODAY, [Decimal(2)] * 28)
    assert month_end(old | recent, TODAY).likely == month_end(recent, TODAY).likely


def test_a_day_without_a_call_cost_nothing_and_counts():
    week = days_before(TODAY, [Decimal(7), *[Decimal(0)] * 6])
    without_zeros = {day: amount for day, amount in week.items() if amount}
    assert month_end(without_zeros, TODAY) == month_end(week, TODAY)


def test_the_last_day_of_a_month_ends_that_month():
    last = datetime.date(2026, 11, 30)
    found = month_end(days_before(last, [Decimal(2)] * 28) | {last: Decimal(2)}, last)
    assert found.likely == found.spent == 29 * 2


@given(some.lists(amounts, min_size=FEWEST_DAYS, max_size=60), amounts, some.dates())
def test_low_likely_and_high_are_in_order_and_above_what_is_spent(past, today, day):
    day = max(day, datetime.date(1900, 1, 1))
    found = month_end(days_before(day, past) | {day: today}, day)
    assert found.spent <= found.low <= found.likely <= found.high


def test_about_four_of_five_months_end_within_the_range():
    chance, inside = random.Random(4), 0
    for _ in range(500):
        days = [Decimal(chance.gauss(100, 20)) for _ in range(28 + 7)]
        found = month_end(days_before(TODAY, days[:28]), TODAY)
        inside += found.low <= found.spent + sum(days[28:]) <= found.high
    assert 370 <= inside <= 430
