"""Read a conversation as people read it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left

from conversations.models import Conversation, Event, Generation, Message, SentFile

MESSAGES_A_PAGE = 100
FIRST_LINE_CHARACTERS = 120
TURNS = (Event.Kind.PERSON_ASKED, Event.Kind.PERSON_JOINED, Event.Kind.BOT_BACK)


@dataclass(frozen=True)
class TranscriptPage:
    """A stretch of a conversation, oldest first.

    `places` says for each generation without a reply behind which number
    of the log it belongs. `turns` are the events at which somebody else
    began to answer, or was asked to. `earlier` is the number to ask the
    page before this one with, None on the first.
    """

    messages: list[Message]
    generations: list[Generation]
    places: dict[int, float]
    told: dict[int, str]
    turns: list[Event]
    files: list[SentFile]
    earlier: int | None
    newest: bool


@dataclass(frozen=True)
class Turns:
    """How often the visitor wrote, and how the bot's replies ended."""

    asked: int
    done: int
    failed: int
    open: int


def transcript_page(conversation: Conversation, before: int | None = None) -> TranscriptPage:
    """The newest `MESSAGES_A_PAGE` messages, or those before this number, with their generations.

    Six queries, however long the conversation is.
    """
    rows = Message.objects.filter(conversation=conversation).select_related("author", "thumb")
    if before is not None:
        rows = rows.filter(seq__lt=before)
    newest_first = list(rows.order_by("-seq")[: MESSAGES_A_PAGE + 1])
    messages = newest_first[:MESSAGES_A_PAGE][::-1]
    more = len(newest_first) > MESSAGES_A_PAGE
    first = messages[0].seq if messages and more else 0
    generations = _generations(conversation, first, before)
    ends = {
        event.generation_id: event
        for event in Event.objects.filter(
            conversation=conversation,
            kind__in=Event.ENDINGS,
            generation__in=[one.pk for one in generations if one.reply_id is None],
        )
    }
    return TranscriptPage(
        messages=messages,
        generations=generations,
        places={
            one.pk: ends[one.pk].seq if one.pk in ends else _place(one)
            for one in generations
            if one.reply_id is None
        },
        told={pk: event.data["text"] for pk, event in ends.items() if pk is not None},
        turns=_turns(conversation, first, before),
        files=_files(conversation, first, before),
        earlier=first if more else None,
        newest=before is None,
    )


def _generations(conversation: Conversation, first: int, before: int | None) -> list[Generation]:
    """Those whose reply stands on the page; without a reply, those whose question does."""
    lower = Q(reply__seq__gte=first) | Q(reply=None, question__seq__gte=first)
    rows = Generation.objects.filter(lower, conversation=conversation)
    if before is not None:
        rows = rows.filter(Q(reply__seq__lt=before) | Q(reply=None, question__seq__lt=before))
    return list(rows.select_related("question").order_by("pk"))


def _turns(conversation: Conversation, first: int, before: int | None) -> list[Event]:
    rows = Event.objects.filter(conversation=conversation, kind__in=TURNS, seq__gte=first)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return list(rows.order_by("seq"))


def _files(conversation: Conversation, first: int, before: int | None) -> list[SentFile]:
    rows = conversation.files.defer("content").filter(seq__gte=first)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return list(rows.order_by("seq"))


def _place(generation: Generation) -> float:
    """What is being written stands at the end, in order."""
    if generation.state in Generation.OPEN_STATES:
        return float("inf")
    return generation.question.seq + 0.5


def turns_of(conversation: Conversation) -> Turns:
    """Counted over the whole conversation, not a page of it."""
    state = Generation.State
    counts = Generation.objects.filter(conversation=conversation).aggregate(
        done=Count("pk", filter=Q(state=state.DONE)),
        failed=Count("pk", filter=Q(state=state.FAILED)),
        open=Count("pk", filter=Q(state__in=Generation.OPEN_STATES)),
    )
    asked = Message.objects.filter(conversation=conversation, role=Message.Role.VISITOR).count()
    return Turns(asked=asked, **counts)


def listed(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """The rows with `first_line`, `turns` and the `last_model` that replied last.

    They are looked up for the rows that are shown only: PostgreSQL puts
    them off until after the limit.
    """
    said = Message.objects.filter(conversation=OuterRef("pk"), role=Message.Role.VISITOR)
    turns = said.order_by().values("conversation").annotate(number=Count("pk")).values("number")
    replies = Generation.objects.filter(conversation=OuterRef("pk")).exclude(model="")
    return conversations.select_related("visitor", "tenant").annotate(
        first_line=Subquery(
            said.order_by("seq")
            .annotate(begin=Left("text", FIRST_LINE_CHARACTERS))
            .values("begin")[:1]
        ),
        turns=Coalesce(Subquery(turns, output_field=IntegerField()), 0),
        last_model=Subquery(replies.order_by("-pk").values("model")[:1]),
    )


LAST_SAID = """
SELECT talk.id, said.role, said.text
  FROM unnest(%s::bigint[]) AS talk(id) CROSS JOIN LATERAL (
    SELECT seq, role, left(text, %s) AS text FROM conversations_message
     WHERE conversation_id = talk.id ORDER BY seq DESC LIMIT 4
  ) AS said
 ORDER BY talk.id, said.seq
"""


@dataclass(frozen=True)
class Said:
    """Who said what, as a list shows it; `begin` is the first line or two."""

    role: str
    begin: str


def last_said(conversations: Iterable[int]) -> dict[int, list[Said]]:
    """The last four messages of each, oldest first."""
    found: dict[int, list[Said]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(LAST_SAID, [list(conversations), 3 * FIRST_LINE_CHARACTERS])
        for pk, role, text in cursor.fetchall():
            found[pk].append(Said(role, text))
    return found
