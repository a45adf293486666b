"""Take words out of a conversation for good, wherever it keeps them."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from django.db import models, transaction

from conversations.belongings import (
    OUR_KEYS,
    everything,
    forget_after_commit,
    keepers,
    logged,
    word_fields,
)
from conversations.models import AuditEntry, Conversation, Generation, Message
from conversations.services.audit import record
from conversations.services.exporting import withdraw_exports

MARK = "[redacted]"
LEAST_CHARACTERS = 2
MOST_CHARACTERS = 1000


class NotRedacted(Exception):
    """Nothing was taken out; the text says why, and what to do."""


@dataclass(frozen=True)
class Places:
    """Where the words stand: in so many messages, and in so many rows behind them."""

    messages: int
    rows: int


def places_of(conversation: Conversation, words: str) -> Places:
    """How much a redaction of these words would change; nothing is changed."""
    with transaction.atomic():
        places = _replace(conversation, words)
        transaction.set_rollback(True)
    return places


@transaction.atomic
def redact(conversation: Conversation, words: str) -> Places:
    """The words stand nowhere in the conversation any more; `MARK` stands instead.

    In what was said, in the log, in what the bot wrote and was asked with,
    in what was noted about it. Capitals and blanks do not matter. It cannot
    be undone. `NotRedacted` while a reply is being written, for fewer than
    `LEAST_CHARACTERS`, and where the words do not stand, as on a second call.
    """
    places = _replace(conversation, words)
    if not places.rows:
        raise NotRedacted("These words do not stand in this conversation.")
    withdraw_exports(conversation.tenant_id)
    record(AuditEntry.Act.REDACTED, conversation, messages=places.messages, characters=len(words))
    forget_after_commit([conversation.pk])
    return places


def _replace(conversation: Conversation, words: str) -> Places:
    words = words.strip()
    if not LEAST_CHARACTERS <= len(words) <= MOST_CHARACTERS:
        raise NotRedacted(
            f"Give the words to take out, from {LEAST_CHARACTERS} to {MOST_CHARACTERS:,} "
            "characters.",
        )
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    if conversation.generations.filter(state__in=Generation.OPEN_STATES).exists():
        raise NotRedacted("A reply is being written; stop it or wait for its end.")
    change = functools.partial(_change, without=_without(words))
    rows = 0
    found = everything(Conversation, [conversation.pk])
    for model, ids in found.items():
        if model is not Message:
            rows += len(change(model._base_manager.filter(pk__in=ids)))
    rows += len(change(logged(found)))
    # before the messages: an article is known by the question it is titled with
    rows += sum(keeper.redact([conversation.pk], change) for keeper in keepers())
    messages = len(change(conversation.messages.all()))
    rows += messages
    return Places(messages, rows)


def _without(words: str) -> Callable[[str], str]:
    """Texts without the words, also as they stand in a prompt."""
    spellings = dict.fromkeys([words, escape(words)])
    pattern = re.compile(
        "|".join(r"\s+".join(map(re.escape, one.split())) for one in spellings), re.IGNORECASE
    )
    return lambda text: pattern.sub(MARK, text)


def _change(rows: models.QuerySet, without: Callable[[str], str]) -> list[Any]:
    fields = word_fields(rows.model)
    if not fields:
        return []
    changed = []
    for row in rows.only("pk", *(field.name for field in fields)).iterator(chunk_size=200):
        new = {}
        for field in fields:
            before = getattr(row, field.attname)
            after = _in(before, without)
            if after != before:
                most = getattr(field, "max_length", None)
                new[field.name] = after[:most] if isinstance(after, str) else after
        if new:
            rows.model._base_manager.filter(pk=row.pk).update(**new)
            changed.append(row.pk)
    return changed


def _in(value: Any, without: Callable[[str], str]) -> Any:
    match value:
        case str():
            return without(value)
        case list():
            return [_in(one, without) for one in value]
        case dict():
            return {
                key: one if key in OUR_KEYS and isinstance(one, str) else _in(one, without)
                for key, one in value.items()
            }
    return value
