"""How much may wait: per visitor, and per tenant; less of those who came in a crowd."""

import math

from django.conf import settings
from django.db import connection

from conversations.services.events import Place
from conversations.services.refusals import Refused

MINUTE = 60

# All three bounds in one round trip; each part reads no more rows than its bound.
LOOK = """
SELECT
  (SELECT extract(epoch FROM %(at)s - created_at) FROM conversations_message
    WHERE conversation_id = %(conversation)s AND role = 'visitor' AND seq < %(seq)s
    ORDER BY seq DESC OFFSET %(per_minute)s - 1 LIMIT 1),
  (SELECT count(*) FROM conversations_generation
    WHERE conversation_id = %(conversation)s AND state IN ('queued', 'running')),
  (SELECT count(*) FROM (
     SELECT FROM conversations_generation
      WHERE tenant_id = %(tenant)s AND state = 'queued' LIMIT %(tenant_waiting)s
   ) AS queue)
"""


def refuse_too_much(place: Place) -> None:
    """Nothing happens while visitor and tenant are within their bounds.

    Else `Refused`: `too_many` where the visitor wrote too much in the last
    minute or waits for too many replies, `busy` where the tenant's queue is full.
    Of its places the newcomers of a crowd get the first half only, so that
    whoever was here before finds one.
    """
    per_minute, most_waiting = settings.VISITOR_MESSAGES_PER_MINUTE, settings.VISITOR_WAITING
    tenant_waiting = settings.TENANT_WAITING
    if place.in_crowd:
        per_minute = min(per_minute, settings.CROWD_MESSAGES_PER_MINUTE)
        most_waiting, tenant_waiting = 1, max(1, tenant_waiting // 2)
    with connection.cursor() as cursor:
        cursor.execute(
            LOOK,
            {
                "at": place.at,
                "conversation": place.conversation_id,
                "seq": place.seq,
                "tenant": place.tenant_id,
                "per_minute": per_minute,
                "tenant_waiting": tenant_waiting,
            },
        )
        age, waiting, queue = cursor.fetchone()
    if age is not None and age < MINUTE:
        after = math.ceil(MINUTE - age)
        text = "That was a lot at once; this goes out by itself in {seconds} seconds."
        raise Refused("too_many", text, after, seconds=str(after))
    if waiting >= most_waiting:
        text = "Several answers are on their way; this goes out by itself after them."
        raise Refused("too_many", text, after=5)
    if queue >= tenant_waiting:
        text = "Very many people are writing just now. Please try again in a minute."
        raise Refused("busy", text, after=MINUTE)
