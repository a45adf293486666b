"""The person in the widget, and the device they sit at."""

import uuid

from django.db import models

from conversations.models.tenants import TenantOwned


class Visitor(TenantOwned):
    """The person in the widget, known by nothing but what they bring.

    `user_id` is who the site says it is, in a token that it signed; `email`
    and `answers` are what the visitor wrote, unless the site said it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, blank=True)
    user_id = models.CharField(max_length=200, blank=True, editable=False)
    email = models.EmailField(blank=True)
    answers = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # two devices that identify at once are one person
            models.UniqueConstraint(
                fields=["tenant", "user_id"],
                condition=~models.Q(user_id=""),
                name="one_visitor_per_user",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"Visitor {str(self.public_id)[:8]}"


class VisitorSession(TenantOwned):
    """One device's visit; its token is kept as a hash, so a stolen table opens nothing."""

    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="sessions")
    token_hash = models.CharField(max_length=64, unique=True)
    locale = models.CharField(max_length=20, blank=True)
    origin = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.visitor} since {self.created_at:%Y-%m-%d %H:%M}"
