"""Erase what visitors said: of one visitor, or of all that were quiet for long enough."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from conversations.belongings import everything, forget_after_commit, keepers, logged
from conversations.models import (
    AuditEntry,
    Conversation,
    Message,
    Tenant,
    Visitor,
    VisitorSession,
)
from conversations.services.audit import record
from conversations.services.exporting import withdraw_exports

AT_ONCE = 50


@dataclass(frozen=True)
class Kept:
    """How much is kept of somebody, or of a time."""

    conversations: int
    messages: int
    devices: int = 0


def kept_of(visitor: Visitor) -> Kept:
    """What an erasure of this visitor would take."""
    return Kept(
        visitor.conversations.count(),
        Message.objects.filter(conversation__visitor=visitor).count(),
        visitor.sessions.count(),
    )


@transaction.atomic
def erase_visitor(visitor: Visitor) -> Kept:
    """Nothing is kept of the visitor; returns how much went.

    Every table that hangs on them, the requests of their calls, articles
    still titled with their very words, exports made before, and the caches.
    What their calls cost stays in the books, as nobody's. What is being
    written to them is written to nobody, and paid for. Their next visit
    is a new visitor's.
    """
    kept = kept_of(visitor)
    number, tenant_id = visitor.pk, visitor.tenant_id
    _erase(visitor.conversations.values_list("pk", flat=True))
    logged(everything(Visitor, [visitor.pk])).update(object_repr="erased", change_message="")
    visitor.delete()
    withdraw_exports(tenant_id)
    record(
        AuditEntry.Act.ERASED,
        tenant_id=tenant_id,
        what="visitor",
        number=number,
        conversations=kept.conversations,
        messages=kept.messages,
    )
    return kept


def due(tenant: Tenant, days: int) -> Kept:
    """What erasing after so many quiet days would take now."""
    old = _quiet(tenant, days)
    return Kept(old.count(), Message.objects.filter(conversation__in=old).count())


def erase_due() -> int:
    """What each tenant no longer keeps is gone, some conversations a transaction; returns how many.

    Visitors who are left without a conversation, and were not here in
    that time, go with it. A second call finds nothing.
    """
    erased = 0
    for tenant in Tenant.objects.exclude(kept_days=None):
        erased += _erase_old(tenant, tenant.kept_days or 0)
    return erased


def _erase_old(tenant: Tenant, days: int) -> int:
    erased = 0
    while batch := list(_quiet(tenant, days).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            # whoever writes at this moment keeps the conversation
            still = _quiet(tenant, days).filter(pk__in=batch).select_for_update()
            going = list(still.values_list("pk", flat=True))
            _erase(going)
            logged(everything(Conversation, going)).update(object_repr="erased", change_message="")
            Conversation.objects.filter(pk__in=going).delete()
            erased += len(going)
    gone = Visitor.objects.filter(tenant=tenant, conversations=None, created_at__lt=_before(days))
    gone = gone.exclude(
        pk__in=VisitorSession.objects.filter(tenant=tenant, last_seen_at__gte=_before(days)).values(
            "visitor"
        )
    )
    while batch := list(gone.values_list("pk", flat=True)[: 10 * AT_ONCE]):
        logged(everything(Visitor, batch)).update(object_repr="erased", change_message="")
        Visitor.objects.filter(pk__in=batch).delete()
    if erased:
        withdraw_exports(tenant.pk)
        record(AuditEntry.Act.ERASED, tenant_id=tenant.pk, what="by age", conversations=erased)
    return erased


def _erase(conversations: Iterable[int]) -> None:
    """What does not go with the conversations has no words of theirs any more."""
    going = list(conversations)
    for keeper in keepers():
        keeper.erase(going)
    forget_after_commit(going)


def _quiet(tenant: Tenant, days: int) -> QuerySet[Conversation]:
    return Conversation.objects.filter(tenant=tenant, updated_at__lt=_before(days))


def _before(days: int) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=days)
