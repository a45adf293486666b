"""How a tenant's bot speaks, version by version."""

from django.conf import settings
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

    persona = models.ForeignKey(Persona, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    system_prompt = models.TextField()
    greeting = models.CharField(max_length=300, blank=True)
    openers = models.JSONField(
        default=list, blank=True, help_text="Questions offered at the start."
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
