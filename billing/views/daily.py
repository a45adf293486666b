"""Spending day by day: stacked bars, the table behind them, and what happened on the way."""

import datetime
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from billing.models import Price
from billing.money import dollars, shown
from billing.rounding import apportioned
from billing.views.chart import SERIES, Chart, series_of, stacked
from billing.views.filters import Part
from billing.views.periods import DAY
from billing.views.reading import KEYS, NAMELESS, Reading, grouped

Cells = dict[tuple[datetime.date, str], Decimal]


@dataclass(frozen=True)
class Legend:
    """A part of the bars, its colour, and what it cost in all."""

    name: str
    series: int
    amount: str


@dataclass(frozen=True)
class DayRow:
    """One day across the parts."""

    day: datetime.date
    calls: int
    amounts: list[str]
    total: str


@dataclass(frozen=True)
class Marker:
    """Something that happened on a day of the chart, which has this number there."""

    number: int
    day: datetime.date
    text: str


@dataclass(frozen=True)
class Choice:
    """A way to divide the bars, and the address that does it."""

    name: str
    link: str
    chosen: bool


@dataclass(frozen=True)
class Daily:
    """Each part's days add up to its amount, and all of them to the total of the page."""

    part: Part
    choices: list[Choice]
    chart: Chart
    legend: list[Legend]
    rows: list[DayRow]
    markers: list[Marker]
    share: str
    share_is_drawn: bool

    @property
    def shown_in_chart(self) -> list[Legend]:
        """The parts that have a colour of their own."""
        return self.legend[:SERIES]

    @property
    def has_others(self) -> bool:
        """Whether further parts share the grey."""
        return len(self.legend) > SERIES


def daily_of(reading: Reading, limit: Decimal | None, prices: list[Price]) -> Daily:
    """The period's days; there must be at least one line.

    `limit` is what the month of today may cost, drawn as an even share
    of each day.
    """
    part = _part(reading)
    key = KEYS[part]
    groups: dict[Hashable, Decimal] = {
        name: sums.amount for name, sums in grouped(reading.lines, key).items()
    }
    amounts = dict(
        zip(groups, apportioned([*groups.values()], reading.places, reading.total), strict=True)
    )
    names = {group: reading.name_of(part, group) for group in groups}
    cells = _cells(reading, amounts, names, part)
    share = limit / reading.month.count if limit and not _is_narrowed(reading) else None
    ordered = [names[group] for group in groups]
    markers = _markers(reading, prices)
    marks: dict[datetime.date, str] = {}
    for marker in markers:
        marks[marker.day] = f"{marks.get(marker.day, '')} {marker.number}".strip()
    chart = stacked(reading.scope.days, ordered, cells, _before(reading), share, marks)
    return Daily(
        part=part,
        choices=_choices(reading, part),
        chart=chart,
        legend=[
            Legend(names[group], series_of(position), dollars(amount))
            for position, (group, amount) in enumerate(amounts.items())
        ],
        rows=_rows(reading, ordered, cells),
        markers=markers,
        share="" if share is None else shown(share),
        share_is_drawn=chart.share is not None,
    )


def _part(reading: Reading) -> Part:
    part = reading.asked.chosen_parts
    return Part.MODEL if part == Part.TENANT and len(reading.scope.tenants) < 2 else part


def _is_narrowed(reading: Reading) -> bool:
    """A limit says nothing about a part of what was spent."""
    return bool(reading.scope.models or reading.scope.purposes)


def _choices(reading: Reading, part: Part) -> list[Choice]:
    several = len(reading.scope.tenants) > 1
    return [
        Choice(one.label, reading.asked.link(parts=one.value) + "#daily", one == part)
        for one in Part
        if one != Part.TENANT or several
    ]


def _cells(
    reading: Reading,
    amounts: Mapping[Hashable, Decimal],
    names: Mapping[Hashable, str],
    part: Part,
) -> Cells:
    """Each day's amount of each part, rounded so that a part's days add up to its own amount."""
    exact: dict[Hashable, dict[datetime.date, Decimal]] = {group: {} for group in amounts}
    for line in reading.lines:
        days = exact[KEYS[part](line)]
        days[line.day] = days.get(line.day, Decimal(0)) + line.amount
    cells: Cells = {}
    for group, amount in amounts.items():
        days = exact[group]
        figures = apportioned([*days.values()], reading.places, amount)
        for day, figure in zip(days, figures, strict=True):
            # two tenants may have the same name
            key = (day, names[group])
            cells[key] = cells.get(key, Decimal(0)) + figure
    return cells


def _before(reading: Reading) -> list[Decimal]:
    """What each day of the period before cost, in order; nothing where nothing was spent."""
    days = reading.days_before
    if days is None or not reading.lines_before:
        return []
    daily: dict[datetime.date, Decimal] = {}
    for line in reading.lines_before:
        daily[line.day] = daily.get(line.day, Decimal(0)) + line.amount
    return [daily.get(days.first + n * DAY, Decimal(0)) for n in range(days.count)]


def _rows(reading: Reading, parts: list[str], cells: Cells) -> list[DayRow]:
    """Newest day first; days without a line are left out."""
    calls: dict[datetime.date, int] = {}
    for line in reading.lines:
        calls[line.day] = calls.get(line.day, 0) + line.calls
    rows = []
    for day in sorted(calls, reverse=True):
        amounts = [cells.get((day, part)) for part in parts]
        total = sum((one for one in amounts if one), Decimal(0).scaleb(-reading.places))
        shown_amounts = ["" if one is None else dollars(one) for one in amounts]
        rows.append(DayRow(day, calls[day], shown_amounts, dollars(total)))
    return rows


def _markers(reading: Reading, prices: list[Price]) -> list[Marker]:
    """Changes of price, and the first call of each persona version, in their order."""
    found = []
    seen: set[str] = set()
    for price in prices:
        day = price.valid_from.astimezone(reading.scope.zone).date()
        if price.model in seen and day in reading.days:
            found.append((day, f"{price.model} has a new price: {price.in_words()}"))
        seen.add(price.model)
    known = {line.persona_label for line in reading.lines_before}
    for line in sorted(reading.lines, key=lambda line: line.day):
        # the first day of the period says nothing about what came before it
        if line.persona_label not in known and line.day > reading.days.first:
            found.append((line.day, f"first call of {line.persona_label or NAMELESS}"))
        known.add(line.persona_label)
    return [Marker(number, day, text) for number, (day, text) in enumerate(sorted(found), 1)]
