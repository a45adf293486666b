"""How candidates did with an evaluation set, trial by trial."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from chatbot.models import EvaluationSet, Trial

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


def past_of(evaluation_set: EvaluationSet) -> list[Past]:
    """The last trials of the set, newest first."""
    rows = evaluation_set.trials.filter(state=Trial.State.ENDED).select_related("persona")
    counted = rows.annotate(
        passed=Count("items", filter=Q(items__passed=True)),
        cases=Count("items"),
        cost=Sum("items__cost", default=Decimal(0)),
    )
    return [
        Past(
            pk=one.pk,
            name=str(one),
            at=one.asked_at,
            share=100 * one.passed / one.cases if one.cases else 0.0,
            threshold=one.threshold or 0,
            cases=one.cases,
            cost=one.cost,
        )
        for one in counted.order_by("-asked_at")[:MOST]
    ]
