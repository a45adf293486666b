"""How a tenant's widget looks, and whether people are there."""

import datetime

from django.utils import timezone, translation
from django.utils.formats import date_format

from conversations.hours import Hours
from conversations.models import BusinessHours, Tenant, WidgetSettings
from conversations.sentences import language_of, told

# Django's own name of a language, where it differs.
DJANGOS = {"zh": "zh-hans"}
BACK_ON, BACK_AT = "We are back on {day} at {time}.", "We are back at {time}."
NOBODY = "Nobody is here to answer just now."


def widget_of(tenant: Tenant) -> WidgetSettings:
    """The tenant's settings; where it has made none, the defaults, which are not stored."""
    found = WidgetSettings.objects.filter(tenant=tenant).defer("avatar").first()
    return found or WidgetSettings(tenant=tenant)


def opening_of(
    tenant: Tenant, locale: str, now: datetime.datetime | None = None
) -> dict[str, object] | None:
    """Whether people are there, and a sentence in this language on when they are back.

    None where the tenant keeps no hours.
    """
    row = BusinessHours.objects.filter(tenant=tenant).first()
    if row is None:
        return None
    row.tenant = tenant
    hours, now = row.hours(), now or timezone.now()
    is_open = hours.open_at(now)
    return {"open": is_open, "text": "" if is_open else _back(hours, locale, now)}


def _back(hours: Hours, locale: str, now: datetime.datetime) -> str:
    opens = hours.next_opening(now)
    if opens is None:
        return told(NOBODY, locale)
    there, today = opens.astimezone(hours.zone), now.astimezone(hours.zone).date()
    time = f"{there:%H:%M}"
    if there.date() == today:
        return told(BACK_AT, locale, time=time)
    language = language_of(locale)
    with translation.override(DJANGOS.get(language, language)):
        # a weekday says enough for a week, and the wrong thing beyond
        near = (there.date() - today).days < 7
        day = date_format(there, "l" if near else "MONTH_DAY_FORMAT")
    return told(BACK_ON, locale, day=day, time=time)
