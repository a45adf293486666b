"""What the bot may do at a tenant's own systems, and what it has done there."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from chatbot.models.encryption import EncryptedTextField
from conversations.models import Generation, TenantOwned

NAME = RegexValidator(
    r"\A[a-z][a-z0-9_]{0,59}\Z", "Small letters, figures and _, beginning with a letter."
)
MOST_SECONDS = 30
MOST_BYTES = 1_000_000


def no_arguments() -> dict[str, Any]:
    """The schema of a tool that wants nothing said."""
    return {"type": "object", "properties": {}, "required": []}


class Tool(TenantOwned):
    """An HTTP call that the bot may ask for, on behalf of a visitor who has proved who they are.

    The model chooses the tool and writes its arguments. Where it leads, with
    which credential and for whom is said here and by code, never by a model.
    """

    class Method(models.TextChoices):
        """How it is asked; GET and DELETE send no body."""

        GET = "GET", "GET"
        POST = "POST", "POST"
        PUT = "PUT", "PUT"
        PATCH = "PATCH", "PATCH"
        DELETE = "DELETE", "DELETE"

    name = models.CharField(
        max_length=60, validators=[NAME], help_text="What the model calls it, like order_status."
    )
    label = models.CharField(max_length=100, help_text="What people call it, like Order status.")
    description = models.TextField(
        max_length=1000, help_text="For the model: what it does, and when to use it."
    )
    parameters = models.JSONField(
        default=no_arguments,
        verbose_name="Arguments",
        help_text="The JSON schema of what the model must say. Each call is checked against it.",
    )
    method = models.CharField(max_length=6, choices=Method.choices, default=Method.GET)
    url = models.CharField(
        "Address",
        max_length=1000,
        help_text="With arguments in braces, like https://api.example.com/orders/{order}. "
        "{visitor} is who the visitor has proved to be.",
    )
    visitor_parameter = models.CharField(
        max_length=60,
        blank=True,
        help_text="Under this name the visitor's id goes along with the arguments, if at all.",
    )
    headers = models.JSONField(
        default=dict, blank=True, help_text="Further headers, by name. No secrets: staff see them."
    )
    credential_header = models.CharField(max_length=60, default="Authorization")
    credential = EncryptedTextField(null=True, blank=True, editable=False)
    seconds = models.PositiveSmallIntegerField(
        "Time limit",
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_SECONDS)],
        help_text="Seconds until a call that has not ended is given up.",
    )
    most_bytes = models.PositiveIntegerField(
        "Size limit",
        default=64_000,
        validators=[MinValueValidator(100), MaxValueValidator(MOST_BYTES)],
        help_text="A longer answer, in bytes, counts as failed.",
    )
    answer_fields = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text="What the model may read of the answer, one a line, like status or "
        "items[].name. Empty: only whether it worked.",
    )
    writes = models.BooleanField(
        "Changes something",
        default=False,
        help_text="It is then done only after the visitor has said yes, and never twice.",
    )
    question = models.CharField(
        "What the visitor is asked",
        max_length=200,
        blank=True,
        help_text="With arguments in braces, like “Cancel order {order}”. For what changes "
        "something.",
    )
    active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["tenant", "name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="one_tool_per_name"),
        ]

    def __str__(self) -> str:
        return self.label


class ToolCall(TenantOwned):
    """Something that a model wanted done in a reply, and what came of it.

    Its id goes along as the idempotency key. `arguments` and `answer` are as
    the provider was let see them; what is really sent lies encrypted until
    the call has ended. A write that has begun is never begun again: whoever
    finds it `running` after its worker died makes it `unknown`.
    """

    class State(models.TextChoices):
        """How far it is; all but the first three are final."""

        WAITING = "waiting", "Waits for the visitor's yes"
        CONFIRMED = "confirmed", "The visitor said yes"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        REFUSED = "refused", "Not allowed"
        DECLINED = "declined", "The visitor did not say yes"
        UNKNOWN = "unknown", "Nobody knows whether it was done"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    generation = models.ForeignKey(Generation, models.CASCADE, related_name="tool_calls")
    carried_by = models.ForeignKey(
        Generation,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="The reply in which it was done, where that is a later one.",
    )
    tool = models.ForeignKey(Tool, models.SET_NULL, null=True, related_name="calls")
    name = models.CharField(max_length=100, help_text="As the model wrote it.")
    arguments = models.TextField(blank=True)
    sealed = EncryptedTextField(null=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices)
    asked_seq = models.PositiveIntegerField(null=True, help_text="The event that asked for a yes.")
    status = models.PositiveSmallIntegerField(null=True, help_text="Of the HTTP answer.")
    duration_ms = models.PositiveIntegerField(null=True)
    answer = models.TextField(blank=True, help_text="What the model was told.")
    trouble = models.CharField(max_length=300, blank=True, help_text="For staff: what went wrong.")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at"]
        indexes = [
            # what waits for a yes in a tenant's conversations, which is little
            models.Index(
                fields=["tenant", "generation"],
                name="tool_calls_waiting",
                condition=models.Q(state__in=["waiting", "confirmed", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"
