"""What managers are told without asking, and on which ways it reaches them."""

import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models

from conversations.models import Tenant, TenantOwned


def new_secret() -> str:
    """A secret nobody has yet, to sign what a webhook is sent."""
    return secrets.token_urlsafe(32)


class Alert(models.Model):
    """Something about money that a manager is told once, with why and what to do.

    Without a tenant it is about the whole deployment, and its operator is
    told. `key` says what it is about, so the same thing is never told twice.
    """

    class Kind(models.TextChoices):
        """What it is about."""

        SOFT_LIMIT = "soft_limit", "Soft limit reached"
        HARD_LIMIT = "hard_limit", "Hard limit reached"
        FORECAST = "forecast", "A limit will be reached"
        ANOMALY = "anomaly", "Unusual spending"
        UNPRICED_MODEL = "unpriced_model", "Model without a price"
        PRICES = "prices", "Prices to approve"
        LEDGER = "ledger", "The books disagree"
        KEY = "key", "A key of a provider's"
        PROVIDER = "provider", "A provider does not answer"
        MODEL = "model", "A model will be shut down"
        ROLLOUT = "rollout", "A canary was rolled back"

    tenant = models.ForeignKey(Tenant, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=40, choices=Kind.choices)
    key = models.CharField(max_length=200)
    why = models.TextField()
    do = models.TextField(verbose_name="what to do")
    figures = models.JSONField(default=dict)
    raised_at = models.DateTimeField()

    class Meta:
        ordering = ["-raised_at"]
        indexes = [models.Index(fields=["tenant", "-raised_at"], name="alerts_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "key"], name="one_alert_per_key", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.tenant or 'the whole deployment'}"


class Delivery(models.Model):
    """An alert on its way to one address: tried until it arrives, for a day."""

    class Channel(models.TextChoices):
        """How it travels."""

        MAIL = "mail", "Mail"
        WEBHOOK = "webhook", "Webhook"

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20, choices=Channel.choices)
    address = models.CharField(max_length=500)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, help_text="None: it arrived or was given up.")
    delivered_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, help_text="What the last try met.")

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="deliveries_due",
                condition=models.Q(next_try_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} to {self.address}"

    def in_words(self) -> str:
        """Where it is, in a few words."""
        if self.delivered_at:
            return f"{self}: delivered {self.delivered_at:%Y-%m-%d %H:%M} UTC"
        if self.next_try_at is None:
            return f"{self}: given up after {self.tries} tries: {self.problem}"
        if self.tries:
            return f"{self}: tried {self.tries} times, goes on: {self.problem}"
        return f"{self}: on its way"


class AlertHook(TenantOwned):
    """Where a tenant's alerts are posted as JSON, signed with a secret that both sides know."""

    url = models.CharField(
        "address",
        max_length=500,
        validators=[URLValidator(["https", "http"])],
        help_text="Public and https. Each alert is posted there as JSON.",
    )
    secret = models.CharField(max_length=100, default=new_secret, editable=False)

    class Meta:
        verbose_name = "alert webhook"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"],
                name="one_hook_per_tenant",
                violation_error_message="There is a webhook already; change that one.",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    def clean(self) -> None:
        """Refused with `ValidationError` where the address is not https."""
        if not self.url.startswith("https://") and not settings.DEBUG:
            raise ValidationError({"url": "Only https addresses are called; write https://…"})
