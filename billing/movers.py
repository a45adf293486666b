"""What changed: the difference of two periods, split into reasons that add up to it exactly.

What a group of calls costs is a product: how many calls there were at all,
the group's share of them, the tokens of one of its calls, and what those
tokens cost. Going from one period to the other, each factor is credited
with what its change does, averaged over every order in which the four
could have changed (their Shapley values). So no order is preferred, no
part is left over, and swapping the periods only turns the signs.
"""

import itertools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from math import factorial, prod
from operator import attrgetter
from typing import TypeVar

from billing.models.prices import Price
from billing.money import MONEY, dollars, rounded
from billing.pricing import cost_at, token_prices
from billing.rounding import apportioned
from billing.selectors.spend import SpendLine, Sums, added
from billing.usage import Usage

Key = TypeVar("Key", bound=Hashable)
Prices = Mapping[str, Price]

# Digits of the products; what they miss in the end is spread by `apportioned`.
DIGITS = 60
FACTORS = 4


class Reason(StrEnum):
    """Why spending is another; in the order in which they are told."""

    VOLUME = "volume"
    MIX = "mix"
    TOKENS = "tokens"
    PRICE = "price"
    OTHER = "other"


TITLES = {
    Reason.VOLUME: "Volume",
    Reason.MIX: "Mix",
    Reason.TOKENS: "Tokens per turn",
    Reason.PRICE: "Price",
    Reason.OTHER: "Not from tokens",
}


@dataclass(frozen=True)
class Effect:
    """What one reason did to spending, in dollars; `note` says in words what lies behind it."""

    reason: Reason
    title: str
    amount: Decimal
    note: str


@dataclass(frozen=True)
class Mover:
    """One model, tenant or the like; `effects` hold every reason and add up to `change`."""

    key: Hashable
    before: Decimal
    now: Decimal
    effects: dict[Reason, Decimal]

    @property
    def change(self) -> Decimal:
        """Dollars more than before, or less."""
        return self.now - self.before


def what_changed(
    before: Sequence[SpendLine], now: Sequence[SpendLine], prices: Prices | None = None
) -> list[Effect]:
    """The reasons in a fixed order; their amounts are the change of the sum, to the last digit.

    Volume: more or fewer calls. Mix: other models, purposes or tenants,
    new and vanished ones included. Tokens: more or fewer of them in a
    call. Price: what they cost. With the price row of a model, its tokens
    count by their price there, so that longer answers or fewer cached
    tokens are a matter of tokens; without, every token counts the same
    and only the rest is price. “Other” is corrections and money of lines
    without tokens, and only there where there is any.
    """
    movers = _movers(before, now, attrgetter("model"), prices or {})
    amounts = _together([mover.effects for mover in movers])
    notes = _notes(added(before), added(now))
    return [
        Effect(reason, TITLES[reason], amounts[reason], notes[reason])
        for reason in Reason
        if reason != Reason.OTHER or amounts[reason]
    ]


def top_movers(
    before: Sequence[SpendLine],
    now: Sequence[SpendLine],
    *,
    by: Callable[[SpendLine], Hashable] = attrgetter("model"),
    prices: Prices | None = None,
    limit: int = 5,
) -> list[Mover]:
    """Those whose spending changed most, either way, most first; who did not change is left out."""
    movers = [mover for mover in _movers(before, now, by, prices or {}) if mover.change]
    return sorted(movers, key=lambda mover: (-abs(mover.change), str(mover.key)))[:limit]


def _movers(
    before: Sequence[SpendLine],
    now: Sequence[SpendLine],
    by: Callable[[SpendLine], Key],
    prices: Prices,
) -> list[Mover]:
    """Everything that was spent on in either period."""

    def cell(line: SpendLine) -> tuple[Key, int, str, str]:
        return by(line), line.tenant_id, line.model, line.purpose

    cells = _grouped(before, cell), _grouped(now, cell)
    calls = tuple(sum(sums.calls for sums in side.values()) for side in cells)
    effects: dict[Key, list[dict[Reason, Decimal]]] = {}
    for key in dict.fromkeys(itertools.chain(*cells)):
        sides = tuple(side.get(key, Sums()) for side in cells)
        split = _split(sides, calls, prices.get(key[2]))
        effects.setdefault(key[0], []).append(split)
    amounts = _grouped(before, by), _grouped(now, by)
    return [
        Mover(
            key=name,
            before=amounts[0].get(name, Sums()).amount,
            now=amounts[1].get(name, Sums()).amount,
            effects=_together(split),
        )
        for name, split in effects.items()
    ]


def _grouped(lines: Iterable[SpendLine], key: Callable[[SpendLine], Key]) -> dict[Key, Sums]:
    groups: dict[Key, list[SpendLine]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return {name: added(group) for name, group in groups.items()}


def _split(
    sides: tuple[Sums, ...], calls: tuple[int, ...], price: Price | None
) -> dict[Reason, Decimal]:
    """The change of one cell, as reasons that add up to it at twelve decimals."""
    with localcontext(prec=DIGITS):
        sizes = [_sizes(sums, price) for sums in sides]
        if not all(size or not sums.tokens for size, sums in zip(sizes, sides, strict=True)):
            sizes = [_sizes(sums, None) for sums in sides]  # one period's tokens were free
        earned = [
            sums.called_amount if sums.calls and size else Decimal(0)
            for sums, size in zip(sides, sizes, strict=True)
        ]
        factors = [
            _factors(sums, size, amount, total)
            for sums, size, amount, total in zip(sides, sizes, earned, calls, strict=True)
        ]
        effects = _shapley(_completed(factors[0], factors[1]), _completed(factors[1], factors[0]))
        exact = apportioned(effects, MONEY["decimal_places"], earned[1] - earned[0])
    # corrections and lines without tokens, which no product explains
    other = (sides[1].amount - earned[1]) - (sides[0].amount - earned[0])
    reasons = (Reason.VOLUME, Reason.MIX, Reason.TOKENS, Reason.PRICE)
    return dict(zip(reasons, exact, strict=True)) | {Reason.OTHER: other}


def _together(splits: list[dict[Reason, Decimal]]) -> dict[Reason, Decimal]:
    # reasons that nearly cancel out may each have more digits than their sum
    with localcontext(prec=DIGITS):
        return {reason: sum((one[reason] for one in splits), Decimal(0)) for reason in Reason}


def _sizes(sums: Sums, price: Price | None) -> Decimal:
    """How much its tokens are: a plain count, or each kind at its price in one row.

    The row is a yardstick for both periods, so it does not matter that some
    of the calls were charged at another.
    """
    if price is None:
        return Decimal(sums.tokens)
    usage = Usage(
        input=sums.input_tokens,
        output=sums.output_tokens,
        cached=sums.cached_tokens,
        cache_write=sums.cache_write_tokens,
    )
    # so much input was never one call, so it is not long
    return cost_at(usage, token_prices(price, long=False))


def _factors(sums: Sums, size: Decimal, amount: Decimal, calls: int) -> list[Decimal | None]:
    """Calls at all, share of them, size of a call, price of that size; None where undefined."""
    return [
        Decimal(calls),
        Decimal(sums.calls) / calls if calls else None,
        size / sums.calls if sums.calls else None,
        amount / size if sums.calls and size else None,
    ]


def _completed(factors: list[Decimal | None], other: list[Decimal | None]) -> list[Decimal]:
    """What a side has no value for is taken as the other has it, and so is not what changed."""
    return [
        mine if mine is not None else theirs if theirs is not None else Decimal(0)
        for mine, theirs in zip(factors, other, strict=True)
    ]


def _shapley(before: list[Decimal], now: list[Decimal]) -> list[Decimal]:
    """Each factor's part of the change of their product."""
    effects = []
    for player in range(FACTORS):
        others = [n for n in range(FACTORS) if n != player]
        effect = Decimal(0)
        for changed in itertools.product((False, True), repeat=FACTORS - 1):
            orders = factorial(sum(changed)) * factorial(FACTORS - 1 - sum(changed))
            values = (now[n] if has else before[n] for n, has in zip(others, changed, strict=True))
            effect += orders * prod(values, start=Decimal(1))
        effects.append((now[player] - before[player]) * effect / factorial(FACTORS))
    return effects


def _notes(before: Sums, now: Sums) -> dict[Reason, str]:
    per_turn = [sums.tokens / sums.calls if sums.calls else 0 for sums in (before, now)]
    per_million = [
        dollars(
            rounded(sums.called_amount * 1_000_000 / sums.tokens if sums.tokens else Decimal(0), 2)
        )
        for sums in (before, now)
    ]
    return {
        Reason.VOLUME: f"{now.calls:,} model calls, before {before.calls:,}",
        Reason.MIX: "Which models, purposes and tenants they were for",
        Reason.TOKENS: f"{per_turn[1]:,.0f} tokens a call, before {per_turn[0]:,.0f}",
        Reason.PRICE: f"{per_million[1]} for a million tokens, before {per_million[0]}",
        Reason.OTHER: "Corrections and other lines without tokens",
    }
