"""When people of a tenant are there: a line a day, and the days that are closed."""

import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from conversations import access
from conversations.admin.base import TenantOwnedAdmin
from conversations.admin.fields import LinesField
from conversations.hours import BadHours, hours_from
from conversations.models import BusinessHours
from conversations.roles import Act

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
EXAMPLE = "Like 09:00-12:30, 13:00-17:00. Empty: closed. 24:00 ends a day."


class HoursForm(forms.ModelForm):
    """A day is written as people write it; mistakes say what to write instead."""

    holidays = LinesField(
        required=False,
        label="Closed on",
        help_text="A day and its name, one a line: 2026-12-25 Christmas, or 01-01 New Year for "
        "every year.",
    )

    class Meta:
        model = BusinessHours
        fields = ["tenant", "zone"]
        labels = {"zone": "Time zone"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        week = self.instance.week or [[["09:00", "17:00"]]] * 5 + [[], []]
        for name, spans in zip(DAYS, week, strict=True):
            self.fields[name.lower()] = forms.CharField(
                required=False,
                max_length=200,
                widget=UnfoldAdminTextInputWidget(),
                initial=", ".join(f"{opens}-{closes}" for opens, closes in spans),
                help_text=EXAMPLE if name == "Monday" else "",
            )
        closed = self.instance.holidays or {}
        self.fields["holidays"].initial = [
            f"{day} {why}".strip() for day, why in sorted(closed.items())
        ]

    def clean_holidays(self) -> dict[str, str]:
        """The days with their names."""
        days = {}
        for line in self.cleaned_data["holidays"]:
            day, _, why = line.partition(" ")
            _judged([[]] * 7, {day: why.strip()})
            days[day] = why.strip()[:100]
        return days

    def clean(self) -> dict[str, Any]:
        """All seven days, each judged with its own mistake."""
        cleaned = super().clean() or {}
        week = []
        for name in DAYS:
            spans = _spans(cleaned.get(name.lower(), ""))
            try:
                _judged([spans] + [[]] * 6, {})
            except forms.ValidationError as mistake:
                self.add_error(name.lower(), mistake)
            week.append(spans)
        self.instance.week = week
        self.instance.holidays = cleaned.get("holidays", {})
        return cleaned


def _spans(written: str) -> list[list[str]]:
    parts = [part.strip() for part in written.replace("–", "-").split(",") if part.strip()]
    return [[time.strip() for time in part.split("-")] for part in parts]


def _judged(week: list[Any], holidays: dict[str, str]) -> None:
    try:
        hours_from("UTC", week, holidays)
    except BadHours as mistake:
        raise forms.ValidationError(str(mistake)) from None


@admin.register(BusinessHours)
class BusinessHoursAdmin(TenantOwnedAdmin):
    """One page a tenant; without one somebody is always there."""

    form = HoursForm
    role_to_view = Act.CONFIGURE
    list_display = ["__str__", "now"]
    list_select_related = ["tenant"]
    ordering = ["tenant__name"]
    fieldsets = [
        (None, {"fields": ["tenant", "zone"]}),
        ("Open", {"fields": [name.lower() for name in DAYS]}),
        ("Holidays", {"fields": ["holidays"]}),
    ]

    def get_readonly_fields(
        self, request: HttpRequest, obj: BusinessHours | None = None
    ) -> list[str]:
        """Hours stay with their tenant."""
        return ["tenant"] if obj else []

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """The form as it is written: its days are no columns."""
        kwargs["fields"] = ["zone"] if obj else ["tenant", "zone"]
        return super().get_form(request, obj, change=change, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        managed = access.tenants_of(request.user, Act.CONFIGURE)[:2]
        only = {"tenant": managed[0].pk} if len(managed) == 1 else {}
        return only | super().get_changeform_initial_data(request)

    @admin.display(description="now")
    def now(self, row: BusinessHours) -> str:
        """Whether somebody is there, and when that changes."""
        hours, now = row.hours(), timezone.now()
        changes = hours.next_closing(now) if hours.open_at(now) else hours.next_opening(now)
        state = "Open" if hours.open_at(now) else "Closed"
        return (
            f"{state} until {_shown(changes, hours.zone)}" if changes else f"Always {state.lower()}"
        )


def _shown(moment: datetime.datetime, zone: datetime.tzinfo) -> str:
    return f"{moment.astimezone(zone):%a %d %b, %H:%M}"
