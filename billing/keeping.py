"""What the till keeps of a conversation when that goes: the requests of its calls."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from billing.models import Attempt


def redact(conversations: Iterable[int], change: Callable[[QuerySet], list[Any]]) -> int:
    """The requests of the conversations' calls have been given to `change`."""
    _unlock()
    return len(change(Attempt.objects.filter(generation__conversation__in=list(conversations))))


def renew(conversations: Iterable[int]) -> None:
    """Nothing: the till makes nothing from words."""


def erase(conversations: Iterable[int]) -> None:
    """The requests say no more than which model was called; tokens and money stay."""
    _unlock()
    day = timezone.now().date().isoformat()
    for attempt in Attempt.objects.filter(generation__conversation__in=list(conversations)):
        request = {"model": attempt.model, "erased": day}
        Attempt.objects.filter(pk=attempt.pk).update(request=request)


def forget(replies: Iterable[tuple[str, int]]) -> None:
    """Nothing: the till caches no words."""


def _unlock() -> None:
    """The database lets nobody else change what was asked."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL counterfoil.removing = 'words'")
