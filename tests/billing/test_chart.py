"""The bars of the spend chart stand where their figures say."""

import datetime
from decimal import Decimal

import pytest

from billing.views.chart import HEIGHT, stacked

MONDAY, TUESDAY = datetime.date(2026, 11, 23), datetime.date(2026, 11, 24)


def test_heights_are_in_proportion_and_stacked():
    chart = stacked(
        [MONDAY, TUESDAY],
        ["a", "b"],
        {(MONDAY, "a"): Decimal(3), (MONDAY, "b"): Decimal(1), (TUESDAY, "b"): Decimal(2)},
    )
    monday, tuesday = (column.bars for column in chart.columns)
    assert [bar.height for bar in monday] == [3 * tuesday[0].height // 2, tuesday[0].height // 2]
    assert monday[0].y + monday[0].height == HEIGHT
    assert monday[1].y + monday[1].height == monday[0].y
    assert tuesday[0].y + tuesday[0].height == HEIGHT


@pytest.mark.parametrize(
    "highest", ["0.000000000001", "0.0123", "0.99", "1", "5.01", "49", "51", "123456"]
)
def test_the_scale_reaches_the_highest_bar_and_is_read_easily(highest):
    chart = stacked([MONDAY], ["a"], {(MONDAY, "a"): Decimal(highest)})
    (bar,) = chart.columns[0].bars
    assert bar.y >= 0
    assert bar.height >= HEIGHT * 2 // 5
    assert 3 <= len(chart.ticks) <= 6
    assert chart.ticks[-1].y == HEIGHT
    assert chart.ticks[0].y == 0
    assert len({tick.label for tick in chart.ticks}) == len(chart.ticks)


def test_days_without_spending_have_a_place_and_no_bar():
    chart = stacked([MONDAY, TUESDAY], ["a"], {(MONDAY, "a"): Decimal(1)})
    assert [len(column.bars) for column in chart.columns] == [1, 0]
    assert chart.columns[1].title == "Tuesday 24 November: $0"


def test_only_free_calls_draw_an_empty_chart():
    chart = stacked([MONDAY], ["a"], {(MONDAY, "a"): Decimal(0)})
    assert chart.columns[0].bars == []


def test_a_year_has_few_labels():
    days = [MONDAY + datetime.timedelta(days=n) for n in range(366)]
    chart = stacked(days, ["a"], {(MONDAY, "a"): Decimal(1)})
    assert sum(bool(column.label) for column in chart.columns) <= 7


def test_the_line_of_the_period_before_is_on_the_same_scale():
    cells = {(MONDAY, "a"): Decimal(1), (TUESDAY, "a"): Decimal(1)}
    chart = stacked([MONDAY, TUESDAY], ["a"], cells, before=[Decimal(4), Decimal(2), Decimal(9)])
    heights = [int(point.split(",")[1]) for point in chart.before.split()]
    # a third day has no column to stand in, but what it cost is on the scale
    assert len(heights) == 2
    assert HEIGHT - heights[0] == 2 * (HEIGHT - heights[1]) == 4 * chart.columns[0].bars[0].height


def test_a_share_far_above_the_bars_is_not_drawn():
    cells = {(MONDAY, "a"): Decimal(1)}
    assert stacked([MONDAY], ["a"], cells, share=Decimal(2)).share is not None
    far = stacked([MONDAY], ["a"], cells, share=Decimal(20))
    assert far.share is None
    assert far.columns[0].bars[0].height >= HEIGHT * 2 // 5
