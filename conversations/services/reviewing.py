"""Judge what the bot said, and say who is to judge what."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from conversations.access import members_who_may
from conversations.models import Conversation, Criterion, Message, ReviewTask, Score
from conversations.models.reviews import MAX_NOTE_CHARACTERS
from conversations.roles import Act

State = ReviewTask.State


class NotJudged(Exception):
    """A score that cannot be given; says why."""


@transaction.atomic
def judge(
    reviewer: Any,
    conversation: Conversation,
    values: Mapping[int, int | None],
    message: Message | None = None,
) -> list[Score]:
    """The reviewer's scores of this reply, or of the whole conversation without one.

    `values` are by the criterion's id; None takes a score back, a criterion
    that is not named keeps what it has. Saying it again changes it.
    `NotJudged` for a value beyond the scale, or a criterion of another
    tenant, of other things, or out of use; then nothing is changed.
    """
    about = Criterion.About.REPLY if message else Criterion.About.CONVERSATION
    mine = {"tenant_id": conversation.tenant_id, "about": about, "in_use": True}
    criteria = Criterion.objects.filter(**mine).in_bulk(list(values))
    if set(criteria) != set(values):
        raise NotJudged("A criterion was changed meanwhile. Reload the page and judge again.")
    spoke = _who_spoke(conversation, message)
    scores = []
    for pk, value in values.items():
        criterion = criteria[pk]
        of = {"criterion": criterion, "message": message, "reviewer": reviewer}
        if value is None:
            Score.objects.filter(conversation=conversation, **of).delete()
            continue
        if not criterion.least <= value <= criterion.most:
            raise NotJudged(f"“{criterion}” goes from {criterion.least} to {criterion.most}.")
        score, _ = Score.objects.update_or_create(
            conversation=conversation,
            **of,
            defaults={"value": value, "at": timezone.now(), "tenant_id": conversation.tenant_id}
            | spoke,
        )
        scores.append(score)
    return scores


def _who_spoke(conversation: Conversation, message: Message | None) -> dict[str, Any]:
    """Which model and persona version are judged, and when they said it."""
    rows = conversation.generations.exclude(reply=None).exclude(model="").order_by("-pk")
    if message is not None:
        rows = rows.filter(reply=message)
    spoke = rows.first()
    return {
        "model": spoke.model if spoke else "",
        "persona_label": spoke.persona_label if spoke else "",
        "said_at": message.created_at if message else conversation.updated_at,
    }


@transaction.atomic
def put_in_queue(
    conversations: Sequence[Conversation],
    reviewers: Sequence[Any] = (),
    *,
    by_all: bool = False,
    why: str = "",
) -> int:
    """Each conversation is to be judged: by these people in turn, or each by all of them.

    Without people, by whoever takes it. Who has one already gets it no
    second time; returns how many are new.
    """
    now = timezone.now()
    tasks = [
        ReviewTask(
            tenant_id=talk.tenant_id, conversation=talk, reviewer=who, why=why[:100], asked_at=now
        )
        for number, talk in enumerate(conversations)
        for who in _whose(number, reviewers, by_all)
    ]
    before = ReviewTask.objects.filter(conversation__in=conversations).count()
    ReviewTask.objects.bulk_create(tasks, ignore_conflicts=True)
    return ReviewTask.objects.filter(conversation__in=conversations).count() - before


def _whose(number: int, reviewers: Sequence[Any], by_all: bool) -> Sequence[Any]:
    if not reviewers:
        return [None]
    return reviewers if by_all else [reviewers[number % len(reviewers)]]


@transaction.atomic
def assign(tasks: Iterable[ReviewTask], reviewer: Any) -> int:
    """The open ones are this person's, or nobody's with None; returns how many changed hands.

    One that the person has already, or judged before, stays where it is.
    `NotJudged` for somebody who may not review at that tenant.
    """
    given = 0
    wanted = [one.pk for one in tasks]
    rows = ReviewTask.objects.select_for_update().filter(pk__in=wanted, state=State.OPEN)
    for task in rows.order_by("pk"):
        if (
            reviewer
            and not members_who_may(task.tenant_id, Act.REVIEW).filter(pk=reviewer.pk).exists()
        ):
            raise NotJudged(f"{reviewer} may not review there.")
        others = ReviewTask.objects.filter(conversation=task.conversation_id, reviewer=reviewer)
        if reviewer is None:
            others = others.filter(state=State.OPEN)
        if others.exists():
            continue
        task.reviewer = reviewer
        task.save(update_fields=["reviewer"])
        given += 1
    return given


@transaction.atomic
def finish(reviewer: Any, conversation: Conversation, note: str = "") -> ReviewTask:
    """The reviewer has judged this conversation, with this note; again, the note is the new one.

    Their own task is done; else one that waits for anybody; else a new one,
    of somebody who judged unasked.
    """
    rows = ReviewTask.objects.select_for_update().filter(conversation=conversation)
    task = rows.filter(reviewer=reviewer).first()
    task = task or rows.filter(reviewer=None, state=State.OPEN).first()
    if task is None:
        task = ReviewTask(
            tenant_id=conversation.tenant_id,
            conversation=conversation,
            why="Unasked",
            asked_at=timezone.now(),
        )
    task.reviewer, task.state = reviewer, State.DONE
    task.note, task.done_at = note.strip()[:MAX_NOTE_CHARACTERS], timezone.now()
    task.save()
    return task


def first_criteria(tenant_id: int) -> list[Criterion]:
    """The tenant has criteria to begin with; those of one that has any already."""
    rows = Criterion.objects.filter(tenant_id=tenant_id)
    if not rows.exists():
        Criterion.objects.bulk_create(
            Criterion(tenant_id=tenant_id, place=place, **fields)
            for place, fields in enumerate(BEGINNING)
        )
    return list(rows)


REPLY, TALK = Criterion.About.REPLY, Criterion.About.CONVERSATION
YES_NO = Criterion.Scale.YES_NO
BEGINNING: list[dict[str, Any]] = [
    {"about": REPLY, "name": "Correct", "question": "Is all of it true, and from our pages?"},
    {"about": REPLY, "name": "Tone", "question": "Does it sound as we want to sound?"},
    {
        "about": REPLY,
        "name": "Policy",
        "question": "Does it keep to what the bot may promise?",
        "scale": YES_NO,
    },
    {
        "about": TALK,
        "name": "Resolved",
        "question": "Did the visitor get what they came for?",
        "scale": YES_NO,
    },
    {"about": TALK, "name": "Effort", "question": "5: they had to ask once. 1: again and again."},
]
