"""The ledger beside the provider's own log: what is off, what is missing, what nobody flagged."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from billing.models import Attempt, Budget, LedgerEntry, Price
from chatbot.bench.reliability.logs import ModelCall

Certainty = LedgerEntry.Certainty
MILLION = 1_000_000


@dataclass(frozen=True)
class Line:
    """A call's entry, as far as the provider can know it."""

    attempt: str
    certainty: str
    has_usage: bool
    input: int
    cached: int
    output: int
    amount: Decimal
    price: int


def read_lines() -> dict[str, Line]:
    """Every call's entry by its attempt."""
    rows = LedgerEntry.objects.filter(kind=LedgerEntry.Kind.CALL).values_list(
        "attempt_id",
        "certainty",
        "raw_usage",
        "input_tokens",
        "cached_tokens",
        "output_tokens",
        "amount",
        "price_id",
    )
    return {
        str(row[0]): Line(str(row[0]), row[1], row[2] is not None, *row[3:])
        for row in rows.iterator()
    }


def compared(calls: Iterable[ModelCall]) -> dict[str, Any]:
    """The figures of the books, once nothing is open; amounts recomputed as fractions.

    On lines with usage every kind of token and the amount must be what the
    provider counted. Of calls whose usage never came, a line must say that
    it is an estimate or unknown, unless the provider refused them unbilled.
    """
    theirs = {call.attempt: call for call in calls}
    ours = read_lines()
    prices = {price.pk: price for price in Price.objects.all()}
    with_usage = [line for line in ours.values() if line.has_usage and line.attempt in theirs]
    flagged = [line for line in ours.values() if line.certainty != Certainty.EXACT]
    off = sum(abs(_amount(theirs[one.attempt], prices[one.price]) - Fraction(one.amount))
              for one in with_usage)  # fmt: skip
    spent = sum((line.amount for line in ours.values()), Decimal(0))
    budgets = Budget.objects.filter(limit__tenant=None).values_list("spent", flat=True)
    return {
        "provider_calls": len(theirs),
        "lines": len(ours),
        "lines_with_usage": len(with_usage),
        "flagged": len(flagged),
        "flagged_share": round(len(flagged) / max(1, len(ours)), 4),
        "token_difference": sum(_tokens_off(one, theirs[one.attempt]) for one in with_usage),
        "amount_difference": str(off),
        "missing": len(theirs.keys() - ours.keys()),
        "ghost": sum(one.has_usage and one.attempt not in theirs for one in ours.values()),
        "unflagged_without_usage": sum(
            not call.usage_delivered
            and call.tokens > 0
            and (call.status or 0) < 400
            and name in ours
            and ours[name].certainty == Certainty.EXACT
            for name, call in theirs.items()
        ),
        "held_at_rest": plain(sum(Budget.objects.values_list("held", flat=True), Decimal(0))),
        "left_open": Attempt.objects.filter(state=Attempt.State.OPEN).count(),
        "budget_difference": plain(abs(sum(budgets, Decimal(0)) - spent)),
    }


def plain(amount: Decimal) -> str:
    """`0` for nothing, whatever its decimals."""
    return f"{amount.normalize():f}" if amount else "0"


def _tokens_off(line: Line, call: ModelCall) -> int:
    return (
        abs(line.input - call.prompt_tokens)
        + abs(line.cached - call.cached_tokens)
        + abs(line.output - call.completion_tokens)
    )


def _amount(call: ModelCall, price: Price) -> Fraction:
    cached = price.input if price.cached_input is None else price.cached_input
    return (
        (call.prompt_tokens - call.cached_tokens) * Fraction(price.input)
        + call.cached_tokens * Fraction(cached)
        + call.completion_tokens * Fraction(price.output)
    ) / MILLION
