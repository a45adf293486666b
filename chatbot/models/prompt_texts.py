"""Texts that stand in many prompts, each kept once."""

from django.db import models

from conversations.models import TenantOwned


class PromptText(TenantOwned):
    """A text that went to a model, by its SHA-256; calls name it instead of repeating it."""

    digest = models.CharField(max_length=64)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "digest"], name="one_text_per_digest"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
