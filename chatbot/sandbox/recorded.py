"""Recorded turns: which to replay."""

import datetime
import hashlib
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, TextChoices
from django.utils import timezone

from conversations.models import Conversation, Event, Generation, Tenant, Thumb

# Of one conversation at most so many turns: one endless talk is not the whole sample.
MOST_TURNS = 20
MOST_CONVERSATIONS = 500
MOST_TOGETHER = 1000


class Which(TextChoices):
    """Which conversations are drawn from."""

    ALL = "all", "All"
    FAILED = "failed", "With a reply that failed"
    HANDED_OFF = "handed_off", "In which a person was asked for"
    THUMBS_DOWN = "thumbs_down", "With a thumb down"
    UNSOURCED = "unsourced", "With a reply that cites nothing"


@dataclass(frozen=True)
class Wish:
    """Conversations of the last days, so many drawn by chance; the same seed draws the same."""

    which: str = Which.ALL
    days: int = 30
    count: int = 20
    seed: int = 1
    holds: str = ""

    @property
    def in_words(self) -> str:
        """What was wished, for the page."""
        holds = f", holding “{self.holds}”" if self.holds else ""
        return (
            f"{Which(self.which).label}, of the last {self.days} days{holds}; "
            f"{self.count} by chance (seed {self.seed})"
        )


def drawn(tenant: Tenant, wish: Wish) -> list[Generation]:
    """The turns to replay, conversation by conversation; each reply that counts in the end."""
    talks = list(_talks(tenant, wish).values_list("pk", flat=True))
    talks.sort(key=lambda pk: hashlib.sha256(f"{wish.seed}:{pk}".encode()).digest())
    turns: list[Generation] = []
    for talk in talks[: min(wish.count, MOST_CONVERSATIONS)]:
        rows = _ended(tenant).filter(conversation=talk).exclude(reply__replaced=True)
        turns += rows.select_related("question").order_by("question__seq", "pk")[:MOST_TURNS]
        if len(turns) >= MOST_TOGETHER:
            break
    return turns[:MOST_TOGETHER]


def _ended(tenant: Tenant) -> QuerySet[Generation]:
    states = [Generation.State.DONE, Generation.State.FAILED]
    return Generation.objects.filter(tenant=tenant, state__in=states)


def _talks(tenant: Tenant, wish: Wish) -> QuerySet[Conversation]:
    since = timezone.now() - datetime.timedelta(days=wish.days)
    turns = _ended(tenant).filter(conversation=OuterRef("pk"), finished_at__gte=since)
    talks = Conversation.objects.filter(tenant=tenant, updated_at__gte=since)
    inside = {"conversation": OuterRef("pk")}
    match wish.which:
        case Which.FAILED:
            turns = turns.filter(state=Generation.State.FAILED)
        case Which.UNSOURCED:
            turns = turns.filter(reply__citations=[])
        case Which.HANDED_OFF:
            asked = Event.objects.filter(**inside, kind=Event.Kind.PERSON_ASKED)
            talks = talks.filter(Exists(asked))
        case Which.THUMBS_DOWN:
            down = Thumb.objects.filter(**inside, value=Thumb.Value.DOWN)
            talks = talks.filter(Exists(down))
    if wish.holds:
        turns = turns.filter(question__text__icontains=wish.holds)
    return talks.filter(Exists(turns)).order_by("pk")
