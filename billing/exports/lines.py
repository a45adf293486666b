"""What every file of spending holds: the report's own lines, column by column."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import attrgetter

from billing.selectors.scope import Scope
from billing.selectors.spend import SpendLine, spend_lines
from conversations.models import Tenant

# A file is written while it is read, a month at a time, so that a year of many tenants never
# lies in memory as a whole.
DAYS_AT_ONCE = 31
DAY = datetime.timedelta(days=1)

Value = str | int | Decimal | datetime.date
Of = Callable[[Scope, SpendLine], Value]


@dataclass(frozen=True)
class Column:
    """A column of every file; `added` where its values add up."""

    name: str
    of: Of
    added: bool = False


def field(name: str) -> Of:
    """Reads this field of the line."""
    get = attrgetter(name)
    return lambda scope, line: get(line)


def _count(name: str, of: str) -> Column:
    return Column(name, field(of), added=True)


# Cached, cache-written and reasoning tokens are parts of the input and output tokens beside
# them, and the estimated and unknown amounts of the amount: parts, not additions.
COLUMNS = [
    Column("day", field("day")),
    Column("time_zone", lambda scope, line: scope.zone.key),
    Column("tenant", lambda scope, line: tenant_of(scope, line.tenant_id).name),
    Column("model", field("model")),
    Column("purpose", field("purpose")),
    Column("persona", field("persona_label")),
    _count("calls", "calls"),
    _count("errors", "errors"),
    _count("input_tokens", "input_tokens"),
    _count("cached_input_tokens", "cached_tokens"),
    _count("cache_write_tokens", "cache_write_tokens"),
    _count("output_tokens", "output_tokens"),
    _count("reasoning_tokens", "reasoning_tokens"),
    _count("amount_usd", "amount"),
    _count("amount_estimated_usd", "estimated_amount"),
    _count("amount_unknown_usd", "unknown_amount"),
    _count("calls_exact", "exact"),
    _count("calls_estimated", "estimated"),
    _count("calls_unknown", "unknown"),
]
AMOUNTS = [column.name for column in COLUMNS if column.name.endswith("_usd")]


def lines_of(scope: Scope) -> Iterator[SpendLine]:
    """The same lines in the same order as `spend_lines`, read a month at a time."""
    first = scope.first
    while first <= scope.last:
        last = min(first + (DAYS_AT_ONCE - 1) * DAY, scope.last)
        yield from spend_lines(replace(scope, first=first, last=last))
        first = last + DAY


def values_of(scope: Scope, line: SpendLine) -> list[Value]:
    """The line's value in each of `COLUMNS`; amounts unrounded."""
    return [column.of(scope, line) for column in COLUMNS]


def tenant_of(scope: Scope, tenant_id: int) -> Tenant:
    """The tenant of the scope with this id."""
    return next(tenant for tenant in scope.tenants if tenant.pk == tenant_id)
