"""What a model costs from a given moment on, by tier and kind of token."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

PER_MILLION: dict[str, Any] = {
    "max_digits": 16,
    "decimal_places": 6,
    "validators": [MinValueValidator(0)],
}
LONG_KINDS = ("long_input", "long_cached_input", "long_cache_write", "long_output")


class Tier(models.TextChoices):
    """How fast a call is served; the provider's answer says which tier it was."""

    STANDARD = "standard", "Standard"
    BATCH = "batch", "Batch"
    FLEX = "flex", "Flex"
    PRIORITY = "priority", "Priority"

    @classmethod
    def reported(cls, name: str) -> "Tier | None":
        """The tier that a `service_tier` in an answer names; None for one that is not known here.

        An answer without one is standard, `scale` is standard paid in
        advance, and `fast` is priority's newer name (read in the API's
        reference, November 2026).
        """
        known = {"": "standard", "default": "standard", "scale": "standard", "fast": "priority"}
        name = known.get(name, name)
        return cls(name) if name in cls.values else None


class PriceFigures(models.Model):
    """What the tokens of a model cost at a tier, and where that was read.

    Amounts are US dollars per million tokens. A kind of input without a
    price of its own costs what input costs. A call whose input is more than
    `long_from` tokens is charged at the long prices, all of it; a kind
    without a long price then costs what it costs otherwise.
    """

    model = models.CharField(max_length=200)
    tier = models.CharField(max_length=20, choices=Tier.choices, default=Tier.STANDARD)
    input = models.DecimalField(**PER_MILLION)
    cached_input = models.DecimalField(**PER_MILLION, null=True, blank=True)
    cache_write = models.DecimalField(**PER_MILLION, null=True, blank=True)
    output = models.DecimalField(**PER_MILLION)
    long_from = models.PositiveIntegerField(
        null=True, blank=True, help_text="Input tokens above which the long prices hold."
    )
    long_input = models.DecimalField(**PER_MILLION, null=True, blank=True)
    long_cached_input = models.DecimalField(**PER_MILLION, null=True, blank=True)
    long_cache_write = models.DecimalField(**PER_MILLION, null=True, blank=True)
    long_output = models.DecimalField(**PER_MILLION, null=True, blank=True)
    source = models.CharField(max_length=300, help_text="Where the price was read.")
    checked_on = models.DateField(help_text="When the source was last looked at.")

    FIGURES = ("input", "cached_input", "cache_write", "output", "long_from", *LONG_KINDS)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(long_from__isnull=False)
                | models.Q(**{f"{kind}__isnull": True for kind in LONG_KINDS}),
                name="%(class)s_long_needs_a_threshold",
                violation_error_message="Long prices need the number of input tokens above which "
                "they hold.",
            ),
        ]

    def figures(self) -> dict[str, Any]:
        """Every figure by its name; two prices with equal figures cost the same."""
        return {name: getattr(self, name) for name in self.FIGURES}

    def in_words(self) -> str:
        """Its figures in one line: `input 0.1, output 0.5`; what costs as input is left out."""
        words = _listed(
            {
                "input": self.input,
                "cached input": self.cached_input,
                "cache write": self.cache_write,
                "output": self.output,
            }
        )
        if self.tier != Tier.STANDARD:
            words = f"{Tier(self.tier).label.lower()}: {words}"
        if self.long_from is None:
            return words
        longer = _listed(
            {
                "input": self.long_input,
                "cached input": self.long_cached_input,
                "cache write": self.long_cache_write,
                "output": self.long_output,
            }
        )
        return f"{words}; above {self.long_from:,} input tokens {longer}"


class Price(PriceFigures):
    """What a model's tokens cost at a tier from `valid_from` until a later row replaces it."""

    valid_from = models.DateTimeField(default=timezone.now)

    # The rows of the model's other tiers that hold at the same moment, as `price_at` found them.
    other_tiers: "tuple[Price, ...]" = ()

    class Meta(PriceFigures.Meta):
        ordering = ["model", "tier", "-valid_from"]
        constraints = [
            *PriceFigures.Meta.constraints,
            # also the index behind “what does it cost now”
            models.UniqueConstraint(
                fields=["model", "tier", "valid_from"], name="one_price_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        tier = "" if self.tier == Tier.STANDARD else f" ({self.tier})"
        return f"{self.model}{tier} from {self.valid_from:%Y-%m-%d %H:%M}"


def _listed(kinds: dict[str, Any]) -> str:
    return ", ".join(
        f"{kind} {amount.normalize():f}" for kind, amount in kinds.items() if amount is not None
    )
