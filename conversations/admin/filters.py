"""Filters that the staff pages share."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from conversations import access


class TenantFilter(admin.SimpleListFilter):
    """The user's own tenants; not shown to somebody who has one only."""

    title = "tenant"
    parameter_name = "tenant"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Names of the tenants where the user belongs."""
        tenants = list(access.tenants_of(request.user).values_list("slug", "name"))
        return tenants if len(tenants) > 1 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Rows of the chosen tenant; the page has left only what the user may see."""
        return queryset.filter(tenant__slug=self.value()) if self.value() else queryset
