"""The conversations behind the sums: how many different ones, the dearest, and how long they took.

How many there are by tenant, model, purpose and day is read from the
rollup. By hour and persona version, and how long replies took, it is read
call by call: ask that about thousands of calls and not about millions.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import ExtractHour, TruncDate

from billing.models import Attempt, LedgerEntry
from billing.selectors.entries import entries_of
from billing.selectors.scope import Scope
from billing.selectors.spend import (
    CONVERSATIONS,
    Sums,
    conversation_spend,
    conversations_by,
    top_conversations,
)
from conversations.models import Tenant

# by these, conversations are in the rollup
KEPT = frozenset(CONVERSATIONS.keys)


@dataclass(frozen=True)
class Talks:
    """Different conversations that had a call, and what these calls cost together.

    Calls of erased visitors are in neither.
    """

    conversations: int = 0
    amount: Decimal = Decimal(0)

    @property
    def each(self) -> Decimal | None:
        """Dollars a conversation; None without one."""
        return self.amount / self.conversations if self.conversations else None


class Percentile95(Aggregate):
    """The smallest value that nineteen of twenty do not exceed."""

    function = "percentile_disc"
    template = "%(function)s(0.95) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


# How long a reply was written, from the moment a worker took it.
P95 = Percentile95(
    ExpressionWrapper(
        F("generation__finished_at") - F("generation__claimed_at"), output_field=DurationField()
    ),
    filter=Q(purpose=Attempt.Purpose.REPLY, kind=LedgerEntry.Kind.CALL),
)
CALL = Q(kind=LedgerEntry.Kind.CALL)
SUMS = {
    "calls": Count("pk", filter=CALL),
    "amount": Sum("amount"),
    "input_tokens": Sum("input_tokens"),
    "cached_tokens": Sum("cached_tokens"),
    "output_tokens": Sum("output_tokens"),
    "errors": Count("pk", filter=CALL & ~Q(outcome__in=LedgerEntry.ANSWERED)),
}


def talks_of(scope: Scope) -> Talks:
    """All conversations of the scope as one."""
    return Talks(*conversation_spend(scope))


def is_quick(key: str) -> bool:
    """Whether conversations by this key are in the rollup, however many calls there are."""
    return key in KEPT


def talks_by(scope: Scope, key: str) -> dict[Any, Talks]:
    """The conversations by a key of `spend_lines`, or by `hour`; quick where `is_quick`."""
    if is_quick(key):
        return {group: Talks(*found) for group, found in conversations_by(scope, key).items()}
    found = (
        _keyed(scope, key)
        .filter(generation__isnull=False)
        .values("group")
        .annotate(count=Count("generation__conversation", distinct=True), sum=Sum("amount"))
        .order_by()
    )
    return {row["group"]: Talks(row["count"], row["sum"]) for row in found}


def times_by(scope: Scope, key: str) -> dict[Any, datetime.timedelta | None]:
    """The time within which nineteen of twenty replies were written, by a key or by `hour`."""
    found = _keyed(scope, key).filter(generation__isnull=False).values("group").annotate(p95=P95)
    return {row["group"]: row["p95"] for row in found.order_by()}


def time_of(scope: Scope) -> datetime.timedelta | None:
    """The same of all replies together; None without any."""
    return entries_of(scope).filter(generation__isnull=False).aggregate(p95=P95)["p95"]


def sums_by_hour(scope: Scope) -> dict[int, Sums]:
    """What was spent in each hour of the day at the scope's place, of hours with a line."""
    rows = (
        _keyed(scope, "hour")
        .values("group")
        .annotate(**{f"sum_{name}": sum_ for name, sum_ in SUMS.items()})
        .order_by()
    )
    return {row["group"]: _sums(row) for row in rows}


@dataclass(frozen=True)
class DearTalk:
    """A conversation with what its calls within a scope add up to."""

    id: int
    visitor: str
    started: datetime.datetime
    tenant_id: int
    sums: Sums
    p95: datetime.timedelta | None


def dearest(scope: Scope, limit: int = 20) -> list[DearTalk]:
    """The conversations that cost most, dearest first."""
    top = top_conversations(scope, limit)
    entries: QuerySet[Any] = entries_of(scope).filter(
        generation__conversation__in=[one.id for one in top]
    )
    rows = (
        entries.values(talk=F("generation__conversation"))
        .annotate(**{f"sum_{name}": sum_ for name, sum_ in SUMS.items()}, sum_p95=P95)
        .order_by()
    )
    found = {row["talk"]: row for row in rows}
    return [
        DearTalk(
            one.id,
            one.visitor,
            one.started,
            one.tenant_id,
            _sums(found[one.id]),
            found[one.id]["sum_p95"],
        )
        for one in top
        if one.id in found
    ]


def newest_entry(tenants: Iterable[Tenant]) -> datetime.datetime | None:
    """When the last line of any of these tenants was written; one look into the index for each."""
    newest = LedgerEntry.objects.filter(tenant=OuterRef("pk")).order_by("-at").values("at")[:1]
    rows = Tenant.objects.filter(pk__in=[tenant.pk for tenant in tenants])
    return rows.annotate(newest=Subquery(newest)).aggregate(last=Max("newest"))["last"]


def _keyed(scope: Scope, key: str) -> QuerySet[Any]:
    rows = entries_of(scope)
    if key == "day":
        return rows.annotate(group=TruncDate("at", tzinfo=scope.zone))
    if key == "hour":
        return rows.annotate(group=ExtractHour("at", tzinfo=scope.zone))
    return rows.annotate(group=F(key))


def _sums(row: dict[str, Any]) -> Sums:
    return Sums(**{name: row[f"sum_{name}"] for name in SUMS})
