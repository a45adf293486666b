"""The big table: spend by model, tenant, persona version, purpose, hour or conversation."""

import datetime
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format

from billing.money import dollars, shown
from billing.rounding import apportioned
from billing.selectors.spend import Sums
from billing.selectors.talks import (
    Talks,
    dearest,
    is_quick,
    sums_by_hour,
    talks_by,
    time_of,
    times_by,
)
from billing.views.daily import Choice
from billing.views.figures import change, percent, seconds
from billing.views.filters import By, Part, Sort
from billing.views.links import transcript_link, transcripts_link
from billing.views.reading import KEYS, Reading, grouped

# the field of the ledger for each kind of row
FIELDS = {
    By.MODEL: "model",
    By.TENANT: "tenant_id",
    By.PERSONA: "persona_label",
    By.PURPOSE: "purpose",
    By.HOUR: "hour",
}


@dataclass(frozen=True)
class Item:
    """A row before it is put into words."""

    name: str
    note: str
    link: str
    sums: Sums
    talks: Talks | None
    p95: datetime.timedelta | None
    before: Decimal | None
    amount: str = ""


@dataclass(frozen=True)
class Row:
    """A row as shown; `cells` in the order of the table's columns."""

    name: str
    note: str
    link: str
    amount: str
    cells: list[str]
    sums: Sums


@dataclass(frozen=True)
class Column:
    """A heading that sorts; `order` is what `aria-sort` says."""

    title: str
    link: str
    order: str


@dataclass(frozen=True)
class Table:
    """Rows whose amounts, with `rest` where there is one, add up to the total of the page."""

    by: By
    choices: list[Choice]
    columns: list[Column]
    rows: list[Row]
    rest: list[str]
    total: list[str]
    count_link: str
    counts: bool


def table_of(reading: Reading) -> Table:
    """The kind of rows that was asked for; there must be at least one line."""
    by = _by(reading)
    items, rest = _items(reading, by)
    sort, turned = reading.asked.chosen_sort
    ordered = _sorted(items, sort, turned)
    everything = _in_cells(
        reading,
        Item(
            name="Total",
            note="",
            link="",
            sums=reading.sums,
            talks=reading.talks,
            p95=time_of(reading.scope) if reading.counts else None,
            before=reading.sums_before.amount,
            amount=reading.total_shown,
        ),
    )
    return Table(
        by=by,
        choices=_choices(reading, by),
        columns=_columns(reading, by, sort, turned),
        rows=[
            Row(one.name, one.note, one.link, one.amount, _in_cells(reading, one), one.sums)
            for one in ordered
        ],
        rest=[rest, *[""] * (len(everything) - 1)] if rest else [],
        total=everything,
        count_link=reading.asked.link(count="yes") + "#table",
        counts=reading.counts,
    )


def _by(reading: Reading) -> By:
    by = reading.asked.chosen_by
    return By.MODEL if by == By.TENANT and len(reading.scope.tenants) < 2 else by


def _choices(reading: Reading, by: By) -> list[Choice]:
    several = len(reading.scope.tenants) > 1
    return [
        Choice(one.label, reading.asked.link(by=one.value, sort="") + "#table", one == by)
        for one in By
        if one != By.TENANT or several
    ]


def _items(reading: Reading, by: By) -> tuple[list[Item], str]:
    """The rows, dearest first, and the amount of everything that has no row of its own."""
    if by == By.CONVERSATION:
        return _conversations(reading)
    slug = reading.asked.slug
    field = FIELDS[by]
    counts = reading.counts_by_row if is_quick(field) else reading.counts
    talks = talks_by(reading.scope, field) if counts else {}
    times = times_by(reading.scope, field) if reading.counts else {}
    groups, before = _groups(reading, by)
    amounts = apportioned([sums.amount for sums in groups.values()], reading.places, reading.total)
    slugs = {tenant.pk: tenant.slug for tenant in reading.scope.tenants}
    items = [
        Item(
            name=_name(reading, by, key),
            note="",
            link=transcripts_link(reading.scope, slug, by, slugs.get(key, key)),
            sums=sums,
            talks=talks.get(key, Talks()) if counts else None,
            p95=times.get(key),
            before=before.get(key, Sums()).amount,
            amount=dollars(amount),
        )
        for (key, sums), amount in zip(groups.items(), amounts, strict=True)
    ]
    return items, ""


def _groups(reading: Reading, by: By) -> tuple[dict[Any, Sums], dict[Any, Sums]]:
    if by != By.HOUR:
        key: Callable[[Any], Hashable] = KEYS[Part(by.value)]
        return grouped(reading.lines, key), grouped(reading.lines_before, key)
    if not reading.counts:
        return {}, {}
    days = reading.days_before
    before = sums_by_hour(reading.asked.scope_of(days)) if days else {}
    return dict(sorted(sums_by_hour(reading.scope).items())), before


def _name(reading: Reading, by: By, key: Any) -> str:
    if by == By.HOUR:
        return f"{key:02}:00 – {(key + 1) % 24:02}:00"
    return reading.name_of(by.value, key)


def _conversations(reading: Reading) -> tuple[list[Item], str]:
    found = dearest(reading.scope)
    rest = reading.sums.amount - sum((one.sums.amount for one in found), Decimal(0))
    *amounts, other = apportioned(
        [*(one.sums.amount for one in found), rest], reading.places, reading.total
    )
    several = len(reading.scope.tenants) > 1
    items = [
        Item(
            name=one.visitor,
            note=_began(reading, one.started, reading.names[one.tenant_id] if several else ""),
            link=transcript_link(one.id),
            sums=one.sums,
            talks=Talks(1, one.sums.amount),
            p95=one.p95,
            before=None,
            amount=dollars(amount),
        )
        for one, amount in zip(found, amounts, strict=True)
    ]
    return items, dollars(other) if items else ""


def _began(reading: Reading, moment: datetime.datetime, tenant: str) -> str:
    began = date_format(moment.astimezone(reading.scope.zone), "j M Y, H:i")
    return f"{tenant}, {began}" if tenant else began


SORT_KEYS: dict[Sort, Callable[[Item], Any]] = {
    Sort.SPEND: lambda one: one.sums.amount,
    Sort.CALLS: lambda one: one.sums.calls,
    Sort.CONVERSATIONS: lambda one: one.talks.conversations if one.talks else 0,
    Sort.INPUT: lambda one: one.sums.input_tokens,
    Sort.CACHED: lambda one: one.sums.cached_tokens,
    Sort.OUTPUT: lambda one: one.sums.output_tokens,
    Sort.EACH: lambda one: (one.talks and one.talks.each) or Decimal(0),
    Sort.LATENCY: lambda one: one.p95 or datetime.timedelta(0),
    Sort.ERRORS: lambda one: Decimal(one.sums.errors) / one.sums.calls if one.sums.calls else 0,
    Sort.CHANGE: lambda one: one.sums.amount - (one.before or Decimal(0)),
}


def _sorted(items: list[Item], sort: Sort, turned: bool) -> list[Item]:
    """Highest first, names from A and hours from midnight; turned round where asked for."""
    if sort == Sort.NAME:
        # an hour's place is the hour, and its name begins with it
        return sorted(items, key=lambda one: one.name.casefold(), reverse=turned)
    return sorted(items, key=SORT_KEYS[sort], reverse=not turned)


def _columns(reading: Reading, by: By, sort: Sort, turned: bool) -> list[Column]:
    name = "Conversation" if by == By.CONVERSATION else by.label
    columns = []
    for one in Sort:
        chosen = one == sort
        upwards = (one == Sort.NAME) != turned
        columns.append(
            Column(
                title=name if one == Sort.NAME else one.label,
                link=reading.asked.link(
                    sort=f"-{one.value}" if chosen and not turned else one.value
                )
                + "#table",
                order=("ascending" if upwards else "descending") if chosen else "",
            )
        )
        if one == Sort.SPEND:
            columns.append(Column("Share", "", ""))
    return columns


def _in_cells(reading: Reading, one: Item) -> list[str]:
    """Everything but the name, in the order of the columns."""
    sums, each = one.sums, one.talks.each if one.talks else None
    compared = one.before is not None and reading.days_before is not None
    return [
        one.amount,
        percent(sums.amount, reading.sums.amount),
        f"{sums.calls:,}",
        f"{one.talks.conversations:,}" if one.talks else "–",
        f"{sums.input_tokens:,}",
        f"{sums.cached_tokens:,}",
        f"{sums.output_tokens:,}",
        "–" if each is None else shown(each),
        seconds(one.p95),
        percent(sums.errors, sums.calls, 1),
        change(sums.amount, one.before) if compared else "–",
    ]
