"""What conversations cost, and the calls behind it."""

import datetime
import zoneinfo
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import ExtractHour

from billing.models import Attempt, LedgerEntry
from billing.money import MONEY
from billing.selectors.spend import Sums
from conversations.models import Conversation, Generation, Tenant

Certainty = LedgerEntry.Certainty


@dataclass(frozen=True)
class Calls:
    """What a call was; None where any will do. Days and hours are the zone's own."""

    zone: zoneinfo.ZoneInfo
    first: datetime.date | None = None
    last: datetime.date | None = None
    model: str | None = None
    persona_label: str | None = None
    purpose: str | None = None
    hour: int | None = None


def with_calls(conversations: QuerySet[Conversation], calls: Calls) -> QuerySet[Conversation]:
    """The rows in which one and the same call was all of that."""
    lines: QuerySet[Any] = LedgerEntry.objects.filter(generation__conversation=OuterRef("pk"))
    if calls.first:
        begin = datetime.datetime.combine(calls.first, datetime.time(), calls.zone)
        lines = lines.filter(at__gte=begin)
    if calls.last:
        after = calls.last + datetime.timedelta(days=1)
        lines = lines.filter(at__lt=datetime.datetime.combine(after, datetime.time(), calls.zone))
    for name in ("model", "persona_label", "purpose"):
        if (value := getattr(calls, name)) is not None:
            lines = lines.filter(**{name: value})
    if calls.hour is not None:
        lines = lines.annotate(hour=ExtractHour("at", tzinfo=calls.zone)).filter(hour=calls.hour)
    return conversations.filter(Exists(lines))


def with_cost(
    conversations: QuerySet[Conversation], tenants: QuerySet[Tenant]
) -> QuerySet[Conversation]:
    """The rows with `cost`; None where nothing was called, or the tenant is not one of these."""
    cost = (
        LedgerEntry.objects.filter(generation__conversation=OuterRef("pk"), tenant__in=tenants)
        .order_by()
        .values("generation__conversation")
        .annotate(sum=Sum("amount"))
        .values("sum")
    )
    return conversations.annotate(cost=Subquery(cost, output_field=DecimalField(**MONEY)))


def calls_of(generations: Iterable[Generation]) -> dict[int, list[Attempt]]:
    """The attempts of each generation by its id, in the order they were made.

    Each comes with its price and its ledger entries: two queries.
    """
    rows = (
        Attempt.objects.filter(generation__in=[one.pk for one in generations])
        .select_related("price")
        .prefetch_related("entries")
        .order_by("opened_at")
    )
    calls: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in rows:
        if attempt.generation_id is not None:
            calls[attempt.generation_id].append(attempt)
    return calls


def spent_on(conversation: Conversation) -> Sums:
    """What all calls of the conversation add up to, corrections included."""
    call = Q(kind=LedgerEntry.Kind.CALL)
    estimated, unknown = Q(certainty=Certainty.ESTIMATED), Q(certainty=Certainty.UNKNOWN)
    sums = LedgerEntry.objects.filter(generation__conversation=conversation).aggregate(
        calls=Count("pk", filter=call),
        input_tokens=Sum("input_tokens", default=0),
        cached_tokens=Sum("cached_tokens", default=0),
        output_tokens=Sum("output_tokens", default=0),
        exact=Count("pk", filter=call & Q(certainty=Certainty.EXACT)),
        estimated=Count("pk", filter=call & estimated),
        unknown=Count("pk", filter=call & unknown),
        estimated_amount=Sum("amount", filter=estimated, default=Decimal(0)),
        unknown_amount=Sum("amount", filter=unknown, default=Decimal(0)),
        corrected_amount=Sum("amount", filter=~call, default=Decimal(0)),
        amount=Sum("amount", default=Decimal(0)),  # last: the name hides the column from here on
    )
    return Sums(**sums)
