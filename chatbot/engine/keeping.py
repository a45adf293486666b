"""What the engine keeps of a conversation: articles, summaries, actions, texts in the fast lane."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now
from redis import Redis, RedisError

from chatbot.engine.lane import text_key
from chatbot.inbox.filling import fill
from chatbot.knowledge.corrections import articles_of
from chatbot.knowledge.ingest import cut
from chatbot.knowledge.search import forget as search_anew
from chatbot.models import Document, Draft, Summary, ToolCall
from conversations.models import Conversation

logger = logging.getLogger(__name__)


def redact(conversations: Iterable[int], change: Callable[[QuerySet], list[Any]]) -> int:
    """Articles made of the conversations have been given to `change` and cut anew.

    Summaries may say the same in other words, so they are gone; the next one
    is made from what is left. What waits for a visitor's yes would be done
    with the words, so it counts as declined; a draft that is being written
    has failed.
    """
    numbers = list(conversations)
    Summary.objects.filter(conversation__in=numbers).delete()
    waiting = ToolCall.objects.filter(
        generation__conversation__in=numbers,
        state__in=[ToolCall.State.WAITING, ToolCall.State.CONFIRMED],
    )
    waiting.update(state=ToolCall.State.DECLINED, sealed=None, ended_at=Now())
    changed = []
    writing = Draft.objects.filter(
        conversation__in=numbers, state__in=[Draft.State.ASKED, Draft.State.WRITING]
    )
    writing.update(state=Draft.State.FAILED, why="Words were taken out meanwhile; ask again.")
    for conversation in Conversation.objects.filter(pk__in=numbers):
        changed += change(articles_of(conversation))
    for document in Document.objects.filter(pk__in=changed):
        cut(document)
    return len(changed)


def renew(conversations: Iterable[int]) -> None:
    """The inbox is searched by the words that are left."""
    fill(list(conversations))


def erase(conversations: Iterable[int]) -> None:
    """No article is titled with what a visitor asked there."""
    for conversation in Conversation.objects.filter(pk__in=list(conversations)):
        if articles_of(conversation).delete()[0]:
            search_anew(conversation.tenant)


def forget(replies: Iterable[tuple[str, int]]) -> None:
    """The texts are gone from Redis; where that is away they lapse by themselves in minutes."""
    keys = [text_key(reply, one) for reply, claim in replies for one in range(claim + 1)]
    if not keys:
        return
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as lane:
            lane.delete(*keys)
    except RedisError as error:
        logger.warning("Redis is away, the texts of replies lapse by themselves: %s", error)
