"""Append to a conversation's log and ring the bell."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

from conversations.hints import ring
from conversations.models import Conversation, Event, Generation
from conversations.rows import store
from conversations.services.refusals import Refused


@dataclass(frozen=True)
class Place:
    """A number of a conversation's log, taken at this moment, and who answered then."""

    conversation_id: int
    tenant_id: int
    seq: int
    at: datetime.datetime
    state: Conversation.State
    in_crowd: bool = False


def next_place(conversation_id: int) -> Place:
    """The number of the conversation's next event, taken; nobody else takes one until commit.

    Refused where the conversation was erased.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE conversations_conversation
               SET last_seq = last_seq + 1, updated_at = clock_timestamp()
             WHERE id = %s
            RETURNING id, tenant_id, last_seq, updated_at, state, in_crowd
            """,
            [conversation_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise Refused("gone", "This conversation is no longer kept; begin a new one.")
    pk, tenant_id, seq, at, state, in_crowd = row
    return Place(pk, tenant_id, seq, at, Conversation.State(state), in_crowd)


def append(
    place: Place,
    kind: Event.Kind,
    data: dict[str, Any],
    generation: Generation | None = None,
    *,
    stored_with: Sequence[models.Model] = (),
) -> Event:
    """The event is in the log at this place; sockets hear of it after the commit.

    `stored_with` are new rows that the same statement stores before it.
    """
    event = Event(
        tenant_id=place.tenant_id,
        conversation_id=place.conversation_id,
        generation=generation,
        seq=place.seq,
        kind=kind,
        data=data,
    )
    store(*stored_with, event)
    frame = frame_of(place.seq, kind, data)
    transaction.on_commit(lambda: ring(place.conversation_id, frame))
    return event


def frame_of(seq: int, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """The event as sockets send it."""
    return {"type": "event", "seq": seq, "kind": str(kind), "data": data}
