"""Append to a conversation's log and ring the bell."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from conversations.hints import ring
from conversations.models import Conversation, Event, Generation


def next_seq(conversation: Conversation) -> int:
    """The number of the conversation's next event, taken; nobody else takes one until commit."""
    Conversation.objects.filter(pk=conversation.pk).update(
        last_seq=F("last_seq") + 1, updated_at=Now()
    )
    conversation.refresh_from_db(fields=["last_seq", "updated_at"])
    return conversation.last_seq


def append(
    conversation: Conversation,
    seq: int,
    kind: Event.Kind,
    data: dict[str, Any],
    generation: Generation | None = None,
) -> Event:
    """The event is in the log under this number; sockets hear of it after the commit."""
    event = Event.objects.create(
        tenant_id=conversation.tenant_id,
        conversation=conversation,
        generation=generation,
        seq=seq,
        kind=kind,
        data=data,
    )
    frame = frame_of(seq, kind, data)
    transaction.on_commit(lambda: ring(conversation.pk, frame))
    return event


def frame_of(seq: int, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """The event as sockets send it."""
    return {"type": "event", "seq": seq, "kind": str(kind), "data": data}
