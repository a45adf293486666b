"""What a model costs from a given moment on."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

PER_MILLION: dict[str, Any] = {
    "max_digits": 16,
    "decimal_places": 6,
    "validators": [MinValueValidator(0)],
}


class Price(models.Model):
    """What a model's tokens cost from `valid_from` until a later row replaces it.

    Amounts are US dollars per million tokens. A kind of input without a
    price of its own costs what input costs.
    """

    model = models.CharField(max_length=200)
    valid_from = models.DateTimeField(default=timezone.now)
    input = models.DecimalField(**PER_MILLION)
    cached_input = models.DecimalField(**PER_MILLION, null=True, blank=True)
    cache_write = models.DecimalField(**PER_MILLION, null=True, blank=True)
    output = models.DecimalField(**PER_MILLION)
    source = models.CharField(max_length=300, help_text="Where the price was read.")
    checked_on = models.DateField(help_text="When the source was last looked at.")

    class Meta:
        ordering = ["model", "-valid_from"]
        constraints = [
            # also the index behind “what does it cost now”
            models.UniqueConstraint(fields=["model", "valid_from"], name="one_price_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.model} from {self.valid_from:%Y-%m-%d %H:%M}"

    def in_words(self) -> str:
        """Its figures in one line: `input 0.1, output 0.5`; what costs as input is left out."""
        kinds = {
            "input": self.input,
            "cached input": self.cached_input,
            "cache write": self.cache_write,
            "output": self.output,
        }
        return ", ".join(
            f"{kind} {amount.normalize():f}" for kind, amount in kinds.items() if amount is not None
        )
