"""Spending as comma-separated values."""

import csv
import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal

from billing.exports.lines import COLUMNS, Value, values_of
from billing.selectors.scope import Scope
from billing.selectors.spend import SpendLine
from conversations.cells import harmless

# with its mark, because spreadsheets take UTF-8 without one for something else
MARK = "\ufeff"


def spend_csv(scope: Scope, lines: Iterable[SpendLine]) -> Iterator[str]:
    """A head and one row for each line, piece by piece; amounts unrounded, as plain digits."""
    yield from table([column.name for column in COLUMNS], (values_of(scope, one) for one in lines))


def table(head: list[str], rows: Iterable[list[Value]]) -> Iterator[str]:
    """The rows under their head, each as soon as it is there."""
    writer = csv.writer(_Echo())
    yield MARK + writer.writerow(head)
    for row in rows:
        yield writer.writerow([written(value) for value in row])


def written(value: Value) -> str:
    """The value as text: no exponents, no separators, and nothing that is taken for a formula."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return harmless(value) if isinstance(value, str) else str(value)


class _Echo:
    """A file that gives back what is written to it, which is what `csv` then returns."""

    def write(self, text: str) -> str:
        return text
