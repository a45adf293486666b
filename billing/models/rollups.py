"""The ledger added up by day, folded behind it by a job.

Nothing here is the truth: every row can be made anew from the ledger
(`services/rollups.py rebuild`), and readers add what is not folded yet.
"""

from typing import Any

from django.db import models

from billing.models.attempts import Attempt
from billing.money import MONEY
from conversations.models import Conversation, TenantOwned

# Sums only grow by folding, and a correction may take an amount below zero.
COUNT: dict[str, Any] = {"default": 0}


class RollupState(models.Model):
    """How far the ledger is folded; at most one row, and none before the first fold.

    Every line whose `writer` is below `watermark` is in the rollups, no
    other is. `version` goes up with every change of them, so that a reader
    notices one between two statements.
    """

    watermark = models.BigIntegerField()
    version = models.BigIntegerField(default=0)
    folded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"folded up to transaction {self.watermark}"


class KeptZone(TenantOwned):
    """A time zone by whose days a tenant's rollups are kept: its own, and UTC."""

    zone = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "zone"], name="one_kept_zone"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant}: {self.zone}"


class SpendDay(TenantOwned):
    """What one day of a zone adds up to, per tenant, model, purpose and persona."""

    zone = models.CharField(max_length=64)
    day = models.DateField()
    model = models.CharField(max_length=200)
    purpose = models.CharField(max_length=20, choices=Attempt.Purpose.choices)
    persona_label = models.CharField(max_length=200)
    calls = models.BigIntegerField(**COUNT)
    amount = models.DecimalField(**MONEY, default=0)
    input_tokens = models.BigIntegerField(**COUNT)
    cached_tokens = models.BigIntegerField(**COUNT)
    cache_write_tokens = models.BigIntegerField(**COUNT)
    output_tokens = models.BigIntegerField(**COUNT)
    reasoning_tokens = models.BigIntegerField(**COUNT)
    errors = models.BigIntegerField(**COUNT)
    exact = models.BigIntegerField(**COUNT)
    estimated = models.BigIntegerField(**COUNT)
    unknown = models.BigIntegerField(**COUNT)
    estimated_amount = models.DecimalField(**MONEY, default=0)
    unknown_amount = models.DecimalField(**MONEY, default=0)
    corrected_amount = models.DecimalField(**MONEY, default=0)

    class Meta:
        constraints = [
            # also the index that reports read
            models.UniqueConstraint(
                fields=["tenant", "zone", "day", "model", "purpose", "persona_label"],
                name="one_spend_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} ({self.zone}) {self.model}"


class ConversationDay(TenantOwned):
    """What one conversation cost on one day of a zone, per model and purpose.

    It goes with its conversation: what is erased is in the days' sums only.
    """

    zone = models.CharField(max_length=64)
    day = models.DateField()
    # The constraint is the migration's, with ON DELETE CASCADE: a fold that adds a row at that
    # very moment waits for the erasure, where Django would have looked for rows too early.
    conversation = models.ForeignKey(
        Conversation, models.DO_NOTHING, related_name="+", db_constraint=False
    )
    model = models.CharField(max_length=200)
    purpose = models.CharField(max_length=20, choices=Attempt.Purpose.choices)
    calls = models.BigIntegerField(**COUNT)
    tokens = models.BigIntegerField(**COUNT)
    amount = models.DecimalField(**MONEY, default=0)

    class Meta:
        constraints = [
            # also the index that reports read
            models.UniqueConstraint(
                fields=["tenant", "zone", "day", "conversation", "model", "purpose"],
                name="one_conversation_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} ({self.zone}) {self.conversation_id}"
