"""What to keep of a long conversation."""

from django.db import connection

from chatbot.providers.tokens import count
from conversations.models import Generation

HISTORY_TOKENS = 3000

ROLES = {"visitor": "user", "assistant": "assistant", "staff": "assistant"}

# Every turn asks this: written out it takes a fifth of the ORM's time.
SAID_BEFORE = """
SELECT said.role, said.text
  FROM conversations_message AS said
 WHERE said.conversation_id = %(conversation)s AND NOT said.replaced
   AND (said.role IN ('assistant', 'staff') OR said.role = 'visitor' AND said.seq < %(seq)s)
   AND NOT EXISTS (SELECT FROM conversations_generation AS other
                    WHERE other.reply_id = said.id AND other.question_id = %(question)s)
 ORDER BY said.seq DESC LIMIT 100
"""


def history_before(generation: Generation, tokens: int = HISTORY_TOKENS) -> list[dict[str, str]]:
    """What was said before the question, oldest first, as much as fits into so many tokens.

    A visitor's later messages are left out: they have turns of their own.
    So are replies that another one was asked for instead.
    """
    if generation.question.seq == 1 or tokens <= 0:
        return []
    kept: list[dict[str, str]] = []
    room = tokens
    for role, text in _said_before(generation):
        room -= count(text)
        if room < 0:
            break
        kept.append({"role": ROLES[role], "content": text})
    return kept[::-1]


def _said_before(generation: Generation) -> list[tuple[str, str]]:
    """Role and text, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            SAID_BEFORE,
            {
                "conversation": generation.conversation_id,
                "seq": generation.question.seq,
                "question": generation.question_id,
            },
        )
        return cursor.fetchall()
