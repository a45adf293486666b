"""Spending as comma-separated values."""

import csv
import io
from collections.abc import Iterable

from billing.selectors.spend import Scope, SpendLine

COLUMNS = [
    "day",
    "time_zone",
    "tenant",
    "model",
    "calls",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "output_tokens",
    "reasoning_tokens",
    "amount_usd",
    "calls_exact",
    "calls_estimated",
    "calls_unknown",
]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def spend_csv(scope: Scope, lines: Iterable[SpendLine]) -> str:
    """One row per day, tenant and model; amounts unrounded, as plain digits.

    Cached, cache-written and reasoning tokens are parts of the input and
    output tokens beside them, not additions.
    """
    names = {tenant.pk: tenant.name for tenant in scope.tenants}
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow(
            [
                line.day.isoformat(),
                scope.zone.key,
                plain(names[line.tenant_id]),
                plain(line.model),
                line.calls,
                line.input_tokens,
                line.cached_tokens,
                line.cache_write_tokens,
                line.output_tokens,
                line.reasoning_tokens,
                f"{line.amount:f}",
                line.exact,
                line.estimated,
                line.unknown,
            ]
        )
    return file.getvalue()


def plain(text: str) -> str:
    """The text, which a spreadsheet will not take for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
