"""The front desk: what visitors and staff want done, and the turns that follow from it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from redis import Redis, RedisError

from chatbot.engine.lane import text_key
from chatbot.providers.demo import is_demo
from chatbot.workers import call_a_worker
from conversations.models import Conversation, Generation, Message
from conversations.services import handoff, replies
from conversations.services.messages import Posted, post_visitor_message
from conversations.services.replies import AnotherTry, SoFar


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
    replies.stop_reply(conversation, reply, _so_far(generation), by)


def ask_for_person(conversation: Conversation) -> int:
    """The visitor waits for a person; returns the number of the newest event."""
    return handoff.ask_for_person(conversation)


def staff_says(
    conversation: Conversation, author: Any, text: str, client_id: UUID | None = None
) -> Message:
    """A person's message is posted, once under its id, and that person answers from here on."""
    return handoff.staff_says(conversation, author, text, client_id)


def hand_back(conversation: Conversation) -> None:
    """The bot answers again."""
    handoff.hand_back(conversation)


def _so_far(generation: Generation) -> SoFar:
    """The text in the fast lane is ahead of Postgres by up to a second."""
    key = text_key(str(generation.public_id), generation.claim)
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as lane:
            sent = lane.get(key)
    except RedisError:
        sent = None
    text = sent.decode() if isinstance(sent, bytes) else ""
    return SoFar(generation.claim, text, is_demo(generation.model))
