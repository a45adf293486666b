"""Documents on their way in: what was asked for, and how far each of it is."""

from django.conf import settings
from django.db import models

from chatbot.models.knowledge import Document, Source
from conversations.models import TenantOwned


class Job(TenantOwned):
    """Something that was asked of the library: files to take in, or a source to fetch."""

    what = models.CharField(max_length=500)
    source = models.ForeignKey(Source, models.SET_NULL, null=True, related_name="jobs")
    language = models.CharField(max_length=10, default="en")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.what


class JobItem(TenantOwned):
    """One file, page or sitemap of a job.

    Whoever works on it holds it until `taken_until`; what a dead worker
    held is taken by another after that.
    """

    class State(models.TextChoices):
        """How far it is; the last three are final."""

        WAITING = "waiting", "Waits"
        DONE = "done", "Taken in"
        UNCHANGED = "unchanged", "Unchanged since the last time"
        FAILED = "failed", "Failed"

    job = models.ForeignKey(Job, models.CASCADE, related_name="items")
    name = models.CharField(max_length=500, help_text="The file's name, or the address.")
    is_url = models.BooleanField(default=False)
    content = models.BinaryField(null=True, help_text="A file's bytes, until it is taken in.")
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    problem = models.TextField(blank=True)
    note = models.TextField(blank=True)
    document = models.ForeignKey(Document, models.SET_NULL, null=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)
    taken_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["job", "pk"]
        indexes = [
            models.Index(fields=["id"], name="items_waiting", condition=models.Q(state="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "name"],
                name="one_item_per_address",
                condition=models.Q(is_url=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name
