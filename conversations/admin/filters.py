"""Filters that the staff pages share."""

import datetime
import zoneinfo
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from unfold.contrib.filters.admin import RangeDateFilter

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


class DaysFilter(RangeDateFilter):
    """From one day to another, both included; days of the user's tenant, where there is one.

    Somebody of several tenants gets the server's days. What is no day does not count.
    """

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Rows of these days, by the bounds of an index."""
        zone = _zone_of(request)
        first, last = (self._day(edge) for edge in ("from", "to"))
        if first:
            queryset = queryset.filter(**{f"{self.field_path}__gte": _begin(first, zone)})
        if last:
            after = last + datetime.timedelta(days=1)
            queryset = queryset.filter(**{f"{self.field_path}__lt": _begin(after, zone)})
        return queryset

    def _day(self, edge: str) -> datetime.date | None:
        value = self.used_parameters.get(f"{self.parameter_name}_{edge}")
        try:
            return parse_date(value) if isinstance(value, str) else None
        except ValueError:
            return None


def _begin(day: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), zone)


def _zone_of(request: HttpRequest) -> datetime.tzinfo:
    zones = set(access.tenants_of(request.user).values_list("time_zone", flat=True)[:2])
    return zoneinfo.ZoneInfo(zones.pop()) if len(zones) == 1 else timezone.get_current_timezone()
