"""What conversations cost, and the calls behind it."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count, DecimalField, OuterRef, Q, QuerySet, Subquery, Sum

from billing.models import Attempt, LedgerEntry
from billing.money import MONEY
from billing.selectors.spend import Sums
from conversations.models import Conversation, Generation, Tenant

Certainty = LedgerEntry.Certainty


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
        amount=Sum("amount", default=Decimal(0)),  # last: the name hides the column from here on
    )
    return Sums(**sums)
