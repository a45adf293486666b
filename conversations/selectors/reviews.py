"""What is to be judged, what was judged, and what to judge next."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Concat, Left

from conversations.agreement import Agreement, agreement_of
from conversations.models import (
    Conversation,
    Criterion,
    Generation,
    Message,
    Rating,
    ReviewTask,
    Score,
    Tenant,
    Thumb,
)

State = ReviewTask.State
MOST_SAMPLED = 200


def unreviewed(
    tenant: Tenant, start: datetime.datetime, end: datetime.datetime
) -> QuerySet[Conversation]:
    """Conversations last written in then, with a reply of the bot, that nobody judged or is to."""
    replied = Generation.objects.filter(conversation=OuterRef("pk"), reply__isnull=False)
    tasks = ReviewTask.objects.filter(conversation=OuterRef("pk"))
    scores = Score.objects.filter(conversation=OuterRef("pk"))
    rows = Conversation.objects.filter(tenant=tenant, updated_at__gte=start, updated_at__lt=end)
    return rows.filter(Exists(replied), ~Exists(tasks), ~Exists(scores))


def sample(
    tenant: Tenant, start: datetime.datetime, end: datetime.datetime, *, count: int, seed: int
) -> list[Conversation]:
    """So many of the unreviewed, by lot; the same seed draws the same ones of the same.

    The lot hangs on the seed and the conversation alone: what others come
    or go changes no two conversations' order.
    """
    lot = Func(
        Concat(Value(f"{seed}:"), Cast("public_id", TextField())),
        function="md5",
        output_field=TextField(),
    )
    rows = unreviewed(tenant, start, end).order_by(lot, "pk")
    return list(rows[: min(count, MOST_SAMPLED)])


def next_task(reviewer: Any, tenants: Iterable[int], after: int = 0) -> ReviewTask | None:
    """What this person judges next: their own, longest first, then what waits for anybody.

    `after` is the conversation that they have just judged, which is left out.
    """
    rows = ReviewTask.objects.filter(tenant__in=list(tenants), state=State.OPEN)
    rows = rows.filter(Q(reviewer=reviewer) | Q(reviewer=None)).exclude(conversation=after)
    judged = ReviewTask.objects.filter(
        conversation=OuterRef("conversation"), reviewer=reviewer, state=State.DONE
    )
    rows = rows.filter(~Exists(judged)).select_related("conversation")
    own = rows.filter(reviewer=reviewer).order_by("pk").first()
    return own or rows.filter(reviewer=None).order_by("pk").first()


def criteria_for(tenant_id: int, about: str) -> list[Criterion]:
    """The criteria that are asked of a reply, or of a conversation, in their order."""
    rows = Criterion.objects.filter(tenant=tenant_id, about=about, in_use=True)
    return list(rows.order_by("place", "pk"))


def criteria_of(ids: Iterable[int]) -> list[Criterion]:
    """These criteria, in use or not: those of replies first, in their order."""
    rows = Criterion.objects.filter(pk__in=list(ids)).select_related("tenant")
    return sorted(rows, key=lambda one: (one.about != Criterion.About.REPLY, one.place, one.pk))


def scores_of(conversation: Conversation, message: Message | None) -> list[Score]:
    """All scores of this reply, or of the whole conversation, by whomever."""
    rows = Score.objects.filter(conversation=conversation, message=message)
    return list(rows.select_related("criterion", "reviewer").order_by("criterion", "pk"))


def with_scores() -> Prefetch:
    """For replies: `judged` are the scores of each, in the order of the criteria."""
    rows = Score.objects.select_related("criterion", "reviewer").order_by("criterion", "pk")
    return Prefetch("scores", rows, to_attr="judged")


def queued(tasks: QuerySet[ReviewTask]) -> QuerySet[ReviewTask]:
    """The rows with `first_line`, thumbs that point down, and the visitor's rating."""
    said = Message.objects.filter(
        conversation=OuterRef("conversation"), role=Message.Role.VISITOR
    ).order_by("seq")
    down = Thumb.objects.filter(conversation=OuterRef("conversation"), value=Thumb.Value.DOWN)
    rating = Rating.objects.filter(conversation=OuterRef("conversation"))
    return tasks.select_related("tenant", "reviewer").annotate(
        first_line=Subquery(said.annotate(begin=Left("text", 120)).values("begin")[:1]),
        is_down=Exists(down),
        stars=Subquery(rating.values("score")[:1]),
    )


def reply_numbered(conversation: Conversation, seq: str) -> Message | None:
    """The bot's reply with this number of the log, which may come from an address; or None."""
    if not seq.isdecimal() or len(seq) > 9:
        return None
    rows = conversation.messages.filter(role=Message.Role.ASSISTANT, seq=int(seq))
    return rows.select_related("thumb").first()


def question_before(message: Message) -> Message | None:
    """What the visitor had asked when the bot said this."""
    rows = Message.objects.filter(
        conversation=message.conversation_id, role=Message.Role.VISITOR, seq__lt=message.seq
    )
    return rows.order_by("-seq").first()


def rating_of(conversation: Conversation) -> Rating | None:
    """How content the visitor said they were, if they did."""
    return Rating.objects.filter(conversation=conversation).first()


def task_of(reviewer: Any, conversation: Conversation) -> ReviewTask | None:
    """This person's task for the conversation, else an open one that nobody has."""
    rows = ReviewTask.objects.filter(conversation=conversation)
    mine = rows.filter(Q(reviewer=reviewer) | Q(reviewer=None, state=State.OPEN))
    return mine.order_by(F("reviewer").asc(nulls_last=True)).first()


def open_tasks(reviewer: Any, tenants: Iterable[int]) -> int:
    """How many wait for this person, or for anybody."""
    rows = ReviewTask.objects.filter(tenant__in=list(tenants), state=State.OPEN)
    return rows.filter(Q(reviewer=reviewer) | Q(reviewer=None)).count()


@dataclass(frozen=True)
class Agreed:
    """How far reviewers agree on one criterion."""

    criterion: Criterion
    agreement: Agreement


def agreements(
    tenants: Iterable[int], start: datetime.datetime, end: datetime.datetime
) -> list[Agreed]:
    """For each criterion that was judged in these days, how far its reviewers agree.

    Scores of people whose account is gone do not count: nobody knows
    whether they were two.
    """
    rows = Score.objects.filter(tenant__in=list(tenants), said_at__gte=start, said_at__lt=end)
    judged: dict[int, dict[tuple[int, int | None], dict[int, int]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for criterion, talk, message, who, value in rows.exclude(reviewer=None).values_list(
        "criterion", "conversation", "message", "reviewer", "value"
    ):
        judged[criterion][talk, message][who] = value
    return [
        Agreed(one, agreement_of(list(judged[one.pk].values()), is_scale=one.is_scale))
        for one in criteria_of(judged)
    ]
