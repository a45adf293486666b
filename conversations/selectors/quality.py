"""How good the bot's replies were: by reviewers' scores, visitors' thumbs and their ratings."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Cast, TruncWeek

from conversations.models import Criterion, Generation, Rating, Score, Thumb

WEEK = datetime.timedelta(days=7)
# What is compared: the columns of a reply that say who spoke.
FIELDS = ("persona_label", "model")


@dataclass(frozen=True)
class Tally:
    """So many opinions that add up to this; each from 0, the worst, to 1."""

    total: float = 0.0
    number: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.total + other.total, self.number + other.number)

    @property
    def mean(self) -> float | None:
        """Their mean; None without any."""
        return self.total / self.number if self.number else None


@dataclass(frozen=True)
class Weeks:
    """Whole weeks of a place, from a Monday up to another."""

    first: datetime.date
    count: int
    zone: datetime.tzinfo

    @property
    def days(self) -> list[datetime.date]:
        """The Monday of each."""
        return [self.first + WEEK * n for n in range(self.count)]

    @property
    def start(self) -> datetime.datetime:
        """The first moment."""
        return datetime.datetime.combine(self.first, datetime.time(), self.zone)

    @property
    def end(self) -> datetime.datetime:
        """The first moment after."""
        after = self.first + WEEK * self.count
        return datetime.datetime.combine(after, datetime.time(), self.zone)


# By who spoke and the Monday of the week.
ByWeek = dict[tuple[str, datetime.date], Tally]


@dataclass(frozen=True)
class Quality:
    """All that is known of some tenants' weeks."""

    reviews: ByWeek = field(default_factory=dict)
    thumbs: ByWeek = field(default_factory=dict)
    ratings: ByWeek = field(default_factory=dict)
    # by who spoke and the criterion's id, in the criterion's own values
    criteria: dict[tuple[str, int], Tally] = field(default_factory=dict)


def quality_by(tenants: Collection[int], weeks: Weeks, who: str) -> Quality:
    """The quality by `persona_label` or `model`, of what was said in these weeks.

    Four queries, each of one index. A conversation's rating belongs to
    whoever replied last in it.
    """
    assert who in FIELDS  # noqa: S101 - it becomes the name of a column
    scores = Score.objects.filter(
        tenant__in=tenants, said_at__gte=weeks.start, said_at__lt=weeks.end
    )
    value = Cast("value", FloatField())
    five = Q(criterion__scale=Criterion.Scale.FIVE)
    part = Case(When(five, then=(value - 1.0) / 4.0), default=value, output_field=FloatField())
    said = {"tenant__in": tenants, "at__gte": weeks.start, "at__lt": weeks.end}
    thumbs = Thumb.objects.filter(**said, value__in=Thumb.Value.values)
    up = Case(When(value=Thumb.Value.UP, then=1.0), default=0.0, output_field=FloatField())
    spoke = Generation.objects.filter(conversation=OuterRef("conversation")).exclude(model="")
    ratings = Rating.objects.filter(**said).annotate(
        spoke=Subquery(spoke.exclude(reply=None).order_by("-pk").values(who)[:1])
    )
    content = (Cast("score", FloatField()) - 1.0) / 4.0
    return Quality(
        reviews=_by_week(scores, who, "said_at", part, weeks),
        thumbs=_by_week(thumbs, f"message__generation__{who}", "at", up, weeks),
        ratings=_by_week(ratings, "spoke", "at", content, weeks),
        criteria={
            (row["spoke"] or "", row["criterion"]): Tally(row["total"], row["number"])
            for row in scores.order_by()
            .values("criterion", spoke=F(who))
            .annotate(total=Sum(value), number=Count("pk"))
        },
    )


def _by_week(rows: QuerySet[Any], who: str, at: str, part: Any, weeks: Weeks) -> ByWeek:
    found: ByWeek = defaultdict(Tally)
    grouped = (
        rows.annotate(said_by=F(who), part=part, week=TruncWeek(at, tzinfo=weeks.zone))
        .order_by()
        .values("said_by", "week")
        .annotate(total=Sum("part"), number=Count("pk"))
    )
    for row in grouped:
        found[row["said_by"] or "", row["week"].date()] += Tally(row["total"], row["number"])
    return dict(found)
