"""Draw conversations by lot, so that nobody chooses what is judged."""

import datetime
import zoneinfo
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from conversations import access
from conversations.models import Tenant
from conversations.roles import Act
from conversations.selectors.reviews import MOST_SAMPLED, sample, unreviewed
from conversations.services.reviewing import put_in_queue
from conversations.views.reaching import refuse_where_nowhere

DAYS = 7
USUALLY = 20
HIGHEST_SEED = 999_999
Date = forms.DateInput(attrs={"type": "date"})


class SampleForm(forms.Form):
    """Which days, how many, who judges them."""

    first = forms.DateField(label="From", widget=Date)
    last = forms.DateField(label="to", widget=Date)
    count = forms.IntegerField(label="How many", min_value=1, max_value=MOST_SAMPLED)
    seed = forms.IntegerField(
        min_value=0,
        max_value=HIGHEST_SEED,
        help_text="Any number. The same one draws the same conversations of the same days.",
    )
    reviewers: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Judged by",
        help_text="Nobody chosen: whoever takes them.",
    )
    by_all = forms.BooleanField(
        required=False,
        label="Each by all of them, so that their agreement can be measured",
    )

    def __init__(self, tenant: Tenant, data: Any = None) -> None:
        self.zone = zoneinfo.ZoneInfo(tenant.time_zone)
        today = timezone.now().astimezone(self.zone).date()
        first = today - datetime.timedelta(days=DAYS - 1)
        year, week, _ = today.isocalendar()
        usual = {"first": first, "last": today, "count": USUALLY, "seed": year % 100 * 100 + week}
        super().__init__(data, initial=usual)
        people = access.members_who_may(tenant.pk, Act.REVIEW)
        self.fields["reviewers"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        """Refuses days that end before they begin."""
        cleaned = super().clean()
        first, last = (self.cleaned_data.get(name) for name in ("first", "last"))
        if first and last and last < first:
            raise forms.ValidationError("The last day lies before the first; turn them round.")
        return cleaned

    @property
    def bounds(self) -> tuple[datetime.datetime, datetime.datetime]:
        """The first moment of the days, and the first after them."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return self._begin(first), self._begin(last + datetime.timedelta(days=1))

    def _begin(self, day: datetime.date) -> datetime.datetime:
        return datetime.datetime.combine(day, datetime.time(), self.zone)


@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: HttpRequest) -> HttpResponse:
    """How many there are to draw from; posted, those that were drawn wait in the queue."""
    refuse_where_nowhere(request, Act.REVIEW)
    tenants = list(access.tenants_of(request.user, Act.REVIEW))
    slug = request.GET.get("tenant", "")
    tenant = next((one for one in tenants if one.slug == slug), tenants[0] if tenants else None)
    if tenant is None:
        return render(request, "house/sample.html", _context(request, tenants, None, None))
    form = SampleForm(tenant, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _drawn(request, tenant, form)
    status = 400 if form.is_bound else 200
    context = _context(request, tenants, tenant, form)
    return render(request, "house/sample.html", context, status=status)


def _drawn(request: HttpRequest, tenant: Tenant, form: SampleForm) -> HttpResponse:
    start, end = form.bounds
    asked = form.cleaned_data
    talks = sample(tenant, start, end, count=asked["count"], seed=asked["seed"])
    why = f"By lot {asked['seed']} of {asked['first']:%d %b} to {asked['last']:%d %b %Y}"
    number = put_in_queue(talks, list(asked["reviewers"]), by_all=asked["by_all"], why=why)
    if talks:
        messages.success(request, f"{len(talks)} conversations drawn; {number} reviews wait.")
    else:
        messages.warning(request, "No conversation of these days is left that nobody judged.")
    return redirect("admin:conversations_reviewtask_changelist")


def _context(
    request: HttpRequest, tenants: list[Tenant], tenant: Tenant | None, form: SampleForm | None
) -> dict[str, Any]:
    week = None
    if tenant is not None:
        now = timezone.now()
        week = unreviewed(tenant, now - datetime.timedelta(days=DAYS), now).count()
    return admin.site.each_context(request) | {
        "title": "Draw by lot",
        "tenants": tenants if len(tenants) > 1 else [],
        "tenant": tenant,
        "form": form,
        "unreviewed": week,
    }
