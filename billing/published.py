"""Prices as the `genai-prices` package publishes them; its data is part of it, nothing is fetched.

Imported where it is asked only: its tables take 40 MB.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from billing.models.prices import PER_MILLION, Tier
from billing.services.prices import Rates

# How the package names what makes a call a tier's.
CONTEXTS: dict[Tier, dict[str, str]] = {
    Tier.STANDARD: {},
    Tier.BATCH: {"processing": "batch"},
    Tier.FLEX: {"service_tier": "flex"},
    Tier.PRIORITY: {"service_tier": "priority"},
}
KINDS = {
    "input": "input_mtok",
    "cached_input": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
    "output": "output_mtok",
}


@dataclass(frozen=True)
class Published:
    """What a model costs at a tier; `starts` is a day to come (UTC), None where it holds now."""

    model: str
    tier: Tier
    rates: Rates
    starts: datetime.date | None
    source: str
    note: str


class Unclear(Exception):
    """The package's price cannot be kept here as it is; the message says why."""


def models_of(provider: str) -> list[str]:
    """The names of all models of this provider that are priced by the token."""
    return [model.id for model in _provider(provider).models]


def published(
    models: Iterable[str], moment: datetime.datetime, provider: str = "openai"
) -> Iterator[Published | Unclear]:
    """What is known of these models at this moment and from later days on.

    Models that the package does not know are left out; a price that cannot
    be kept exactly comes as the `Unclear` that says why.
    """
    known = _provider(provider)
    for name in models:
        model = known.find_model(name)
        if model is None:
            continue
        for tier, context in CONTEXTS.items():
            try:
                yield from _at_tier(name, model, tier, context, moment)
            except Unclear as reason:
                yield Unclear(f"{name} ({tier}): {reason}")


def _at_tier(
    name: str, model: Any, tier: Tier, context: dict[str, str], moment: datetime.datetime
) -> Iterator[Published]:
    variants = [one for one in model.price_variants or () if one.when == context]
    if context and not variants:
        return
    conditional = model.prices if isinstance(model.prices, list) else []
    days = set()
    for one in (*conditional, *variants):
        if one.constraint is None:
            continue
        if not hasattr(one.constraint, "start_date"):
            raise Unclear("it depends on the hour of the day")
        days.add(one.constraint.start_date)
    later = sorted(day for day in days if day > moment.date())
    before: Rates | None = None
    for day in (None, *later):
        at = moment if day is None else _midnight(day)
        if variants and not any(_active(one, at) for one in variants):
            continue
        rates = _rates(model.get_prices(at, context or None))
        if rates and rates != before:
            yield Published(name, tier, rates, day, source(), model.price_comments or "")
        before = rates


def source() -> str:
    """The package and its version."""
    return f"genai-prices {version('genai-prices')}"


def _rates(prices: Any) -> Rates | None:
    """None where tokens of text have no price at all."""
    found: dict[str, Decimal] = {}
    starts: set[int] = set()
    for kind, key in KINDS.items():
        price = getattr(prices, key)
        if hasattr(price, "tiers"):
            starts |= {one.start for one in price.tiers}
            if len(price.tiers) == 1:
                found[f"long_{kind}"] = _exact(price.tiers[0].price)
            price = price.base
        if price is not None:
            found[kind] = _exact(price)
    if "input" not in found:
        return None
    if len(starts) > 1:
        raise Unclear("it has more than one length of input at which it changes")
    found.setdefault("output", Decimal(0))  # embeddings have none
    return Rates(**found, long_from=starts.pop() if starts else None)


def _exact(amount: Decimal) -> Decimal:
    places = PER_MILLION["decimal_places"]
    if amount != round(amount, places):
        raise Unclear(f"{amount} has more than {places} decimals")
    return amount


def _active(one: Any, at: datetime.datetime) -> bool:
    return one.constraint is None or one.constraint.active(at)


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def _provider(name: str) -> Any:
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415 - 40 MB, rarely needed

    for provider in get_snapshot().providers:
        if provider.id == name:
            return provider
    known = ", ".join(provider.id for provider in get_snapshot().providers)
    raise Unclear(f"The package knows no provider “{name}”; it knows {known}.")
