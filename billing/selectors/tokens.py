"""How many tokens models read and wrote, from the rollups: ten seconds old at most."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from billing.models import SpendDay

# Every tenant has its days of this zone, whatever its own is.
ZONE = "UTC"


@dataclass(frozen=True)
class Tokens:
    """What was read and written; `read` includes what came from the provider's cache."""

    calls: int = 0
    read: int = 0
    cached: int = 0
    written: int = 0


def tokens_by_day(
    first: datetime.date, last: datetime.date, tenants: Collection[int] | None = None
) -> dict[datetime.date, Tokens]:
    """The tokens of each day in UTC that has any, of these tenants; of all where None."""
    rows = SpendDay.objects.filter(zone=ZONE, day__range=(first, last))
    if tenants is not None:
        rows = rows.filter(tenant__in=sorted(tenants))
    return _summed(rows, "day")


def tokens_by_model() -> dict[str, Tokens]:
    """All tokens so far of each model."""
    return _summed(SpendDay.objects.filter(zone=ZONE), "model")


def _summed(rows: QuerySet[SpendDay], field: str) -> dict[Any, Tokens]:
    summed = rows.values(field).annotate(
        of_calls=Sum("calls"),
        of_read=Sum("input_tokens"),
        of_cached=Sum("cached_tokens"),
        of_written=Sum("output_tokens"),
    )
    return {
        row[field]: Tokens(row["of_calls"], row["of_read"], row["of_cached"], row["of_written"])
        for row in summed.order_by()
    }
