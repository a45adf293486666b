"""What a person of staff should know, and whether they are at their desk."""

from django.conf import settings
from django.db import models

from conversations.models.conversations import Conversation
from conversations.models.notes import Note
from conversations.models.tenants import TenantOwned


class Notice(TenantOwned):
    """Something that somebody of staff should know; it names no word of a visitor.

    `mail_at` is when it goes by mail unless it was seen; None where it was,
    or will not be, mailed.
    """

    class Kind(models.TextChoices):
        """What it is about."""

        WAITING = "waiting", "A visitor waits for a person"
        LATE = "late", "A visitor has waited too long"
        ASSIGNED = "assigned", "A conversation was assigned to you"
        MENTIONED = "mentioned", "You were mentioned in a note"
        AWAKE = "awake", "A conversation is awake again"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notices")
    note = models.ForeignKey(Note, models.CASCADE, null=True, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # a person's newest
            models.Index(fields=["user", "-id"], name="notices_newest"),
            models.Index(
                fields=["user"], name="notices_unseen", condition=models.Q(seen_at__isnull=True)
            ),
            models.Index(
                fields=["mail_at"],
                name="notices_to_mail",
                condition=models.Q(mail_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: conversation {self.conversation_id}"


class AtDesk(models.Model):
    """When a person of staff was last seen at their pages, and how they wish to be told."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="at_desk"
    )
    seen_at = models.DateTimeField(null=True)
    away = models.BooleanField(default=False, help_text="Nothing is assigned by turn meanwhile.")
    by_mail = models.BooleanField(default=True)
    mailed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user} at the desk"
