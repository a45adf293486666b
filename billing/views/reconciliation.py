"""Reconciliation: the ledger beside what the provider billed, and the upload of its export."""

import datetime
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from billing.models import ProviderBill
from billing.money import dollars, rounded
from billing.rounding import apportioned, places_for
from billing.selectors.reconciliation import DayCompared, compared, percent_of
from billing.services.reconcile import keep_bills
from billing.uploads import LARGEST_FILE, BadExport, Export, read_export
from billing.views.filters import SpendFilter
from billing.views.periods import Period
from conversations import access
from conversations.admin.rights import runs_the_deployment


class BilledDaysFilter(SpendFilter):
    """Days as in the spend report, but in UTC, because the provider bills by those."""

    @property
    def chosen_zone(self) -> zoneinfo.ZoneInfo:
        """Always UTC, whatever the URL says."""
        return zoneinfo.ZoneInfo("UTC")


@dataclass(frozen=True)
class Part:
    """A reason as it is shown."""

    why: str
    amount: str
    sure: bool


@dataclass(frozen=True)
class Row:
    """A day as it is shown; its parts and `unexplained` add up to its difference."""

    day: datetime.date | None
    ledger: str
    provider: str
    difference: str
    percent: str
    parts: Sequence[Part] = ()
    unexplained: str = ""
    source: str = ""
    fetched_at: datetime.datetime | None = None
    same: bool = False


@dataclass(frozen=True)
class Figures:
    """The days that are billed, their total, and how many wait for a bill."""

    days: list[Row]
    total: Row
    without_bill: list[datetime.date]


@require_http_methods(["GET", "HEAD", "POST"])
def reconciliation(request: HttpRequest) -> HttpResponse:
    """The page; a posted file is taken as a whole or, with a reason per line, not at all.

    A bill is of the whole deployment, so this is the operator's.
    """
    if not runs_the_deployment(request):
        raise PermissionDenied
    if request.method == "POST":
        return _upload(request)
    return _page(request)


def _upload(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        return _page(request, ["Choose the file with the provider's daily costs."])
    try:
        export = read_export(file.read(LARGEST_FILE + 1))
    except BadExport as refused:
        return _page(request, refused.mistakes)
    count = keep_bills(export.lines, export.days, ProviderBill.Source.UPLOAD)
    messages.success(request, f"{count:,} lines of {len(export.days):,} days are here now.")
    return HttpResponseRedirect(_page_of(export))


def _page_of(export: Export) -> str:
    first, last = min(export.days), max(export.days)
    query = QueryDict(mutable=True)
    query.update({"period": Period.CUSTOM.value, "from": str(first), "to": str(last)})
    return f"{reverse('billing:reconciliation')}?{query.urlencode()}"


def _page(request: HttpRequest, mistakes: Sequence[str] = ()) -> HttpResponse:
    asked = BilledDaysFilter(request.GET, access.tenants_of(request.user))
    context = admin.site.each_context(request) | {
        "title": "Reconciliation",
        "asked": asked,
        "periods": Period,
        "mistakes": mistakes,
        "fetched_nightly": bool(settings.OPENAI_ADMIN_KEY),
    }
    if not asked.is_valid():
        return render(request, "billing/reconciliation.html", context, status=400)
    days = compared(asked.days.first, asked.days.last)
    context |= {"valid": True, "figures": figures_of(days) if days else None}
    status = 400 if mistakes else 200
    return render(request, "billing/reconciliation.html", context, status=status)


def figures_of(days: Sequence[DayCompared]) -> Figures:
    """The days as they are shown, rounded once; at least one day."""
    billed = [day for day in days if day.provider is not None]
    ledger = [day.ledger for day in billed]
    provider = [day.provider or Decimal(0) for day in billed]
    totals = sum(ledger, Decimal(0)), sum(provider, Decimal(0))
    places = max(places_for(total) for total in totals)
    shown = zip(apportioned(ledger, places), apportioned(provider, places), strict=True)
    return Figures(
        days=[_row(day, *amounts, places) for day, amounts in zip(billed, shown, strict=True)],
        total=_plain_row(None, *(rounded(total, places) for total in totals)),
        without_bill=[day.day for day in days if day.provider is None],
    )


def _row(day: DayCompared, ledger: Decimal, provider: Decimal, places: int) -> Row:
    exact = [*(reason.amount for reason in day.reasons), day.unexplained]
    *parts, rest = apportioned(exact, places, ledger - provider)
    plain = _plain_row(day.day, ledger, provider)
    return Row(
        **vars(plain)
        | {
            "parts": [
                Part(reason.why, dollars(amount), reason.sure)
                for reason, amount in zip(day.reasons, parts, strict=True)
            ],
            "unexplained": dollars(rest),
            "source": day.source,
            "fetched_at": day.fetched_at,
            "same": not day.difference and not day.reasons,
        }
    )


def _plain_row(day: datetime.date | None, ledger: Decimal, provider: Decimal) -> Row:
    percent = percent_of(ledger - provider, provider)
    return Row(
        day=day,
        ledger=dollars(ledger),
        provider=dollars(provider),
        difference=dollars(ledger - provider),
        percent="–" if percent is None else _signed(rounded(percent, 2)),
    )


def _signed(percent: Decimal) -> str:
    return f"{percent:+f} %".replace("-", "−") if percent else "±0 %"
