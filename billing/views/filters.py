"""What a reader asks of the spend report, read from the URL."""

import datetime
import zoneinfo
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property

from billing.selectors.spend import Scope
from billing.views.periods import Days, Period, days_before, days_of
from conversations.models import Tenant

# A chart of more columns, or a table of more rows, tells nobody anything.
MOST_DAYS = 366
DATE_MISTAKE = "Enter a day like 2026-11-23."


class SpendFilter(forms.Form):
    """Tenant and days; a tenant that is not the reader's own is refused outright."""

    period = forms.ChoiceField(choices=Period.choices, required=False)

    def __init__(self, data: QueryDict, tenants: QuerySet[Tenant]) -> None:
        super().__init__(data)
        self.tenants = list(tenants)
        self.slug = data.get("tenant", "")
        if self.slug and self.slug not in [tenant.slug for tenant in self.tenants]:
            raise PermissionDenied
        # “from” is no Python name, but it is what the URL says
        for name in ("from", "to"):
            self.fields[name] = forms.DateField(
                required=False, error_messages={"invalid": DATE_MISTAKE}
            )

    def clean(self) -> dict[str, Any]:
        """Two days that name a period of at most a year, in their order, or none at all."""
        cleaned = super().clean() or {}
        if cleaned.get("period") != Period.CUSTOM or self.errors:
            return cleaned
        first, last = cleaned["from"], cleaned["to"]
        if not first or not last:
            raise forms.ValidationError("Choose a first and a last day.")
        if last < first:
            raise forms.ValidationError("The last day is before the first; swap them.")
        if (last - first).days >= MOST_DAYS:
            raise forms.ValidationError(f"Choose at most {MOST_DAYS} days.")
        if first < datetime.date(2000, 1, 1) or last.year > 2999:
            raise forms.ValidationError("Choose days between the years 2000 and 2999.")
        return cleaned

    @property
    def chosen_tenants(self) -> tuple[Tenant, ...]:
        """The one that was chosen, else all of the reader's."""
        return tuple(t for t in self.tenants if not self.slug or t.slug == self.slug)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """Whose days count: the tenant's own, or UTC where several are added up."""
        tenants = self.chosen_tenants
        return zoneinfo.ZoneInfo(tenants[0].time_zone if len(tenants) == 1 else "UTC")

    @property
    def chosen_period(self) -> Period:
        """The chosen period, or 30 days."""
        chosen = self.data.get("period")
        return Period(chosen) if chosen in Period.values else Period.THIRTY

    @cached_property
    def days(self) -> Days:
        """The days of the period, the clock read once; the filter must be valid."""
        if self.chosen_period == Period.CUSTOM:
            return Days(self.cleaned_data["from"], self.cleaned_data["to"])
        return days_of(self.chosen_period, timezone.localdate(timezone=self.zone))

    @property
    def days_before(self) -> Days:
        """The days they are compared with."""
        return days_before(self.chosen_period, self.days)

    @property
    def scope(self) -> Scope:
        """What is asked for."""
        return self._scope(self.days)

    @property
    def scope_before(self) -> Scope:
        """What it is compared with."""
        return self._scope(self.days_before)

    def _scope(self, days: Days) -> Scope:
        return Scope(self.chosen_tenants, days.first, days.last, self.zone)
