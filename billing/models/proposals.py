"""Prices that were read somewhere and wait for a person."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from billing.models.prices import Price, PriceFigures


class PriceProposal(PriceFigures):
    """What a model would cost; it costs that only once a person has approved it, and only once.

    `old` is the price that held when it was proposed, `price` the row that
    approving made.
    """

    class State(models.TextChoices):
        """What became of it."""

        PROPOSED = "proposed", "Waits for a decision"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        REPLACED = "replaced", "Replaced by newer figures"

    valid_from = models.DateTimeField(
        null=True, blank=True, help_text="Empty: from the moment it is approved."
    )
    old = models.ForeignKey(Price, models.SET_NULL, null=True, related_name="+")
    note = models.TextField(blank=True, help_text="What the source says about it.")
    state = models.CharField(max_length=20, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    price = models.OneToOneField(Price, models.SET_NULL, null=True, related_name="proposal")

    class Meta(PriceFigures.Meta):
        ordering = ["model", "tier", "-proposed_at"]
        constraints = [
            *PriceFigures.Meta.constraints,
            models.UniqueConstraint(
                fields=["model", "tier", "valid_from"],
                condition=models.Q(state="proposed"),
                nulls_distinct=False,
                name="one_open_proposal",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["proposed", "replaced"])
                | models.Q(decided_at__isnull=False),
                name="decisions_have_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model}: {self.in_words()}"
