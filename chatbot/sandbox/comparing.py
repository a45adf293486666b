"""A trial beside what was answered before: item by item, and summed up."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.models import LedgerEntry
from billing.money import MONEY
from chatbot.models import Trial, TrialItem, Verdict
from conversations.models import Generation

State = TrialItem.State


@dataclass(frozen=True)
class Answer:
    """One side of a comparison."""

    text: str
    citations: Sequence[dict[str, Any]]
    verdicts: Sequence[dict[str, Any]]
    problem: str
    cost: Decimal | None
    first_ms: int | None
    whole_ms: int | None

    @property
    def sources(self) -> list[str]:
        """The titles that it cites, each once, in order."""
        return list(dict.fromkeys(str(one.get("title", "")) for one in self.citations))


@dataclass(frozen=True)
class Pair:
    """A question with what the candidate answered, and what was answered then, if it was."""

    item: TrialItem
    now: Answer
    then: Answer | None

    @property
    def has_other_sources(self) -> bool:
        """Whether they rest on other documents."""
        return self.then is not None and set(self.now.sources) != set(self.then.sources)


@dataclass(frozen=True)
class Side:
    """A column of the summary; None where there is nothing to say."""

    answers: int
    failed: int
    sourced: int
    stopped: int
    cost: Decimal
    first_ms: int | None
    whole_ms: int | None

    @property
    def each(self) -> Decimal | None:
        """Dollars an answer."""
        return self.cost / self.answers if self.answers else None


@dataclass(frozen=True)
class Summary:
    """The whole trial in figures; `then` is None where nothing was recorded."""

    all: int
    ended: int
    passed: int
    judged: int
    now: Side
    then: Side | None
    other_sources: int
    newly_failed: int
    newly_answered: int

    @property
    def share_passed(self) -> float | None:
        """Percent of what was judged; None before anything was."""
        return 100 * self.passed / self.judged if self.judged else None


def pairs_of(trial: Trial) -> list[Pair]:
    """Every item in order, with its recorded answer beside it."""
    cost = (
        LedgerEntry.objects.filter(generation=OuterRef("recorded"))
        .order_by()
        .values("generation")
        .annotate(sum=Sum("amount"))
        .values("sum")
    )
    money = DecimalField(**MONEY)
    rows: QuerySet[Any] = trial.items.select_related("recorded__reply", "case").annotate(
        cost_then=Coalesce(Subquery(cost), Decimal(0), output_field=money)
    )
    items = list(rows.order_by("pk"))
    recorded = [one.recorded_id for one in items if one.recorded_id]
    verdicts: dict[int, list[dict[str, Any]]] = {}
    for verdict in Verdict.objects.filter(tenant=trial.tenant_id, generation__in=recorded):
        verdicts.setdefault(verdict.generation_id, []).append(
            {
                "side": verdict.side,
                "check": verdict.get_check_name_display(),
                "outcome": verdict.get_outcome_display(),
                "ground": verdict.ground,
                "written": verdict.written,
            }
        )
    return [Pair(one, _now(one), _then(one, verdicts)) for one in items]


def summary_of(pairs: Sequence[Pair]) -> Summary:
    """The pairs in figures; what still waits counts in `all` only."""
    ended = [pair for pair in pairs if pair.item.state != State.WAITING]
    thens = [pair.then for pair in ended if pair.then]
    judged = [pair for pair in ended if pair.item.passed is not None]
    return Summary(
        all=len(pairs),
        ended=len(ended),
        passed=sum(bool(pair.item.passed) for pair in judged),
        judged=len(judged),
        now=_side([pair.now for pair in ended]),
        then=_side(thens) if thens else None,
        other_sources=sum(pair.has_other_sources for pair in ended),
        newly_failed=sum(
            bool(pair.now.problem) and not pair.then.problem for pair in ended if pair.then
        ),
        newly_answered=sum(
            bool(pair.then.problem) and not pair.now.problem for pair in ended if pair.then
        ),
    )


def _side(answers: Sequence[Answer]) -> Side:
    return Side(
        answers=len(answers),
        failed=sum(bool(one.problem) for one in answers),
        sourced=sum(bool(one.citations) for one in answers),
        stopped=sum(bool(one.verdicts) for one in answers),
        cost=sum((one.cost or Decimal(0) for one in answers), Decimal(0)),
        first_ms=_middle([one.first_ms for one in answers]),
        whole_ms=_middle([one.whole_ms for one in answers]),
    )


def _middle(values: Sequence[int | None]) -> int | None:
    known = [one for one in values if one is not None]
    return round(median(known)) if known else None


def _now(item: TrialItem) -> Answer:
    return Answer(
        text=item.answer,
        citations=item.citations,
        verdicts=item.verdicts,
        problem=item.problem,
        cost=item.cost,
        first_ms=item.first_ms,
        whole_ms=item.whole_ms,
    )


def _then(item: Any, verdicts: dict[int, list[dict[str, Any]]]) -> Answer | None:
    turn: Generation | None = item.recorded
    if turn is None:
        return None
    failed = turn.state == Generation.State.FAILED
    return Answer(
        text=turn.text,
        citations=turn.reply.citations if turn.reply else [],
        verdicts=verdicts.get(turn.pk, []),
        problem=(turn.failure_detail or turn.failure) if failed else "",
        cost=item.cost_then,
        first_ms=_ms(turn.claimed_at, turn.first_token_at),
        whole_ms=_ms(turn.claimed_at, turn.finished_at),
    )


def _ms(begun: Any, ended: Any) -> int | None:
    return round(1000 * (ended - begun).total_seconds()) if begun and ended else None
