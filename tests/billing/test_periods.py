"""Periods and what they are compared with."""

import datetime

import pytest

from billing.views.periods import Compare, Days, Period, days_before, days_compared, days_of


def days(first: str, last: str) -> Days:
    return Days(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))


@pytest.mark.parametrize(
    ("period", "today", "found", "before"),
    [
        ("today", "2026-11-24", ("2026-11-24", "2026-11-24"), ("2026-11-23", "2026-11-23")),
        ("7d", "2026-11-24", ("2026-11-18", "2026-11-24"), ("2026-11-11", "2026-11-17")),
        ("30d", "2026-11-24", ("2026-10-26", "2026-11-24"), ("2026-09-26", "2026-10-25")),
        ("month", "2026-11-24", ("2026-11-01", "2026-11-24"), ("2026-10-01", "2026-10-24")),
        ("month", "2026-03-31", ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        ("month", "2026-01-01", ("2026-01-01", "2026-01-01"), ("2025-12-01", "2025-12-01")),
        ("quarter", "2026-11-24", ("2026-10-01", "2026-11-24"), ("2026-07-01", "2026-08-24")),
        ("quarter", "2026-05-31", ("2026-04-01", "2026-05-31"), ("2026-01-01", "2026-02-28")),
        ("quarter", "2026-01-01", ("2026-01-01", "2026-01-01"), ("2025-10-01", "2025-10-01")),
        ("last-month", "2026-03-31", ("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31")),
        ("last-month", "2026-01-15", ("2025-12-01", "2025-12-31"), ("2025-11-01", "2025-11-30")),
    ],
)
def test_a_named_period(period, today, found, before):
    asked = days_of(Period(period), datetime.date.fromisoformat(today))
    assert asked == days(*found)
    assert days_before(Period(period), asked) == days(*before)


def test_a_custom_period_is_compared_with_as_many_days_before():
    asked = days("2026-11-10", "2026-11-12")
    assert days_before(Period.CUSTOM, asked) == days("2026-11-07", "2026-11-09")


def test_the_same_days_last_month_stay_in_that_month():
    asked = days("2026-03-10", "2026-03-31")
    assert days_compared(Period.CUSTOM, Compare.MONTH_AGO, asked) == days(
        "2026-02-10", "2026-02-28"
    )
    assert days_compared(Period.CUSTOM, Compare.NONE, asked) is None


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("2026-11-01", "2026-11-23", "1 – 23 Nov 2026"),
        ("2026-10-26", "2026-11-24", "26 Oct – 24 Nov 2026"),
        ("2025-12-30", "2026-01-02", "30 Dec 2025 – 2 Jan 2026"),
        ("2026-11-23", "2026-11-23", "23 Nov 2026"),
    ],
)
def test_days_in_words(first, last, text):
    assert str(days(first, last)) == text
