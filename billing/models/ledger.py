"""What every call cost, for good."""

from django.db import models
from django.utils import timezone

from billing.models.attempts import Attempt
from billing.models.prices import Price
from billing.money import MONEY, shown
from conversations.models import Generation, Tenant, TenantOwned


class LedgerEntry(TenantOwned):
    """What one attempt cost, or what that was corrected by; never rounded, changed or deleted.

    Each settled attempt has exactly one entry of kind `call`: whoever turns
    the attempt from open to settled writes it in the same transaction
    (`services/ledger.py`), since no unique constraint of a table partitioned
    by `at` can say so. A correction has an amount that may be negative, no
    tokens, and a reason.

    The table is partitioned by the month of `at` in UTC, with a default
    partition so that no line is ever refused (`services/partitions.py`). Its
    column `writer`, the transaction that wrote the line, is the rollups' own
    and no field here.

    `input_tokens` is everything that went in, cached and cache-written
    tokens included; `output_tokens` includes the reasoning tokens.
    """

    class Kind(models.TextChoices):
        """What the line says."""

        CALL = "call", "Call"
        CORRECTION = "correction", "Correction"

    class Certainty(models.TextChoices):
        """Where the tokens come from."""

        EXACT = "exact", "Exact: reported by the provider"
        ESTIMATED = "estimated", "Estimated: counted here, the provider did not report"
        UNKNOWN = "unknown", "Unknown: the whole hold is charged"

    # Without an index of its own: `ledger_report` begins with it.
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.CALL)
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="entries")
    generation = models.ForeignKey(
        Generation, models.SET_NULL, null=True, related_name="ledger_entries"
    )
    purpose = models.CharField(max_length=20, choices=Attempt.Purpose.choices)
    model = models.CharField(max_length=200)
    persona_label = models.CharField(max_length=200, blank=True)
    tier = models.CharField(
        max_length=40, blank=True, help_text="The service tier that the provider reported."
    )
    # Without an index: only deleting a price asks by it, and that is rare.
    price = models.ForeignKey(Price, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    input_tokens = models.PositiveIntegerField()
    cached_tokens = models.PositiveIntegerField(default=0)
    cache_write_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField()
    reasoning_tokens = models.PositiveIntegerField(default=0)
    certainty = models.CharField(max_length=20, choices=Certainty.choices)
    raw_usage = models.JSONField(null=True)
    amount = models.DecimalField(**MONEY)
    outcome = models.CharField(max_length=40, help_text="How the call ended.")
    request_id = models.CharField(max_length=200, blank=True, help_text="The provider's own id.")
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was corrected.")
    author = models.CharField(max_length=150, blank=True, help_text="Who corrected it.")

    # Outcomes of a call that gave what was asked for; all others are errors.
    ANSWERED = ("stop", "length", "tool_calls")

    class Meta:
        verbose_name_plural = "ledger entries"
        indexes = [
            # reports that the rollups do not hold, and rebuilding those
            models.Index(fields=["tenant", "at"], name="ledger_report"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="call") | ~models.Q(reason=""),
                name="corrections_have_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model}: {shown(self.amount)}"
