"""The spend report, on the page."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.models import Attempt
from billing.selectors.month_limit import month_limit
from billing.selectors.price_rows import models_behind, prices_in_force
from billing.views.burn_down import month_of
from billing.views.cards import cards_of
from billing.views.changes import changes_of
from billing.views.daily import daily_of
from billing.views.filters import SpendFilter
from billing.views.periods import Compare, Period
from billing.views.quality import quality_of
from billing.views.reading import Reading
from billing.views.savings import savings_shown
from billing.views.tables import table_of
from billing.views.trust import trust_of
from conversations import access
from conversations.admin.rights import manages_a_tenant, runs_the_deployment
from conversations.models import Tenant
from conversations.roles import Act


@require_safe
def spend(request: HttpRequest) -> HttpResponse:
    """The page: what was spent, why that has changed, and what will happen next."""
    asked = asked_of(request)
    context = admin.site.each_context(request) | {
        "title": "Spend",
        "asked": asked,
        "periods": Period.choices,
        "compares": Compare.choices,
        "purposes": Attempt.Purpose.choices,
    }
    if not asked.tenants:
        return render(request, "billing/no_tenant.html", context)
    if not asked.is_valid():
        return render(request, "billing/spend.html", context, status=400)
    # a limit of the deployment is the operator's, who sees all of it
    whole = runs_the_deployment(request) and not asked.slug
    return render(request, "billing/spend.html", context | sections_of(Reading(asked), whole))


def sections_of(reading: Reading, whole: bool) -> dict[str, Any]:
    """Each section of the page by the name its template knows it by; some need lines to show.

    `whole` says that it is about the whole deployment.
    """
    limit = month_limit(reading.scope.tenants, whole)
    month = month_of(reading, limit)
    sections: dict[str, Any] = {"reading": reading, "scope": reading.scope, "month": month}
    if not reading.lines:
        return sections
    behind = models_behind({line.model for line in reading.lines}, reading.scope.tenants)
    models = set().union(*behind.values())
    prices = prices_in_force(models, reading.scope.start, reading.scope.end)
    savings = savings_shown(reading, prices)
    return sections | {
        "cards": cards_of(reading, month, savings.cache),
        "daily": daily_of(reading, limit.amount if limit else None, prices),
        "changes": changes_of(reading, prices),
        "table": table_of(reading),
        "quality": quality_of(reading),
        "savings": savings,
        "trust": trust_of(reading, prices, behind),
    }


def asked_of(request: HttpRequest) -> SpendFilter:
    """The filter in the URL, over tenants the reader manages; refused to everybody else."""
    return SpendFilter(request.GET, tenants_asked_about(request))


def tenants_asked_about(request: HttpRequest) -> QuerySet[Tenant]:
    """The tenants whose money is the reader's business; refused where there can be none."""
    if not manages_a_tenant(request):
        raise PermissionDenied
    return access.tenants_of(request.user, Act.SPEND)
