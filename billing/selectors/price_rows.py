"""Which price rows the calls of a period were priced with."""

import datetime
from collections.abc import Iterable

from django.db.models import Q

from billing.models import ModelAlias, Price
from conversations.models import Tenant


def models_behind(names: Iterable[str], tenants: Iterable[Tenant]) -> dict[str, set[str]]:
    """The models whose prices calls under each name are priced with: its own, or its aliases'."""
    behind = {name: {name} for name in names}
    aliases = ModelAlias.objects.filter(Q(tenant=None) | Q(tenant__in=list(tenants)))
    for alias, model in aliases.filter(alias__in=behind).values_list("alias", "model"):
        behind[alias].add(model)
    return behind


def prices_in_force(
    models: Iterable[str], first: datetime.datetime, after: datetime.datetime
) -> list[Price]:
    """The rows of these models that held at any moment of the period.

    By model and tier, the oldest first.
    """
    rows = Price.objects.filter(model__in=list(models), valid_from__lt=after)
    held: dict[tuple[str, str], list[Price]] = {}
    for row in rows.order_by("model", "tier", "valid_from"):
        known = held.setdefault((row.model, row.tier), [])
        if row.valid_from <= first:
            known.clear()  # it had replaced them before the period began
        known.append(row)
    return [row for known in held.values() for row in known]
