"""A line of a provider's bill as a plain value, and what its name says."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from billing.models.reconciliation import ProviderBill

Kind = ProviderBill.Kind

# As the costs API and its exports have named them (read in November 2026): “gpt-6-astra,
# input_tokens” now, “gpt-4o-mini-2024-07-18, cached input” before.
KINDS = {
    "input": Kind.INPUT,
    "cached input": Kind.CACHED,
    "input cached": Kind.CACHED,
    "cache read": Kind.CACHED,
    "cache write": Kind.CACHE_WRITE,
    "cache write input": Kind.CACHE_WRITE,
    "input cache write": Kind.CACHE_WRITE,
    "output": Kind.OUTPUT,
}


@dataclass(frozen=True)
class BilledLine:
    """What was charged for one item of a UTC day, in US dollars; `quantity` is in tokens."""

    day: datetime.date
    line_item: str
    amount: Decimal
    quantity: Decimal | None = None


def named(line_item: str) -> tuple[str, str]:
    """What a line item names: a model or another service, and the kind of token if it is one."""
    name, _, rest = line_item.partition(", ")
    kind = KINDS.get(rest.lower().replace("_", " ").removesuffix(" tokens").strip())
    return name[:200], kind.value if kind else ""


def in_tokens(quantity: Decimal, unit: str) -> Decimal | None:
    """The quantity in tokens; None where it counts something else."""
    factors = {"tokens": 1, "1000_tokens": 1000}
    return quantity * factors[unit] if unit in factors else None
