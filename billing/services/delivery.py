"""Send what alerts wait to say, by mail and webhook, until it arrives or a day has passed."""

import datetime
import logging
import smtplib

import orjson
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from billing.models import Alert, AlertHook, Delivery
from billing.services.webhooks import HookError, post_signed

logger = logging.getLogger(__name__)

AT_ONCE = 20
GIVE_UP_AFTER = datetime.timedelta(days=1)

# A try counts when it begins, so a worker that dies over one does not begin it anew at
# once: half a minute, then twice as long each time, an hour at most.
CLAIM = """
UPDATE billing_delivery AS mine
   SET tries = mine.tries + 1,
       next_try_at = statement_timestamp()
         + least(interval '30 seconds' * power(2, least(mine.tries, 10)), interval '1 hour')
 WHERE mine.id IN (
   SELECT id FROM billing_delivery
    WHERE next_try_at <= statement_timestamp()
    ORDER BY next_try_at LIMIT %s FOR UPDATE SKIP LOCKED
 )
RETURNING mine.id
"""


def deliver_due() -> int:
    """What was due has been tried once; returns how much arrived.

    Several may run at once and none takes another's. A receiver may get the
    same alert twice, where a worker died right after it was sent; its id
    says so.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [AT_ONCE])
        claimed = [row[0] for row in cursor.fetchall()]
    due = Delivery.objects.filter(pk__in=claimed).select_related("alert__tenant")
    return sum(_try(delivery) for delivery in due)


def _try(delivery: Delivery) -> bool:
    send = _mail if delivery.channel == Delivery.Channel.MAIL else _post
    try:
        send(delivery)
    # a ValueError is an address that is none: a port beyond all ports, a header of two lines
    except (HookError, OSError, ValueError, smtplib.SMTPException) as error:
        _note(delivery, str(error) or type(error).__name__)
        return False
    Delivery.objects.filter(pk=delivery.pk).update(delivered_at=Now(), next_try_at=None, problem="")
    return True


@transaction.atomic
def _note(delivery: Delivery, problem: str) -> None:
    logger.warning("%s was not delivered: %s", delivery, problem)
    mine = Delivery.objects.filter(pk=delivery.pk)
    mine.update(problem=problem)
    mine.filter(next_try_at__gt=F("alert__raised_at") + GIVE_UP_AFTER).update(next_try_at=None)


def _mail(delivery: Delivery) -> None:
    alert = delivery.alert
    body = f"{alert.why}\n\nWhat to do: {alert.do}\n\n{_link(alert)}\n"
    EmailMessage(
        subject=str(alert).replace("\n", " "),
        body=body,
        to=[delivery.address],
        headers={"X-Counterfoil-Alert": str(alert.pk)},
    ).send()


def _post(delivery: Delivery) -> None:
    alert = delivery.alert
    hook = AlertHook.objects.filter(tenant=alert.tenant).first()
    if hook is None:
        raise HookError("The tenant has no webhook any more.")
    body = orjson.dumps(
        {
            "id": alert.pk,
            "kind": alert.kind,
            "tenant": alert.tenant.slug if alert.tenant else None,
            "raised_at": alert.raised_at.isoformat(),
            "why": alert.why,
            "do": alert.do,
            "figures": alert.figures,
            "link": _link(alert),
        }
    )
    post_signed(delivery.address, body, hook.secret, f"alert-{alert.pk}")


def _link(alert: Alert) -> str:
    return f"{settings.PUBLIC_URL}/admin/billing/alert/{alert.pk}/change/"
