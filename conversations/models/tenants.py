"""Who runs a bot here, who works for them, and the mark on everything they own."""

import secrets
import zoneinfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

MOST_KEPT_DAYS = 36_500


def new_public_key() -> str:
    """A key nobody has yet; it names a tenant on a web page and is no secret."""
    return f"pk_{secrets.token_urlsafe(16)}"


def validate_time_zone(name: str) -> None:
    """Nothing happens for an IANA time zone; any other name is refused."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not a time zone; write one like Europe/Berlin.")


class Tenant(models.Model):
    """A business that runs a bot here."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True)
    public_key = models.CharField(max_length=60, unique=True, default=new_public_key)
    allowed_origins = ArrayField(
        models.CharField(max_length=300),
        default=list,
        blank=True,
        help_text="Sites that may show the widget, exactly as scheme://host[:port]. "
        "This server's own address is always allowed.",
    )
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    kept_days = models.PositiveIntegerField(
        "days that conversations are kept",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_KEPT_DAYS)],
        help_text="After so many quiet days a conversation is erased. Empty: never.",
    )
    hand_back_minutes = models.PositiveSmallIntegerField(
        default=30,
        help_text="The bot answers again once nobody of staff has written for so many "
        "minutes; 0: never by itself.",
    )
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person of a tenant; the role says what they may do there."""

    class Role(models.TextChoices):
        """What a member is; what that allows stands in `conversations/roles.py`.

        Each role includes the ones before it.
        """

        VIEWER = "viewer", "Viewer: reads conversations"
        AGENT = "agent", "Agent: also answers"
        REVIEWER = "reviewer", "Reviewer: also judges, redacts and exports"
        MANAGER = "manager", "Manager: also sees spending and settings"
        OWNER = "owner", "Owner: also decides who belongs"

    class Digest(models.TextChoices):
        """How often a manager is mailed what was spent."""

        WEEKLY = "week", "Every Monday"
        MONTHLY = "month", "The first of each month"
        NEVER = "never", "Never"

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.AGENT)
    digest = models.CharField(
        max_length=20,
        choices=Digest.choices,
        default=Digest.WEEKLY,
        help_text="Mail about spending, to managers and owners.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user"], name="one_membership_per_tenant"),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.tenant} ({self.role})"


class TenantOwned(models.Model):
    """Something that belongs to exactly one tenant for as long as it exists."""

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")

    class Meta:
        abstract = True
