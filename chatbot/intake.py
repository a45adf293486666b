"""The front desk: what visitors and staff want done, and the turns that follow from it."""

import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from chatbot.engine.lane import cut
from chatbot.models import Draft
from chatbot.providers.demo import is_demo
from chatbot.workers import call_a_worker, call_for_draft
from conversations.models import Conversation, Generation, Message
from conversations.services import handoff, replies
from conversations.services.messages import Posted, post_visitor_message
from conversations.services.refusals import Refused
from conversations.services.replies import AnotherTry, SoFar

DRAFT_TAKES_AT_MOST = datetime.timedelta(minutes=2)


def receive(conversation: Conversation, *, client_id: UUID, text: str) -> Posted:
    """The message is stored, and a worker is called once that is committed.

    A broker that is away delays the answer until the next sweep, never the message.
    """
    posted = post_visitor_message(conversation, client_id=client_id, text=text)
    if posted.created and posted.generation:
        transaction.on_commit(call_a_worker)
    return posted


def again(
    conversation: Conversation, *, reply: UUID, new_reply: UUID, by_staff: bool = False
) -> AnotherTry:
    """Another reply is queued instead of this one, and a worker is called; see `try_again`."""
    another = replies.try_again(conversation, reply, new_reply, by_staff=by_staff)
    if another.created:
        transaction.on_commit(call_a_worker)
    return another


def stop(conversation: Conversation, reply: UUID, *, by_staff: bool = False) -> None:
    """The reply has ended with what visitors have seen of it; `TooLate` where it had before.

    Its worker notices within a second, hangs up and settles the call.
    """
    generation = replies.open_reply(conversation, reply)
    by = replies.StoppedBy.STAFF if by_staff else replies.StoppedBy.VISITOR
    replies.stop_reply(conversation, reply, _cut(generation), by)


def ask_for_person(conversation: Conversation) -> int:
    """The visitor waits for a person; returns the number of the newest event."""
    return handoff.ask_for_person(conversation)


def staff_says(
    conversation: Conversation, author: Any, text: str, client_id: UUID | None = None
) -> Message:
    """A person's message is posted, once under its id, and that person answers from here on."""
    return handoff.staff_says(conversation, author, text, client_id, _cut)


def take_over(conversation: Conversation, author: Any) -> int:
    """A person answers from here on, and not one more character of the bot's is sent.

    Returns the number of the newest event.
    """
    return handoff.take_over(conversation, author, _cut)


def hand_back(conversation: Conversation) -> None:
    """The bot answers again."""
    handoff.hand_back(conversation)


def close(conversation: Conversation) -> None:
    """The exchange is over, and not one more character of the bot's is sent."""
    handoff.close(conversation, _cut)


def ask_for_draft(conversation: Conversation, author: Any) -> Draft:
    """A worker will write what the bot would say to the visitor's last message; only staff see it.

    One that was just asked for, by whomever, is not asked for again.
    `Refused` where the visitor has said nothing.
    """
    question = conversation.messages.filter(role=Message.Role.VISITOR).order_by("-seq").first()
    if question is None:
        raise Refused("empty", "The visitor has said nothing yet that could be answered.")
    under_way = Draft.objects.filter(
        question=question,
        state__in=(Draft.State.ASKED, Draft.State.WRITING),
        asked_at__gt=Now() - DRAFT_TAKES_AT_MOST,
    ).first()
    if under_way:
        return under_way
    draft = Draft.objects.create(
        tenant_id=conversation.tenant_id,
        conversation=conversation,
        question=question,
        author=author,
    )
    transaction.on_commit(lambda: call_for_draft(draft.pk))
    return draft


def _cut(generation: Generation) -> SoFar:
    """The fast lane is closed to it; the text there is ahead of Postgres by up to a second."""
    text = cut(str(generation.public_id), generation.claim)
    return SoFar(generation.claim, text, is_demo(generation.model))
