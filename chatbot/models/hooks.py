"""Where a tenant's own systems are told what happens in its conversations."""

import base64
import secrets
import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from pydantic import SecretStr

from chatbot.models.encryption import EncryptedTextField
from conversations.models import Conversation, Event, TenantOwned


class HookKind(models.TextChoices):
    """What a webhook can be told of."""

    MESSAGE = "message.created", "Somebody said something"
    HANDED_OVER = "conversation.handed_over", "A person answers from here on, or is asked for"
    HANDED_BACK = "conversation.handed_back", "The bot answers again"
    FAILED = "reply.failed", "The bot could not reply"
    CLOSED = "conversation.closed", "A conversation was closed"
    FEEDBACK = "feedback.given", "A visitor gave a thumb or a score"


def new_signing_secret() -> str:
    """A secret nobody has yet, written as Standard Webhooks has it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


class EventHook(TenantOwned):
    """An address that is posted what happens, signed with a secret that both sides know."""

    url = models.CharField(
        "address",
        max_length=500,
        validators=[URLValidator(["https", "http"])],
        help_text="Public and https. Each event is posted there as JSON.",
    )
    kinds = ArrayField(
        models.CharField(max_length=40, choices=HookKind.choices), verbose_name="told of"
    )
    active = models.BooleanField(default=True)
    secret = EncryptedTextField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "event webhook"

    def __str__(self) -> str:
        return self.url

    def save(self, *args: Any, **kwargs: Any) -> None:
        """It is told of what happens from now on; reading of the log begins, where nobody read."""
        if not self.secret:
            self.secret = SecretStr(new_signing_secret())
        newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        if not EventHook.objects.filter(active=True).exists():
            HookMark.objects.filter(pk=1).delete()
        HookMark.objects.get_or_create(pk=1, defaults={"upto": newest, "seen": newest})
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refused with `ValidationError` where the address is not https."""
        if not self.url.startswith("https://") and not settings.DEBUG:
            raise ValidationError({"url": "Only https addresses are called; write https://…"})


class HookDelivery(TenantOwned):
    """Something that happened, on its way to one address: tried until it arrives, for a day.

    `public_id` is what a receiver tells a second arrival by. What was said is
    read from the log when it is sent, so what was redacted since is not sent.
    It goes with its conversation.
    """

    hook = models.ForeignKey(EventHook, models.CASCADE, related_name="deliveries")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, models.CASCADE, null=True, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("told of", max_length=40, choices=HookKind.choices)
    data = models.JSONField(default=dict, help_text="Where no event of the log says it.")
    at = models.DateTimeField("happened")
    asked_at = models.DateTimeField(help_text="When it was last to be sent anew.")
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, help_text="None: it arrived or was given up.")
    delivered_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, help_text="What the last try met.")

    class Meta:
        verbose_name = "webhook delivery"
        verbose_name_plural = "webhook deliveries"
        ordering = ["-pk"]
        constraints = [
            # an event is looked at twice where its writer was slow to commit
            models.UniqueConstraint(fields=["hook", "event"], name="one_delivery_per_event"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="hook_deliveries_due",
                condition=models.Q(next_try_at__isnull=False),
            ),
            models.Index(fields=["tenant", "-id"], name="hook_deliveries_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.hook}"


class HookMark(models.Model):
    """How far the log of events was read for webhooks; one row.

    All events up to `upto` have their deliveries. Those up to `seen` were
    committed when transactions below `writers` were still running.
    """

    upto = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    writers = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"up to {self.upto}"
