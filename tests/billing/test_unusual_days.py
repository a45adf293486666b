"""A day is unusual against its own weekday, and only when it is worth a word."""

import datetime
from decimal import Decimal

import pytest

from billing.watching import unusual_day

TUESDAY = datetime.date(2026, 11, 24)
WEEK = datetime.timedelta(weeks=1)


def tuesdays(*amounts: str) -> dict[datetime.date, Decimal]:
    """What the Tuesdays before cost, the newest first."""
    return {TUESDAY - n * WEEK: Decimal(amount) for n, amount in enumerate(amounts, 1)}


@pytest.mark.parametrize(
    ("amount", "is_unusual"), [("6.00", False), ("6.01", True), ("100", True), ("0", False)]
)
def test_more_than_three_times_the_median_is_unusual(amount, is_unusual):
    found = unusual_day(tuesdays("1", "2", "90") | {TUESDAY: Decimal(amount)}, TUESDAY)
    assert bool(found) == is_unusual
    assert found is None or found.usual == 2


def test_other_weekdays_say_nothing_about_a_tuesday():
    mondays = {day - datetime.timedelta(days=1): Decimal(99) for day in tuesdays("1", "1", "1")}
    daily = mondays | tuesdays("1", "1", "1") | {TUESDAY: Decimal(5)}
    assert unusual_day(daily, TUESDAY).usual == 1


def test_three_times_of_very_little_is_not_worth_a_word():
    daily = tuesdays("0.01", "0.01", "0.01")
    assert unusual_day(daily | {TUESDAY: Decimal("1.00")}, TUESDAY) is None
    assert unusual_day(daily | {TUESDAY: Decimal("1.01")}, TUESDAY)


def test_two_weeks_say_nothing_of_what_is_usual():
    assert unusual_day(tuesdays("1", "1") | {TUESDAY: Decimal(99)}, TUESDAY) is None


def test_a_weekday_on_which_nothing_is_usual_counts():
    daily = {TUESDAY - datetime.timedelta(days=30): Decimal(1), TUESDAY: Decimal(4)}
    assert unusual_day(daily, TUESDAY).usual == 0
