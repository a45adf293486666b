"""What was said earlier in a conversation, in short."""

from django.db import models

from conversations.models import Conversation, TenantOwned


class Summary(TenantOwned):
    """What was said in a conversation up to a number of its log, in few words.

    The newest one with a text stands in prompts instead of all that. Without
    a text it is being made since `begun_at`, or failed for the reason `failure`.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="summaries")
    until_seq = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    begun_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=1)
    failure = models.CharField(max_length=80, blank=True, help_text="Code of what went wrong.")

    class Meta:
        verbose_name_plural = "summaries"
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "until_seq"], name="one_summary_per_place"
            ),
        ]

    def __str__(self) -> str:
        return f"up to {self.until_seq}: {self.text[:60]}"
