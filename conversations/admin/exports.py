"""Files of many conversations: asked for, made behind the page, downloaded."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from conversations import access
from conversations.admin.base import TenantOwnedAdmin
from conversations.admin.filters import TenantFilter
from conversations.models import Export
from conversations.roles import Act
from conversations.services.exporting import ask_for_export

COLOURS = {"Being made": "info", "Ready": "success", "Withdrawn": "warning"}


class ExportForm(forms.ModelForm):
    """Whose conversations, of which days."""

    class Meta:
        model = Export
        fields = ["tenant", "first_day", "last_day"]

    def clean(self) -> dict[str, Any] | None:
        """Refuses days that end before they begin."""
        cleaned = super().clean()
        first, last = (self.cleaned_data.get(name) for name in ("first_day", "last_day"))
        if first and last and last < first:
            raise forms.ValidationError("The last day lies before the first; turn them round.")
        return cleaned


@admin.register(Export)
class ExportAdmin(TenantOwnedAdmin):
    """Exports, newest first; each is kept for a week."""

    form = ExportForm
    role_to_view = Act.EXPORT
    role_to_change = Act.EXPORT
    list_display = ["__str__", "pill", "days", "done", "total", "asked_by", "asked_at"]
    list_select_related = ["tenant", "asked_by"]
    list_filter = [TenantFilter, "state"]
    ordering = ["-pk"]
    paginator = InfinitePaginator
    show_facets = admin.ShowFacets.NEVER
    change_form_outer_before_template = "admin/conversations/export/progress.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: what was asked for is made as it was asked."""
        return False

    def get_fields(self, request: HttpRequest, obj: Export | None = None) -> list[str]:
        """What is asked, and later what came of it."""
        return ["tenant", "days", "asked_by", "asked_at"] if obj else list(ExportForm.Meta.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Export | None = None) -> list[str]:
        """All, once it is asked."""
        return ["tenant", "days", "asked_by", "asked_at"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        tenants = list(access.tenants_of(request.user, Act.EXPORT)[:2])
        return {"tenant": tenants[0].pk} if len(tenants) == 1 else {}

    def save_model(self, request: HttpRequest, obj: Export, form: Any, change: bool) -> None:
        """The export is asked for."""
        asked = ask_for_export(obj.tenant, request.user, obj.first_day, obj.last_day)
        obj.__dict__.update(asked.__dict__)

    @display(description="state", label=COLOURS)
    def pill(self, export: Export) -> str:
        """How far it is."""
        return export.get_state_display().partition(":")[0]

    @admin.display(description="days")
    def days(self, export: Export) -> str:
        """Which days it is about."""
        return export.days
