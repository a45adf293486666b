"""What tokens cost at a price: pure arithmetic, exact."""

from decimal import Decimal

from billing.models.prices import Price
from billing.money import MILLION
from billing.usage import Usage


def cost_of(usage: Usage, price: Price) -> Decimal:
    """US dollars, unrounded: each token once, at the price of its kind."""
    cached_price = price.input if price.cached_input is None else price.cached_input
    write_price = price.input if price.cache_write is None else price.cache_write
    plain = usage.input - usage.cached - usage.cache_write
    return (
        plain * price.input
        + usage.cached * cached_price
        + usage.cache_write * write_price
        + usage.output * price.output
    ) / MILLION


def upper_bound(prompt_tokens: int, max_output_tokens: int, price: Price) -> Decimal:
    """The most a call can cost: all input at its dearest kind, output to its limit."""
    dearest = max(price.input, price.cached_input or 0, price.cache_write or 0)
    return (prompt_tokens * dearest + max_output_tokens * price.output) / MILLION
