"""Find what webhooks are to be told, behind those who write it.

A turn does nothing for webhooks: the log is read every few seconds from the
last number on. A number below the newest may still be committed late, so it
is read again until no transaction that could hold it runs any more; a
delivery is made once, by a constraint.
"""

from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models.functions import Now

from chatbot.models import EventHook, HookDelivery, HookKind, HookMark
from conversations.models import Conversation, Event

# One at a time reads. Any number does that nothing else in the database uses.
LOCK = 7_240_322
BATCH = 5000

KIND_OF = {
    Event.Kind.MESSAGE: HookKind.MESSAGE,
    Event.Kind.FILE: HookKind.MESSAGE,
    Event.Kind.REPLY_DONE: HookKind.MESSAGE,
    Event.Kind.REPLY_STOPPED: HookKind.MESSAGE,
    Event.Kind.REPLY_FAILED: HookKind.FAILED,
    Event.Kind.PERSON_ASKED: HookKind.HANDED_OVER,
    Event.Kind.PERSON_JOINED: HookKind.HANDED_OVER,
    Event.Kind.BOT_BACK: HookKind.HANDED_BACK,
}
STATE = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
       coalesce((SELECT max(id) FROM conversations_event), 0)
"""
MAKE = """
INSERT INTO chatbot_hookdelivery
       (tenant_id, hook_id, conversation_id, event_id, public_id, kind, data, at, asked_at,
        tries, next_try_at, problem)
SELECT event.tenant_id, hook.id, event.conversation_id, event.id, gen_random_uuid(), told.kind,
       '{}', event.created_at, statement_timestamp(), 0, statement_timestamp(), ''
  FROM conversations_event AS event
  JOIN unnest(%s::text[], %s::text[]) AS told(event, kind) ON told.event = event.kind
  JOIN chatbot_eventhook AS hook ON hook.tenant_id = event.tenant_id AND hook.active
       AND told.kind = ANY (hook.kinds) AND hook.created_at <= event.created_at
 WHERE event.id > %s AND event.id <= %s
   -- a reply that was stopped before its first word says nothing
   AND (event.kind <> 'reply.stopped' OR event.data ->> 'id' IS NOT NULL)
 ORDER BY event.id, hook.id
    ON CONFLICT DO NOTHING
"""


def collect() -> int:
    """What was committed to the log has a delivery for each webhook that wants it.

    Returns how many are new; 0 also where another process is at it, or
    nobody has a webhook.
    """
    if not EventHook.objects.filter(active=True).exists():
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return _read(cursor) if cursor.fetchone() == (True,) else 0


def _read(cursor: CursorWrapper) -> int:
    mark = HookMark.objects.filter(pk=1).first()
    if mark is None:
        return 0
    cursor.execute(STATE)
    oldest, next_one, newest = cursor.fetchone()
    upto = min(newest, mark.upto + BATCH)
    kinds = [str(kind) for kind in KIND_OF], [str(kind) for kind in KIND_OF.values()]
    cursor.execute(MAKE, [*kinds, mark.upto, upto])
    made = cursor.rowcount
    if oldest >= mark.writers:
        # whoever could have held a number up to `seen` had ended before this was read
        mark.upto, mark.seen, mark.writers = mark.seen, upto, next_one
        mark.save()
    return made


def tell(conversation: Conversation, kind: HookKind, data: dict[str, Any]) -> None:
    """What no event of the log says waits for each webhook of the tenant that wants it."""
    hooks = EventHook.objects.filter(
        tenant_id=conversation.tenant_id, active=True, kinds__contains=[kind.value]
    )
    HookDelivery.objects.bulk_create(
        HookDelivery(
            tenant_id=conversation.tenant_id,
            hook=hook,
            conversation=conversation,
            kind=kind,
            data=data,
            at=Now(),
            asked_at=Now(),
            next_try_at=Now(),
        )
        for hook in hooks
    )
