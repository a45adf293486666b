"""What the demo shop's reviewers found, and what still waits for them."""

import datetime
import random

from django.contrib.auth.models import User
from django.utils import timezone

from conversations.models import Criterion, Generation, Message, ReviewTask, Score, Tenant
from conversations.selectors.reviews import sample
from conversations.services.reviewing import first_criteria, put_in_queue

# Out of a hundred conversations so many were judged, and of these so many by both.
JUDGED, BY_BOTH = 45, 40
FIVES = [5, 5, 5, 4, 4, 4, 4, 3, 3, 2]
YES = [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]
# How often the second reviewer finds the very same, else a step less; how many wait.
SAME, WAITING = 70, 6
WEEK = datetime.timedelta(days=7)
SEED = 7


def judge_some(tenant: Tenant, chance: random.Random) -> None:
    """Half of the talks were judged by one reviewer or two, and some wait; each time the same."""
    criteria = first_criteria(tenant.pk)
    people = list(User.objects.filter(memberships__tenant=tenant).order_by("username"))
    reviewers = [one for one in people if one.username in ("cleo", "rita")]
    if not reviewers:
        return
    scores: list[Score] = []
    spoke = Generation.objects.filter(tenant=tenant, reply__isnull=False).exclude(model="")
    by_talk: dict[int, list[Generation]] = {}
    for one in spoke.select_related("reply", "conversation").order_by("pk"):
        by_talk.setdefault(one.conversation_id, []).append(one)
    done: list[ReviewTask] = []
    for replies in by_talk.values():
        if chance.randrange(100) >= JUDGED:
            continue
        both = chance.randrange(100) < BY_BOTH
        scores += _scores(criteria, replies, reviewers if both else reviewers[:1], chance)
        done += _done(replies[-1], reviewers if both else reviewers[:1])
    Score.objects.bulk_create(scores)
    ReviewTask.objects.bulk_create(done)
    now = timezone.now()
    talks = sample(tenant, now - 4 * WEEK, now, count=WAITING, seed=SEED)
    put_in_queue(talks, why=f"By lot {SEED}")


def _scores(
    criteria: list[Criterion],
    replies: list[Generation],
    reviewers: list[User],
    chance: random.Random,
) -> list[Score]:
    """Of the first reply and of the whole conversation, by each criterion."""
    scores = []
    for criterion in criteria:
        of_reply = criterion.about == Criterion.About.REPLY
        one = replies[0] if of_reply else replies[-1]
        message: Message | None = one.reply if of_reply else None
        value = chance.choice(FIVES if criterion.is_scale else YES)
        for who in reviewers:
            scores.append(
                Score(
                    tenant_id=one.tenant_id,
                    criterion=criterion,
                    conversation_id=one.conversation_id,
                    message=message,
                    reviewer=who,
                    value=value,
                    model=one.model,
                    persona_label=one.persona_label,
                    said_at=one.finished_at or one.queued_at,
                    at=one.finished_at or one.queued_at,
                )
            )
            if chance.randrange(100) >= SAME:
                value = max(criterion.least, value - 1)
    return scores


def _done(last: Generation, reviewers: list[User]) -> list[ReviewTask]:
    at = last.finished_at or last.queued_at
    return [
        ReviewTask(
            tenant_id=last.tenant_id,
            conversation_id=last.conversation_id,
            reviewer=who,
            state=ReviewTask.State.DONE,
            why=f"By lot {SEED}",
            asked_at=at,
            done_at=at,
        )
        for who in reviewers
    ]
