"""The clock of visitors who wait for a person."""

import datetime

from django.db import transaction
from django.db.models.functions import Now

from conversations.models import Conversation, DeskSettings, Notice, Wait, Work
from conversations.roles import Act
from conversations.selectors.hours import hours_of
from conversations.services import notices, turns

State = Conversation.State
Kind = Notice.Kind
WITH_PEOPLE = (State.WAITING, State.STAFF)
AT_ONCE = 200


def begin(conversation_id: int, tenant_id: int, at: datetime.datetime) -> Wait:
    """The visitor waits since this moment, and those whom it concerns have a notice.

    That is the one whose conversation it is; where it is nobody's, and the
    tenant wishes so, it is given to the next in turn, else all who may
    answer are told. Who waits already goes on waiting.
    """
    desk = DeskSettings.objects.filter(tenant=tenant_id).first()
    minutes = desk.first_answer_minutes if desk else None
    due = hours_of(tenant_id).after_open_seconds(at, 60 * minutes) if minutes else None
    wait, created = Wait.objects.get_or_create(
        conversation_id=conversation_id,
        ended_at=None,
        defaults={"tenant_id": tenant_id, "since": at, "due_at": due},
    )
    if not created:
        return wait
    conversation = Conversation.objects.get(pk=conversation_id)
    given = turns.give_by_turn(conversation) if desk and desk.assigns_by_turn else None
    if given is None:
        notices.tell(Kind.WAITING, conversation, _concerned(conversation))
    return wait


def end(conversation_id: int, how: Wait.End) -> None:
    """Nobody waits there any more; nothing happens where nobody did."""
    mine = Wait.objects.filter(conversation=conversation_id, ended_at=None)
    if mine.update(ended_at=Now(), end=how):
        notices.settle(conversation_id, Kind.WAITING, Kind.LATE)


def tend() -> int:
    """Waits that ended elsewhere have ended; late ones were told of, once; turns were given.

    Returns how many that were, at most `AT_ONCE` of each. Several may run at
    once and none does another's.
    """
    return _end_elsewhere() + _tell_late() + _give_turns()


def _end_elsewhere() -> int:
    """A visitor may begin anew, or become somebody the site knows, while they wait."""
    gone = Wait.objects.filter(ended_at=None).exclude(conversation__state__in=WITH_PEOPLE)
    ids = list(gone.values_list("conversation_id", flat=True)[:AT_ONCE])
    for pk in ids:
        end(pk, Wait.End.CLOSED)
    return len(ids)


@transaction.atomic
def _tell_late() -> int:
    late = Wait.objects.filter(ended_at=None, told_late=False, due_at__lte=Now())
    rows = late.select_related("conversation").select_for_update(skip_locked=True, of=("self",))
    found = list(rows.order_by("due_at")[:AT_ONCE])
    for wait in found:
        managers = notices.people_who_may(Act.CONFIGURE, wait.tenant_id)
        told = [*_concerned(wait.conversation), *managers]
        notices.tell(Kind.LATE, wait.conversation, told)
    Wait.objects.filter(pk__in=[wait.pk for wait in found]).update(told_late=True)
    return len(found)


def _give_turns() -> int:
    """Nobody was at their desk when they began to wait."""
    by_turn = DeskSettings.objects.filter(assigns_by_turn=True).values("tenant")
    waiting = Conversation.objects.filter(state=State.WAITING, tenant__in=by_turn)
    nobodys = waiting.filter(work__assignee=None, waits__ended_at=None).order_by("waits__since")
    return sum(bool(turns.give_by_turn(one)) for one in nobodys[:AT_ONCE])


def _concerned(conversation: Conversation) -> list[object]:
    """The one whose it is, else all who may answer."""
    work = Work.objects.filter(conversation=conversation).exclude(assignee=None)
    mine = work.filter(assignee__is_active=True).select_related("assignee").first()
    if mine:
        return [mine.assignee]
    return list(notices.people_who_may(Act.ANSWER, conversation.tenant_id))
