"""Whose spending, when, and of what kind."""

import datetime
import zoneinfo
from dataclasses import dataclass

from conversations.models import Tenant


@dataclass(frozen=True)
class Scope:
    """Whose spending, and on which days: first and last included, in the zone's own days.

    Models and purposes narrow it further; none named, all meant.
    """

    tenants: tuple[Tenant, ...]
    first: datetime.date
    last: datetime.date
    zone: zoneinfo.ZoneInfo
    models: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()

    @property
    def days(self) -> list[datetime.date]:
        """Every day of it, also those on which nothing was spent."""
        count = (self.last - self.first).days + 1
        return [self.first + datetime.timedelta(days=n) for n in range(count)]

    @property
    def start(self) -> datetime.datetime:
        """The first moment of the first day."""
        return datetime.datetime.combine(self.first, datetime.time(), self.zone)

    @property
    def end(self) -> datetime.datetime:
        """The first moment after the last day."""
        after = self.last + datetime.timedelta(days=1)
        return datetime.datetime.combine(after, datetime.time(), self.zone)
