"""Business hours: arithmetic over weekly opening times, holidays and a time zone.

Nothing here asks the database or the clock. Moments are aware datetimes,
spans are the zone's wall clock, so a day on which clocks change is an hour
shorter or longer. A closing time that the clock shows twice is the second
one; an opening time that it skips comes an hour later (PEP 495).
"""

import datetime
import itertools
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

UTC = datetime.UTC
DAY = datetime.timedelta(days=1)
MINUTES_A_DAY = 24 * 60
# Whoever is closed for longer than this does not open again.
LOOK_AHEAD_DAYS = 400


class BadHours(ValueError):
    """Not business hours; the text says what to write instead."""


@dataclass(frozen=True)
class Span:
    """Open from this minute of the day until that one; 1440 is midnight at its end."""

    opens: int
    closes: int


@dataclass(frozen=True)
class Hours:
    """When somebody is there: seven days from Monday, less the holidays.

    A holiday is a day, `2026-12-25`, or one of every year, `12-25`.
    """

    zone: zoneinfo.ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    holidays: dict[str, str] = field(default_factory=dict)

    def open_at(self, moment: datetime.datetime) -> bool:
        """Whether somebody is there at this moment; a closing time is closed."""
        day = moment.astimezone(self.zone).date()
        return any(
            opens <= moment < closes
            for near in (day - DAY, day, day + DAY)
            for opens, closes in self._intervals_of(near)
        )

    def next_opening(self, moment: datetime.datetime) -> datetime.datetime | None:
        """The moment itself where it is open, else when it opens next, in UTC; None for never."""
        for opens, closes in self._intervals(moment):
            if closes > moment:
                return max(opens, moment.astimezone(UTC))
        return None

    def next_closing(self, moment: datetime.datetime) -> datetime.datetime | None:
        """When it closes next after this moment, in UTC; None where it never does.

        Two spans that touch, at midnight for example, are one.
        """
        end: datetime.datetime | None = None
        for opens, closes in self._intervals(moment):
            if closes <= moment:
                continue
            if end is not None and opens > end:
                return end
            end = closes
        # open all the time, as far as one can see
        if end is not None and end - moment.astimezone(UTC) > (LOOK_AHEAD_DAYS - 2) * DAY:
            return None
        return end

    def open_seconds(self, start: datetime.datetime, end: datetime.datetime) -> float:
        """How many seconds between the two moments were open; 0 where `end` is not after."""
        total = 0.0
        for opens, closes in self._intervals(start, until=end):
            if opens >= end:
                break
            shared = min(closes, end) - max(opens, start)
            total += max(0.0, shared.total_seconds())
        return total

    def after_open_seconds(
        self, start: datetime.datetime, seconds: float
    ) -> datetime.datetime | None:
        """The moment, in UTC, when so many open seconds have passed since `start`.

        None where there are not that many within `LOOK_AHEAD_DAYS`.
        """
        left = datetime.timedelta(seconds=seconds)
        for opens, closes in self._intervals(start):
            begins = max(opens, start.astimezone(UTC))
            if closes <= begins:
                continue
            if closes - begins >= left:
                return begins + left
            left -= closes - begins
        return None

    def is_holiday(self, day: datetime.date) -> str | None:
        """Why it is closed on this day of the zone's calendar; None on a usual day."""
        for written in (f"{day:%Y-%m-%d}", f"{day:%m-%d}"):
            if written in self.holidays:
                return self.holidays[written]
        return None

    def _intervals(
        self, start: datetime.datetime, until: datetime.datetime | None = None
    ) -> Iterator[tuple[datetime.datetime, datetime.datetime]]:
        """What is open from the day before `start` on, in order, as pairs of moments in UTC."""
        day = start.astimezone(self.zone).date() - DAY
        last = until.astimezone(self.zone).date() + DAY if until else day + LOOK_AHEAD_DAYS * DAY
        while day <= last:
            yield from self._intervals_of(day)
            day += DAY

    def _intervals_of(
        self, day: datetime.date
    ) -> Iterator[tuple[datetime.datetime, datetime.datetime]]:
        if self.is_holiday(day) is not None:
            return
        for span in self.week[day.weekday()]:
            opens = self._moment(day, span.opens, fold=0)
            closes = self._moment(day, span.closes, fold=1)
            if closes > opens:
                yield opens, closes

    def _moment(self, day: datetime.date, minute: int, fold: int) -> datetime.datetime:
        more, minute = divmod(minute, MINUTES_A_DAY)
        wall = datetime.datetime.combine(
            day + more * DAY,
            datetime.time(minute // 60, minute % 60),
        ).replace(tzinfo=self.zone, fold=0 if more else fold)
        if wall.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None) != wall.replace(
            tzinfo=None
        ):
            wall = wall.replace(fold=0)  # a time that the clock skips
        return wall.astimezone(UTC)


ALWAYS = Hours(zoneinfo.ZoneInfo("UTC"), ((Span(0, MINUTES_A_DAY),),) * 7)


def hours_from(zone: str, week: Any, holidays: Any) -> Hours:
    """The hours that are written like this; `BadHours` says what is wrong.

    `week` is seven lists of `["09:00", "17:30"]`, Monday first, none of
    them overlapping; `holidays` names days and why they are closed.
    """
    if not isinstance(week, list) or len(week) != 7:
        raise BadHours("Write seven days, Monday first.")
    if not isinstance(holidays, dict):
        raise BadHours("Holidays are days with their names.")
    days = tuple(_day(spans) for spans in week)
    for day, why in holidays.items():
        if not isinstance(why, str) or not _is_day(day):
            raise BadHours(f"“{day}” is no day; write 2026-12-25, or 12-25 for every year.")
    try:
        return Hours(zoneinfo.ZoneInfo(zone), days, dict(holidays))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise BadHours(f"“{zone}” is not a time zone; write one like Europe/Berlin.") from None


def _day(spans: Any) -> tuple[Span, ...]:
    if not isinstance(spans, list):
        raise BadHours("A day is a list of opening and closing times.")
    read = []
    for span in spans:
        if not isinstance(span, list | tuple) or len(span) != 2:
            raise BadHours("Write when it opens and when it closes, as 09:00 and 17:30.")
        read.append(Span(_minute(span[0]), _minute(span[1])))
    read.sort(key=lambda span: span.opens)
    for span in read:
        if span.closes <= span.opens:
            raise BadHours(
                "A day must close after it opens. Hours past midnight belong to the next day: "
                "write 24:00 here and 00:00 there."
            )
    for one, other in itertools.pairwise(read):
        if other.opens < one.closes:
            raise BadHours("Two times of a day overlap; write them as one.")
    return tuple(read)


def _minute(written: Any) -> int:
    hours, colon, minutes = written.partition(":") if isinstance(written, str) else ("", "", "")
    if colon and len(hours) == len(minutes) == 2 and (hours + minutes).isascii():
        if written == "24:00":
            return MINUTES_A_DAY
        if (hours + minutes).isdigit() and int(hours) < 24 and int(minutes) < 60:
            return int(hours) * 60 + int(minutes)
    raise BadHours(f"“{written}” is no time of day; write it like 09:30.")


def _is_day(written: Any) -> bool:
    if not isinstance(written, str):
        return False
    # a leap year, so that 02-29 is a day of some year
    whole = f"2024-{written}" if len(written) == 5 else written
    try:
        return len(whole) == 10 and f"{datetime.date.fromisoformat(whole)}" == whole
    except ValueError:
        return False
