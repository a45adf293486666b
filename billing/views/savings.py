"""What was saved, in money, and what nobody can tell."""

from dataclasses import dataclass

from billing.models import Price
from billing.money import shown
from billing.savings import CutOff, Way, savings_of, total_of
from billing.selectors.cached_input import cached_by_price
from billing.selectors.savings import savings_in
from billing.views.figures import percent
from billing.views.reading import Reading


@dataclass(frozen=True)
class Row:
    """One way of saving, its worth in dollars or a dash, and what lies behind it."""

    title: str
    amount: str
    note: str


@dataclass(frozen=True)
class Savings:
    """All ways; `total` is what the known ones come to, `share` of what it would have cost.

    `cache` is what the provider's cache saved, empty for nothing.
    """

    rows: list[Row]
    total: str
    share: str
    cache: str


def savings_shown(reading: Reading, prices: list[Price]) -> Savings:
    """The savings of the period; of very many calls only what the cache saved."""
    if reading.counts:
        found = savings_in(reading.scope)
    else:
        cached = cached_by_price(reading.scope, reading.lines, prices)
        found = [one for one in savings_of(cached, [], CutOff()) if one.way == Way.CACHED_INPUT]
    total = total_of(found)
    cache = next(one.amount for one in found if one.way == Way.CACHED_INPUT)
    return Savings(
        rows=[
            Row(one.title, "–" if one.amount is None else shown(one.amount), one.note)
            for one in found
        ],
        total=shown(total),
        share=percent(total, total + reading.sums.amount, 1),
        cache=shown(cache) if cache else "",
    )
