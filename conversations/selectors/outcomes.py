"""What came of conversations: how many of each kind, and which."""

import datetime
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from conversations.models import Conversation, Outcome, Tenant

Kind = Outcome.Kind


@dataclass(frozen=True)
class OutcomeCounts:
    """How many conversations came out how; `undecided` may still be confirmed or reopened."""

    confirmed: int = 0
    assumed: int = 0
    handed_over: int = 0
    unanswered: int = 0
    reopened: int = 0
    undecided: int = 0

    @property
    def resolved(self) -> int:
        """By the bot, confirmed or assumed."""
        return self.confirmed + self.assumed


def newest_outcome(conversation: Conversation) -> Outcome | None:
    """What came of the conversation last; None while nobody has said so and no rule has judged."""
    return Outcome.objects.filter(conversation=conversation).order_by("-at").first()


def outcome_counts(
    tenants: Sequence[Tenant], start: datetime.datetime, end: datetime.datetime
) -> OutcomeCounts:
    """What came out from `start` on and before `end`."""
    lasting = {kind.value: Count("pk", filter=Q(kind=kind, lasting=True)) for kind in Kind}
    found = Outcome.objects.filter(
        tenant__in=[tenant.pk for tenant in tenants], at__gte=start, at__lt=end
    ).aggregate(
        **lasting,
        reopened=Count("pk", filter=Q(lasting=False)),
        undecided=Count("pk", filter=Q(lasting=None)),
    )
    return OutcomeCounts(**found)


def outcome_link(
    kind: Outcome.Kind, first: datetime.date, last: datetime.date, zone: zoneinfo.ZoneInfo
) -> str:
    """The value by which a list of conversations shows those behind a count; see `with_outcome`."""
    return f"{kind}.{first}.{last}.{zone.key}"


def with_outcome(conversations: QuerySet[Conversation], wanted: str) -> QuerySet[Conversation]:
    """The rows with a lasting outcome of a kind, or of a kind in some days: `outcome_link`.

    What is no kind, day or zone finds nothing.
    """
    kind, *days = wanted.split(".")
    found = Outcome.objects.filter(conversation=OuterRef("pk"), kind=kind, lasting=True)
    if days:
        try:
            first, last = (datetime.date.fromisoformat(day) for day in days[:2])
            zone = zoneinfo.ZoneInfo(days[2])
        except (ValueError, IndexError, zoneinfo.ZoneInfoNotFoundError):
            return conversations.none()
        midnight = datetime.time()
        found = found.filter(
            at__gte=datetime.datetime.combine(first, midnight, zone),
            at__lt=datetime.datetime.combine(last + datetime.timedelta(days=1), midnight, zone),
        )
    return conversations.filter(Exists(found))
