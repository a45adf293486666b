"""All that hangs on a visitor or a conversation, whoever added the table for it.

Rows are found by following every foreign key that goes with its target, so
a table that comes later is exported, redacted and erased without a word
here. What is kept when its target goes, such as the request of a call in
the books, is brought by a keeper: a module that `settings.KEEPERS` names.
"""

import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import CASCADE, DO_NOTHING, JSONField, QuerySet

from conversations.models import Generation

# Takes words out of rows; returns the ids of those that had them.
Change = Callable[[QuerySet], list[Any]]
Found = dict[type[models.Model], set[Any]]

# In these stand names of ours, and times, never words of people.
OURS = {"model", "persona_label", "origin", "locale", "token_hash", "failure", "finish_reason"}
OURS |= {"language", "etag", "fetched_hash", "outcome", "request_id", "slug", "public_key"}
# who the tenant's own site says that a visitor is
OURS |= {"external_id", "sha256", "type"}
OUR_KEYS = {"id", "client_id", "reply", "instead", "question", "at", "role", "kind", "code"}
OUR_KEYS |= {"model", "finish_reason", "type", "prompt_cache_key"}


class Keeper(Protocol):
    """What a module that `settings.KEEPERS` names brings."""

    def redact(self, conversations: Iterable[int], change: Change) -> int:
        """Rows that do not go with these conversations have been given to `change`."""
        ...

    def renew(self, conversations: Iterable[int]) -> None:
        """What is made from the words of these conversations is made anew; they are gone by now."""
        ...

    def erase(self, conversations: Iterable[int]) -> None:
        """No such row has words of these conversations any more; called in the transaction."""
        ...

    def forget(self, replies: Iterable[tuple[str, int]]) -> None:
        """No cache has the text of these replies, each with its claim; called after the commit."""
        ...


def keepers() -> list[Keeper]:
    """The keepers that the settings name."""
    return [importlib.import_module(name) for name in settings.KEEPERS]


def forget_after_commit(conversations: Iterable[int]) -> None:
    """Once it is committed that words are gone, no cache has what was written there either."""
    rows = Generation.objects.filter(conversation__in=list(conversations))
    replies = [(str(reply), claim) for reply, claim in rows.values_list("public_id", "claim")]

    def forget() -> None:
        for keeper in keepers():
            keeper.forget(replies)

    transaction.on_commit(forget)


def everything(start: type[models.Model], ids: Iterable[Any]) -> Found:
    """The ids of these rows and of all that goes when they go, by model."""
    found: Found = {start: set(ids)}
    todo = [(start, found[start])]
    while todo:
        model, fresh = todo.pop()
        for child, field in _children(model):
            rows = child._base_manager.filter(**{f"{field}__in": fresh})
            new = set(rows.values_list("pk", flat=True)) - found.get(child, set())
            if new:
                found.setdefault(child, set()).update(new)
                todo.append((child, new))
    return found


def _children(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        if relation.on_delete in (CASCADE, DO_NOTHING):
            yield relation.related_model, relation.field.name


def word_fields(model: type[models.Model]) -> list[models.Field]:
    """The columns in which words of people can stand."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField | models.CharField | JSONField)
        and not field.choices
        and field.name not in OURS
    ]


def logged(found: Found) -> QuerySet[LogEntry]:
    """What the admin's own log says of these things; it repeats how they are called."""
    types = ContentType.objects.get_for_models(*found)
    rows = LogEntry.objects.none()
    for model, ids in found.items():
        mine = LogEntry.objects.filter(content_type=types[model], object_id__in=map(str, ids))
        rows = rows | mine
    return rows
