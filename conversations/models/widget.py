"""How a tenant's widget looks, and what it offers."""

from django.core.validators import RegexValidator, URLValidator
from django.db import models

from conversations.models.tenants import TenantOwned
from conversations.widget_rules import validate_answers, validate_proactive, validate_texts

COLOUR = "#0f5f6b"


class WidgetSettings(TenantOwned):
    """How a tenant's widget looks and what it offers; without a row the defaults hold."""

    class Position(models.TextChoices):
        """The corner at the bottom; which side that is follows the direction of the text."""

        END = "end", "At the end of the line"
        START = "start", "At its start"

    colour = models.CharField(
        max_length=7,
        default=COLOUR,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", "Write a colour like #0f5f6b.")],
    )
    position = models.CharField(max_length=5, choices=Position.choices, default=Position.END)
    title = models.CharField(max_length=60, blank=True, help_text="Empty: the tenant's name.")
    greeting = models.CharField(max_length=300, blank=True, help_text="Empty: the persona's.")
    avatar = models.BinaryField(null=True, editable=False)
    avatar_type = models.CharField(max_length=40, blank=True, editable=False)
    privacy_url = models.URLField(
        blank=True, max_length=500, validators=[URLValidator(schemes=["https", "http"])]
    )
    ai_notice = models.CharField(
        max_length=200,
        blank=True,
        help_text="Empty: says in the visitor's language that an AI answers.",
    )
    texts = models.JSONField(default=dict, blank=True, validators=[validate_texts])
    prechat = models.JSONField(default=list, blank=True, validators=[validate_answers])
    proactive = models.JSONField(default=list, blank=True, validators=[validate_proactive])
    mail_capture = models.BooleanField(default=False)
    asks_score = models.BooleanField(default=True)
    takes_files = models.BooleanField(default=False)
    suggests = models.BooleanField(default=True)

    class Meta:
        verbose_name = verbose_name_plural = "widget settings"
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="one_widget_settings_per_tenant"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant}'s widget"
