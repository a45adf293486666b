"""Business hours are open, and open next, when the wall clock and the calendar say so."""

import datetime
import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.hours import ALWAYS, BadHours, hours_from
from conversations.models import BusinessHours
from conversations.selectors.hours import hours_of

ZONES = [
    *("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"),
    *("America/Santiago", "Africa/Cairo", "Pacific/Apia", "Asia/Shanghai"),
]
WEEK = [[["09:00", "12:30"], ["13:00", "17:00"]]] * 5 + [[["10:00", "14:00"]], []]


def at(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> datetime.datetime:
    wall = datetime.datetime.fromisoformat(text)
    return wall.replace(tzinfo=zoneinfo.ZoneInfo(zone), fold=fold)


def written(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def weeks(draw):
    def day():
        times = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
        return [
            [written(one * 15), written(other * 15)]
            for one, other in zip(times[::2], times[1::2], strict=False)
        ]

    return [day() for _ in range(7)]


moments = st.datetimes(
    datetime.datetime(2025, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime.datetime(2028, 12, 31),  # noqa: DTZ001
    timezones=st.just(datetime.UTC),
)
holidays = st.dictionaries(
    st.dates(datetime.date(2025, 1, 1), datetime.date(2028, 12, 31)).map(str)
    | st.sampled_from(["12-25", "01-01", "02-29"]),
    st.just("closed"),
    max_size=5,
)


def test_a_usual_day():
    hours = hours_from("Europe/Berlin", WEEK, {})
    assert [hours.open_at(at(f"2026-11-24T{time}")) for time in ("08:59", "09:00", "12:29")] == [
        *(False, True, True)
    ]
    assert [hours.open_at(at(f"2026-11-24T{time}")) for time in ("12:30", "16:59", "17:00")] == [
        *(False, True, False)
    ]


def test_the_next_opening_is_on_monday_after_a_weekend_and_a_holiday():
    hours = hours_from("Europe/Berlin", WEEK, {"2026-12-28": "Stocktaking", "12-25": "Christmas"})
    assert hours.next_opening(at("2026-12-24T18:00")) == at("2026-12-26T10:00")
    assert hours.next_opening(at("2026-12-26T15:00")) == at("2026-12-29T09:00")
    assert hours.is_holiday(datetime.date(2027, 12, 25)) == "Christmas"


def test_who_never_opens_has_no_next_opening():
    assert hours_from("UTC", [[]] * 7, {}).next_opening(at("2026-11-24T12:00")) is None


def test_whole_days_touch_and_never_close():
    assert ALWAYS.next_closing(at("2026-11-24T12:00")) is None
    friday_to_saturday = [[] for _ in range(7)]
    friday_to_saturday[4], friday_to_saturday[5] = [["18:00", "24:00"]], [["00:00", "02:00"]]
    bar = hours_from("Europe/Berlin", friday_to_saturday, {})
    assert bar.next_closing(at("2026-11-27T20:00")) == at("2026-11-28T02:00")
    assert bar.open_at(at("2026-11-28T00:00"))


@pytest.mark.parametrize(
    ("day", "hours_open"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-24", 24)]
)
def test_a_day_on_which_clocks_change_is_shorter_or_longer(day, hours_open):
    hours = hours_from("Europe/Berlin", [[["00:00", "24:00"]]] * 7, {})
    midnight = at(f"{day}T00:00")
    night = midnight + datetime.timedelta(days=1)
    assert hours.open_seconds(midnight, night.replace(fold=0)) == hours_open * 3600


def test_a_closing_time_that_the_clock_shows_twice_is_the_second():
    hours = hours_from("Europe/Berlin", [[["00:00", "02:30"]]] * 7, {})
    assert hours.open_at(at("2026-10-25T02:29", fold=1))
    assert not hours.open_at(at("2026-10-25T02:30", fold=1))


def test_an_opening_time_that_the_clock_skips_comes_an_hour_later():
    hours = hours_from("Europe/Berlin", [[["02:30", "05:00"]]] * 7, {})
    assert hours.next_opening(at("2026-03-29T00:00")) == at("2026-03-29T03:30")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), weeks(), holidays, moments)
def test_what_opens_next_is_open_and_nothing_before_it_is(zone, week, closed, moment):
    hours = hours_from(zone, week, closed)
    opens = hours.next_opening(moment)
    if opens is None:
        assert not any(
            hours.open_at(moment + datetime.timedelta(hours=hour)) for hour in range(24 * 14)
        )
        return
    assert hours.open_at(opens)
    assert hours.open_seconds(moment, opens) == 0
    assert hours.open_at(moment) == (opens == moment)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), weeks(), holidays, moments, st.integers(0, 4 * 24 * 4))
def test_open_seconds_are_the_quarters_that_are_open(zone, week, closed, moment, quarters):
    """All offsets of these zones, and all times of these weeks, lie on quarters of an hour."""
    hours = hours_from(zone, week, closed)
    quarter = datetime.timedelta(minutes=15)
    start = moment.replace(minute=0, second=0, microsecond=0)
    counted = sum(hours.open_at(start + number * quarter) for number in range(quarters))
    assert hours.open_seconds(start, start + quarters * quarter) == counted * 15 * 60


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), weeks(), holidays, moments, st.integers(0, 200_000))
def test_after_so_many_open_seconds_so_many_have_passed(zone, week, closed, moment, seconds):
    hours = hours_from(zone, week, closed)
    due = hours.after_open_seconds(moment, seconds)
    if due is not None:
        assert hours.open_seconds(moment, due) == pytest.approx(seconds)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), weeks(), moments)
def test_it_is_open_until_it_closes(zone, week, moment):
    hours = hours_from(zone, week, {})
    closes = hours.next_closing(moment)
    if closes is not None:
        assert closes > moment
        assert not hours.open_at(closes)
        assert hours.open_at(closes - datetime.timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("week", "closed", "says"),
    [
        ([[]] * 6, {}, "seven days"),
        ("daily", {}, "seven days"),
        ([[["9:00", "17:00"]]] + [[]] * 6, {}, "09:30"),
        ([[["09:00", "25:00"]]] + [[]] * 6, {}, "no time of day"),
        ([[["22:00", "02:00"]]] + [[]] * 6, {}, "past midnight"),
        ([[["09:00", "12:00"], ["11:00", "13:00"]]] + [[]] * 6, {}, "overlap"),
        ([[["09:00"]]] + [[]] * 6, {}, "opens and when it closes"),
        ([[]] * 7, {"25.12.": "Christmas"}, "is no day"),
        ([[]] * 7, {"2026-02-30": "never"}, "is no day"),
        ([[]] * 7, ["12-25"], "with their names"),
    ],
)
def test_a_mistake_says_what_to_write(week, closed, says):
    with pytest.raises(BadHours, match=says):
        hours_from("UTC", week, closed)


def test_an_unknown_zone_is_a_mistake():
    for zone in ("Mars/Olympus", "../etc", ""):
        with pytest.raises(BadHours, match="time zone"):
            hours_from(zone, [[]] * 7, {})


def test_a_tenant_without_hours_is_always_open(acme, globex):
    BusinessHours.objects.create(tenant=globex, week=WEEK, zone="Asia/Tokyo")
    assert hours_of(acme.pk) is ALWAYS
    assert hours_of(globex.pk).zone.key == "Asia/Tokyo"
