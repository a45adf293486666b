"""How a conversation came out."""

from django.conf import settings
from django.db import models

from conversations.models.conversations import Conversation
from conversations.models.tenants import TenantOwned


class Outcome(TenantOwned):
    """How a conversation, or a stretch of it, came out at a moment.

    It is confirmed by somebody's word, or judged once the visitor has been
    silent for seven days (`services/outcomes.py`). `lasting` says whether
    the visitor stayed silent for seven days after `at`; None while those
    are not over. A conversation that goes on later has another outcome then.
    """

    class Kind(models.TextChoices):
        """What came of it; the first two are resolved by the bot."""

        CONFIRMED = "confirmed", "Resolved: somebody said so"
        ASSUMED = "assumed", "Resolved, it seems: the bot's answer was the last word"
        HANDED_OVER = "handed_over", "A person was asked for or answered"
        UNANSWERED = "unanswered", "The last question got no whole answer"

    RESOLVED = (Kind.CONFIRMED, Kind.ASSUMED)

    class By(models.TextChoices):
        """Who says so."""

        VISITOR = "visitor", "The visitor"
        STAFF = "staff", "Staff"
        RULE = "rule", "The rule of seven silent days"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="outcomes")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    by = models.CharField(max_length=20, choices=By.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="Of staff.",
    )
    at = models.DateTimeField()
    lasting = models.BooleanField(null=True)

    class Meta:
        constraints = [
            # two judges at once write one outcome
            models.UniqueConstraint(fields=["conversation", "at"], name="one_outcome_at_a_time"),
        ]
        indexes = [
            # what came out in a period
            models.Index(fields=["tenant", "at"], include=["kind", "lasting"], name="outcomes_at"),
            # what the next judgement is about
            models.Index(
                fields=["at"], name="outcomes_open", condition=models.Q(lasting__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation}: {self.kind}"
