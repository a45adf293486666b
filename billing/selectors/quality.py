"""How the bot's replies ended, whatever they cost."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from billing.models import Attempt
from billing.selectors.scope import Scope
from conversations.models import Event, Generation

State = Generation.State


@dataclass(frozen=True)
class Endings:
    """Replies that have ended, and the conversations they are in.

    `handed_off` counts conversations in which a person was asked for,
    `tried_again` replies that the visitor or staff had written anew.
    """

    replies: int = 0
    conversations: int = 0
    failed: int = 0
    stopped: int = 0
    tried_again: int = 0
    handed_off: int = 0


def endings_by(scope: Scope, field: str) -> dict[Any, Endings]:
    """The endings by `model` or `persona_label`, of replies that ended in the scope's days.

    Nothing where the scope is about other purposes than replies.
    """
    if scope.purposes and Attempt.Purpose.REPLY not in scope.purposes:
        return {}
    asked = Event.objects.filter(
        conversation=OuterRef("conversation"), kind=Event.Kind.PERSON_ASKED
    )
    again = Generation.objects.filter(instead_of=OuterRef("pk"))
    rows: QuerySet[Any] = Generation.objects.filter(
        tenant_id__in=[tenant.pk for tenant in scope.tenants],
        finished_at__gte=scope.start,
        finished_at__lt=scope.end,
    ).exclude(model="")
    if scope.models:
        rows = rows.filter(model__in=scope.models)
    found = (
        rows.annotate(group=F(field), asked=Exists(asked), again=Exists(again))
        .values("group")
        .annotate(
            replies=Count("pk"),
            conversations=Count("conversation", distinct=True),
            failed=Count("pk", filter=Q(state=State.FAILED)),
            stopped=Count("pk", filter=Q(state=State.STOPPED)),
            tried_again=Count("pk", filter=Q(again=True)),
            handed_off=Count("conversation", filter=Q(asked=True), distinct=True),
        )
        .order_by()
    )
    return {row.pop("group"): Endings(**row) for row in found}
