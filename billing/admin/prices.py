"""What models cost."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from billing.admin.operators import OperatorAdmin
from billing.models import Price
from billing.money import shown
from billing.pricing import token_prices


@admin.register(Price)
class PriceAdmin(OperatorAdmin):
    """Prices are added, never changed: the books point at the row they were settled with.

    They hold for every tenant, so they are the operator's. A price typed
    wrong can be deleted until a call has used it.
    """

    list_display = [
        "model",
        "tier",
        "valid_from",
        "per_input",
        "per_cached_input",
        "per_cache_write",
        "per_output",
        "long",
        "source",
        "checked_on",
    ]
    list_filter = ["tier"]
    fieldsets = [
        (None, {"fields": ["model", "tier", "valid_from"]}),
        (
            "US dollars per million tokens",
            {
                "fields": ["input", "cached_input", "cache_write", "output"],
                "description": "Leave cached input or cache write empty where they cost what "
                "input costs. The books keep the price that held when the call was opened.",
            },
        ),
        (
            "Calls with long input",
            {
                "fields": [
                    "long_from",
                    "long_input",
                    "long_cached_input",
                    "long_cache_write",
                    "long_output",
                ],
                "description": "A call with more input tokens than this is charged at these "
                "prices, all of it. Leave them empty where the length makes no difference.",
            },
        ),
        (None, {"fields": ["source", "checked_on"]}),
    ]
    search_fields = ["model"]
    search_help_text = "Model"
    list_per_page = 100

    @admin.display(description="input")
    def per_input(self, price: Price) -> str:
        """Dollars per million tokens, as all of these."""
        return shown(price.input)

    @admin.display(description="cached input")
    def per_cached_input(self, price: Price) -> str:
        """As input where it has no price of its own."""
        return shown(token_prices(price, long=False).cached)

    @admin.display(description="cache write")
    def per_cache_write(self, price: Price) -> str:
        """As input where it has no price of its own."""
        return shown(token_prices(price, long=False).cache_write)

    @admin.display(description="output")
    def per_output(self, price: Price) -> str:
        """Reasoning tokens included."""
        return shown(price.output)

    @admin.display(description="long input", empty_value="–")
    def long(self, price: Price) -> str | None:
        """From how many tokens on input and output cost more, and what."""
        if price.long_from is None:
            return None
        prices = token_prices(price, long=True)
        return f"above {price.long_from:,}: {shown(prices.input)} in, {shown(prices.output)} out"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """A price that somebody looked up today."""
        return {"checked_on": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: a new price is a new row."""
        return False
