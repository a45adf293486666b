"""Send what webhooks wait to be told, until it arrives or a day has passed."""

import datetime
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import orjson
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from billing.services.webhooks import HookError, post_signed
from chatbot.models import HookDelivery, KeptAnswer
from chatbot.models.api import KEPT_FOR
from chatbot.models.encryption import CannotDecrypt

logger = logging.getLogger(__name__)

AT_ONCE = 64
# So many receivers are waited for at a time: one that hangs holds one thread for ten seconds.
THREADS = 8
GIVE_UP_AFTER = datetime.timedelta(days=1)
LISTED_FOR = datetime.timedelta(days=30)

# A try counts when it begins, so a worker that dies over one does not begin it anew at once:
# a quarter of a minute, then twice as long each time, an hour at most. Of one hook a few at a
# time, so that one that hangs keeps no other waiting.
CLAIM = """
UPDATE chatbot_hookdelivery AS mine
   SET tries = mine.tries + 1,
       next_try_at = statement_timestamp()
         + least(interval '15 seconds' * power(2, least(mine.tries, 10)), interval '1 hour')
 WHERE mine.id IN (
   SELECT due.id FROM chatbot_eventhook AS hook CROSS JOIN LATERAL (
     SELECT id FROM chatbot_hookdelivery
      WHERE hook_id = hook.id AND next_try_at <= statement_timestamp()
      ORDER BY next_try_at, id LIMIT 16 FOR UPDATE SKIP LOCKED
   ) AS due WHERE hook.active LIMIT %s
 )
RETURNING mine.id
"""


@dataclass(frozen=True)
class Letter:
    """All that a thread needs to send; it asks no database."""

    pk: int
    hook: int
    url: str
    secret: str
    body: bytes
    message: str


def send_due() -> int:
    """What was due has been tried once; returns how much arrived.

    Several may run at once and none takes another's. A receiver may get the
    same twice, where a worker died right after it was sent: `webhook-id`
    says so.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [AT_ONCE])
        claimed = [row[0] for row in cursor.fetchall()]
    if not claimed:
        return 0
    due = HookDelivery.objects.filter(pk__in=claimed).order_by("pk")
    due = due.select_related("hook", "conversation", "event", "tenant")
    letters = []
    for delivery in due:
        try:
            letters.append(_letter(delivery))
        except CannotDecrypt as reason:
            _note(delivery.pk, str(reason))
    of_hooks: dict[int, list[Letter]] = {}
    for letter in letters:
        of_hooks.setdefault(letter.hook, []).append(letter)
    arrived = 0
    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhooks") as threads:
        for outcomes in threads.map(_post_all, of_hooks.values()):
            for pk, problem in outcomes.items():
                _note(pk, problem)
                arrived += not problem
    return arrived


def send_again(delivery: HookDelivery) -> None:
    """It is sent once more within seconds, under the same id, and for a day if it must be."""
    HookDelivery.objects.filter(pk=delivery.pk).update(
        asked_at=Now(), next_try_at=Now(), tries=0, delivered_at=None, problem=""
    )


def forget_old() -> None:
    """Deliveries are listed for a month, answers that may be asked for again are kept for a day."""
    HookDelivery.objects.filter(asked_at__lt=Now() - LISTED_FOR, next_try_at=None).delete()
    KeptAnswer.objects.filter(at__lt=Now() - KEPT_FOR).delete()


def body_of(delivery: HookDelivery) -> bytes:
    """What is posted: what happened, when, and where."""
    event = delivery.event
    about = {
        "tenant": delivery.tenant.slug,
        "conversation": str(delivery.conversation.public_id),
    }
    if event:
        about |= {"seq": event.seq, "event": event.kind} | event.data
    said = {
        "type": delivery.kind,
        "timestamp": delivery.at.isoformat(),
        "data": about | delivery.data,
    }
    return orjson.dumps(said)


def _letter(delivery: HookDelivery) -> Letter:
    secret = delivery.hook.secret.reveal().get_secret_value()
    message = f"msg_{delivery.public_id.hex}"
    return Letter(
        delivery.pk, delivery.hook_id, delivery.hook.url, secret, body_of(delivery), message
    )


def _post_all(letters: list[Letter]) -> dict[int, str]:
    """Why each did not arrive, empty where it did; one after the other, in their order.

    Where nobody answers, the rest is not even tried: each would wait as long.
    """
    problems = dict.fromkeys((letter.pk for letter in letters), "")
    away = ""
    for letter in letters:
        if away:
            problems[letter.pk] = away
            continue
        try:
            post_signed(letter.url, letter.body, letter.secret, letter.message)
        # a ValueError is an address that is none, such as a port beyond all ports
        except (HookError, ValueError) as error:
            problems[letter.pk] = str(error)
        except OSError as error:
            problems[letter.pk] = away = str(error) or type(error).__name__
    return problems


def _note(pk: int, problem: str) -> None:
    mine = HookDelivery.objects.filter(pk=pk)
    if not problem:
        mine.update(delivered_at=Now(), next_try_at=None, problem="")
        return
    logger.warning("Webhook delivery %s did not arrive: %s", pk, problem)
    mine.update(problem=problem)
    mine.filter(next_try_at__gt=F("asked_at") + GIVE_UP_AFTER).update(next_try_at=None)
