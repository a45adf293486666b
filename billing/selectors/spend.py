"""What was spent: by day, tenant and model, and by conversation.

`spend_lines` is the one source of every sum on the report and in its
exports. It reads the ledger through the covering index `ledger_report`.
"""

import datetime
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, cast

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from billing.models import LedgerEntry
from conversations.models import Tenant, Visitor

EXACT, ESTIMATED, UNKNOWN = LedgerEntry.Certainty.values
# what tells one line from another
KEYS = ("day", "tenant_id", "model", "purpose", "persona_label")


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


@dataclass(frozen=True)
class Sums:
    """What a group of ledger entries adds up to; tokens as in `LedgerEntry`.

    Corrections are in the amounts and in no count. `errors` are calls that
    did not give what was asked for.
    """

    calls: int = 0
    amount: Decimal = Decimal(0)
    input_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    errors: int = 0
    exact: int = 0
    estimated: int = 0
    unknown: int = 0
    estimated_amount: Decimal = Decimal(0)
    unknown_amount: Decimal = Decimal(0)

    @property
    def tokens(self) -> int:
        """Everything in and out; cached tokens are part of what went in."""
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True)
class SpendLine(Sums):
    """One day, tenant, model, purpose and persona."""

    day: datetime.date = datetime.date.min
    tenant_id: int = 0
    model: str = ""
    purpose: str = ""
    persona_label: str = ""


@dataclass(frozen=True)
class ConversationSpend:
    """What one conversation cost within a scope."""

    id: int
    visitor: str
    started: datetime.datetime
    tenant_id: int
    calls: int
    tokens: int
    amount: Decimal


def spend_lines(scope: Scope) -> list[SpendLine]:
    """One line per day, tenant, model, purpose and persona, in that order; amounts unrounded.

    What had neither a call nor a correction has no line.
    """
    call = Q(kind=LedgerEntry.Kind.CALL)
    sums = {
        "calls": Count("pk", filter=call),
        "amount": Sum("amount"),
        "input_tokens": Sum("input_tokens"),
        "cached_tokens": Sum("cached_tokens"),
        "cache_write_tokens": Sum("cache_write_tokens"),
        "output_tokens": Sum("output_tokens"),
        "reasoning_tokens": Sum("reasoning_tokens"),
        "errors": Count("pk", filter=call & ~Q(outcome__in=LedgerEntry.ANSWERED)),
        "exact": Count("pk", filter=call & Q(certainty=EXACT)),
        "estimated": Count("pk", filter=call & Q(certainty=ESTIMATED)),
        "unknown": Count("pk", filter=call & Q(certainty=UNKNOWN)),
        "estimated_amount": Sum("amount", filter=Q(certainty=ESTIMATED), default=Decimal(0)),
        "unknown_amount": Sum("amount", filter=Q(certainty=UNKNOWN), default=Decimal(0)),
    }
    rows = (
        _entries(scope)
        .annotate(day=TruncDate("at", tzinfo=scope.zone))
        .values(*KEYS)
        .annotate(**{f"sum_{name}": sum_ for name, sum_ in sums.items()})
        .order_by(*KEYS)
    )
    return [_line(dict(row)) for row in rows]


def added(lines: Iterable[Sums]) -> Sums:
    """The lines as one."""
    lines = list(lines)
    sums: dict[str, Any] = {
        field.name: sum((getattr(line, field.name) for line in lines), cast(Any, field.default))
        for field in fields(Sums)
    }
    return Sums(**sums)


def conversation_spend(scope: Scope) -> tuple[int, Decimal]:
    """How many conversations had a call, and what those calls cost together.

    Calls whose visitor was erased are in neither figure.
    """
    found = (
        _entries(scope)
        .filter(generation__isnull=False)
        .aggregate(
            count=Count("generation__conversation", distinct=True),
            amount=Sum("amount", default=Decimal(0)),
        )
    )
    return found["count"], found["amount"]


def top_conversations(scope: Scope, limit: int = 10) -> list[ConversationSpend]:
    """The dearest conversations of the scope, dearest first."""
    rows = (
        _entries(scope)
        .filter(generation__isnull=False)
        .values(
            "tenant_id",
            conversation=F("generation__conversation"),
            name=F("generation__conversation__visitor__name"),
            public_id=F("generation__conversation__visitor__public_id"),
            started=F("generation__conversation__created_at"),
        )
        .annotate(
            calls=Count("pk", filter=Q(kind=LedgerEntry.Kind.CALL)),
            tokens=Sum(F("input_tokens") + F("output_tokens")),
            sum_amount=Sum("amount"),
        )
        .order_by("-sum_amount", "conversation")[:limit]
    )
    return [
        ConversationSpend(
            id=row["conversation"],
            visitor=str(Visitor(name=row["name"], public_id=row["public_id"])),
            started=row["started"],
            tenant_id=row["tenant_id"],
            calls=row["calls"],
            tokens=row["tokens"],
            amount=row["sum_amount"],
        )
        for row in rows
    ]


def _line(row: dict[str, Any]) -> SpendLine:
    return SpendLine(**{name.removeprefix("sum_"): value for name, value in row.items()})


def _entries(scope: Scope) -> QuerySet[LedgerEntry]:
    start = datetime.datetime.combine(scope.first, datetime.time(), scope.zone)
    end = datetime.datetime.combine(
        scope.last + datetime.timedelta(days=1), datetime.time(), scope.zone
    )
    entries = LedgerEntry.objects.filter(
        tenant_id__in=[tenant.pk for tenant in scope.tenants], at__gte=start, at__lt=end
    )
    if scope.models:
        entries = entries.filter(model__in=scope.models)
    if scope.purposes:
        entries = entries.filter(purpose__in=scope.purposes)
    return entries
