"""The spend report, on the page and as CSV."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from billing.exports.csv import spend_csv
from billing.selectors.spend import (
    Scope,
    SpendLine,
    added,
    conversation_spend,
    spend_lines,
    top_conversations,
)
from billing.views.cards import Stretch, cards_of
from billing.views.figures import figures_of
from billing.views.filters import SpendFilter
from billing.views.periods import Period
from conversations import access
from conversations.admin.rights import manages_a_tenant
from conversations.models import Membership, Tenant


@require_safe
def spend(request: HttpRequest) -> HttpResponse:
    """The page: what was spent, by whom, on what, and how that has changed."""
    asked = asked_of(request)
    context = admin.site.each_context(request) | {
        "title": "Spend",
        "asked": asked,
        "periods": Period,
    }
    if not asked.tenants:
        return render(request, "billing/no_tenant.html", context)
    if not asked.is_valid():
        return render(request, "billing/spend.html", context, status=400)
    return render(request, "billing/spend.html", context | _answer(asked))


@require_safe
def spend_as_csv(request: HttpRequest) -> HttpResponse:
    """The same filter's lines as a file, unrounded."""
    asked = asked_of(request)
    if not asked.is_valid():
        mistakes = "\n".join(str(said) for field in asked.errors.values() for said in field)
        return HttpResponse(mistakes, status=400, content_type="text/plain; charset=utf-8")
    scope = asked.scope
    # with its mark, because spreadsheets take UTF-8 without one for something else
    content = spend_csv(scope, spend_lines(scope)).encode("utf-8-sig")
    whose = scope.tenants[0].slug if len(scope.tenants) == 1 else "all"
    name = f"spend-{whose}-{scope.first}-{scope.last}.csv"
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def asked_of(request: HttpRequest) -> SpendFilter:
    """The filter in the URL, over tenants the reader manages; refused to everybody else."""
    return SpendFilter(request.GET, tenants_asked_about(request))


def tenants_asked_about(request: HttpRequest) -> QuerySet[Tenant]:
    """The tenants whose money is the reader's business; refused where there can be none."""
    if not manages_a_tenant(request):
        raise PermissionDenied
    return access.tenants_of(request.user, Membership.Role.MANAGER)


def _answer(asked: SpendFilter) -> dict:
    scope, scope_before = asked.scope, asked.scope_before
    lines, lines_before = spend_lines(scope), spend_lines(scope_before)
    now, before = _stretch(scope, lines), _stretch(scope_before, lines_before)
    context = {"scope": scope, "now": now, "before": before, "file_link": _file_link(asked)}
    if not lines:
        return context
    figures = figures_of(scope, lines, lines_before, top_conversations(scope))
    return context | {"figures": figures, "cards": cards_of(figures.total, now, before)}


def _stretch(scope: Scope, lines: list[SpendLine]) -> Stretch:
    return Stretch(added(lines), *conversation_spend(scope))


def _file_link(asked: SpendFilter) -> str:
    """The page's days spelled out, so that the file still matches it after midnight."""
    query = QueryDict(mutable=True)
    if asked.slug:
        query["tenant"] = asked.slug
    days = {"from": asked.days.first.isoformat(), "to": asked.days.last.isoformat()}
    query.update({"period": Period.CUSTOM.value} | days)
    return f"{reverse('billing:spend-csv')}?{query.urlencode()}"
