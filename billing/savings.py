"""What was saved, in money, and only where the rows of the ledger bear it out."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from billing.models.prices import PriceFigures
from billing.money import MILLION, shown
from billing.pricing import token_prices


class Way(StrEnum):
    """How money was saved; in the order in which it is told."""

    CACHED_INPUT = "cached_input"
    CHEAPER_MODEL = "cheaper_model"
    OUTPUT_LIMIT = "output_limit"
    HISTORY = "history"


TITLES = {
    Way.CACHED_INPUT: "Cached input",
    Way.CHEAPER_MODEL: "Cheaper model",
    Way.OUTPUT_LIMIT: "Output limit",
    Way.HISTORY: "Shortened history",
}


@dataclass(frozen=True)
class CachedTokens:
    """Input that calls at one price had from the provider's cache, or wrote into it.

    `long` where the calls were charged at the row's long prices.
    """

    price: PriceFigures
    cached: int
    cache_write: int
    long: bool = False


@dataclass(frozen=True)
class Rerouted:
    """Calls of a cheaper model because a spend limit had no room for the usual one.

    `usual_amount` is what the same tokens cost at the usual model's
    standard price of that moment; None where it had none.
    """

    usual_model: str
    calls: int
    amount: Decimal
    usual_amount: Decimal | None


@dataclass(frozen=True)
class CutOff:
    """Calls that ended because they had reached their output limit, and what they cost."""

    calls: int = 0
    amount: Decimal = Decimal(0)


@dataclass(frozen=True)
class LeftOut:
    """Tokens of history that were not sent, and what they cost as input."""

    tokens: int
    amount: Decimal


@dataclass(frozen=True)
class Saving:
    """One way of saving; `amount` in dollars, negative where it cost more than it saved.

    None where something happened, or might have, whose worth the rows do
    not tell: it is in no sum.
    """

    way: Way
    title: str
    amount: Decimal | None
    note: str


def savings_of(
    cached: Iterable[CachedTokens],
    rerouted: Iterable[Rerouted],
    cut_off: CutOff,
    left_out: LeftOut | None = None,
) -> list[Saving]:
    """Every way of saving in a fixed order, also those that saved nothing."""
    return [
        _cached_input(list(cached)),
        _cheaper_model(list(rerouted)),
        _output_limit(cut_off),
        _history(left_out),
    ]


def total_of(savings: Iterable[Saving]) -> Decimal:
    """What the known amounts add up to."""
    return sum((one.amount for one in savings if one.amount is not None), Decimal(0))


def cache_saving(tokens: CachedTokens) -> Decimal:
    """What the tokens would have cost as plain input, minus what they cost; exact."""
    prices = token_prices(tokens.price, long=tokens.long)
    off, surcharge = prices.input - prices.cached, prices.cache_write - prices.input
    return (tokens.cached * off - tokens.cache_write * surcharge) / MILLION


def _cached_input(rows: list[CachedTokens]) -> Saving:
    read, written = sum(row.cached for row in rows), sum(row.cache_write for row in rows)
    note = f"{read:,} tokens came from the provider's cache, at less than the price of input"
    if written:
        note += f"; the surcharge for the {written:,} tokens written into it is taken off"
    return _saving(Way.CACHED_INPUT, sum(map(cache_saving, rows), Decimal(0)), note)


def _cheaper_model(rows: list[Rerouted]) -> Saving:
    known = [(row, row.usual_amount) for row in rows if row.usual_amount is not None]
    amount = sum((usual - row.amount for row, usual in known), Decimal(0))
    calls, unknown = (sum(row.calls for row in some) for some in ([r for r, _ in known], rows))
    note = f"{calls:,} replies at a spend limit, against the same tokens at the usual model's price"
    if unknown > calls:
        note += f"; {unknown - calls:,} more are not counted, as their usual model had no price"
    return _saving(Way.CHEAPER_MODEL, amount, note)


def _output_limit(cut_off: CutOff) -> Saving:
    if not cut_off.calls:
        return _saving(Way.OUTPUT_LIMIT, Decimal(0), "No call reached its limit")
    return _saving(
        Way.OUTPUT_LIMIT,
        None,
        f"{cut_off.calls:,} calls ended at their limit and cost {shown(cut_off.amount)}; "
        "what they would have gone on to write nobody knows",
    )


def _history(left_out: LeftOut | None) -> Saving:
    if left_out is None:
        return _saving(Way.HISTORY, None, "Not recorded")
    note = f"{left_out.tokens:,} tokens of older messages were not sent again"
    return _saving(Way.HISTORY, left_out.amount, note)


def _saving(way: Way, amount: Decimal | None, note: str) -> Saving:
    return Saving(way, TITLES[way], amount, note)
