"""Stretches of days a report can be about, and what each is compared with."""

import calendar
import datetime
from dataclasses import dataclass

from django.db.models import TextChoices

DAY = datetime.timedelta(days=1)
MONTHS_OF_QUARTER = 3


class Period(TextChoices):
    """What a reader may pick."""

    TODAY = "today", "Today"
    WEEK = "7d", "7 days"
    THIRTY = "30d", "30 days"
    MONTH = "month", "This month"
    LAST_MONTH = "last-month", "Last month"
    QUARTER = "quarter", "Quarter"
    CUSTOM = "custom", "Custom"


class Compare(TextChoices):
    """What the period may be compared with."""

    PREVIOUS = "previous", "Previous period"
    MONTH_AGO = "month-ago", "Same days last month"
    NONE = "none", "Nothing"


@dataclass(frozen=True)
class Days:
    """First and last day, both included."""

    first: datetime.date
    last: datetime.date

    def __str__(self) -> str:
        start = f"{self.first.day} {self.first:%b}"
        if self.first.year != self.last.year:
            start += f" {self.first.year}"
        end = f"{self.last.day} {self.last:%b} {self.last.year}"
        if self.first == self.last:
            return end
        if (self.first.year, self.first.month) == (self.last.year, self.last.month):
            start = str(self.first.day)
        return f"{start} – {end}"

    def __contains__(self, day: datetime.date) -> bool:
        return self.first <= day <= self.last

    @property
    def count(self) -> int:
        """How many days these are."""
        return (self.last - self.first).days + 1


def days_of(period: Period, today: datetime.date) -> Days:
    """The days of a named period; running ones end today."""
    first_of_month = today.replace(day=1)
    match period:
        case Period.TODAY:
            return Days(today, today)
        case Period.WEEK:
            return Days(today - 6 * DAY, today)
        case Period.MONTH:
            return Days(first_of_month, today)
        case Period.LAST_MONTH:
            last = first_of_month - DAY
            return Days(last.replace(day=1), last)
        case Period.QUARTER:
            return Days(months_before(first_of_month, (today.month - 1) % MONTHS_OF_QUARTER), today)
        case _:
            return Days(today - 29 * DAY, today)


def days_compared(period: Period, compare: Compare, days: Days) -> Days | None:
    """What the days are compared with; None where nothing was asked for."""
    match compare:
        case Compare.NONE:
            return None
        case Compare.MONTH_AGO:
            return Days(months_before(days.first), months_before(days.last))
        case _:
            return days_before(period, days)


def days_before(period: Period, days: Days) -> Days:
    """The previous period: for months and quarters the same days of the one before, else as many.

    31 March is compared with the whole of February.
    """
    match period:
        case Period.MONTH:
            return Days(months_before(days.first), months_before(days.last))
        case Period.LAST_MONTH:
            return Days(months_before(days.first), days.first - DAY)
        case Period.QUARTER:
            return Days(
                months_before(days.first, MONTHS_OF_QUARTER),
                months_before(days.last, MONTHS_OF_QUARTER),
            )
    length = days.last - days.first + DAY
    return Days(days.first - length, days.last - length)


def months_before(day: datetime.date, months: int = 1) -> datetime.date:
    """The same day so many months earlier, or that month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


def month_around(day: datetime.date) -> Days:
    """The whole calendar month of the day."""
    return Days(day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))
