"""Take words out of a conversation for good, wherever it keeps them."""

import datetime
import functools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from django.db import models, transaction
from django.db.models import F

from conversations.belongings import (
    OUR_KEYS,
    Found,
    everything,
    forget_after_commit,
    keepers,
    logged,
    word_fields,
)
from conversations.models import (
    AuditEntry,
    Conversation,
    Generation,
    Message,
    Visitor,
    VisitorSession,
)
from conversations.services.audit import record
from conversations.services.exporting import withdraw_exports

MARK = "[redacted]"
LEAST_CHARACTERS = 2
MOST_CHARACTERS = 1000
# Blanks as they stand in a text, and in one that is kept as JSON.
BLANKS = r"(?:\s|\\[nrt])+"
# Whoever read the conversation before it was redacted knows by its time that it is older.
A_MOMENT = datetime.timedelta(microseconds=1)


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

    In what was said, in the log, in what the bot wrote, was asked with and
    wanted done, in what was noted about it, and in what is known of the
    visitor, whose mail address then goes whole. Summaries go, what waits for
    the visitor's yes is not done, and the inbox finds the words no more.
    Capitals and blanks do not matter. It cannot be undone. `NotRedacted` while
    a reply is being written, for fewer than `LEAST_CHARACTERS`, and where the
    words do not stand, as on a second call.
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
    without = _without(words)
    change = functools.partial(_change, without=without)
    rows = _forget_address(conversation.visitor, without)
    found = everything(Conversation, [conversation.pk]) | _known_of(conversation.visitor)
    for model, ids in found.items():
        if model is not Message:
            rows += len(change(model._base_manager.filter(pk__in=ids)))
    rows += len(change(logged(found)))
    # before the messages: an article is known by the question it is titled with
    rows += sum(keeper.redact([conversation.pk], change) for keeper in keepers())
    messages = len(change(conversation.messages.all()))
    rows += messages
    if rows:
        _made_anew(conversation)
    return Places(messages, rows)


def _forget_address(visitor: Visitor, without: Callable[[str], str]) -> int:
    """An address with the words in it goes whole: half of one would be somebody else's."""
    if without(visitor.email) == visitor.email:
        return 0
    return Visitor.objects.filter(pk=visitor.pk).update(email="", wants_mail=False)


def _known_of(visitor: Visitor) -> Found:
    sessions = VisitorSession.objects.filter(visitor=visitor)
    return {Visitor: {visitor.pk}, VisitorSession: set(sessions.values_list("pk", flat=True))}


def _made_anew(conversation: Conversation) -> None:
    """The inbox has no word that the visitor's conversations have lost."""
    theirs = Conversation.objects.filter(visitor=conversation.visitor_id)
    numbers = list(theirs.values_list("pk", flat=True))
    theirs.update(updated_at=F("updated_at") + A_MOMENT)
    for keeper in keepers():
        keeper.renew(numbers)


def _without(words: str) -> Callable[[str], str]:
    """Texts without the words, also as they stand in a prompt or in JSON."""
    parts = words.split()
    spellings = dict.fromkeys(
        tuple(map(written, parts)) for written in (str, escape, _in_json, _in_plain_json)
    )
    pattern = re.compile(
        "|".join(BLANKS.join(map(re.escape, one)) for one in spellings), re.IGNORECASE
    )
    return lambda text: pattern.sub(MARK, text)


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _in_plain_json(text: str) -> str:
    return json.dumps(text)[1:-1]


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
