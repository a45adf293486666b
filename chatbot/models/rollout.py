"""A canary: a share of the visitors is answered another way, until it is adopted or rolled back."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from chatbot.models.personas import Persona, PersonaVersion
from conversations.models import TenantOwned


class Rollout(TenantOwned):
    """A share of a tenant's visitors is answered with another wording or model.

    What they get is the copy in `wording`, so a draft that is edited meanwhile
    changes nothing. Who belongs to the share follows from `salt` and the
    visitor: the same visitor stays, and a greater share keeps those of the
    smaller one. The limits say how much worse than the usual arm is too much;
    None switches a rule off.
    """

    class State(models.TextChoices):
        """How far it is; the last two are final."""

        RUNNING = "running", "Running"
        ADOPTED = "adopted", "Adopted: everybody gets it"
        ROLLED_BACK = "rolled_back", "Rolled back"

    class Confidence(models.TextChoices):
        """How sure it must be that a limit is passed."""

        USUAL = "95", "95 %: rolls back early, now and then for nothing"
        HIGH = "99", "99 %"
        HIGHEST = "99.9", "99.9 %: rolls back late, hardly ever for nothing"

    persona = models.ForeignKey(Persona, models.CASCADE, related_name="rollouts")
    version = models.ForeignKey(
        PersonaVersion, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    number = models.PositiveIntegerField(editable=False)
    wording = models.JSONField(editable=False)
    model = models.CharField(
        max_length=200, blank=True, help_text="Empty: the model that the version names."
    )
    salt = models.UUIDField(default=uuid.uuid4, editable=False)
    share = models.PositiveSmallIntegerField(
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text="Percent of the visitors. A visitor who has it keeps it.",
    )
    most_errors = models.PositiveSmallIntegerField(
        "error rate", null=True, blank=True, default=5, help_text="Points more failed replies."
    )
    most_cost = models.PositiveSmallIntegerField(
        "cost", null=True, blank=True, default=50, help_text="Percent more for a reply."
    )
    most_thumbs_down = models.PositiveSmallIntegerField(
        "thumbs down", null=True, blank=True, default=20, help_text="Points more of all thumbs."
    )
    most_handed_off = models.PositiveSmallIntegerField(
        "hand-offs",
        null=True,
        blank=True,
        default=15,
        help_text="Points more conversations in which a person is asked for.",
    )
    confidence = models.CharField(
        max_length=10, choices=Confidence.choices, default=Confidence.HIGH
    )
    state = models.CharField(
        max_length=20, choices=State.choices, default=State.RUNNING, editable=False
    )
    reason = models.CharField(max_length=300, blank=True, help_text="What it is to find out.")
    started_at = models.DateTimeField(editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    why_ended = models.CharField(max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = "canary"
        verbose_name_plural = "canaries"
        ordering = ["-started_at"]
        constraints = [
            # two at once could not be told apart by what they did
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(state="running"),
                name="one_running_rollout_per_tenant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.persona} v{self.number}" + (f" on {self.model}" if self.model else "")

    @property
    def arm_new(self) -> str:
        """What stands on generations of the share."""
        return f"{self.pk}:new"

    @property
    def arm_usual(self) -> str:
        """What stands on generations of everybody else while it runs."""
        return f"{self.pk}:usual"

    @property
    def is_running(self) -> bool:
        """Whether the share is still answered with it."""
        return self.state == self.State.RUNNING
