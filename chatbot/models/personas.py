"""How a tenant's bot speaks, version by version."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from conversations.models import TenantOwned


class Persona(TenantOwned):
    """How a tenant's bot speaks; what it says now is its newest published version."""

    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # one bot a tenant until canaries arrive
            models.UniqueConstraint(fields=["tenant"], name="one_persona_per_tenant"),
        ]

    def __str__(self) -> str:
        return self.name


class PersonaVersion(TenantOwned):
    """One wording of a persona; not changed once it is published."""

    class Tone(models.TextChoices):
        """How it sounds; what each becomes in the prompt stands in `engine/scaffold.py`."""

        OWN = "", "As the system prompt says"
        FRIENDLY = "friendly", "Friendly: warm, like a good shop assistant"
        FORMAL = "formal", "Formal: polite and distant"
        MATTER_OF_FACT = "matter_of_fact", "Matter-of-fact: short, without ornament"
        LIVELY = "lively", "Lively: cheerful, in short sentences"

    class OutOfScope(models.TextChoices):
        """What to do with a question that the help pages do not answer."""

        PERSON = "person", "Say so and offer a person"
        DECLINE = "decline", "Say so, without offering a person"
        SENTENCE = "sentence", "Answer with a sentence of yours"

    persona = models.ForeignKey(Persona, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    system_prompt = models.TextField()
    greeting = models.CharField(max_length=300, blank=True)
    openers = models.JSONField(
        default=list, blank=True, help_text="Questions offered at the start."
    )
    tone = models.CharField(max_length=20, choices=Tone.choices, default=Tone.OWN, blank=True)
    languages = ArrayField(
        models.CharField(max_length=10),
        default=list,
        blank=True,
        help_text="Languages it answers in; questions in others are answered in the first. "
        "None chosen: in whatever language is asked.",
    )
    out_of_scope = models.CharField(
        "what the help pages do not answer",
        max_length=20,
        choices=OutOfScope.choices,
        default=OutOfScope.PERSON,
    )
    out_of_scope_says = models.CharField(
        "the sentence", max_length=300, blank=True, help_text="Only for a sentence of yours."
    )
    model = models.CharField(
        max_length=200, blank=True, help_text="Empty: the deployment's CHAT_MODEL."
    )
    temperature = models.FloatField(null=True, blank=True)
    max_output_tokens = models.PositiveIntegerField(
        null=True, blank=True, help_text="Empty: the deployment's MAX_OUTPUT_TOKENS."
    )
    reason = models.CharField(max_length=300, blank=True, help_text="Why this version exists.")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["persona", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["persona", "number"], name="one_version_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.persona} v{self.number}"
