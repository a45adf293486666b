"""A tenant's month as an invoice has it: tokens by model, price and kind, from the ledger."""

import datetime
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from billing.models import LedgerEntry, Price
from billing.money import MILLION
from billing.selectors.entries import entries_of
from billing.selectors.scope import Scope
from conversations.models import Tenant

Certainty = LedgerEntry.Certainty


@dataclass(frozen=True)
class InvoiceLine:
    """One kind of token of a model at a price, or calls that have no price per token.

    `per_million` is None for the latter.
    """

    model: str
    kind: str
    tokens: int
    per_million: Decimal | None
    amount: Decimal
    price: Price


@dataclass(frozen=True)
class Invoice:
    """What a tenant's month cost, line by line; lines and corrections add up to `total` exactly.

    `total` is the ledger's own sum of the month.
    """

    tenant: Tenant
    scope: Scope
    calls: int
    estimated: int
    lines: list[InvoiceLine]
    corrections: list[LedgerEntry]
    total: Decimal
    prices: list[Price] = field(default_factory=list)


def invoice_of(tenant: Tenant, month: datetime.date) -> Invoice:
    """The calendar month of the tenant's time zone that begins on this day."""
    after = (month + datetime.timedelta(days=32)).replace(day=1)
    zone = zoneinfo.ZoneInfo(tenant.time_zone)
    scope = Scope((tenant,), month, after - datetime.timedelta(days=1), zone)
    entries = entries_of(scope)
    calls = entries.filter(kind=LedgerEntry.Kind.CALL)
    groups: list[Any] = list(
        calls.values("model", "price", "certainty")
        .order_by("model", "price", "certainty")
        .annotate(
            calls=Count("pk"),
            input=Sum("input_tokens"),
            cached=Sum("cached_tokens"),
            cache_write=Sum("cache_write_tokens"),
            output=Sum("output_tokens"),
            sum=Sum("amount"),
        )
    )
    prices = Price.objects.in_bulk({group["price"] for group in groups})
    corrections = list(entries.exclude(kind=LedgerEntry.Kind.CALL).order_by("at", "pk"))
    return Invoice(
        tenant=tenant,
        scope=scope,
        calls=sum(group["calls"] for group in groups),
        estimated=sum(
            group["calls"] for group in groups if group["certainty"] == Certainty.ESTIMATED
        ),
        lines=sorted(
            _lines(groups, prices),
            key=lambda line: (line.model, line.price.valid_from, line.price.pk),
        ),
        corrections=corrections,
        total=entries.aggregate(total=Sum("amount", default=Decimal(0)))["total"],
        prices=sorted(prices.values(), key=lambda price: (price.model, price.valid_from)),
    )


def _lines(groups: list[Any], prices: dict[int, Price]) -> Iterator[InvoiceLine]:
    """Known tokens by kind; then what a price per million does not explain, said in words."""
    known: dict[tuple[str, int], list[Any]] = {}
    for group in groups:
        if group["certainty"] != Certainty.UNKNOWN:
            known.setdefault((group["model"], group["price"]), []).append(group)
    for (model, pk), same in known.items():
        price = prices[pk]
        left = sum((group["sum"] for group in same), Decimal(0))
        for kind, per_million, tokens in _kinds(same, price):
            amount = tokens * per_million / MILLION
            left -= amount
            if tokens:
                yield InvoiceLine(model, kind, tokens, per_million, amount, price)
        if left:
            yield InvoiceLine(model, "Surcharge for long input", 0, None, left, price)
    for group in groups:
        if group["certainty"] == Certainty.UNKNOWN:
            calls = group["calls"]
            words = f"{calls:,} {'call' if calls == 1 else 'calls'} of unknown use, at the most"
            price = prices[group["price"]]
            yield InvoiceLine(group["model"], words, 0, None, group["sum"], price)


def _kinds(groups: list[Any], price: Price) -> Iterator[tuple[str, Decimal, int]]:
    sums = {
        name: sum(group[name] for group in groups)
        for name in ("input", "cached", "cache_write", "output")
    }
    cached, write = price.cached_input, price.cache_write
    yield "Input", price.input, sums["input"] - sums["cached"] - sums["cache_write"]
    yield "Cached input", price.input if cached is None else cached, sums["cached"]
    yield "Cache write", price.input if write is None else write, sums["cache_write"]
    yield "Output", price.output, sums["output"]
