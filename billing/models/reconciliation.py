"""What the provider says it charged, day by day: a copy of the other side's book."""

from django.db import models
from django.utils import timezone

from billing.money import MONEY, shown


class ProviderBill(models.Model):
    """One line item of one UTC day, as the provider billed the whole deployment for it.

    A day that is read again is replaced as a whole, because providers
    correct their days for a while. A day with nothing on it has one line
    without an item.
    """

    class Source(models.TextChoices):
        """How it came here."""

        API = "api", "Provider's costs API"
        UPLOAD = "upload", "Uploaded export"

    class Kind(models.TextChoices):
        """What was counted; empty for everything that is not a kind of token."""

        INPUT = "input", "Input, neither cached nor written to the cache"
        CACHED = "cached", "Cached input"
        CACHE_WRITE = "cache_write", "Cache write"
        OUTPUT = "output", "Output"

    day = models.DateField(help_text="In UTC.")
    line_item = models.CharField(max_length=300, blank=True)
    model = models.CharField(max_length=200, blank=True, help_text="As the provider names it.")
    kind = models.CharField(max_length=20, choices=Kind.choices, blank=True)
    quantity = models.DecimalField(max_digits=24, decimal_places=3, null=True, help_text="Tokens.")
    amount = models.DecimalField(**MONEY)
    source = models.CharField(max_length=20, choices=Source.choices)
    fetched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "line_item"], name="one_bill_per_item_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.line_item or 'nothing'}: {shown(self.amount)}"
