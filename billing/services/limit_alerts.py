"""Tell managers that a limit is reached: once per limit and period."""

from collections.abc import Sequence
from typing import Any

from billing.errors import SpendLimitReached
from billing.models import Alert, Budget, SpendLimit
from billing.money import shown
from billing.selectors.limits import state_of
from billing.services.alerts import raise_alert

AtHard = SpendLimit.AtHard
HAPPENS = {
    AtHard.CHEAPER: "Answers come from the cheaper model {model} now, while that fits, and else "
    "visitors are told that the assistant is not available.",
    AtHard.PERSON: "Visitors are handed over to a person now.",
    AtHard.STOP: "Visitors are told now that the assistant is not available.",
}


def soft_passed(budgets: Sequence[int]) -> None:
    """These budgets are marked as warned, and their limits' alerts raised."""
    found = Budget.objects.filter(pk__in=budgets, warned=False).select_related("limit__tenant")
    for budget in found.order_by("pk"):
        Budget.objects.filter(pk=budget.pk).update(warned=True)
        limit = budget.limit
        hard = (
            "There is no hard limit, so nothing stops it."
            if limit.hard is None
            else f"The hard limit is {shown(limit.hard)}."
        )
        _raise(
            limit,
            Alert.Kind.SOFT_LIMIT,
            why=f"{_has_spent(limit, budget)}, which reaches the soft limit of "
            f"{_amount(limit.soft)} a {limit.period}. {hard}",
            do="Look in the spend report at what it went to. Raise the limit, or let it be and "
            "the hard limit will hold.",
            spent=budget.spent,
            held=budget.held,
        )


def hard_reached(refusal: SpendLimitReached) -> None:
    """Each limit that had no room has its alert, with what happens instead of a call."""
    for limit in SpendLimit.objects.filter(pk__in=refusal.limits).select_related("tenant"):
        state = state_of(limit)
        _raise(
            limit,
            Alert.Kind.HARD_LIMIT,
            why=f"{limit.whose()} may spend {_amount(limit.hard)} a {limit.period}, and what is "
            "left is less than the next reply could cost. "
            + HAPPENS[AtHard(limit.at_hard)].format(model=limit.cheaper_model),
            do="Raise the limit under Limits, choose there what happens at it, or wait for the "
            f"next {limit.period}.",
            spent=state.spent,
            held=state.held,
        )


def _raise(limit: SpendLimit, kind: str, *, why: str, do: str, **sums: Any) -> None:
    first_day = state_of(limit).start.date()
    figures = sums | {"soft": limit.soft, "hard": limit.hard}
    raise_alert(
        limit.tenant,
        kind,
        f"{limit.pk}/{first_day}",
        why,
        do,
        {name: None if one is None else str(one) for name, one in figures.items()}
        | {"scope": limit.scope, "period": limit.period, "first_day": str(first_day)},
    )


def _has_spent(limit: SpendLimit, budget: Budget) -> str:
    who = f"A visitor of {limit.tenant}" if budget.visitor_id else limit.whose()
    return f"{who} has spent {shown(budget.spent)}"


def _amount(amount: Any) -> str:
    return "nothing" if amount is None else shown(amount)
