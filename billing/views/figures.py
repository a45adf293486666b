"""The figures of the spend report as they are shown, rounded once."""

import datetime
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import TypeVar

from billing.money import dollars, rounded
from billing.rounding import apportioned, places_for
from billing.selectors.spend import ConversationSpend, Scope, SpendLine, Sums, added
from billing.views.chart import Chart, series_of, stacked

Key = TypeVar("Key", bound=Hashable)
Cells = dict[tuple[datetime.date, str], Decimal]


@dataclass(frozen=True)
class Row:
    """A line of a table: what was added up, and its amount as shown."""

    name: str
    sums: Sums
    amount: str
    share: str
    change: str
    series: int = 0


@dataclass(frozen=True)
class DayRow:
    """One day across the models."""

    day: datetime.date
    calls: int
    amounts: list[str]
    total: str


@dataclass(frozen=True)
class ConversationRow:
    """A conversation and its amount as shown."""

    spend: ConversationSpend
    tenant: str
    amount: str


@dataclass(frozen=True)
class Trust:
    """Which part of the calls has which certainty, as shown; the parts add up to 100 %."""

    exact: str
    estimated: str
    unknown: str


@dataclass(frozen=True)
class Figures:
    """Everything the tables and the chart show; each table's amounts add up to `total`."""

    total: str
    sums: Sums
    models: list[Row]
    tenants: list[Row]
    days: list[DayRow]
    conversations: list[ConversationRow]
    other_conversations: str
    trust: Trust
    chart: Chart


def figures_of(
    scope: Scope,
    lines: list[SpendLine],
    before: list[SpendLine],
    conversations: list[ConversationSpend],
) -> Figures:
    """The lines as tables and a chart; there must be at least one line."""
    sums = added(lines)
    places = places_for(sums.amount)
    total = rounded(sums.amount, places)
    by_model: dict[str, Sums] = _grouped(lines, attrgetter("model"))
    model_amounts = apportioned([group.amount for group in by_model.values()], places, total)
    cells = _cells(lines, dict(zip(by_model, model_amounts, strict=True)), places)
    names = {tenant.pk: tenant.name for tenant in scope.tenants}
    top, rest = _conversation_rows(conversations, names, sums.amount, places)
    return Figures(
        total=dollars(total),
        sums=sums,
        models=_rows(by_model, model_amounts, _grouped(before, attrgetter("model"))),
        tenants=_tenant_rows(lines, before, names, places),
        days=_day_rows(lines, list(by_model), cells, places),
        conversations=top,
        other_conversations=rest,
        trust=_trust(sums),
        chart=stacked(scope.days, list(by_model), cells),
    )


def change(now: Decimal | int, before: Decimal | int) -> str:
    """`+12 %`; a dash where there was nothing to compare with."""
    if not before:
        return "new" if now else "–"
    percent = rounded(Decimal(now - before) * 100 / Decimal(before), 0)
    return f"{percent:+,f} %".replace("-", "−") if percent else "±0 %"


def _grouped(lines: list[SpendLine], key: Callable[[SpendLine], Key]) -> dict[Key, Sums]:
    """The sums of each group, dearest first."""
    groups: dict[Key, list[SpendLine]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    sums = {name: added(group) for name, group in groups.items()}
    return dict(sorted(sums.items(), key=lambda item: -item[1].amount))


def _cells(lines: list[SpendLine], models: dict[str, Decimal], places: int) -> Cells:
    """Each day's amount of each model, rounded so that a model's days add up to its row."""
    exact: Cells = {}
    for line in lines:
        exact[line.day, line.model] = exact.get((line.day, line.model), Decimal(0)) + line.amount
    cells: Cells = {}
    for model, amount in models.items():
        keys = [key for key in exact if key[1] == model]
        figures = apportioned([exact[key] for key in keys], places, amount)
        cells.update(zip(keys, figures, strict=True))
    return cells


def _rows(
    groups: dict[Key, Sums],
    amounts: list[Decimal],
    before: dict[Key, Sums],
    names: Mapping[Key, str] | None = None,
) -> list[Row]:
    total = added(groups.values()).amount
    return [
        Row(
            name=names[key] if names else str(key),
            sums=sums,
            amount=dollars(amount),
            share=f"{sums.amount * 100 / total:.0f} %" if total else "–",
            change=change(sums.amount, before.get(key, Sums()).amount),
            series=series_of(position),
        )
        for position, ((key, sums), amount) in enumerate(zip(groups.items(), amounts, strict=True))
    ]


def _tenant_rows(
    lines: list[SpendLine], before: list[SpendLine], names: dict[int, str], places: int
) -> list[Row]:
    """A row for each tenant that spent; none where there is only one to choose from."""
    if len(names) < 2:
        return []
    groups: dict[int, Sums] = _grouped(lines, attrgetter("tenant_id"))
    amounts = apportioned([group.amount for group in groups.values()], places)
    return _rows(groups, amounts, _grouped(before, attrgetter("tenant_id")), names)


def _day_rows(lines: list[SpendLine], models: list[str], cells: Cells, places: int) -> list[DayRow]:
    """Newest day first; days without a call are left out."""
    calls: dict[datetime.date, int] = {}
    for line in lines:
        calls[line.day] = calls.get(line.day, 0) + line.calls
    rows = []
    for day in sorted(calls, reverse=True):
        amounts = [cells.get((day, model)) for model in models]
        total = sum((amount for amount in amounts if amount), Decimal(0).scaleb(-places))
        shown_amounts = ["" if amount is None else dollars(amount) for amount in amounts]
        rows.append(DayRow(day, calls[day], shown_amounts, dollars(total)))
    return rows


def _conversation_rows(
    conversations: list[ConversationSpend], names: dict[int, str], total: Decimal, places: int
) -> tuple[list[ConversationRow], str]:
    """The dearest, and everything else as one amount."""
    amounts = [conversation.amount for conversation in conversations]
    *top, rest = apportioned([*amounts, total - sum(amounts)], places)
    rows = [
        ConversationRow(conversation, names[conversation.tenant_id], dollars(amount))
        for conversation, amount in zip(conversations, top, strict=True)
    ]
    return rows, dollars(rest)


def _trust(sums: Sums) -> Trust:
    if not sums.calls:  # corrections only
        return Trust("–", "–", "–")
    parts = [Decimal(n) * 100 / sums.calls for n in (sums.exact, sums.estimated, sums.unknown)]
    return Trust(*(f"{part} %" for part in apportioned(parts, 1, Decimal(100))))
