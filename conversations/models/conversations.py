"""The whole exchange with one visitor."""

import uuid

from django.db import models

from conversations.models.tenants import Tenant, TenantOwned
from conversations.models.visitors import Visitor


class Conversation(TenantOwned):
    """The whole exchange with one visitor, and the counter that orders it.

    `last_seq` is the number of its newest event. Taking the next number
    locks this row, which is what makes the order the same for everyone.
    """

    class State(models.TextChoices):
        """Who answers now."""

        BOT = "bot", "Bot answers"
        WAITING = "waiting", "Waits for a person"
        STAFF = "staff", "A person answers"
        CLOSED = "closed", "Closed"

    # conversations_newest begins with the tenant, so it has no index of its own
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+", db_index=False)
    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="conversations")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=20, choices=State.choices, default=State.BOT)
    last_seq = models.PositiveIntegerField(default=0, editable=False)
    # of a visitor who came anew while very many did; may write less, see services/limits.py
    in_crowd = models.BooleanField(default=False, db_default=False, editable=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-updated_at"]
        indexes = [
            # the list of conversations, newest first
            models.Index(fields=["tenant", "-updated_at"], name="conversations_newest"),
            # the same for whoever reads those of several tenants
            models.Index(fields=["-updated_at"], name="conversations_newest_of_all"),
            # who waits for a person or has one: few of many
            models.Index(
                fields=["state", "tenant"],
                name="conversations_with_people",
                condition=models.Q(state__in=["waiting", "staff"]),
            ),
        ]
        constraints = [
            # two tabs opened at once must end in the same conversation
            models.UniqueConstraint(
                fields=["visitor"],
                condition=~models.Q(state="closed"),
                name="one_open_conversation_per_visitor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visitor}, {self.created_at:%d %b %Y}"
