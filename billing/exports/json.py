"""Spending as JSON, for programs."""

import datetime
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal

from billing.exports.lines import AMOUNTS, COLUMNS, Value, values_of
from billing.selectors.scope import Scope
from billing.selectors.spend import SpendLine


def spend_json(scope: Scope, lines: Iterable[SpendLine]) -> Iterator[str]:
    """One object, piece by piece: what was asked, every line, and the total of the lines.

    Amounts are strings of plain digits: as numbers, most readers would
    round them to the nearest binary fraction.
    """
    head = {
        "first_day": scope.first.isoformat(),
        "last_day": scope.last.isoformat(),
        "time_zone": scope.zone.key,
        "currency": "USD",
        "tenants": [tenant.name for tenant in scope.tenants],
        "models": list(scope.models),
        "purposes": list(scope.purposes),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "lines": ['
    total: dict[str, int | Decimal] = {
        column.name: Decimal(0) if column.name in AMOUNTS else 0
        for column in COLUMNS
        if column.added
    }
    between = "\n"
    for line in lines:
        values = dict(zip((column.name for column in COLUMNS), values_of(scope, line), strict=True))
        for name in total:
            total[name] += values[name]  # type: ignore[operator]
        yield between + json.dumps(_plain(values), ensure_ascii=False)
        between = ",\n"
    yield '\n], "total": ' + json.dumps(_plain(total)) + "}\n"


def _plain(values: dict[str, Value] | dict[str, int | Decimal]) -> dict[str, str | int]:
    return {name: _json(value) for name, value in values.items()}


def _json(value: Value) -> str | int:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, datetime.date) else value
