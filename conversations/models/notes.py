"""What staff write to each other, and what they write often."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from conversations.models.conversations import Conversation
from conversations.models.messages import MAX_MESSAGE_CHARACTERS
from conversations.models.tenants import TenantOwned

# What a canned reply is filled with, and what stands there afterwards.
PLACEHOLDERS = {
    "visitor": "the visitor's name",
    "me": "the name of whoever writes",
    "tenant": "the tenant's name",
}


class Note(TenantOwned):
    """Something staff wrote about a conversation; no visitor sees it."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    text = models.CharField(max_length=MAX_MESSAGE_CHARACTERS)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Note {self.pk} on conversation {self.conversation_id}"


class CannedReply(TenantOwned):
    """An answer that staff give often, under a short name: `/returns` writes it."""

    name = models.CharField(
        max_length=40,
        validators=[
            RegexValidator(r"^[\w-]+\Z", "Letters, digits, - and _ only, so that /name finds it.")
        ],
        help_text="Staff type / and this name to write it.",
    )
    text = models.TextField(
        max_length=MAX_MESSAGE_CHARACTERS,
        help_text="{visitor}, {me} and {tenant} stand for the names.",
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "canned replies"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="one_canned_reply_of_a_name"),
        ]

    def __str__(self) -> str:
        return f"/{self.name}"

    def clean(self) -> None:
        """Refused with `ValidationError` where something in braces stands for nothing."""
        unknown = sorted(set(re.findall(r"{(\w*)}", self.text)) - set(PLACEHOLDERS))
        if unknown:
            names = ", ".join(f"{{{name}}}" for name in unknown)
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise ValidationError({"text": f"{names} stands for nothing; there are {known}."})

    def filled(self, **names: str) -> str:
        """The text with these names in place; what is not given stays as it stands."""
        return re.sub(r"{(\w+)}", lambda found: names.get(found[1], found[0]), self.text)
