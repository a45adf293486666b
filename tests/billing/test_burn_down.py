"""The burn-down says on which day each share of the limit was, or will be, spent."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from billing.forecast import DAY, burn_down, month_end

TODAY = datetime.date(2026, 11, 24)
FIRST, LAST = datetime.date(2026, 11, 1), datetime.date(2026, 11, 30)
LAST_OF_OCTOBER = datetime.date(2026, 10, 31)


def every_day(amount: str, count: int = 60) -> dict[datetime.date, Decimal]:
    """The same amount on each of so many days, today the last of them."""
    return {TODAY - n * DAY: Decimal(amount) for n in range(count)}


def test_each_share_has_the_day_on_which_it_is_spent():
    found = burn_down(every_day("1"), Decimal("28.5"), TODAY)
    told = [(one.percent, one.crossed, one.day) for one in found.crossings]
    assert told == [
        (50, True, datetime.date(2026, 11, 15)),
        (80, True, datetime.date(2026, 11, 23)),
        (100, False, datetime.date(2026, 11, 29)),
    ]


def test_a_share_that_the_month_does_not_reach_has_no_day():
    found = burn_down(every_day("1"), Decimal(100), TODAY)
    assert [one.day for one in found.crossings] == [None, None, None]
    assert not any(one.crossed for one in found.crossings)


def test_the_range_says_the_earliest_and_the_latest_day():
    uneven = {day: Decimal(day.day % 3) for day in every_day("1")}
    found = burn_down(uneven, Decimal(27), TODAY)
    last = found.crossings[-1]
    assert last.earliest <= last.day
    assert last.latest is None or last.latest > last.day
    assert last.earliest < (last.latest or LAST)


def test_too_little_data_draws_no_forecast_and_still_what_was_spent():
    found = burn_down(every_day("1", count=5), Decimal(8), TODAY)
    assert [point.actual for point in found.points[-8:]] == [4, 5, *[None] * 6]
    assert {point.likely for point in found.points} == {None}
    assert [one.crossed for one in found.crossings] == [True, False, False]


def test_a_month_that_is_over_is_all_actual():
    found = burn_down(every_day("1"), Decimal(40), TODAY, month=LAST_OF_OCTOBER)
    assert len(found.points) == 31
    assert found.points[-1].actual == 31
    assert {point.likely for point in found.points} == {None}
    assert [one.day for one in found.crossings] == [
        datetime.date(2026, 10, 20),
        None,
        None,
    ]


def test_a_limit_of_nothing_is_refused():
    with pytest.raises(ValueError, match="nothing"):
        burn_down(every_day("1"), Decimal(0), TODAY)


@given(
    some.dictionaries(
        some.integers(0, 60).map(lambda n: TODAY - n * DAY),
        some.decimals(0, 1000, places=12),
        max_size=60,
    ),
    some.decimals("0.01", 10_000, places=2),
)
def test_the_lines_only_rise_and_end_where_the_forecast_does(daily, limit):
    found = burn_down(daily, limit, TODAY)
    assert [point.day for point in found.points] == [FIRST + n * DAY for n in range(30)]
    for name in ("ideal", "actual", "low", "likely", "high"):
        line = [value for point in found.points if (value := getattr(point, name)) is not None]
        assert line == sorted(line)
    assert found.points[-1].ideal == limit
    end, last = month_end(daily, TODAY), found.points[-1]
    assert (last.low, last.likely, last.high) == (
        (end.low, end.likely, end.high) if end else (None, None, None)
    )
