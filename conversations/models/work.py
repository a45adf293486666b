"""The work with conversations: whose it is, until when it rests, what it is about, who waits."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from conversations.models.conversations import Conversation
from conversations.models.tenants import Tenant, TenantOwned

MAX_LABEL_CHARACTERS = 40
MOST_MINUTES = 7 * 24 * 60


class DeskSettings(TenantOwned):
    """How a tenant's people share their work; without a row there is no target."""

    first_answer_minutes = models.PositiveIntegerField(
        "minutes to the first answer",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)],
        help_text="Whoever asks for a person shall have an answer of one within so many minutes "
        "of the business hours. Empty: no target.",
    )
    assigns_by_turn = models.BooleanField(
        "assign by turn",
        default=False,
        help_text="Whoever asks for a person is given to one of those at their desk, by turn.",
    )

    class Meta:
        verbose_name = "desk"
        verbose_name_plural = "desks"
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="one_desk_per_tenant"),
        ]

    def __str__(self) -> str:
        return f"The desk of {self.tenant}"


class Work(TenantOwned):
    """Whose a conversation is and until when it rests; made once somebody does either.

    It rests only as long as nothing happens: where the conversation changed
    after `snoozed_at`, it is awake.
    """

    # work_of_person begins with the person; nobody asks for a tenant's
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+", db_index=False)
    conversation = models.OneToOneField(
        Conversation, models.CASCADE, primary_key=True, related_name="work"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    assigned_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    snoozed_at = models.DateTimeField(null=True)
    snoozed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            # a person's own, and whose turn it is
            models.Index(
                fields=["assignee", "tenant", "-assigned_at"],
                name="work_of_person",
                condition=models.Q(assignee__isnull=False),
            ),
            # what wakes next
            models.Index(
                fields=["snoozed_until"],
                name="work_snoozed",
                condition=models.Q(snoozed_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Work on conversation {self.conversation_id}"


class Wait(TenantOwned):
    """A visitor who asked for a person, from then until one answered.

    `due_at` is when the tenant's target ends, reckoned once with the hours
    that held then; None where there was no target, or nobody is ever there.
    """

    class End(models.TextChoices):
        """How it ended."""

        ANSWERED = "answered", "A person answered"
        HANDED_BACK = "handed_back", "The bot answers again"
        CLOSED = "closed", "The conversation was closed"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="waits")
    since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=20, choices=End.choices, blank=True)
    told_late = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="waits_due", condition=models.Q(ended_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(ended_at__isnull=True),
                name="one_wait_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Waits in conversation {self.conversation_id} since {self.since:%Y-%m-%d %H:%M}"


class Label(TenantOwned):
    """A word by which a tenant's people sort their conversations."""

    name = models.CharField(max_length=MAX_LABEL_CHARACTERS)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="one_label_of_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Labelled(TenantOwned):
    """A conversation has this label."""

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="labelled", db_index=False
    )
    label = models.ForeignKey(Label, models.CASCADE, related_name="labelled")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "label"], name="one_of_each_label"),
        ]

    def __str__(self) -> str:
        return f"{self.label} on conversation {self.conversation_id}"
