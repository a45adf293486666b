"""One call of a model, known before it is made."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from billing.models.prices import Price
from billing.money import MONEY
from conversations.models import Generation, TenantOwned


class Attempt(TenantOwned):
    """One call of a model, written before the request leaves, with the most it can cost held.

    Its id goes to the provider in the `X-Attempt-Id` header, so that both
    sides' books can be laid side by side. It ends in exactly one ledger entry
    of kind `call`; later corrections are further entries of the same attempt.
    """

    class Purpose(models.TextChoices):
        """What the call was for."""

        REPLY = "reply", "Reply"
        SUMMARY = "summary", "Summary"
        MODERATION = "moderation", "Moderation"
        EMBEDDING = "embedding", "Embedding"
        DRAFT = "draft", "Draft for staff"
        EVALUATION = "evaluation", "Evaluation"

    class State(models.TextChoices):
        """Whether the hold still stands."""

        OPEN = "open", "Open"
        SETTLED = "settled", "Settled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    generation = models.ForeignKey(Generation, models.SET_NULL, null=True, related_name="attempts")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    model = models.CharField(max_length=200)
    instead_of = models.CharField(
        max_length=200, blank=True, help_text="The model that a spend limit had no room for."
    )
    price = models.ForeignKey(Price, models.PROTECT, related_name="+")
    budgets = ArrayField(
        models.BigIntegerField(), default=list, help_text="Those that it holds its most against."
    )
    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    prompt_tokens = models.PositiveIntegerField(help_text="Counted here before the call.")
    max_output_tokens = models.PositiveIntegerField()
    held = models.DecimalField(**MONEY)
    request = models.JSONField(help_text="What was sent, without the key.")
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [
            # what a lapsed lease left behind
            models.Index(
                fields=["generation"],
                name="attempts_open",
                condition=models.Q(state="open"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.id}"
