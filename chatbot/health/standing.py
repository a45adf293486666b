"""How things stand at this moment: the queue, the workers, what is not called, what comes due."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils import timezone

from chatbot.models import ModelProfile, ProviderKey
from chatbot.providers.breaker import breaker
from chatbot.providers.matrix import users_by_model
from conversations.models import Generation

State = Generation.State


@dataclass(frozen=True)
class Queue:
    """Who waits for a worker, since when, and how many replies are being written."""

    waiting: int = 0
    oldest_seconds: float = 0.0
    writing: int = 0


def queue_now(tenants: Collection[int] | None = None) -> Queue:
    """The queue of these tenants, of all where None; two short looks into a partial index.

    A question behind another one of its conversation waits for that, not
    for a worker, and is not counted.
    """
    rows = Generation.objects.filter(state__in=Generation.OPEN_STATES)
    if tenants is not None:
        rows = rows.filter(tenant__in=sorted(tenants))
    ahead = Generation.objects.filter(
        conversation=OuterRef("conversation"),
        pk__lt=OuterRef("pk"),
        state__in=Generation.OPEN_STATES,
    )
    waits = Q(state=State.QUEUED, behind=False)
    found = rows.annotate(behind=Exists(ahead)).aggregate(
        waiting=Count("pk", filter=waits),
        oldest=Min("queued_at", filter=waits),
        writing=Count("pk", filter=Q(state=State.RUNNING)),
    )
    oldest = found["oldest"]
    age = (timezone.now() - oldest).total_seconds() if oldest else 0.0
    return Queue(found["waiting"], max(age, 0.0), found["writing"])


@dataclass(frozen=True)
class Failing:
    """Something that is not called for now, but for a probe now and then."""

    server: str
    what: str
    why: str
    since: datetime.datetime
    is_key: bool


def failing() -> list[Failing]:
    """What the breakers hold open, for all workers."""
    found = []
    for one in breaker().board.all():
        server, _, rest = one.place.partition("/")
        fingerprint, _, model = rest.partition("/")
        what = model or f"the key {fingerprint}"
        since = datetime.datetime.fromtimestamp(one.since, datetime.UTC)
        found.append(Failing(server, what, one.why, since, is_key=not model))
    return found


@dataclass(frozen=True)
class KeyAge:
    """A provider key in use: how old it is, and the days until it is to be replaced."""

    name: str
    server: str
    days: int
    left: int


def key_ages() -> list[KeyAge]:
    """Every key that is in use, the one due first on top; the environment's has no row."""
    now, today = timezone.now(), timezone.localdate()
    rows = ProviderKey.objects.filter(Q(retires_at=None) | Q(retires_at__gt=now), refused_at=None)
    return [
        KeyAge(
            str(key),
            str(key.server or "The environment's"),
            (now - key.created_at).days,
            (key.rotate_by - today).days,
        )
        for key in rows.select_related("server").order_by("rotate_by")
    ]


@dataclass(frozen=True)
class Ending:
    """A model in use that is shut down on a known day, and what its maker names instead."""

    model: str
    on: datetime.date
    left: int
    instead: str


def endings(tenants: Collection[int] | None = None) -> list[Ending]:
    """Models that these tenants or the deployment use, with a known end; the nearest first."""
    used = {
        model
        for model, users in users_by_model().items()
        if tenants is None or any(user is None or user.pk in tenants for user in users)
    }
    today = timezone.localdate()
    rows = ModelProfile.objects.filter(model__in=used, shuts_down_on__isnull=False)
    return [
        Ending(row.model, row.shuts_down_on, (row.shuts_down_on - today).days, row.instead)
        for row in rows.order_by("shuts_down_on")
        if row.shuts_down_on
    ]
