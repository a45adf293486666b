"""What the bot would say, for a person to edit and send."""

from django.conf import settings
from django.db import models

from billing.models import Attempt
from conversations.models import Conversation, Message, TenantOwned


class Draft(TenantOwned):
    """An answer that the bot wrote for somebody of staff; no visitor is ever shown it."""

    class State(models.TextChoices):
        """How far it is."""

        ASKED = "asked", "Waits for a worker"
        WRITING = "writing", "Being written"
        DONE = "done", "Written"
        FAILED = "failed", "Could not be written"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="drafts")
    question = models.ForeignKey(Message, models.CASCADE, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="Who of staff asked for it.",
    )
    attempt = models.ForeignKey(
        Attempt, models.SET_NULL, null=True, related_name="+", help_text="The call that it took."
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    text = models.TextField(blank=True)
    why = models.TextField(blank=True, help_text="For staff: why there is none.")
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Draft {self.pk} ({self.state})"
