"""One try of the bot to reply."""

import uuid

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from conversations.models.conversations import Conversation
from conversations.models.messages import Message
from conversations.models.tenants import TenantOwned


class Generation(TenantOwned):
    """One try of the bot to reply to a message.

    Whoever works on it holds a lease that ends at `lease_until` by the
    database's clock. `claim` goes up with every lease; each later write
    names the claim it works under, so a worker that lost its lease
    changes nothing. `text` is what was written so far, saved about once
    a second, and the whole reply once it is done.
    """

    class State(models.TextChoices):
        """How far it is; the last three are final."""

        QUEUED = "queued", "Waits for a worker"
        RUNNING = "running", "Being written"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"
        FAILED = "failed", "Failed"

    class StoppedBy(models.TextChoices):
        """The finish reason of a stopped one."""

        VISITOR = "stopped", "the visitor"
        STAFF = "stopped_by_staff", "staff"
        TAKEOVER = "taken_over", "the person who took over"

    OPEN_STATES = (State.QUEUED, State.RUNNING)

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="generations")
    question = models.ForeignKey(Message, models.CASCADE, related_name="generations")
    reply = models.OneToOneField(Message, models.CASCADE, null=True, related_name="generation")
    instead_of = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        related_name="tried_again",
        help_text="Its reply is void.",
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=20, choices=State.choices, default=State.QUEUED)

    claim = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    text = models.TextField(blank=True)

    model = models.CharField(max_length=200, blank=True)
    persona_label = models.CharField(max_length=200, blank=True)
    arm = models.CharField(
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text="Which side of a comparison it was written for, where one ran.",
    )
    finish_reason = models.CharField(max_length=40, blank=True)
    failure = models.CharField(max_length=40, blank=True, help_text="Code of what went wrong.")
    failure_detail = models.TextField(blank=True, help_text="For staff: what to do about it.")

    queued_at = models.DateTimeField()
    woken_at = models.DateTimeField(null=True, help_text="When the sweeper last called a worker.")
    claimed_at = models.DateTimeField(null=True)
    first_token_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    provider_ms = models.PositiveIntegerField(
        null=True, help_text="How long providers had the word, from request to end."
    )
    provider_first_ms = models.PositiveIntegerField(
        null=True, help_text="How much of that passed before the first word."
    )
    tools_ms = models.PositiveIntegerField(
        null=True, help_text="How long systems that tools call had the word."
    )

    class Meta:
        ordering = ["conversation", "queued_at"]
        indexes = [
            # the queue's questions: who waits, who is being answered, per tenant
            models.Index(
                fields=["state", "tenant", "id"],
                name="generations_open",
                condition=models.Q(state__in=["queued", "running"]),
            ),
            # reports count what failed, which is little
            models.Index(
                fields=["tenant", "finished_at"],
                name="generations_failed",
                condition=~models.Q(failure=""),
            ),
            # a comparison counts the turns of its two arms
            models.Index(fields=["arm"], name="generations_in_arms", condition=~models.Q(arm="")),
            # the health page reads hours and days; replies lie in the order of their time, so
            # this takes a few pages and an insert of a turn pays nothing for it
            BrinIndex(fields=["queued_at"], name="generations_by_time", autosummarize=True),
        ]

    @property
    def stopped_by(self) -> str:
        """Who stopped it, in words; empty of one that was not."""
        reasons = dict(self.StoppedBy.choices)
        return reasons.get(self.finish_reason, "") if self.state == self.State.STOPPED else ""

    def __str__(self) -> str:
        return f"Generation {self.public_id} ({self.state})"
