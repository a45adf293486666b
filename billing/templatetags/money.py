"""Money in templates."""

from decimal import Decimal

from django import template

from billing.money import shown

register = template.Library()


@register.filter
def money(amount: Decimal | None, places: int = 2) -> str:
    """The amount as people read it, with at least so many decimals; a dash where there is none."""
    return "–" if amount is None else shown(amount, places)
