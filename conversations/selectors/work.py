"""What is to be known of the work with conversations, on a page of them or on one."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Now
from django.utils import timezone

from conversations.hours import Hours
from conversations.models import (
    CannedReply,
    Conversation,
    Label,
    Labelled,
    Note,
    Wait,
    Work,
)
from conversations.roles import Act
from conversations.selectors.hours import hours_of
from conversations.services.event_data import name_of
from conversations.services.notices import people_who_may

State = Conversation.State
MOST_PEOPLE = 200
MOST_NOTES = 200


@dataclass(frozen=True)
class Clock:
    """How long somebody waits: `seconds` to the target, negative behind it.

    Without a target they are those since the visitor asked. They count the
    open hours that are left; `ticks` says that it is open now.
    """

    since: datetime.datetime
    due_at: datetime.datetime | None
    seconds: int
    ticks: bool

    @property
    def is_late(self) -> bool:
        """Whether the target has passed."""
        return self.due_at is not None and self.seconds < 0

    def __str__(self) -> str:
        if self.due_at is None:
            return f"waits {in_words(self.seconds)}"
        if self.is_late:
            return f"late by {in_words(-self.seconds)}"
        return f"{in_words(self.seconds)} left"


@dataclass
class Beside:
    """What stands beside a conversation in the list."""

    assignee: str = ""
    snoozed_until: datetime.datetime | None = None
    labels: list[str] = field(default_factory=list)
    clock: Clock | None = None


@dataclass(frozen=True)
class Panel:
    """All of the work with one conversation; `canned` are filled for the reader."""

    work: Work | None
    resting: bool
    clock: Clock | None
    people: list[Any]
    labels: list[Label]
    other_labels: list[str]
    notes: list[Note]
    canned: list[CannedReply]


def in_words(seconds: int) -> str:
    """`12 min`, `1 h 5 min`, `3 days`: as exact as somebody in a hurry needs it."""
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // 1440} days"


def clock_of(wait: Wait, hours: Hours, now: datetime.datetime) -> Clock:
    """The clock of somebody who waits, as it stands at this moment."""
    is_open = hours.open_at(now)
    if wait.due_at is None:
        waited = (now - wait.since).total_seconds()
        return Clock(wait.since, None, max(0, int(waited)), True)
    if now <= wait.due_at:
        return Clock(wait.since, wait.due_at, int(hours.open_seconds(now, wait.due_at)), is_open)
    # however short: what is behind is late
    behind = min(-1, -int(hours.open_seconds(wait.due_at, now)))
    return Clock(wait.since, wait.due_at, behind, is_open)


def beside(conversations: Iterable[int]) -> dict[int, Beside]:
    """What stands beside each of these; three queries, and one for each tenant with a target."""
    ids = list(conversations)
    found: dict[int, Beside] = defaultdict(Beside)
    for work in Work.objects.filter(pk__in=ids).select_related("assignee", "conversation"):
        one = found[work.pk]
        one.assignee = name_of(work.assignee) if work.assignee else ""
        one.snoozed_until = work.snoozed_until if rests(work, work.conversation) else None
    labelled = Labelled.objects.filter(conversation__in=ids).order_by("label__name")
    for pk, name in labelled.values_list("conversation_id", "label__name"):
        found[pk].labels.append(name)
    now, hours = timezone.now(), {}
    for wait in open_waits().filter(conversation__in=ids):
        if wait.tenant_id not in hours:
            hours[wait.tenant_id] = hours_of(wait.tenant_id)
        found[wait.conversation_id].clock = clock_of(wait, hours[wait.tenant_id], now)
    return found


def panel_of(conversation: Conversation, reader: Any) -> Panel:
    """The work with this conversation, as this person sees it."""
    work = Work.objects.filter(pk=conversation.pk)
    row = work.select_related("assignee", "snoozed_by", "closed_by").first()
    labels = list(Label.objects.filter(labelled__conversation=conversation))
    others = Label.objects.filter(tenant=conversation.tenant_id).exclude(
        pk__in=[one.pk for one in labels]
    )
    wait = open_waits().filter(conversation=conversation).first()
    people = people_who_may(Act.ANSWER, conversation.tenant_id).order_by("username")
    notes = Note.objects.filter(conversation=conversation).select_related("author")
    return Panel(
        work=row,
        resting=row is not None and rests(row, conversation),
        clock=clock_of(wait, hours_of(wait.tenant_id), timezone.now()) if wait else None,
        people=list(people[:MOST_PEOPLE]),
        labels=labels,
        other_labels=list(others.values_list("name", flat=True)),
        notes=list(notes.order_by("-pk")[:MOST_NOTES])[::-1],
        canned=canned_for(conversation, reader),
    )


def canned_for(conversation: Conversation, reader: Any) -> list[CannedReply]:
    """The tenant's canned replies, each with its text as this person would say it here."""
    rows = list(CannedReply.objects.filter(tenant=conversation.tenant_id))
    names = {
        "visitor": conversation.visitor.name or "there",
        "me": name_of(reader),
        "tenant": conversation.tenant.name,
    }
    for one in rows:
        one.text = one.filled(**names)
    return rows


def rests(work: Work, conversation: Conversation) -> bool:
    """Whether it is asleep now: nothing has happened in it since."""
    until, since = work.snoozed_until, work.snoozed_at
    if until is None or since is None:
        return False
    return until > timezone.now() and conversation.updated_at <= since


def open_waits() -> QuerySet[Wait]:
    """Those who wait for an answer of a person now."""
    with_people = (State.WAITING, State.STAFF)
    return Wait.objects.filter(ended_at=None, conversation__state__in=with_people)


def waiting(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Those in which somebody waits, with `due_at` and `waits_since` to sort them by."""
    mine = Wait.objects.filter(conversation=OuterRef("pk"), ended_at=None)
    return (
        conversations.filter(state__in=(State.WAITING, State.STAFF))
        .annotate(
            due_at=Subquery(mine.values("due_at")[:1]),
            waits_since=Subquery(mine.values("since")[:1]),
        )
        .filter(waits_since__isnull=False)
    )


def late(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Those of `waiting` in which the target has passed."""
    rows: Any = waiting(conversations)  # mypy knows no names but the model's own
    return rows.filter(due_at__lte=Now())


def of_person(conversations: QuerySet[Conversation], person: Any) -> QuerySet[Conversation]:
    """The person's own that are neither closed nor asleep."""
    mine = conversations.filter(work__assignee=person).exclude(state=State.CLOSED)
    return _awake(mine)


def nobodys(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Those that a person has, or is wanted in, and that are nobody's."""
    with_people = conversations.filter(state__in=(State.WAITING, State.STAFF))
    return _awake(with_people.filter(work__assignee=None))


def asleep(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Those that rest."""
    return conversations.filter(
        work__snoozed_until__gt=Now(), work__snoozed_at__gte=F("updated_at")
    )


def _awake(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    resting = Case(
        When(work__snoozed_until__gt=Now(), work__snoozed_at__gte=F("updated_at"), then=True),
        default=False,
    )
    return conversations.alias(resting=resting).filter(resting=False)
