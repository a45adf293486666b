"""How candidates did with an evaluation set, trial by trial."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from chatbot.models import EvaluationSet, Trial, TrialItem

MOST = 12


@dataclass(frozen=True)
class Past:
    """A trial that has ended; `share` is the percentage that passed."""

    pk: int
    name: str
    at: datetime.datetime
    share: float
    threshold: int
    cases: int
    cost: Decimal

    @property
    def is_enough(self) -> bool:
        """Whether it reached the threshold that held then."""
        return self.share >= self.threshold


def with_figures(rows: QuerySet[Trial]) -> QuerySet[Trial]:
    """Trials with how many items they have, how many ended and passed, and what that cost."""
    return rows.annotate(
        all_items=Count("items"),
        ended_items=Count("items", filter=~Q(items__state=TrialItem.State.WAITING)),
        passed_items=Count("items", filter=Q(items__passed=True)),
        cost_so_far=Sum("items__cost", default=Decimal(0)),
    )


def past_of(evaluation_set: EvaluationSet) -> list[Past]:
    """The last trials of the set, newest first."""
    rows = evaluation_set.trials.filter(state=Trial.State.ENDED).select_related("persona")
    counted: QuerySet[Any] = with_figures(rows)
    return [
        Past(
            pk=one.pk,
            name=str(one),
            at=one.asked_at,
            share=100 * one.passed_items / one.all_items if one.all_items else 0.0,
            threshold=one.threshold or 0,
            cases=one.all_items,
            cost=one.cost_so_far,
        )
        for one in counted.order_by("-asked_at")[:MOST]
    ]
