"""Whose a conversation is: given to somebody, taken, or handed out by turn."""

import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Max, Q
from django.db.models.functions import Now

from conversations.models import AuditEntry, Conversation, Notice, Work
from conversations.roles import Act
from conversations.services import notices
from conversations.services.audit import record

# An open page says so every twenty seconds; one behind others, every minute (browsers see to that).
AT_DESK = datetime.timedelta(seconds=150)
TURN_LOCK = 6_190


class NotDone(Exception):
    """It is not done; the text says why, and what would be."""


def assign(conversation: Conversation, to: Any, by: Any = None) -> None:
    """The conversation is this person's, or nobody's; they are told, unless it was their own deed.

    Refused with `NotDone` where they may not answer at its tenant.
    """
    if to is not None and not _may_answer(to, conversation.tenant_id):
        raise NotDone(f"{to.get_username()} may not answer here; choose somebody who may.")
    with transaction.atomic():
        _set(conversation, to)
        if to is not None:
            notices.tell(Notice.Kind.ASSIGNED, conversation, [to], by=by)
        name = to.get_username() if to is not None else None
        record(AuditEntry.Act.WORKED, conversation, person=by, done="assigned", to=name)


def give_by_turn(conversation: Conversation, by: Any = None) -> User | None:
    """It is the next one's of those at their desk, who is returned; None where nobody is there.

    Next is whose last turn at the tenant is the longest ago. What is
    somebody's already stays theirs, and they are returned.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:  # two at once must not be the same one's
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", [TURN_LOCK, conversation.tenant_id]
            )
        work = Work.objects.filter(conversation=conversation).select_related("assignee").first()
        if work and work.assignee:
            return work.assignee
        person = next_in_turn(conversation.tenant_id)
        if person is not None:
            assign(conversation, person, by)
        return person


def next_in_turn(tenant_id: int) -> User | None:
    """Whose turn it is at the tenant among those at their desk."""
    there = notices.people_who_may(Act.ANSWER, tenant_id).filter(
        at_desk__seen_at__gt=Now() - AT_DESK, at_desk__away=False
    )
    turns = dict(
        Work.objects.filter(tenant=tenant_id, assignee__in=there)
        .values_list("assignee")
        .annotate(last=Max("assigned_at"))
    )
    long_ago = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    people = sorted(there, key=lambda one: (turns.get(one.pk) or long_ago, one.pk))
    return people[0] if people else None


def keep_if_nobodys(conversation_id: int, tenant_id: int, person: Any) -> None:
    """The conversation is this person's, if it is nobody's yet; nobody is told."""
    Work.objects.get_or_create(
        conversation_id=conversation_id,
        defaults={"tenant_id": tenant_id, "assignee": person, "assigned_at": Now()},
    )
    nobodys = Work.objects.filter(conversation=conversation_id, assignee=None)
    nobodys.update(assignee=person, assigned_at=Now())


def _set(conversation: Conversation, to: Any) -> None:
    Work.objects.update_or_create(
        conversation=conversation,
        defaults={"assignee": to, "assigned_at": Now()},
        create_defaults={
            "tenant_id": conversation.tenant_id,
            "assignee": to,
            "assigned_at": Now(),
        },
    )


def _may_answer(person: Any, tenant_id: int) -> bool:
    mine = Q(pk=person.pk)
    return (
        person.is_superuser or notices.people_who_may(Act.ANSWER, tenant_id).filter(mine).exists()
    )
