"""Say how conversations came out: by somebody's word, or by the rule of seven silent days."""

from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from conversations.models import Conversation, Outcome

# Written again within these days, a visitor did not have what they came for.
SILENCE = "interval '7 days'"
# A judgement of so many takes about a second; what is left is the next one's.
AT_ONCE = 20_000

LASTING = f"""
UPDATE conversations_outcome AS outcome
   SET lasting = NOT EXISTS (
         SELECT FROM conversations_message AS again
          WHERE again.conversation_id = outcome.conversation_id AND again.role = 'visitor'
            AND again.created_at > outcome.at AND again.created_at <= outcome.at + {SILENCE})
 WHERE outcome.lasting IS NULL AND outcome.at < statement_timestamp() - {SILENCE}
"""  # noqa: S608 - put together from constants
# `asked` is the visitor's last message. The stretch began after the outcome before, if any.
JUDGE = f"""
INSERT INTO conversations_outcome (tenant_id, conversation_id, kind, by, at, lasting)
SELECT talk.tenant_id, talk.id,
       CASE WHEN talk.state IN ('waiting', 'staff') OR EXISTS (
              SELECT FROM conversations_event AS event
               WHERE event.conversation_id = talk.id
                 AND event.kind IN ('person.asked', 'person.joined')
                 AND event.created_at > coalesce(earlier.at, '-infinity'))
            THEN 'handed_over'
            WHEN (SELECT generation.state FROM conversations_generation AS generation
                   WHERE generation.question_id = asked.id ORDER BY generation.id DESC LIMIT 1)
                 = 'done'
            THEN 'assumed' ELSE 'unanswered' END,
       'rule', talk.updated_at, true
  FROM conversations_conversation AS talk
  CROSS JOIN LATERAL (
    SELECT id, created_at FROM conversations_message
     WHERE conversation_id = talk.id AND role = 'visitor' ORDER BY seq DESC LIMIT 1
  ) AS asked
  LEFT JOIN LATERAL (
    SELECT max(at) AS at FROM conversations_outcome WHERE conversation_id = talk.id
  ) AS earlier ON true
 WHERE talk.updated_at < statement_timestamp() - {SILENCE}
   AND NOT EXISTS (SELECT FROM conversations_outcome AS told
                    WHERE told.conversation_id = talk.id AND told.at >= talk.updated_at)
   AND (earlier.at IS NULL OR earlier.at < asked.created_at)
 LIMIT %(at_once)s
ON CONFLICT DO NOTHING
"""  # noqa: S608


def confirm(conversation: Conversation, author: Any = None) -> Outcome:
    """Somebody says that it is resolved: staff by name, or the visitor.

    It counts once seven days were quiet. Saying so again before that only
    changes who said it last.
    """
    by = Outcome.By.STAFF if author else Outcome.By.VISITOR
    with transaction.atomic():
        Conversation.objects.select_for_update().get(pk=conversation.pk)
        open_ones = Outcome.objects.filter(conversation=conversation, lasting=None)
        open_ones.delete()
        return Outcome.objects.create(
            tenant_id=conversation.tenant_id,
            conversation=conversation,
            kind=Outcome.Kind.CONFIRMED,
            by=by,
            author=author,
            at=Now(),
        )


def judge() -> int:
    """Conversations silent for seven days have an outcome, and earlier ones whether they lasted.

    Returns how many that took, at most `AT_ONCE` new ones; a second call
    goes on where the first stopped.
    """
    with connection.cursor() as cursor:
        cursor.execute(LASTING)
        told = cursor.rowcount
        cursor.execute(JUDGE, {"at_once": AT_ONCE})
        return told + cursor.rowcount
