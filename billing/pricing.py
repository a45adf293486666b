"""What tokens cost at a price: pure arithmetic, exact."""

from dataclasses import dataclass
from decimal import Decimal

from billing.models.prices import Price, PriceFigures
from billing.money import MILLION
from billing.usage import Usage

# The prompt is counted here and the provider counts again: from nine tenths of
# the threshold on, what is held allows for its count being above it.
NEARLY_LONG = Decimal("0.9")


@dataclass(frozen=True)
class TokenPrices:
    """US dollars per million tokens of each kind; nothing is left out."""

    input: Decimal
    cached: Decimal
    cache_write: Decimal
    output: Decimal

    @property
    def dearest_input(self) -> Decimal:
        """The most a million tokens that go in can cost."""
        return max(self.input, self.cached, self.cache_write)


def token_prices(price: PriceFigures, *, long: bool) -> TokenPrices:
    """What each kind of token costs, in a call with long input or without."""
    input_, output = price.input, price.output
    cached, cache_write = price.cached_input, price.cache_write
    if long:
        input_, output = _first(price.long_input, input_), _first(price.long_output, output)
        cached = price.long_cached_input if price.long_cached_input is not None else cached
        cache_write = price.long_cache_write if price.long_cache_write is not None else cache_write
    return TokenPrices(input_, _first(cached, input_), _first(cache_write, input_), output)


def is_long(input_tokens: int, price: PriceFigures) -> bool:
    """Whether a call with so much input is charged at the long prices."""
    return price.long_from is not None and input_tokens > price.long_from


def cost_at(usage: Usage, prices: TokenPrices) -> Decimal:
    """US dollars, unrounded: each token once, at the price of its kind."""
    plain = usage.input - usage.cached - usage.cache_write
    return (
        plain * prices.input
        + usage.cached * prices.cached
        + usage.cache_write * prices.cache_write
        + usage.output * prices.output
    ) / MILLION


def cost_of(usage: Usage, price: PriceFigures) -> Decimal:
    """What one call costs at this row, in US dollars, unrounded; the row must be of its tier."""
    return cost_at(usage, token_prices(price, long=is_long(usage.input, price)))


def upper_bound(prompt_tokens: int, max_output_tokens: int, price: Price) -> Decimal:
    """The most a call can cost, whichever of the priced tiers answers it.

    All input at its dearest kind, output to its limit, at the long prices
    where the input may be long.
    """
    return max(
        (prompt_tokens * prices.dearest_input + max_output_tokens * prices.output) / MILLION
        for row in (price, *price.other_tiers)
        for prices in _possible(prompt_tokens, row)
    )


def _possible(prompt_tokens: int, price: Price) -> list[TokenPrices]:
    """The prices that a call with about so much input may be charged at."""
    possible = [token_prices(price, long=False)]
    if price.long_from is not None and prompt_tokens > price.long_from * NEARLY_LONG:
        possible.append(token_prices(price, long=True))
    return possible


def _first(amount: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if amount is None else amount
