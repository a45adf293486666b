"""What models cost."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from billing.models import Price
from billing.money import shown
from conversations.admin.rights import runs_the_deployment


@admin.register(Price)
class PriceAdmin(ModelAdmin):
    """Prices are added, never changed: the books point at the row they were settled with.

    They hold for every tenant, so they are the operator's. A price typed
    wrong can be deleted until a call has used it.
    """

    list_display = [
        "model",
        "valid_from",
        "per_input",
        "per_cached_input",
        "per_cache_write",
        "per_output",
        "source",
        "checked_on",
    ]
    fieldsets = [
        (None, {"fields": ["model", "valid_from"]}),
        (
            "US dollars per million tokens",
            {
                "fields": ["input", "cached_input", "cache_write", "output"],
                "description": "Leave cached input or cache write empty where they cost what "
                "input costs. The books keep the price that held at the time of the call.",
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
        return shown(price.input if price.cached_input is None else price.cached_input)

    @admin.display(description="cache write")
    def per_cache_write(self, price: Price) -> str:
        """As input where it has no price of its own."""
        return shown(price.input if price.cache_write is None else price.cache_write)

    @admin.display(description="output")
    def per_output(self, price: Price) -> str:
        """Reasoning tokens included."""
        return shown(price.output)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """A price that somebody looked up today."""
        return {"checked_on": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The operator only."""
        return runs_the_deployment(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The operator only."""
        return runs_the_deployment(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The operator only."""
        return runs_the_deployment(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: a new price is a new row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The operator only; the database refuses where a call has used it."""
        return runs_the_deployment(request)
