"""How long a tenant keeps conversations."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from conversations.models import AuditEntry, Tenant
from conversations.models.tenants import MOST_KEPT_DAYS
from conversations.roles import Act
from conversations.services import erasing
from conversations.services.audit import record
from conversations.views.reaching import reached_tenant


class RetentionForm(forms.Form):
    """A number of days, or none."""

    kept_days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_KEPT_DAYS,
        label="Days",
        help_text="Empty: conversations are kept until somebody erases them.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: HttpRequest, slug: str) -> HttpResponse:
    """The days, and what would be erased; they are kept once somebody has seen how much that is.

    The first post counts. The second, which the page with the count offers,
    keeps the days; the next hour's run erases.
    """
    tenant = reached_tenant(request, Act.OWN, slug)
    form = RetentionForm(request.POST or None, initial={"kept_days": tenant.kept_days})
    due = days = None
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["kept_days"]
        if "keep" in request.POST or days is None:
            _keep(tenant, days)
            messages.success(request, _said(days))
            return redirect("house:retention", slug)
        due = erasing.due(tenant, days)
    context = {
        "title": f"How long {tenant} keeps conversations",
        "tenant": tenant,
        "form": form,
        "days": days,
        "due": due,
    }
    status = 400 if form.is_bound and not form.is_valid() else 200
    whole = admin.site.each_context(request) | context
    return render(request, "house/retention.html", whole, status=status)


def _keep(tenant: Tenant, days: int | None) -> None:
    before = tenant.kept_days
    tenant.kept_days = days
    tenant.save(update_fields=["kept_days"])
    record(AuditEntry.Act.SETTING, tenant, what="kept days", before=before, after=days)


def _said(days: int | None) -> str:
    if days is None:
        return "Conversations are kept until somebody erases them."
    return f"Conversations are erased after {days} quiet days, from the next hour on."
