"""Post what was said."""

import unicodedata
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from conversations.models import Conversation, Event, Generation, Message
from conversations.models.messages import MAX_MESSAGE_CHARACTERS
from conversations.services import events
from conversations.services.event_data import message_said


class MessageRefused(Exception):
    """What was sent cannot be stored; `code` is the protocol's, the text is for the visitor."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Posted:
    """A stored message and the generation that will answer it; None where a person answers."""

    message: Message
    generation: Generation | None
    created: bool


def post_visitor_message(conversation: Conversation, *, client_id: UUID, text: str) -> Posted:
    """Store a visitor's message together with its queued generation.

    Both are written in one transaction, so there is never a question
    without a turn. Posting the same `client_id` again returns the first
    result with `created=False`; with another text it is refused.
    """
    text = cleaned(text)
    with transaction.atomic():
        # The row's lock makes two tabs, or one frame sent twice, take turns.
        conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
        earlier = Message.objects.filter(conversation=conversation, client_id=client_id).first()
        if earlier:
            if earlier.text != text:
                raise MessageRefused(
                    "id_reused", "This message was sent before with another text; that one stands."
                )
            return Posted(earlier, earlier.generations.first(), created=False)
        return _store(conversation, client_id, text)


def _store(conversation: Conversation, client_id: UUID, text: str) -> Posted:
    seq = events.next_seq(conversation)
    message = Message.objects.create(
        tenant_id=conversation.tenant_id,
        conversation=conversation,
        client_id=client_id,
        seq=seq,
        role=Message.Role.VISITOR,
        text=text,
        created_at=conversation.updated_at,
    )
    generation = None
    if conversation.state == Conversation.State.BOT:
        generation = Generation.objects.create(
            tenant_id=conversation.tenant_id,
            conversation=conversation,
            question=message,
            queued_at=Now(),
        )
    said = message_said(message, generation)
    events.append(conversation, seq, Event.Kind.MESSAGE, said, generation)
    return Posted(message, generation, created=True)


def cleaned(text: str) -> str:
    """The text as it can be stored: no NUL, no lone surrogates, composed, trimmed.

    Refused where nothing is left or more than `MAX_MESSAGE_CHARACTERS`.
    """
    text = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        raise MessageRefused("empty", "There is nothing to send; write something first.")
    if len(text) > MAX_MESSAGE_CHARACTERS:
        raise MessageRefused(
            "too_long",
            f"This is {len(text):,} characters; at most {MAX_MESSAGE_CHARACTERS:,} can be sent "
            "at once. Split it into several messages.",
        )
    return text
