"""Close a conversation, and open it again."""

from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.dispatch import Signal

from conversations.models import AuditEntry, Conversation, Event, Wait, Work
from conversations.services import events, waits
from conversations.services.audit import record
from conversations.services.event_data import turned
from conversations.services.turns import NotDone

State = Conversation.State

# Sent in the transaction that closes it, with the `conversation`.
closed = Signal()

# A visitor has one open conversation at a time, which a constraint keeps.
REOPEN = """
UPDATE conversations_conversation AS talk SET state = 'bot'
 WHERE talk.id = %s AND talk.state = 'closed'
   AND NOT EXISTS (SELECT FROM conversations_conversation AS other
                    WHERE other.visitor_id = talk.visitor_id AND other.state <> 'closed')
"""


@transaction.atomic
def close(conversation: Conversation, by: Any = None) -> None:
    """The conversation is closed, and what the visitor begins next is new.

    Where a person answered or was awaited, the visitor is told that the bot
    answers again. Nothing happens where it is closed already.
    """
    talk = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if talk.state == State.CLOSED:
        return
    if talk.state in (State.WAITING, State.STAFF):
        place = events.next_place(talk.pk)
        events.append(place, Event.Kind.BOT_BACK, turned(place.at))
    mark_closed(talk)
    waits.end(talk.pk, Wait.End.CLOSED)
    ended = {"closed_at": Now(), "closed_by": by, "snoozed_until": None}
    Work.objects.update_or_create(
        conversation=conversation,
        defaults=ended,
        create_defaults=ended | {"tenant_id": talk.tenant_id},
    )
    record(AuditEntry.Act.WORKED, conversation, person=by, done="closed")


def mark_closed(conversation: Conversation) -> None:
    """The state says so, and those who want to know are told; in a transaction with its row."""
    conversation.state = State.CLOSED
    Conversation.objects.filter(pk=conversation.pk).update(state=State.CLOSED)
    closed.send(Conversation, conversation=conversation)


@transaction.atomic
def reopen(conversation: Conversation, by: Any = None) -> None:
    """The bot answers there again; nothing happens where the conversation is open.

    Refused with `NotDone` where the visitor has begun another since.
    """
    if reopened(conversation.pk):
        record(AuditEntry.Act.WORKED, conversation, person=by, done="reopened")
    elif Conversation.objects.filter(pk=conversation.pk, state=State.CLOSED).exists():
        raise NotDone("The visitor has begun another conversation since; go on in that one.")


def reopened(conversation_id: int) -> bool:
    """Whether a closed conversation is open now; one whose visitor has another stays closed."""
    with connection.cursor() as cursor:
        cursor.execute(REOPEN, [conversation_id])
        return bool(cursor.rowcount)
