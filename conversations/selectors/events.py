"""Read a conversation's log."""

from typing import Any

from conversations.models import Conversation, Event, Generation
from conversations.services.events import frame_of


def events_after(conversation_id: int, seq: int, limit: int = 500) -> list[dict[str, Any]]:
    """The frames of the events after this number, in order, at most `limit`."""
    rows = Event.objects.filter(conversation_id=conversation_id, seq__gt=seq).order_by("seq")
    return [
        frame_of(row.seq, row.kind, row.data) for row in rows.only("seq", "kind", "data")[:limit]
    ]


def stand_of(conversation_id: int) -> tuple[int, str]:
    """The number of the conversation's newest event, and who answers after it."""
    return Conversation.objects.values_list("last_seq", "state").get(pk=conversation_id)


def replies_being_written(conversation_id: int) -> list[Generation]:
    """The generations of this conversation that have not ended, oldest first."""
    return list(
        Generation.objects.filter(
            conversation_id=conversation_id,
            state__in=Generation.OPEN_STATES,
        ).order_by("queued_at")
    )
