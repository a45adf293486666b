"""What the sections of the spend report are made from, each thing read once and when first used."""

import datetime
from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.functional import cached_property

from billing.forecast import WINDOW
from billing.models import Attempt
from billing.money import dollars, rounded
from billing.rounding import places_for
from billing.selectors.refusals import refusals_by_day
from billing.selectors.resolutions import Resolutions, resolutions
from billing.selectors.scope import Scope
from billing.selectors.spend import SpendLine, Sums, added, spend_lines
from billing.selectors.talks import Talks, talks_by, talks_of
from billing.views.filters import Part, SpendFilter
from billing.views.periods import DAY, Days, month_around

Key = TypeVar("Key", bound=Hashable)

# Up to so many calls, what no rollup has (how long replies took, how they ended) is counted
# call by call on every visit; above, when it is asked for.
COUNTED_AT_ONCE = 10_000
# Up to so many calls, conversations are also counted for each row of a table: of 375,000 calls
# that takes 0.1 s, and so does each of the two counts that are always made.
COUNTED_BY_ROW = 100_000

NAMELESS = "(none)"


class Reading:
    """The answer to one filter; `limited` has the whole spending of the month, which limits see."""

    def __init__(self, asked: SpendFilter) -> None:
        self.asked = asked
        self.scope: Scope = asked.scope
        self.days: Days = asked.days
        self.days_before: Days | None = asked.days_before
        self.names = {tenant.pk: tenant.name for tenant in asked.tenants}

    @cached_property
    def _everything(self) -> list[SpendLine]:
        """All days that any section needs, of every model and purpose: one query."""
        spans = [self.days, *filter(None, [self.days_before])]
        if self._one_zone:
            spans.append(self._month_days)
        first, last = min(span.first for span in spans), max(span.last for span in spans)
        return spend_lines(Scope(self.scope.tenants, first, last, self.scope.zone))

    @cached_property
    def lines(self) -> list[SpendLine]:
        """What was asked for."""
        return [line for line in self._everything if line.day in self.days and self._asked(line)]

    @cached_property
    def lines_before(self) -> list[SpendLine]:
        """What it is compared with; nothing where that is nothing."""
        days = self.days_before
        if days is None:
            return []
        return [line for line in self._everything if line.day in days and self._asked(line)]

    @cached_property
    def sums(self) -> Sums:
        """All lines as one."""
        return added(self.lines)

    @cached_property
    def sums_before(self) -> Sums:
        """All lines compared with as one."""
        return added(self.lines_before)

    @cached_property
    def by_day(self) -> dict[datetime.date, Sums]:
        """The sums of each day that has a line."""
        return grouped(self.lines, attrgetter("day"))

    @cached_property
    def places(self) -> int:
        """The decimals of every amount in the tables."""
        return places_for(self.sums.amount)

    @cached_property
    def total(self) -> Decimal:
        """The sum as it is shown."""
        return rounded(self.sums.amount, self.places)

    @property
    def total_shown(self) -> str:
        """The sum as it is shown, in words."""
        return dollars(self.total)

    @cached_property
    def models(self) -> list[str]:
        """Every model of the period, also those that the filter leaves out; by name."""
        named = {line.model for line in self._everything if line.day in self.days}
        return sorted(named | set(self.scope.models))

    # -- the month that limits are about --

    @cached_property
    def month_today(self) -> datetime.date:
        """The day it is where limits are counted: at the tenant's place."""
        return timezone.localdate(self.asked.now, self.asked.own_zone)

    @cached_property
    def month(self) -> Days:
        """The whole month of today."""
        return month_around(self.month_today)

    @cached_property
    def daily(self) -> dict[datetime.date, Decimal]:
        """What each day cost, whatever it was for: of this month and of what forecasts look at."""
        lines = self._everything
        if not self._one_zone:
            days = self._month_days
            zone = self.asked.own_zone
            lines = spend_lines(Scope(self.scope.tenants, days.first, days.last, zone), ("day",))
        daily: dict[datetime.date, Decimal] = {}
        for line in lines:
            if line.day in self._month_days:
                daily[line.day] = daily.get(line.day, Decimal(0)) + line.amount
        return daily

    @cached_property
    def month_spent(self) -> Decimal:
        """Dollars of this month so far."""
        return sum((self.daily[day] for day in self.daily if day in self.month), Decimal(0))

    @property
    def _month_days(self) -> Days:
        return Days(min(self.month.first, self.month_today - WINDOW * DAY), self.month_today)

    @property
    def _one_zone(self) -> bool:
        return self.scope.zone.key == self.asked.own_zone.key

    # -- what is counted call by call --

    @cached_property
    def counts(self) -> bool:
        """Whether what no rollup has is counted on this visit."""
        return self._most_calls <= COUNTED_AT_ONCE

    @cached_property
    def counts_by_row(self) -> bool:
        """Whether conversations are counted for each row of a table on this visit."""
        return self._most_calls <= COUNTED_BY_ROW

    @cached_property
    def _most_calls(self) -> int:
        """Of either period; none where counting was asked for, however long it takes."""
        return 0 if self.asked.data.get("count") else max(self.sums.calls, self.sums_before.calls)

    @cached_property
    def talks(self) -> Talks:
        """The conversations of the period."""
        return talks_of(self.scope)

    @cached_property
    def talks_before(self) -> Talks:
        """The conversations of the period it is compared with."""
        return talks_of(self.asked.scope_of(self.days_before)) if self.days_before else Talks()

    @cached_property
    def resolutions(self) -> Resolutions:
        """What came of the period's conversations, and what a resolved one cost."""
        return resolutions(self.scope, self.sums.amount)

    @cached_property
    def resolutions_before(self) -> Resolutions | None:
        """The same of the period it is compared with."""
        days = self.days_before
        return resolutions(self.asked.scope_of(days), self.sums_before.amount) if days else None

    @cached_property
    def talks_by_day(self) -> dict[datetime.date, Talks]:
        """The conversations of each day; one that goes on over midnight is in both."""
        return talks_by(self.scope, "day") if self.counts else {}

    @cached_property
    def refusals(self) -> dict[datetime.date, int]:
        """Replies of each day that a limit, or a model without a price, refused."""
        return refusals_by_day(self.scope)

    @cached_property
    def refusals_before(self) -> int:
        """Refusals of all days that it is compared with."""
        days = self.days_before
        return sum(refusals_by_day(self.asked.scope_of(days)).values()) if days else 0

    def _asked(self, line: SpendLine) -> bool:
        scope = self.scope
        return (not scope.models or line.model in scope.models) and (
            not scope.purposes or line.purpose in scope.purposes
        )

    # -- groups --

    def name_of(self, part: str, key: Any) -> str:
        """What a group is called on the page."""
        if part == Part.TENANT:
            return self.names[key]
        if part == Part.PURPOSE:
            return purpose_name(key)
        return str(key) or NAMELESS


def purpose_name(value: str) -> str:
    """`Reply` for `reply`; a purpose that is not known keeps its own name."""
    return Attempt.Purpose(value).label if value in Attempt.Purpose.values else value


KEYS: dict[str, Callable[[SpendLine], Any]] = {
    Part.MODEL: attrgetter("model"),
    Part.PURPOSE: attrgetter("purpose"),
    Part.TENANT: attrgetter("tenant_id"),
    Part.PERSONA: attrgetter("persona_label"),
}


def grouped(lines: Iterable[SpendLine], key: Callable[[SpendLine], Key]) -> dict[Key, Sums]:
    """The sums of each group, dearest first."""
    groups: dict[Key, list[SpendLine]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    sums = {name: added(group) for name, group in groups.items()}
    return dict(sorted(sums.items(), key=lambda item: -item[1].amount))
