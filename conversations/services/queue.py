"""Who is answered next: a queue that is fair between tenants, kept in Postgres.

The broker only says that there is work. Whoever takes a turn takes the
oldest generation of the tenant that has the fewest replies being written,
so a tenant that asks fifty times as much waits behind itself.
"""

import datetime

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from conversations.models import Generation, Message, Tenant
from conversations.rows import columns, from_row
from conversations.services.generations import LEASE

UNUSUALLY_LONG = datetime.timedelta(seconds=0.5)
QUEUED_TOO_LONG = datetime.timedelta(seconds=4)
# A sweep wakes at most so many workers, and the same generation again only
# after a while: under a long backlog the broker must not fill with hints.
WAKE_AT_MOST = 300
WAKE_AGAIN = datetime.timedelta(seconds=8)

# `free` is what anybody may claim: never begun, or its worker is gone. Of one
# conversation only the oldest open generation counts, so replies come in the
# order of their questions.
FREE = """
    (one.state = 'queued' OR one.state = 'running' AND one.lease_until < statement_timestamp())
"""
FIRST_OF_ITS_CONVERSATION = """
    NOT EXISTS (
      SELECT FROM conversations_generation AS ahead
       WHERE ahead.conversation_id = one.conversation_id AND ahead.id < one.id
         AND ahead.state IN ('queued', 'running')
    )
"""
WRITING = """
    SELECT tenant_id, count(*) AS replies FROM conversations_generation
     WHERE state = 'running' AND lease_until >= statement_timestamp() GROUP BY tenant_id
"""
CLAIM = f"""
UPDATE conversations_generation AS mine
   SET state = 'running', claim = mine.claim + 1, text = '',
       claimed_at = statement_timestamp(),
       lease_until = statement_timestamp() + make_interval(secs => %(lease)s)
  FROM conversations_message AS question, conversations_tenant AS tenant, (
    SELECT one.id, one.text
      FROM conversations_generation AS one LEFT JOIN ({WRITING}) AS writing USING (tenant_id)
     WHERE {FREE} AND {FIRST_OF_ITS_CONVERSATION}
       AND (%(only)s::bigint IS NULL OR one.id = %(only)s)
       AND (%(at_once)s = 0 OR coalesce(writing.replies, 0) < %(at_once)s)
     ORDER BY coalesce(writing.replies, 0), one.id
     LIMIT 1
       FOR UPDATE OF one SKIP LOCKED
  ) AS chosen
 WHERE mine.id = chosen.id AND question.id = mine.question_id AND tenant.id = mine.tenant_id
RETURNING chosen.text, {columns(Generation, "mine")}, {columns(Message, "question")},
          {columns(Tenant, "tenant")}
"""  # noqa: S608 - put together from the constants above

PLACES = f"""
SELECT id, row_number() OVER (ORDER BY dealt, id) - 1 FROM (
  SELECT one.id,
         coalesce(writing.replies, 0)
           + row_number() OVER (PARTITION BY one.tenant_id ORDER BY one.id) AS dealt
    FROM conversations_generation AS one LEFT JOIN ({WRITING}) AS writing USING (tenant_id)
   WHERE one.state = 'queued'
) AS waiting
"""  # noqa: S608

KEPT = """
SELECT 1 FROM conversations_generation
 WHERE state = 'queued'
   AND (conversation_id = %(conversation)s OR tenant_id = %(tenant)s::bigint
        OR queued_at < statement_timestamp() - make_interval(secs => %(long)s))
 LIMIT 1
"""

State = Generation.State


def claim(only: int | None = None) -> Generation | None:
    """The generation to write now, under a new lease; None where nobody waits.

    With `only` it is that one or none. A second delivery of the same task
    finds a valid lease or a final state. A tenant that has
    `TENANT_AT_ONCE` replies being written waits for one of them to end.
    The returned row's `text` is what an earlier claim left.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM,
            {"lease": LEASE.total_seconds(), "only": only, "at_once": settings.TENANT_AT_ONCE},
        )
        row = cursor.fetchone()
    if row is None:
        return None
    values = iter(row)
    left_behind = next(values)
    generation = from_row(Generation, values)
    generation.text = left_behind
    generation.question = from_row(Message, values)
    generation.tenant = from_row(Tenant, values)
    return generation


def places() -> dict[int, int]:
    """How many are served before each generation that waits; 0 is next.

    An estimate: who waits is dealt out among tenants as `claim` deals.
    """
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
        return dict(cursor.fetchall())


def kept_waiting(ended: Generation) -> bool:
    """Whether another worker is to be called, now that this generation has ended.

    For who waited only for this one, and whose own call found nothing to
    do: the next of the conversation and, where tenants are limited, of the
    tenant. And for anybody who waits unusually long: a call that was lost
    would else make everybody after it wait, until a pause.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            KEPT,
            {
                "conversation": ended.conversation_id,
                "tenant": ended.tenant_id if settings.TENANT_AT_ONCE else None,
                "long": UNUSUALLY_LONG.total_seconds(),
            },
        )
        return bool(cursor.fetchone())


def wake(queued_longer_than: datetime.timedelta = QUEUED_TOO_LONG) -> int:
    """How many generations nobody works on: queued too long, or with a lapsed lease.

    Each counts once in `WAKE_AGAIN`, and at most `WAKE_AT_MOST` do.
    """
    waiting = Q(state=State.QUEUED, queued_at__lt=Now() - queued_longer_than)
    lapsed = Q(state=State.RUNNING, lease_until__lt=Now())
    long_ago = Q(woken_at=None) | Q(woken_at__lt=Now() - WAKE_AGAIN)
    overdue = Generation.objects.filter(waiting | lapsed).filter(long_ago).order_by("pk")
    chosen = overdue.values_list("pk", flat=True)[:WAKE_AT_MOST]
    return Generation.objects.filter(pk__in=list(chosen)).update(woken_at=Now())
