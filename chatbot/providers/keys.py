"""Keys come and go: one takes over from another, one is refused, one is due to be replaced."""

import datetime

from django.db.models.functions import Now
from django.utils import timezone

from billing.models import Alert
from billing.services.alerts import raise_alert
from chatbot.models import ProviderKey
from chatbot.models.providers import OVERLAP
from chatbot.providers.servers import Key

WARN_DAYS = 7


def withdraw(key: Key, why: str) -> None:
    """A refused key is used no more; other processes know within two seconds.

    The environment's has no row: its breaker keeps it from being called.
    """
    if key.pk is not None:
        ProviderKey.objects.filter(pk=key.pk, refused_at=None).update(
            refused_at=Now(), refused_why=why[:200]
        )


def take_over(new: ProviderKey, old: ProviderKey) -> None:
    """The new key is used from now on; the old one stands by for a week and then goes.

    Replies that are being written with the old one go on, and so does
    everything where the new one turns out to be wrong.
    """
    ends = timezone.now() + OVERLAP
    if old.retires_at is None or old.retires_at > ends:
        old.retires_at = ends
        old.save(update_fields=["retires_at"])


def warn_of_rotation(today: datetime.date) -> int:
    """Whoever runs the deployment is alerted of keys that are due; returns how many alerts.

    Once a week before, and once on the day. A key that is on its way out is
    due no more.
    """
    due = ProviderKey.objects.filter(
        refused_at=None,
        retires_at=None,
        rotate_by__lte=today + datetime.timedelta(days=WARN_DAYS),
    )
    raised = 0
    for key in due.select_related("server"):
        over = key.rotate_by <= today
        where = key.server or "the environment's server"
        alert = raise_alert(
            None,
            Alert.Kind.KEY,
            f"rotate/{key.fingerprint}/{key.rotate_by}/{'due' if over else 'soon'}",
            f"The key {key} of {where} {'was' if over else 'is'} to be replaced by "
            f"{key.rotate_by}.",
            "Make a new key at the provider and put it in under Keys as the successor of this "
            "one. The old one stands by for a week, so nothing is dropped.",
            {"rotate_by": str(key.rotate_by), "ends_with": key.last4},
        )
        raised += alert is not None
    return raised
