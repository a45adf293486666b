"""Conversations that somebody wants to take away in a file."""

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from conversations.models.tenants import TenantOwned

KEPT_FOR = datetime.timedelta(days=7)


def kept_until() -> datetime.datetime:
    """When a file that is asked for now is thrown away."""
    return timezone.now() + KEPT_FOR


class Export(TenantOwned):
    """A file of many conversations, made behind the page and kept for a week.

    It is made a stretch of conversations a transaction, so what a dead worker
    leaves is taken up where it was.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "Being made"
        DONE = "done", "Ready"
        WITHDRAWN = "withdrawn", "Withdrawn: words in it were redacted or erased since"

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    first_day = models.DateField(null=True, blank=True, help_text="Empty: from the beginning.")
    last_day = models.DateField(null=True, blank=True, help_text="Empty: until today.")
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    after = models.BigIntegerField(default=0, help_text="The last conversation in it so far.")
    upto = models.BigIntegerField(default=0, help_text="The newest when it was asked for.")
    kept_until = models.DateTimeField(default=kept_until)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["id"], name="exports_waiting", condition=models.Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"Export {self.pk} of {self.tenant}"

    @property
    def days(self) -> str:
        """Which days it is about, in words."""
        if not self.first_day and not self.last_day:
            return "All days"
        return f"{self.first_day or 'The beginning'} to {self.last_day or 'today'}"


class ExportPart(TenantOwned):
    """A stretch of an export's file: gzipped lines of JSON; parts put end to end are one gzip."""

    export = models.ForeignKey(Export, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["export", "number"]
        constraints = [
            models.UniqueConstraint(fields=["export", "number"], name="one_export_part"),
        ]

    def __str__(self) -> str:
        return f"{self.export}, part {self.number}"
