"""Something said."""

import uuid

from django.conf import settings
from django.db import models

from conversations.models.conversations import Conversation
from conversations.models.tenants import TenantOwned

MAX_MESSAGE_CHARACTERS = 4000


class Message(TenantOwned):
    """Something said in a conversation; `seq` is its place there.

    `client_id` is chosen by the visitor's browser before it sends, so the
    same message sent again is recognised.
    """

    class Role(models.TextChoices):
        """Who said it."""

        VISITOR = "visitor", "Visitor"
        ASSISTANT = "assistant", "Assistant"
        STAFF = "staff", "Staff"
        SYSTEM = "system", "System"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_id = models.UUIDField(null=True, editable=False)
    seq = models.PositiveIntegerField()
    role = models.CharField(max_length=20, choices=Role.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="Of staff.",
    )
    text = models.TextField()
    citations = models.JSONField(default=list, blank=True)
    replaced = models.BooleanField(default=False, help_text="Another reply was written instead.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["conversation", "seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "client_id"], name="one_message_per_client_id"
            ),
            models.UniqueConstraint(fields=["conversation", "seq"], name="one_message_per_seq"),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.text[:60]}"
