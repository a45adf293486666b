"""Cached input by price, from sums of days instead of every call."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Iterable

from billing.models import Price, Tier
from billing.savings import CachedTokens
from billing.selectors.savings import cached_tokens
from billing.selectors.scope import Scope
from billing.selectors.spend import SpendLine


def cached_by_price(
    scope: Scope, lines: Iterable[SpendLine], prices: Iterable[Price]
) -> list[CachedTokens]:
    """The cached and cache-written input of the lines, by the price that held.

    As `cached_tokens` tells it, which looks at every call; here that is
    done only for the days on which a price changed, and for models that
    cost more than one price at a time: by tier, or for long input.
    """
    of_model: dict[str, list[Price]] = defaultdict(list)
    for price in sorted(prices, key=lambda price: price.valid_from):
        of_model[price.model].append(price)
    found: list[CachedTokens] = []
    mixed: set[tuple[datetime.date, str]] = set()
    for line in lines:
        if not line.cached_tokens and not line.cache_write_tokens:
            continue
        day = dataclasses.replace(scope, first=line.day, last=line.day)
        held = [price for price in of_model[line.model] if price.valid_from < day.end]
        if held and held[-1].valid_from <= day.start and not any(map(_has_several, held)):
            found.append(CachedTokens(held[-1], line.cached_tokens, line.cache_write_tokens))
        else:
            mixed.add((line.day, line.model))
    for date, model in sorted(mixed):
        found += cached_tokens(dataclasses.replace(scope, first=date, last=date, models=(model,)))
    return found


def _has_several(price: Price) -> bool:
    """Whether it is not the one price of its model, so that a day's sums do not say which held."""
    return price.tier != Tier.STANDARD or price.long_from is not None
