"""What the rows of the ledger say about savings."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from billing.models import LedgerEntry, ModelAlias, Price, Tier
from billing.pricing import cost_at, token_prices
from billing.savings import CachedTokens, CutOff, Rerouted, Saving, savings_of
from billing.selectors.entries import above, entries_of
from billing.selectors.scope import Scope
from billing.usage import Usage

# How a call ends that had no room left to write.
AT_THE_LIMIT = "length"


def savings_in(scope: Scope) -> list[Saving]:
    """Every way of saving, as `savings_of` tells them."""
    return savings_of(cached_tokens(scope), rerouted(scope), cut_off(scope))


def cached_tokens(scope: Scope) -> list[CachedTokens]:
    """What came from the cache or went into it, by the price that the calls were charged at."""
    rows = (
        _calls(scope)
        .filter(Q(cached_tokens__gt=0) | Q(cache_write_tokens__gt=0))
        .annotate(long=above(F("price__long_from")))
        .values("price", "long")
        .annotate(cached=Sum("cached_tokens"), written=Sum("cache_write_tokens"))
        .order_by("price", "long")
    )
    found = list(rows)
    prices = Price.objects.in_bulk([row["price"] for row in found])
    return [
        CachedTokens(prices[row["price"]], row["cached"], row["written"], row["long"])
        for row in found
    ]


def cut_off(scope: Scope) -> CutOff:
    """The calls that reached their output limit."""
    found = (
        _calls(scope)
        .filter(outcome=AT_THE_LIMIT)
        .aggregate(calls=Count("pk"), sum=Sum("amount", default=Decimal(0)))
    )
    return CutOff(found["calls"], found["sum"])


def rerouted(scope: Scope) -> list[Rerouted]:
    """The calls of a cheaper model at a spend limit, by usual model and its price when opened."""
    named = ModelAlias.objects.filter(
        Q(tenant=None) | Q(tenant=OuterRef("tenant")), alias=OuterRef("attempt__instead_of")
    ).order_by(F("tenant").asc(nulls_last=True))
    usual = Price.objects.filter(
        model=OuterRef("priced_as"),
        tier=Tier.STANDARD,
        valid_from__lte=OuterRef("attempt__opened_at"),
    ).order_by("-valid_from")
    rows = (
        _calls(scope)
        .exclude(attempt__instead_of="")
        .annotate(priced_as=Coalesce(Subquery(named.values("model")[:1]), "attempt__instead_of"))
        .annotate(
            usual=Subquery(usual.values("pk")[:1]),
            long_from=Subquery(usual.values("long_from")[:1]),
        )
        .annotate(long=above(F("long_from")))
        .values("usual", "long", model_instead=F("attempt__instead_of"))
        .annotate(
            calls=Count("pk"),
            sum_amount=Sum("amount"),
            input=Sum("input_tokens"),
            cached=Sum("cached_tokens"),
            written=Sum("cache_write_tokens"),
            output=Sum("output_tokens"),
        )
        .order_by("model_instead", "usual", "long")
    )
    found = list(rows)
    prices = Price.objects.in_bulk([row["usual"] for row in found if row["usual"]])
    return [
        Rerouted(
            usual_model=row["model_instead"],
            calls=row["calls"],
            amount=row["sum_amount"],
            usual_amount=_cost(row, prices[row["usual"]]) if row["usual"] else None,
        )
        for row in found
    ]


def _cost(row: Mapping[str, Any], price: Price) -> Decimal:
    """Calls at the same prices may be added up first, because prices are linear in tokens."""
    usage = Usage(row["input"], row["output"], cached=row["cached"], cache_write=row["written"])
    return cost_at(usage, token_prices(price, long=row["long"]))


def _calls(scope: Scope) -> QuerySet[LedgerEntry]:
    return entries_of(scope).filter(kind=LedgerEntry.Kind.CALL)
