"""What reviewers judge the bot by, what they have still to judge, and what they found."""

from django.conf import settings
from django.db import models

from conversations.models.conversations import Conversation
from conversations.models.messages import Message
from conversations.models.tenants import TenantOwned

MAX_NOTE_CHARACTERS = 2000


class Criterion(TenantOwned):
    """One thing that a tenant's reviewers ask of every reply, or of every conversation.

    What has scores keeps its scale and is not deleted: it is put out of use.
    """

    class Scale(models.TextChoices):
        """Which values a score can have."""

        FIVE = "five", "1 to 5"
        YES_NO = "yes_no", "Yes or no"

    class About(models.TextChoices):
        """What is judged."""

        REPLY = "reply", "A reply"
        CONVERSATION = "conversation", "The whole conversation"

    name = models.CharField(max_length=60, help_text="Short, as in a heading: Correct")
    question = models.CharField(
        max_length=200, blank=True, help_text="What to look for: is all of it true and current?"
    )
    about = models.CharField(max_length=20, choices=About.choices, default=About.REPLY)
    scale = models.CharField(max_length=20, choices=Scale.choices, default=Scale.FIVE)
    place = models.PositiveSmallIntegerField(default=0, help_text="Lower comes first.")
    in_use = models.BooleanField(
        default=True, help_text="Off: asked no more; the scores stay in the report."
    )

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["tenant", "about", "place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "about", "name"], name="one_criterion_of_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_scale(self) -> bool:
        """Whether it is answered from 1 to 5, not by yes or no."""
        return self.scale == self.Scale.FIVE

    @property
    def least(self) -> int:
        """The worst value."""
        return 1 if self.is_scale else 0

    @property
    def most(self) -> int:
        """The best value."""
        return 5 if self.is_scale else 1

    @property
    def choices(self) -> list[tuple[int, str]]:
        """Each value with what it is called, worst first; of yes and no, yes first."""
        if self.is_scale:
            return [(value, str(value)) for value in range(self.least, self.most + 1)]
        return [(1, "Yes"), (0, "No")]

    def shown(self, value: float) -> str:
        """The value in words."""
        if self.is_scale:
            return f"{value:g}"
        return "yes" if value else "no"


class Score(TenantOwned):
    """What one reviewer found of a reply, or of a conversation, by one criterion.

    `message` is None where the whole conversation was judged. Model and
    persona version are those that spoke, and `said_at` is when, so that
    a report asks this table alone.
    """

    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="scores")
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="scores")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    value = models.PositiveSmallIntegerField()
    model = models.CharField(max_length=200, blank=True)
    persona_label = models.CharField(max_length=200, blank=True)
    said_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "said_at"], name="scores_said_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "criterion", "reviewer"],
                condition=models.Q(message__isnull=False),
                name="one_score_of_a_reply",
            ),
            models.UniqueConstraint(
                fields=["conversation", "criterion", "reviewer"],
                condition=models.Q(message__isnull=True),
                name="one_score_of_a_conversation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.criterion.shown(self.value)}"


class ReviewTask(TenantOwned):
    """A conversation that somebody is to judge; without a reviewer, whoever takes it."""

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", "To be judged"
        DONE = "done", "Judged"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="review_tasks")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    why = models.CharField(max_length=100, blank=True, help_text="How it came into the queue.")
    note = models.TextField(max_length=MAX_NOTE_CHARACTERS, blank=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "review"
        verbose_name_plural = "reviews"
        ordering = ["pk"]
        indexes = [
            # whose queue has what; done ones are many and asked for seldom
            models.Index(
                fields=["tenant", "reviewer"],
                name="review_tasks_open",
                condition=models.Q(state="open"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "reviewer"], name="one_review_by_a_person"
            ),
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(state="open", reviewer__isnull=True),
                name="one_open_review_of_nobody",
            ),
        ]

    def __str__(self) -> str:
        return f"Review of conversation {self.conversation_id}"
