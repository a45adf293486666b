"""What the turns of an arm came to: errors, cost, thumbs, hand-offs."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from chatbot.models import Rollout
from chatbot.rollout.intervals import Sample

# With so few turns of the usual arm, the turns before the canary count as well.
FEW_TURNS = 10
BEFORE_TURNS = 200
BEFORE_DAYS = 28

ARM = """
  SELECT id, conversation_id, reply_id, state FROM conversations_generation
   WHERE arm = %(arm)s AND finished_at IS NOT NULL
"""
# By way of the newest conversations, which have an index: a quiet tenant's turns lie far apart.
BEFORE = """
  SELECT one.id, one.conversation_id, one.reply_id, one.state
    FROM (
      SELECT id FROM conversations_conversation
       WHERE tenant_id = %(tenant)s AND updated_at >= %(since)s
       ORDER BY updated_at DESC LIMIT %(most)s
    ) AS talk JOIN conversations_generation AS one ON one.conversation_id = talk.id
   WHERE one.arm = '' AND one.finished_at >= %(since)s AND one.finished_at < %(until)s
   ORDER BY one.id DESC LIMIT %(most)s
"""
FIGURES = """
WITH turn AS MATERIALIZED ({turns}), priced AS MATERIALIZED (
  SELECT turn.*, (
    SELECT coalesce(sum(line.amount), 0) FROM billing_ledgerentry AS line
     WHERE line.generation_id = turn.id AND line.at >= %(since)s
  ) AS cost FROM turn
), talk AS (
  SELECT conversation_id, sum(cost) AS cost, EXISTS (
    SELECT FROM conversations_event AS said
     WHERE said.conversation_id = priced.conversation_id AND said.kind = 'person.asked'
       AND said.created_at >= %(since)s
  ) AS asked FROM priced GROUP BY conversation_id
), thumb AS (
  SELECT value FROM priced JOIN conversations_thumb AS given ON given.message_id = priced.reply_id
)
SELECT (SELECT count(*) FROM priced), (SELECT count(*) FROM priced WHERE state = 'failed'),
       coalesce((SELECT sum(cost) FROM priced), 0),
       coalesce((SELECT sum(cost * cost) FROM priced), 0),
       (SELECT count(*) FROM talk), (SELECT count(*) FROM talk WHERE asked),
       coalesce((SELECT sum(cost * cost) FROM talk), 0),
       (SELECT count(*) FROM thumb), (SELECT count(*) FROM thumb WHERE value < 0)
"""


@dataclass(frozen=True)
class Arm:
    """An arm's turns that have ended, and the conversations they are in.

    Calls of every purpose count into what a reply cost. `thumbs` are all
    that visitors have given to its replies.
    """

    turns: int = 0
    failed: int = 0
    cost: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)
    conversations: int = 0
    handed_off: int = 0
    talk_squares: Decimal = Decimal(0)
    thumbs: int = 0
    thumbs_down: int = 0

    @property
    def by_reply(self) -> Sample:
        """What a reply costs."""
        return Sample(self.turns, float(self.cost), float(self.squares))

    @property
    def by_conversation(self) -> Sample:
        """What a conversation costs."""
        return Sample(self.conversations, float(self.cost), float(self.talk_squares))


def arms_of(rollout: Rollout) -> tuple[Arm, Arm]:
    """The share's arm, and the usual one."""
    since = {"since": rollout.started_at}
    return (
        _figures(ARM, since | {"arm": rollout.arm_new}),
        _figures(ARM, since | {"arm": rollout.arm_usual}),
    )


def before(rollout: Rollout) -> Arm:
    """The tenant's last turns before the canary, at most `BEFORE_TURNS` of `BEFORE_DAYS`."""
    since = rollout.started_at - datetime.timedelta(days=BEFORE_DAYS)
    return _figures(
        BEFORE,
        {
            "tenant": rollout.tenant_id,
            "since": since,
            "until": rollout.started_at,
            "most": BEFORE_TURNS,
        },
    )


def _figures(turns: str, values: dict[str, Any]) -> Arm:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES.format(turns=turns), values)
        return Arm(*cursor.fetchone())
