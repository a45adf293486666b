"""How much may wait: per visitor, and per tenant."""

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
    """
    with connection.cursor() as cursor:
        cursor.execute(
            LOOK,
            {
                "at": place.at,
                "conversation": place.conversation_id,
                "seq": place.seq,
                "tenant": place.tenant_id,
                "per_minute": settings.VISITOR_MESSAGES_PER_MINUTE,
                "tenant_waiting": settings.TENANT_WAITING,
            },
        )
        age, waiting, queue = cursor.fetchone()
    if age is not None and age < MINUTE:
        after = math.ceil(MINUTE - age)
        text = "That was a lot at once; this goes out by itself in {seconds} seconds."
        raise Refused("too_many", text, after, seconds=str(after))
    if waiting >= settings.VISITOR_WAITING:
        text = "Several answers are on their way; this goes out by itself after them."
        raise Refused("too_many", text, after=5)
    if queue >= settings.TENANT_WAITING:
        text = "Very many people are writing just now. Please try again in a minute."
        raise Refused("busy", text, after=MINUTE)
