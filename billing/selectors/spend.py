"""What was spent: by day, tenant, model, purpose and persona, and by conversation.

`spend_lines` is the one source of every sum on the report and in its exports.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from operator import attrgetter
from typing import Any

from billing.selectors.folded import Source, Wanted, read
from billing.selectors.scope import Scope
from billing.sums import CONVERSATION_SUMS, KEYS, SUMS
from conversations.models import Conversation

DAY = "(line.at AT TIME ZONE %(zone)s::text)::date"
SPENDING = Source(
    "billing_spendday",
    {"day": DAY} | {name: f"line.{name}" for name in KEYS if name != "day"},
    SUMS,
)
CONVERSATIONS = Source(
    "billing_conversationday",
    {
        "day": DAY,
        "tenant_id": "line.tenant_id",
        "model": "line.model",
        "purpose": "line.purpose",
        "conversation_id": "generation.conversation_id",
    },
    CONVERSATION_SUMS,
    "JOIN conversations_generation AS generation ON generation.id = line.generation_id",
)


@dataclass(frozen=True)
class Sums:
    """What a group of ledger entries adds up to; tokens as in `LedgerEntry`.

    Corrections are in the amounts and in no count. `errors` are calls that
    did not give what was asked for.
    """

    calls: int = 0
    amount: Decimal = Decimal(0)
    input_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    errors: int = 0
    exact: int = 0
    estimated: int = 0
    unknown: int = 0
    estimated_amount: Decimal = Decimal(0)
    unknown_amount: Decimal = Decimal(0)
    corrected_amount: Decimal = Decimal(0)

    @property
    def called_amount(self) -> Decimal:
        """What the calls cost, corrections left out."""
        return self.amount - self.corrected_amount

    @property
    def tokens(self) -> int:
        """Everything in and out; cached tokens are part of what went in."""
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True)
class SpendLine(Sums):
    """One day, tenant, model, purpose and persona; a key not asked for keeps its default."""

    day: datetime.date = datetime.date.min
    tenant_id: int = 0
    model: str = ""
    purpose: str = ""
    persona_label: str = ""


@dataclass(frozen=True)
class ConversationSpend:
    """What one conversation cost within a scope."""

    id: int
    visitor: str
    started: datetime.datetime
    tenant_id: int
    calls: int
    tokens: int
    amount: Decimal


@dataclass(frozen=True)
class ConversationsSpend:
    """How many conversations had a call, what those cost together, and the dearest of them.

    Calls whose visitor was erased are in none of it.
    """

    count: int
    amount: Decimal
    top: list[ConversationSpend]


FIGURES = attrgetter(*(field.name for field in fields(Sums)))


def spend_lines(scope: Scope, by: Sequence[str] = KEYS) -> list[SpendLine]:
    """One line per day, tenant, model, purpose and persona, in that order; amounts unrounded.

    Fewer keys give fewer lines of the same total. What had neither a call
    nor a correction has no line.
    """
    names = {*by, *SUMS}
    return [
        SpendLine(**{name: value for name, value in row.items() if name in names})
        for row in read(scope, SPENDING, Wanted(by, ", ".join(by)))
    ]


def added(lines: Iterable[Sums]) -> Sums:
    """The lines as one."""
    # column by column: a page of all tenants adds thousands of lines up dozens of times
    sums: list[Any] = [sum(column) for column in zip(*map(FIGURES, lines), strict=True)]
    return Sums(*sums)


def conversations_spend(scope: Scope, limit: int = 10) -> ConversationsSpend:
    """All conversations of the scope as two figures, and so many of the dearest, dearest first."""
    wanted = Wanted(("conversation_id", "tenant_id"), "amount DESC, conversation_id", limit)
    rows = read(scope, CONVERSATIONS, wanted)
    if not rows:
        return ConversationsSpend(0, Decimal(0), [])
    known = Conversation.objects.select_related("visitor").in_bulk(
        [row["conversation_id"] for row in rows]
    )
    top = [
        ConversationSpend(
            id=row["conversation_id"],
            visitor=str(known[row["conversation_id"]].visitor),
            started=known[row["conversation_id"]].created_at,
            tenant_id=row["tenant_id"],
            calls=row["calls"],
            tokens=row["tokens"],
            amount=row["amount"],
        )
        for row in rows
        if row["conversation_id"] in known  # else erased between the two statements
    ]
    return ConversationsSpend(rows[0]["group_count"], rows[0]["group_amount"], top)


def conversations_by(scope: Scope, key: str) -> dict[Any, tuple[int, Decimal]]:
    """How many conversations had a call, and what those cost, by a key of `CONVERSATIONS`.

    A conversation that goes on over midnight, or with another model, is
    counted in both groups: only all together are in `conversations_spend`.
    """
    wanted = Wanted((key,), key, distinct="conversation_id")
    return {
        row[key]: (row["distinct_count"], row["amount"])
        for row in read(scope, CONVERSATIONS, wanted)
    }


def conversation_spend(scope: Scope) -> tuple[int, Decimal]:
    """How many conversations had a call, and what those calls cost together."""
    found = read(scope, CONVERSATIONS, Wanted((), "calls", distinct="conversation_id"))
    return (found[0]["distinct_count"], found[0]["amount"]) if found else (0, Decimal(0))


def top_conversations(scope: Scope, limit: int = 10) -> list[ConversationSpend]:
    """The dearest conversations of the scope, dearest first."""
    return conversations_spend(scope, limit).top
