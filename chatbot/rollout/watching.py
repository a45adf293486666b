"""Canaries that are worse than what is usual roll themselves back."""

import logging

from django.db import Error, connection

from chatbot.models import Rollout
from chatbot.rollout.judging import compare
from chatbot.rollout.steering import roll_back
from conversations.models import Generation

logger = logging.getLogger(__name__)

# From so many bad turns on, every further one is a reason to judge at once: a canary of
# which every reply fails is rolled back with the fifth (tests/rollout).
BAD_TURNS = 5
BAD = """
SELECT count(*), coalesce(bool_or(id = %s), false) FROM conversations_generation
 WHERE arm = %s AND state = 'failed'
"""


def watch() -> int:
    """Every running canary was judged; returns how many were rolled back."""
    rows = Rollout.objects.filter(state=Rollout.State.RUNNING)
    return sum(judge(one) for one in rows.select_related("persona", "tenant"))


def judge(rollout: Rollout) -> bool:
    """Whether the canary broke a rule and is rolled back."""
    broken = compare(rollout).broken
    if not broken:
        return False
    why = " ".join(sign.in_words for sign in broken)
    logger.warning("Canary %s of tenant %s: %s", rollout, rollout.tenant_id, why)
    return roll_back(rollout, why)


def turn_ended(generation: Generation) -> None:
    """After a bad turn of a canary, and enough of them, it was judged at once.

    Nothing is asked for turns of the usual arm. A database that is away
    leaves it to the look of every minute.
    """
    pk, _, arm = generation.arm.partition(":")
    if arm != "new":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(BAD, [generation.pk, generation.arm])
            count, is_bad = cursor.fetchone()
        if is_bad and count >= BAD_TURNS:
            rows = Rollout.objects.filter(pk=int(pk), state=Rollout.State.RUNNING)
            for rollout in rows.select_related("persona", "tenant"):
                judge(rollout)
    except Error:
        logger.exception("Canary %s could not be judged", pk)
