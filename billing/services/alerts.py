"""Raise an alert: written once, and addressed to everybody it concerns."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from billing.models import Alert, AlertHook, Delivery
from conversations.models import Tenant
from conversations.roles import Act, who_may

Channel = Delivery.Channel
TOLD = who_may(Act.SPEND)


@transaction.atomic
def raise_alert(
    tenant: Tenant | None, kind: str, key: str, why: str, do: str, figures: dict[str, Any]
) -> Alert | None:
    """The alert is written with its deliveries; None where this key was raised before.

    `why` and `do` are whole sentences for a manager. Figures are JSON, money
    as strings. Whoever shall be told is decided now: the tenant's managers
    and owners who have a mail address and its webhook, or the operators
    where there is no tenant. Nothing leaves before the commit:
    `delivery.deliver_due` sends what is written.
    """
    alert, created = Alert.objects.get_or_create(
        tenant=tenant,
        kind=kind,
        key=key,
        defaults={"why": why, "do": do, "figures": figures, "raised_at": timezone.now()},
    )
    if not created:
        return None
    addresses = [(Channel.MAIL, address) for address in _mail_addresses(tenant)]
    addresses += [
        (Channel.WEBHOOK, url)
        for url in AlertHook.objects.filter(tenant=tenant).values_list("url", flat=True)
    ]
    for channel, address in addresses:
        Delivery.objects.create(alert=alert, channel=channel, address=address, next_try_at=Now())
    return alert


def _mail_addresses(tenant: Tenant | None) -> list[str]:
    """Nobody where the deployment sends no mail."""
    if not settings.EMAIL_HOST:
        return []
    people = get_user_model().objects.filter(is_active=True).exclude(email="")
    if tenant is None:
        people = people.filter(is_superuser=True)
    else:
        people = people.filter(memberships__tenant=tenant, memberships__role__in=TOLD)
    return sorted(set(people.values_list("email", flat=True)))
