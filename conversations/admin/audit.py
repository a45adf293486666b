"""The audit log, to look at and to take away."""

import csv
import datetime
import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from unfold.contrib.filters.admin import TextFilter
from unfold.paginator import InfinitePaginator

from conversations.admin.base import ReadOnlyAdmin
from conversations.admin.filters import DaysFilter, TenantFilter
from conversations.cells import harmless
from conversations.models import AuditEntry
from conversations.roles import Act
from conversations.services.audit import record

COLUMNS = ["at", "tenant", "person", "act", "thing", "thing_id", "details", "address"]


class PersonFilter(TextFilter):
    """What one person did, by the name they sign in with."""

    title = "person"
    parameter_name = "person"

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Lines of exactly this person."""
        return queryset.filter(person=self.value()) if self.value() else queryset


class ThingFilter(TextFilter):
    """What was done with one thing, by its number."""

    title = "number of the thing"
    parameter_name = "number"

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Lines about things of this number."""
        return queryset.filter(thing_id=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, newest first; the operator also sees what is of no tenant."""

    role_to_view = Act.AUDIT
    list_display = ["at", "tenant", "who", "act", "about", "said", "address"]
    list_display_links = ["at"]
    list_select_related = ["tenant"]
    list_filter = ["act", TenantFilter, PersonFilter, ThingFilter, ("at", DaysFilter)]
    list_filter_submit = True
    ordering = ["-pk"]
    paginator = InfinitePaginator
    show_facets = admin.ShowFacets.NEVER
    fields = ["at", "tenant", "who", "act", "about", "said", "address"]
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, and the file."""
        view = self.admin_site.admin_view(self.as_csv)
        return [path("csv/", view, name="conversations_auditentry_csv"), *super().get_urls()]

    def as_csv(self, request: HttpRequest) -> HttpResponseBase:
        """The lines that the list would show under the same filters, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = self.get_changelist_instance(request)
        rows = shown.get_queryset(request).select_related("tenant")
        record(AuditEntry.Act.EXPORTED, what="audit log", tenant_id=_only_tenant(rows))
        answer = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="audit.csv"'
        answer["Cache-Control"] = "no-store"
        return answer

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One line, under a heading that says what it is."""
        return super().change_view(
            request, object_id, form_url, {"title": "Audit entry"} | (extra_context or {})
        )

    @admin.display(description="who", ordering="person")
    def who(self, entry: AuditEntry) -> str:
        """By the name they signed in with then; nobody where they did not get in."""
        return entry.person or ("Nobody" if entry.address else "The product")

    @admin.display(description="thing")
    def about(self, entry: AuditEntry) -> str:
        """Kind and number."""
        return f"{entry.thing} {entry.thing_id}".strip() or "–"

    @admin.display(description="details")
    def said(self, entry: AuditEntry) -> str:
        """What else was noted."""
        return _plain(entry.details)


class _Echo:
    """A file whose `write` gives back what was written."""

    def write(self, line: str) -> str:
        return line


def _only_tenant(rows: Any) -> int | None:
    found = set(rows.order_by().values_list("tenant_id", flat=True).distinct()[:2])
    return found.pop() if len(found) == 1 else None


def _lines(rows: Any) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for entry in rows.iterator(chunk_size=1000):
        yield writer.writerow([_cell(getattr(entry, name)) for name in COLUMNS])


def _cell(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value or "")
    return harmless(text)


def _plain(details: dict[str, Any]) -> str:
    pairs = (
        f"{name.replace('_', ' ')}: {', '.join(map(str, one)) if isinstance(one, list) else one}"
        for name, one in details.items()
        if one not in (None, "", [])
    )
    return "; ".join(pairs) or "–"
