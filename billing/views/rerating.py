"""What if: the same tokens at the prices of another model."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.money import dollars, rounded
from billing.rounding import apportioned, places_for
from billing.selectors.prices import price_rows, priced_models
from billing.selectors.rerating import OtherPrices, Rerated, rerated
from billing.views.figures import change
from billing.views.filters import SpendFilter
from billing.views.periods import Period
from billing.views.spend import tenants_asked_about
from conversations.models import Tenant

ROW = "row-"


class WhatIfFilter(SpendFilter):
    """Tenant and days as in the spend report, and whose prices to rate by.

    `at` is the name of a model, for what it costs now, or `row-` and the id
    of one price.
    """

    def __init__(self, data: QueryDict, tenants: QuerySet[Tenant]) -> None:
        super().__init__(data, tenants)
        self.models = priced_models()
        self.rows = {f"{ROW}{row.pk}": row for row in price_rows()}
        self.fields["at"] = forms.ChoiceField(
            required=False,
            choices=[(name, name) for name in (*self.models, *self.rows)],
            error_messages={"invalid_choice": "“%(value)s” has no price; choose one of the list."},
        )

    @property
    def chosen(self) -> str:
        """What stands in the URL, whether it is right or not."""
        return self.data.get("at", "")

    @property
    def prices(self) -> OtherPrices | None:
        """The prices to rate by; None as long as none are chosen. The filter must be valid."""
        at = self.cleaned_data["at"]
        if not at:
            return None
        return OtherPrices.of_row(self.rows[at]) if at in self.rows else OtherPrices.of_model(at)


@dataclass(frozen=True)
class Row:
    """A line of a table as it is shown; the amounts of a column add up to its total."""

    name: Any
    calls: int
    paid: str
    would: str
    difference: str
    change: str


@dataclass(frozen=True)
class Figures:
    """Both tables and their common total."""

    models: list[Row]
    days: list[Row]
    total: Row


@require_safe
def what_if(request: HttpRequest) -> HttpResponse:
    """The page: what was paid beside what it would have been; nothing is changed by it."""
    asked = WhatIfFilter(request.GET, tenants_asked_about(request))
    context = admin.site.each_context(request) | {
        "title": "What if",
        "asked": asked,
        "periods": Period,
    }
    if not asked.tenants:
        return render(request, "billing/no_tenant.html", context)
    if not asked.is_valid():
        return render(request, "billing/what_if.html", context, status=400)
    prices, scope = asked.prices, asked.scope
    if prices is not None:
        lines = rerated(scope, prices)
        context |= {"prices": prices, "figures": figures_of(lines) if lines else None}
    return render(request, "billing/what_if.html", context | {"scope": scope})


def figures_of(lines: list[Rerated]) -> Figures:
    """The lines by model, dearest first, and by day, newest first; at least one line."""
    paid = sum((line.paid for line in lines), Decimal(0))
    would = sum((line.would for line in lines), Decimal(0))
    places = max(places_for(paid), places_for(would))
    total = _row("Total", lines, rounded(paid, places), rounded(would, places))
    by_model = _grouped(lines, attrgetter("model"))
    by_model = dict(sorted(by_model.items(), key=lambda item: -sum(one.paid for one in item[1])))
    by_day = dict(sorted(_grouped(lines, attrgetter("day")).items(), reverse=True))
    return Figures(_rows(by_model, places), _rows(by_day, places), total)


def _rows(groups: dict[Any, list[Rerated]], places: int) -> list[Row]:
    paid, would = (
        apportioned(
            [sum((getattr(one, name) for one in group), Decimal(0)) for group in groups.values()],
            places,
        )
        for name in ("paid", "would")
    )
    return [
        _row(name, group, *amounts)
        for (name, group), *amounts in zip(groups.items(), paid, would, strict=True)
    ]


def _row(name: Any, group: list[Rerated], paid: Decimal, would: Decimal) -> Row:
    return Row(
        name=name,
        calls=sum(one.calls for one in group),
        paid=dollars(paid),
        would=dollars(would),
        difference=dollars(would - paid),
        change=change(would, paid),
    )


def _grouped(lines: list[Rerated], key: Callable[[Rerated], Hashable]) -> dict[Any, list[Rerated]]:
    groups: dict[Any, list[Rerated]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return groups
