"""What visitors asked and no document answers."""

from django.db import models

from conversations.models import Generation, TenantOwned


class UnansweredQuestion(TenantOwned):
    """A question whose reply rests on no document; open until somebody settles it.

    `group` is the first question that asked the same in other words, this
    one itself where it is the first.
    """

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "Open"
        ANSWERED = "answered", "An article was written"
        DISMISSED = "dismissed", "Needs no article"

    generation = models.OneToOneField(
        Generation, models.CASCADE, related_name="unanswered", null=True
    )
    text = models.TextField()
    language = models.CharField(max_length=10, default="en")
    group = models.ForeignKey("self", models.SET_NULL, null=True, related_name="alike")
    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["tenant", "state", "group"], name="unanswered_open")]

    def __str__(self) -> str:
        return self.text[:80]
