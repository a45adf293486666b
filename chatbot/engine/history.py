"""What to keep of a long conversation: a summary of its beginning, and whole blocks of the rest.

A prompt's beginning is what providers can cache, so what is left out must not
move with every turn. A summary stands until the next one; what came after it
is left out by blocks of `BLOCK` numbers of the log, whose borders never move.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from chatbot.providers.tokens import count
from conversations.models import Generation

# Word for word at most; from how much on a summary is made, and what it leaves as it was said.
HISTORY_TOKENS = 3000
SUMMARISE_FROM = 2000
KEPT_TOKENS = 800
BLOCK = 16

ROLES = {"visitor": "user", "assistant": "assistant", "staff": "assistant"}

# Every turn asks this: written out it takes a fifth of the ORM's time.
SAID_BEFORE = """
WITH told AS (
  SELECT id, until_seq, text FROM chatbot_summary
   WHERE conversation_id = %(conversation)s AND until_seq < %(seq)s AND text <> ''
   ORDER BY until_seq DESC LIMIT 1
)
(SELECT said.id, said.seq, said.role, said.text
  FROM conversations_message AS said
 WHERE said.conversation_id = %(conversation)s AND NOT said.replaced
   AND said.seq > coalesce((SELECT until_seq FROM told), 0)
   AND (said.role IN ('assistant', 'staff') OR said.role = 'visitor' AND said.seq < %(seq)s)
   AND NOT EXISTS (SELECT FROM conversations_generation AS other
                    WHERE other.reply_id = said.id AND other.question_id = %(question)s)
 ORDER BY said.seq DESC LIMIT 200)
UNION ALL SELECT id, until_seq, 'summary', text FROM told
"""


@dataclass(frozen=True)
class Said:
    """Something that was said; `pk` is its message's."""

    pk: int
    seq: int
    role: str
    text: str

    @property
    def tokens(self) -> int:
        """Of its text."""
        return count(self.text)


@dataclass(frozen=True)
class History:
    """What a prompt holds of a conversation; `said` is oldest first.

    `outgrown` says that it is time for another summary.
    """

    said: Sequence[Said] = field(default_factory=tuple)
    summary: Said | None = None
    outgrown: bool = False

    @property
    def messages(self) -> list[dict[str, str]]:
        """What was said, in the words of Chat Completions."""
        return [{"role": ROLES[one.role], "content": one.text} for one in self.said]


def history_before(generation: Generation, size: float = 1.0) -> History:
    """The newest summary and what was said between it and the question.

    A smaller `size` keeps that part of what a whole prompt would hold, and
    nothing at all at 0. A visitor's later messages are left out: they have
    turns of their own. So are replies that another one was asked for instead.
    """
    question = generation.question
    if question.seq == 1 or size <= 0:
        return History()
    rows = read(generation.conversation_id, question.seq, question.pk)
    kept = newest(rows.said, HISTORY_TOKENS)
    if size < 1:
        kept = newest(kept, int(size * sum(one.tokens for one in kept)))
    return History(kept, rows.summary, rows.outgrown)


def read(conversation_id: int, seq: int, question_id: int = 0) -> History:
    """All that was said before this number since the newest summary, as far as 200 messages."""
    with connection.cursor() as cursor:
        cursor.execute(
            SAID_BEFORE, {"conversation": conversation_id, "seq": seq, "question": question_id}
        )
        rows = [Said(*row) for row in cursor.fetchall()]
    summary = next((one for one in rows if one.role == "summary"), None)
    said = sorted((one for one in rows if one is not summary), key=lambda one: one.seq)
    return History(tuple(said), summary, sum(one.tokens for one in said) > SUMMARISE_FROM)


def newest(said: Sequence[Said], tokens: int) -> tuple[Said, ...]:
    """The newest whole blocks that fit into so many tokens; of the very newest what fits."""
    kept: list[Said] = []
    room = tokens
    for one in reversed(said):
        room -= one.tokens
        if room < 0:
            block = one.seq // BLOCK
            whole = [other for other in kept if other.seq // BLOCK != block]
            return tuple((whole or kept)[::-1])
        kept.append(one)
    return tuple(kept[::-1])


def place_to_cut(said: Sequence[Said]) -> int | None:
    """The number up to which a summary may stand for what was said; None where nothing is left.

    About `KEPT_TOKENS` stay as they were said, beginning with a visitor's words.
    """
    room = KEPT_TOKENS
    first = len(said)
    while first and room >= said[first - 1].tokens:
        first -= 1
        room -= said[first].tokens
    asked = [place for place, one in enumerate(said) if one.role == "visitor"]
    # what was asked last stays in any case, however long the answer was
    first = next((place for place in asked if place >= first), asked[-1] if asked else first)
    return said[first - 1].seq if first else None
