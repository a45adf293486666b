"""The person in the widget, and the device they sit at."""

import uuid

from django.db import models

from conversations.models.tenants import TenantOwned


class Visitor(TenantOwned):
    """The person in the widget, known by nothing but what they bring.

    `external_id` is set only from a token that the site signed; `email` and
    `answers` are what the visitor wrote, unless the site said it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, blank=True)
    external_id = models.CharField(
        max_length=200,
        blank=True,
        editable=False,
        help_text="Who they are at the tenant, once that was proved.",
    )
    email = models.EmailField(blank=True)
    wants_mail = models.BooleanField(default=False, help_text="Asked to be written to.")
    answers = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # two devices that identify at once are one person
            models.UniqueConstraint(
                fields=["tenant", "external_id"],
                condition=~models.Q(external_id=""),
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
    page = models.CharField(max_length=500, blank=True, help_text="Where the chat was opened.")
    context = models.JSONField(
        default=dict, blank=True, help_text="What the site's page told; it proves nothing."
    )
    # came while very many did, and has not been here before
    in_crowd = models.BooleanField(default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.visitor} since {self.created_at:%Y-%m-%d %H:%M}"
