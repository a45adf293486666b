"""A tenant's month as a page to print."""

import datetime
import itertools
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.models import LedgerEntry, Price
from billing.money import dollars, rounded
from billing.rounding import apportioned, places_for
from billing.selectors.invoices import Invoice, InvoiceLine, invoice_of
from conversations import access
from conversations.admin.rights import manages_a_tenant
from conversations.roles import Act


@dataclass(frozen=True)
class Row:
    """A line of the invoice and its amount as shown."""

    line: InvoiceLine
    amount: str


@dataclass(frozen=True)
class Group:
    """The lines of a model at one price."""

    model: str
    price: Price
    rows: list[Row]


@dataclass(frozen=True)
class Correction:
    """A correction and its amount as shown."""

    entry: LedgerEntry
    amount: str


@dataclass(frozen=True)
class Shown:
    """Everything rounded once: rows and corrections as shown add up to the total as shown."""

    groups: list[Group]
    corrections: list[Correction]
    total: str


@require_safe
def invoice(request: HttpRequest, slug: str, month: str) -> HttpResponse:
    """The month of a tenant that the reader manages; there is no invoice of any other."""
    if not manages_a_tenant(request):
        raise PermissionDenied
    tenant = get_object_or_404(access.tenants_of(request.user, Act.SPEND), slug=slug)
    first = _first_day(month)
    found = invoice_of(tenant, first)
    today = timezone.localdate(timezone=found.scope.zone)
    context = {
        "invoice": found,
        "shown": shown_of(found),
        "first": first,
        "so_far": found.scope.last >= today,
        "before": f"{first - datetime.timedelta(days=1):%Y-%m}",
        "after": f"{first + datetime.timedelta(days=32):%Y-%m}",
        "now": timezone.now().astimezone(found.scope.zone),
    }
    return render(request, "billing/invoice.html", context)


def shown_of(invoice: Invoice) -> Shown:
    """The invoice's amounts as they are printed."""
    places = places_for(invoice.total)
    exact = [line.amount for line in invoice.lines]
    exact += [entry.amount for entry in invoice.corrections]
    total = rounded(invoice.total, places)
    amounts = [dollars(amount) for amount in apportioned(exact, places, total)]
    split = len(invoice.lines)
    return Shown(
        groups=[
            Group(model, price, list(rows))
            for (model, price), rows in itertools.groupby(
                itertools.starmap(Row, zip(invoice.lines, amounts[:split], strict=True)),
                key=lambda row: (row.line.model, row.line.price),
            )
        ],
        corrections=[
            Correction(*pair) for pair in zip(invoice.corrections, amounts[split:], strict=True)
        ],
        total=dollars(total),
    )


def _first_day(month: str) -> datetime.date:
    """`2026-11` as its first day; there is no page for what is no month."""
    try:
        first = datetime.date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404(f"“{month}” is no month; write one like 2026-11.") from None
    if not 2000 <= first.year <= 2999:
        raise Http404("Invoices exist for the years 2000 to 2999.")
    return first
