"""Stretches of days a report can be about, and what each is compared with."""

import datetime
from dataclasses import dataclass

from django.db.models import TextChoices

DAY = datetime.timedelta(days=1)


class Period(TextChoices):
    """What a reader may pick."""

    WEEK = "7d", "7 days"
    THIRTY = "30d", "30 days"
    MONTH = "month", "This month"
    LAST_MONTH = "last-month", "Last month"
    CUSTOM = "custom", "Custom"


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


def days_of(period: Period, today: datetime.date) -> Days:
    """The days of a named period; running ones end today."""
    first_of_month = today.replace(day=1)
    match period:
        case Period.WEEK:
            return Days(today - 6 * DAY, today)
        case Period.MONTH:
            return Days(first_of_month, today)
        case Period.LAST_MONTH:
            last = first_of_month - DAY
            return Days(last.replace(day=1), last)
        case _:
            return Days(today - 29 * DAY, today)


def days_before(period: Period, days: Days) -> Days:
    """What to compare with: for months the same days of the month before, else as many days."""
    if period in (Period.MONTH, Period.LAST_MONTH):
        end_of_previous = days.first - DAY
        first = end_of_previous.replace(day=1)
        if period == Period.LAST_MONTH:
            return Days(first, end_of_previous)
        # 31 March against the whole of February
        return Days(first, first.replace(day=min(days.last.day, end_of_previous.day)))
    length = days.last - days.first + DAY
    return Days(days.first - length, days.last - length)
