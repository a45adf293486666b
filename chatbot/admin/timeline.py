"""A conversation as a timeline: who said what when, and what each reply took."""

import datetime
import json
import re
import uuid
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.safestring import SafeString

from billing.models import Attempt, LedgerEntry
from billing.selectors.conversations import calls_of, spent_on
from billing.selectors.spend import Sums
from chatbot.admin.advice import advice_for
from chatbot.guardrails.verdicts import verdicts_of
from chatbot.models import Detour, ToolCall, Verdict
from chatbot.providers.demo import is_demo
from chatbot.tools.calls import calls_by
from conversations.markdown import as_html
from conversations.models import Conversation, Event, Generation, Message, SentFile, Thumb
from conversations.selectors.transcripts import TranscriptPage, Turns, transcript_page, turns_of
from conversations.services import queue
from conversations.services.event_data import name_of

State = Generation.State
TURNS = {
    Event.Kind.PERSON_ASKED: "The visitor asked for a person.",
    Event.Kind.PERSON_JOINED: "{name} answers from here on.",
    Event.Kind.BOT_BACK: "The bot answers again.",
}
BY = {
    "bot": "The bot handed over to a person.",
    "idle": "Nobody of staff wrote for long, so the bot answers again.",
}


@dataclass(frozen=True)
class Call:
    """One attempt, settled or still open."""

    number: int
    attempt: Attempt

    @property
    def entry(self) -> LedgerEntry | None:
        """What the call itself cost; None while it is open."""
        lines = self.attempt.entries.all()
        return next((one for one in lines if one.kind == LedgerEntry.Kind.CALL), None)

    @property
    def corrections(self) -> list[LedgerEntry]:
        """What its cost was corrected by, oldest first."""
        lines = [one for one in self.attempt.entries.all() if one.kind != LedgerEntry.Kind.CALL]
        return sorted(lines, key=lambda one: one.at)

    @property
    def detour(self) -> Detour | None:
        """Why it went elsewhere than to the first choice, if it did."""
        return getattr(self.attempt, "detour", None)

    @property
    def usage(self) -> str:
        """What the provider reported; nothing where it did not."""
        return _pretty(self.entry.raw_usage) if self.entry and self.entry.raw_usage else ""


@dataclass(frozen=True)
class Reply:
    """One try of the bot to reply, with all its calls.

    `place` says how many are served before it, while it waits. `new_id` is
    there where it can be tried again: the id of the reply written instead.
    """

    generation: Generation
    calls: Sequence[Call]
    told: str = ""
    place: int | None = None
    new_id: uuid.UUID | None = None
    verdicts: Sequence[Verdict] = ()
    tools: Sequence[ToolCall] = ()

    @property
    def is_demo(self) -> bool:
        """Whether the built-in model spoke."""
        return is_demo(self.generation.model)

    @property
    def is_open(self) -> bool:
        """Whether it is still on its way."""
        return self.generation.state in Generation.OPEN_STATES

    @property
    def takeovers(self) -> int:
        """How many workers began it and were gone before it ended; a stop counts as none."""
        stopped = self.generation.state == State.STOPPED
        return max(0, self.generation.claim - 1 - stopped)

    @property
    def advice(self) -> str:
        """What to do about the failure; nothing where there is none."""
        return advice_for(self.generation.failure) if self.generation.failure else ""

    @cached_property
    def sums(self) -> Sums:
        """What its calls add up to, those that are settled, with their corrections."""
        entries = [call.entry for call in self.calls if call.entry]
        return Sums(
            calls=len(entries),
            amount=sum(
                (one.amount for call in self.calls for one in call.attempt.entries.all()),
                start=Sums().amount,
            ),
            input_tokens=sum(one.input_tokens for one in entries),
            cached_tokens=sum(one.cached_tokens for one in entries),
            output_tokens=sum(one.output_tokens for one in entries),
        )

    @property
    def certainty(self) -> str:
        """That of the least certain call; nothing before one is settled."""
        known = {call.entry.certainty for call in self.calls if call.entry}
        worst_last = [*LedgerEntry.Certainty.values]
        return max(known, key=worst_last.index, default="")

    @property
    def waited(self) -> float | None:
        """Seconds from the question to a worker."""
        return _seconds(self.generation.queued_at, self.generation.claimed_at)

    @property
    def first_token(self) -> float | None:
        """Seconds from the question to the first text."""
        return _seconds(self.generation.queued_at, self.generation.first_token_at)

    @property
    def whole(self) -> float | None:
        """Seconds from the question to the end."""
        return _seconds(self.generation.queued_at, self.generation.finished_at)


@dataclass(frozen=True)
class Line:
    """Something on the timeline: a message, a reply without one, a reply with its message.

    Or a `turn`: a sentence that says who answers from there on.
    """

    role: str
    at: datetime.datetime
    html: SafeString
    anchor: str
    message: Message | None = None
    reply: Reply | None = None
    turn: str = ""
    file: SentFile | None = None
    seq: float = 0
    new_day: datetime.date | None = None

    @property
    def thumb(self) -> Thumb | None:
        """What the visitor thinks of it, if they said so."""
        return getattr(self.message, "thumb", None) if self.message else None

    @property
    def author(self) -> str:
        """Who of staff wrote it; their account may be gone."""
        author = self.message.author if self.message else None
        return name_of(author) if author else "Staff"

    @property
    def sources(self) -> list[dict[str, Any]]:
        """What the reply cited; `url` only where a click on it stays harmless."""
        cited = self.message.citations if self.message else []
        return [one | {"url": _harmless(one.get("url", ""))} for one in cited]


@dataclass(frozen=True)
class Timeline:
    """What the transcript page shows."""

    conversation: Conversation
    zone: zoneinfo.ZoneInfo
    lines: list[Line]
    turns: Turns
    sums: Sums
    earlier: int | None
    newest: bool

    def since(self, seq: int) -> list[Line]:
        """What came after this number of the log, and what changed since without a new one."""
        return [
            line
            for line in self.lines
            if line.seq > seq or (line.message is not None and line.message.replaced)
        ]

    @property
    def blocks(self) -> list[Line]:
        """Those of the bot's replies on this page."""
        return [line for line in self.lines if line.reply]

    @property
    def models(self) -> list[str]:
        """The models that replied on this page."""
        names = [line.reply.generation.model for line in self.lines if line.reply]
        return sorted({name for name in names if name})

    @property
    def first_token(self) -> float | None:
        """The median seconds to the first text, of the replies on this page."""
        found = sorted(
            line.reply.first_token
            for line in self.lines
            if line.reply and line.reply.first_token is not None
        )
        return found[len(found) // 2] if found else None


def timeline_of(conversation: Conversation, before: int | None = None) -> Timeline:
    """The newest stretch of the conversation, or the one before this number of its log."""
    page = transcript_page(conversation, before)
    replies = _replies(conversation, page)
    by_message = {reply.generation.reply_id: reply for reply in replies.values()}
    lines: list[tuple[float, int, Line]] = [
        (message.seq, 0, _said(message, by_message.get(message.pk))) for message in page.messages
    ]
    lines += [(place, pk, _unsaid(replies[pk], place)) for pk, place in page.places.items()]
    lines += [(event.seq, 0, _turned(event)) for event in page.turns]
    lines += [(file.seq, 0, _sent(file)) for file in page.files]
    zone = zoneinfo.ZoneInfo(conversation.tenant.time_zone)
    ordered = [line for *_, line in sorted(lines, key=lambda one: one[:2])]
    return Timeline(
        conversation=conversation,
        zone=zone,
        lines=_with_days(ordered, zone),
        turns=turns_of(conversation),
        sums=spent_on(conversation),
        earlier=page.earlier,
        newest=page.newest,
    )


def _replies(conversation: Conversation, page: TranscriptPage) -> dict[int, Reply]:
    calls = calls_of(page.generations)
    prefetch_related_objects([call for some in calls.values() for call in some], "detour")
    waits = any(one.state == State.QUEUED for one in page.generations)
    places = queue.places() if waits else {}
    again = _can_be_tried_again(conversation, page)
    verdicts = verdicts_of(page.generations)
    tools = calls_by(page.generations)
    return {
        one.pk: Reply(
            one,
            [Call(number, call) for number, call in enumerate(calls.get(one.pk, []), start=1)],
            page.told.get(one.pk, ""),
            places.get(one.pk),
            uuid.uuid4() if one == again else None,
            verdicts.get(one.pk, ()),
            tools.get(one.pk, ()),
        )
        for one in page.generations
    }


def _can_be_tried_again(conversation: Conversation, page: TranscriptPage) -> Generation | None:
    """The newest reply, where it came to nothing whole and the bot still answers here."""
    newest = page.generations[-1] if page.newest and page.generations else None
    if newest is None or conversation.state != Conversation.State.BOT:
        return None
    return newest if newest.state in (State.FAILED, State.STOPPED) else None


def _said(message: Message, reply: Reply | None) -> Line:
    return Line(
        role=message.role,
        at=message.created_at,
        html=as_html(message.text),
        anchor=f"m{message.seq}",
        message=message,
        reply=reply,
        seq=message.seq,
    )


def _unsaid(reply: Reply, place: float) -> Line:
    generation = reply.generation
    return Line(
        role=Message.Role.ASSISTANT,
        at=generation.finished_at or generation.queued_at,
        html=as_html(generation.text),
        anchor=f"g{generation.pk}",
        reply=reply,
        seq=place,
    )


def _turned(event: Event) -> Line:
    name = event.data.get("name", "A person")
    turn = BY.get(event.data.get("by"), TURNS[Event.Kind(event.kind)])
    return Line(
        role=Message.Role.SYSTEM,
        at=event.created_at,
        html=SafeString(""),
        anchor=f"e{event.seq}",
        turn=turn.format(name=name),
        seq=event.seq,
    )


def _sent(file: SentFile) -> Line:
    return Line(
        role=Message.Role.VISITOR,
        at=file.created_at,
        html=SafeString(""),
        anchor=f"f{file.seq}",
        file=file,
    )


def _with_days(lines: list[Line], zone: zoneinfo.ZoneInfo) -> list[Line]:
    """Each line that begins a day at the tenant's place says so."""
    marked, last = [], None
    for line in lines:
        day = line.at.astimezone(zone).date()
        marked.append(Line(**{**vars(line), "new_day": None if day == last else day}))
        last = day
    return marked


def _harmless(url: str) -> str:
    """The address of a page; nothing for one that would run a script."""
    return url if re.match(r"https?://|/(?!/)", url) else ""


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _seconds(begin: datetime.datetime, end: datetime.datetime | None) -> float | None:
    """Two clocks may differ by a little; nothing ends before it begins."""
    return None if end is None else max(0.0, (end - begin).total_seconds())
