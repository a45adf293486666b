"""Post what was said."""

import unicodedata
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from conversations.models import Conversation, Event, Generation, Message
from conversations.models.messages import MAX_MESSAGE_CHARACTERS
from conversations.services import events
from conversations.services.closing import reopened
from conversations.services.event_data import message_said
from conversations.services.limits import refuse_too_much
from conversations.services.refusals import Refused


@dataclass(frozen=True)
class Posted:
    """A stored message and the generation that will answer it; None where a person answers."""

    message: Message
    generation: Generation | None
    created: bool


class _SaidBefore(Exception):
    """The message is stored already; undoes the number that was taken for it."""


def post_visitor_message(conversation: Conversation, *, client_id: UUID, text: str) -> Posted:
    """Store a visitor's message together with its queued generation.

    Both are written in one transaction, so there is never a question
    without a turn. Posting the same `client_id` again returns the first
    result with `created=False`; with another text it is refused, and so is
    more than `limits.refuse_too_much` allows.
    """
    text = cleaned(text)
    try:
        return _store(conversation, client_id, text)
    except _SaidBefore:
        return _first_of(conversation, client_id, text)


@transaction.atomic
def _store(conversation: Conversation, client_id: UUID, text: str) -> Posted:
    # Taking the number locks the conversation: two tabs, or one frame sent
    # twice, take turns.
    place = events.next_place(conversation.pk)
    if said_before(place, client_id):
        raise _SaidBefore
    message = spoken(place, Message.Role.VISITOR, text, client_id=client_id)
    # one that has ended may still stand open in a tab; what is asked there is answered
    if place.state == Conversation.State.CLOSED:
        reopened(place.conversation_id)
    if place.state in (Conversation.State.WAITING, Conversation.State.STAFF):
        events.append(place, Event.Kind.MESSAGE, message_said(message, None), stored_with=[message])
        return Posted(message, None, created=True)
    refuse_too_much(place)
    generation = Generation(
        tenant_id=place.tenant_id, conversation=conversation, question=message, queued_at=place.at
    )
    data = message_said(message, generation)
    events.append(place, Event.Kind.MESSAGE, data, generation, stored_with=[message, generation])
    return Posted(message, generation, created=True)


def said_before(place: events.Place, client_id: UUID) -> bool:
    """Whether the conversation has the message that was sent under this id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM conversations_message WHERE conversation_id = %s AND client_id = %s",
            [place.conversation_id, client_id],
        )
        return cursor.fetchone() is not None


def _first_of(conversation: Conversation, client_id: UUID, text: str) -> Posted:
    earlier = Message.objects.get(conversation=conversation, client_id=client_id)
    if earlier.text != text:
        raise Refused(
            "id_reused", "This message was sent before with another text; that one stands."
        )
    return Posted(earlier, earlier.generations.order_by("pk").first(), created=False)


def post_staff_message(
    place: events.Place, author: Any, text: str, client_id: UUID | None = None
) -> Message:
    """What a person of staff says stands at this place; refused as a visitor's text would be."""
    message = spoken(place, Message.Role.STAFF, cleaned(text), author=author, client_id=client_id)
    events.append(place, Event.Kind.MESSAGE, message_said(message, None), stored_with=[message])
    return message


def spoken(place: events.Place, role: Message.Role, text: str, **more: Any) -> Message:
    """What was said at this place, as a message that is not stored yet."""
    return Message(
        tenant_id=place.tenant_id,
        conversation_id=place.conversation_id,
        seq=place.seq,
        role=role,
        text=text,
        created_at=place.at,
        **more,
    )


def cleaned(text: str) -> str:
    """The text as it can be stored: no NUL, no lone surrogates, composed, trimmed.

    Refused where nothing is left or more than `MAX_MESSAGE_CHARACTERS`.
    """
    text = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        raise Refused("empty", "There is nothing to send; write something first.")
    if len(text) > MAX_MESSAGE_CHARACTERS:
        raise Refused(
            "too_long",
            "This is {length} characters; at most {most} can be sent at once. "
            "Split it into several messages.",
            length=f"{len(text):,}",
            most=f"{MAX_MESSAGE_CHARACTERS:,}",
        )
    return text
