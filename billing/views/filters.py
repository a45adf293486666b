"""What a reader asks of the spend report, read from the URL."""

import datetime
import zoneinfo
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, TextChoices
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from billing.models import Attempt
from billing.selectors.scope import Scope
from billing.views.periods import Compare, Days, Period, days_compared, days_of
from conversations.models import Tenant

Choice = TypeVar("Choice", bound=TextChoices)

# A chart of more columns, or a table of more rows, tells nobody anything.
MOST_DAYS = 366
DATE_MISTAKE = "Enter a day like 2026-11-23."
FILES = [
    ("CSV", "billing:spend-csv"),
    ("Excel", "billing:spend-xlsx"),
    ("JSON", "billing:spend-json"),
    ("FOCUS", "billing:focus-csv"),
]
UTC = zoneinfo.ZoneInfo("UTC")


class Part(TextChoices):
    """What a day's bar may be divided by."""

    MODEL = "model", "Model"
    PURPOSE = "purpose", "Purpose"
    TENANT = "tenant", "Tenant"
    PERSONA = "persona", "Persona version"


class By(TextChoices):
    """What a row of the big table may be."""

    MODEL = "model", "Model"
    TENANT = "tenant", "Tenant"
    PERSONA = "persona", "Persona version"
    PURPOSE = "purpose", "Purpose"
    HOUR = "hour", "Hour of day"
    CONVERSATION = "conversation", "Conversations"


class Sort(TextChoices):
    """What the big table may be sorted by; a minus in front turns the order round."""

    NAME = "name", "Name"
    SPEND = "spend", "Spend"
    CALLS = "calls", "Calls"
    CONVERSATIONS = "conversations", "Conversations"
    INPUT = "in", "Tokens in"
    CACHED = "cached", "of these cached"
    OUTPUT = "out", "Tokens out"
    EACH = "each", "Per conversation"
    LATENCY = "p95", "Reply time, p95"
    ERRORS = "errors", "Errors"
    CHANGE = "change", "Change"


SORTS = [sign + sort for sort in Sort.values for sign in ("", "-")]


class SpendFilter(forms.Form):
    """Whose spending, on which days, and how it is shown.

    A tenant that is not the reader's own is refused outright.
    """

    period = forms.ChoiceField(choices=Period.choices, required=False)
    compare = forms.ChoiceField(choices=Compare.choices, required=False)
    zone = forms.ChoiceField(choices=[("utc", "UTC"), ("own", "Own")], required=False)
    model = forms.CharField(max_length=200, required=False)
    purpose = forms.ChoiceField(choices=Attempt.Purpose.choices, required=False)
    parts = forms.ChoiceField(choices=Part.choices, required=False)
    by = forms.ChoiceField(choices=By.choices, required=False)
    sort = forms.ChoiceField(choices=[(sort, sort) for sort in SORTS], required=False)

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

    @cached_property
    def chosen_tenants(self) -> tuple[Tenant, ...]:
        """The one that was chosen, else all of the reader's."""
        return tuple(t for t in self.tenants if not self.slug or t.slug == self.slug)

    @property
    def own_zone(self) -> zoneinfo.ZoneInfo:
        """The tenant's own zone, or UTC where several are added up."""
        tenants = self.chosen_tenants
        return zoneinfo.ZoneInfo(tenants[0].time_zone) if len(tenants) == 1 else UTC

    @property
    def chosen_zone(self) -> zoneinfo.ZoneInfo:
        """Whose days count: the tenant's own, unless UTC was asked for."""
        return UTC if self.data.get("zone") == "utc" else self.own_zone

    @property
    def chosen_period(self) -> Period:
        """The chosen period, or 30 days."""
        return self._chosen("period", Period, Period.THIRTY)

    @property
    def chosen_compare(self) -> Compare:
        """What it is compared with, or the previous period."""
        return self._chosen("compare", Compare, Compare.PREVIOUS)

    @property
    def chosen_parts(self) -> Part:
        """What the bars are divided by, or models."""
        return self._chosen("parts", Part, Part.MODEL)

    @property
    def chosen_by(self) -> By:
        """What the rows of the big table are, or models."""
        return self._chosen("by", By, By.MODEL)

    @property
    def chosen_model(self) -> str:
        """The one model that is asked about, or nothing."""
        return self.data.get("model", "").strip()

    @property
    def chosen_purpose(self) -> str:
        """The one purpose that is asked about, or nothing."""
        return self.data.get("purpose", "")

    @property
    def chosen_sort(self) -> tuple[Sort, bool]:
        """The column, and whether the order is turned round; the hours come as they go by."""
        chosen = self.data.get("sort", "")
        if chosen in SORTS:
            return Sort(chosen.removeprefix("-")), chosen.startswith("-")
        return (Sort.NAME if self.chosen_by == By.HOUR else Sort.SPEND), False

    @cached_property
    def now(self) -> datetime.datetime:
        """The moment the report is about, the clock read once."""
        return timezone.now()

    @property
    def today(self) -> datetime.date:
        """The day it is, of the chosen zone."""
        return timezone.localdate(self.now, self.chosen_zone)

    @cached_property
    def days(self) -> Days:
        """The days of the period; the filter must be valid."""
        if self.chosen_period == Period.CUSTOM:
            return Days(self.cleaned_data["from"], self.cleaned_data["to"])
        return days_of(self.chosen_period, self.today)

    @property
    def days_before(self) -> Days | None:
        """The days they are compared with, if any."""
        return days_compared(self.chosen_period, self.chosen_compare, self.days)

    @property
    def scope(self) -> Scope:
        """What is asked for."""
        return self.scope_of(self.days)

    def scope_of(self, days: Days) -> Scope:
        """The same question about other days."""
        return Scope(
            self.chosen_tenants,
            days.first,
            days.last,
            self.chosen_zone,
            models=(self.chosen_model,) if self.chosen_model else (),
            purposes=(self.chosen_purpose,) if self.chosen_purpose else (),
        )

    def link(self, **changes: str) -> str:
        """The same page with these of its parameters changed; an empty one is left out."""
        query = QueryDict(mutable=True)
        kept = {name: self.data[name] for name in self.data if name in self.known}
        query.update({name: value for name, value in {**kept, **changes}.items() if value})
        return f"?{query.urlencode()}"

    @property
    def own_link(self) -> str:
        """The same page in days of the tenant's own zone."""
        return self.link(zone="")

    @property
    def utc_link(self) -> str:
        """The same page in days of UTC."""
        return self.link(zone="utc")

    @property
    def unnarrowed_link(self) -> str:
        """The same page about all models and purposes."""
        return self.link(model="", purpose="")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form passes on without asking."""
        names = ("zone", "parts", "by", "sort")
        return [(name, self.data[name]) for name in names if self.data.get(name)]

    @property
    def file_links(self) -> list[tuple[str, str]]:
        """The files of the same lines, by what they are called."""
        return [(title, self.file_link(route)) for title, route in FILES]

    def file_link(self, route: str) -> str:
        """A file of the same lines, the days spelled out, so that it matches after midnight too."""
        query = QueryDict(mutable=True)
        days = {"from": self.days.first.isoformat(), "to": self.days.last.isoformat()}
        query.update({"period": Period.CUSTOM.value} | days)
        for name in ("tenant", "model", "purpose", "zone"):
            if self.data.get(name):
                query[name] = self.data[name]
        return f"{reverse(route)}?{query.urlencode()}"

    @property
    def known(self) -> set[str]:
        """The parameters that mean something here."""
        return {"tenant", *self.fields}

    def _chosen(self, name: str, choices: type[Choice], default: Choice) -> Choice:
        chosen = self.data.get(name)
        return choices(chosen) if chosen in choices.values else default
