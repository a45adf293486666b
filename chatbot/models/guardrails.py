"""What a tenant lets through, and what was stopped."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from chatbot.models.word_lists import WordListVersion
from conversations.models import Generation, TenantOwned


def usually_hidden() -> list[str]:
    """The kinds of personal data that nobody needs to tell a bot."""
    return ["secret", "iban", "id_number", "card"]


class GuardPolicy(TenantOwned):
    """What a tenant lets through to the model and back; without one the defaults hold."""

    class Flagged(models.TextChoices):
        """What happens to what the provider's moderation flags."""

        NOTE = "note", "Only note it"
        BLOCK = "block", "Block it"
        PERSON = "person", "Block it and ask for a person"

    class Unavailable(models.TextChoices):
        """What happens where moderation is on and cannot be had."""

        ANSWER = "answer", "Answer all the same"
        STOP = "stop", "Do not answer"

    hidden = ArrayField(
        models.CharField(max_length=20),
        default=usually_hidden,
        blank=True,
        help_text="Hidden from the model's provider; the visitor sees it as written.",
    )
    link_hosts = ArrayField(
        models.CharField(max_length=255),
        default=list,
        blank=True,
        help_text="Sites that answers may link to, besides those of the widget and the documents.",
    )
    moderates_questions = models.BooleanField(default=False)
    moderates_answers = models.BooleanField(
        default=False, help_text="An answer is then shown in one piece, once it was judged."
    )
    moderation_model = models.CharField(
        max_length=200, blank=True, help_text="Empty: the provider's usual one."
    )
    flagged = models.CharField(max_length=10, choices=Flagged.choices, default=Flagged.BLOCK)
    unavailable = models.CharField(
        max_length=10, choices=Unavailable.choices, default=Unavailable.ANSWER
    )
    sentence = models.CharField(
        max_length=300, blank=True, help_text="What a visitor is told where something is blocked."
    )

    class Meta:
        verbose_name_plural = "guard policies"
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="one_guard_policy_per_tenant"),
        ]

    def __str__(self) -> str:
        return f"What {self.tenant} lets through"


class Verdict(TenantOwned):
    """Something in a turn that was stopped, hidden or noted, and on what ground."""

    class Side(models.TextChoices):
        """Where it stood."""

        QUESTION = "question", "In the question"
        ANSWER = "answer", "In the answer"

    class Check(models.TextChoices):
        """Who found it."""

        WORDS = "words", "Word list"
        PERSONAL_DATA = "personal_data", "Personal data"
        LINKS = "links", "Links"
        MODERATION = "moderation", "Moderation"

    class Outcome(models.TextChoices):
        """What was done about it."""

        BLOCKED = "blocked", "Blocked"
        PERSON = "person", "A person was asked for"
        MASKED = "masked", "Masked"
        HIDDEN = "hidden", "Hidden from the provider"
        UNLINKED = "unlinked", "Shown as text"
        NOTED = "noted", "Noted"
        UNAVAILABLE = "unavailable", "Not judged"

    generation = models.ForeignKey(Generation, models.CASCADE, related_name="verdicts")
    side = models.CharField(max_length=10, choices=Side.choices)
    check_name = models.CharField("check", max_length=20, choices=Check.choices)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    version = models.ForeignKey(
        WordListVersion, models.SET_NULL, null=True, related_name="+", help_text="Of the word list."
    )
    ground = models.CharField(max_length=300, help_text="The word, the kinds, or the categories.")
    written = models.CharField(max_length=300, blank=True, help_text="As it stood in the text.")
    false_alarm_at = models.DateTimeField(null=True)
    false_alarm_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            # a tenant's newest, on their page
            models.Index(fields=["tenant", "-id"], name="verdicts_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_check_name_display()}: {self.ground}"
