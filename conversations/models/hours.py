"""When people of a tenant are there to answer."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from conversations.hours import BadHours, Hours, hours_from
from conversations.models.tenants import TenantOwned, validate_time_zone


def validate_week(week: Any) -> None:
    """Nothing happens for seven days of opening and closing times; anything else is refused."""
    _judge("UTC", week, {})


def validate_holidays(holidays: Any) -> None:
    """Nothing happens for days written 2026-12-25, or 12-25 for every year; else refused."""
    _judge("UTC", [[]] * 7, holidays)


def _judge(zone: str, week: Any, holidays: Any) -> None:
    try:
        hours_from(zone, week, holidays)
    except BadHours as mistake:
        raise ValidationError(str(mistake)) from None


class BusinessHours(TenantOwned):
    """When people of a tenant are there; a tenant without a row is always open."""

    zone = models.CharField(
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text="Empty: the tenant's time zone.",
    )
    week = models.JSONField(
        validators=[validate_week],
        help_text='Seven days from Monday, each as [["09:00", "17:30"]].',
    )
    holidays = models.JSONField(
        default=dict,
        blank=True,
        validators=[validate_holidays],
        help_text='Closed days: {"2026-12-25": "Christmas", "01-01": "New Year"}.',
    )

    class Meta:
        verbose_name_plural = "business hours"
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="one_business_hours_per_tenant"),
        ]

    def __str__(self) -> str:
        return f"When {self.tenant} is open"

    def hours(self) -> Hours:
        """The hours to reckon with; `BadHours` where the row was not validated."""
        return hours_from(self.zone or self.tenant.time_zone, self.week, self.holidays)
