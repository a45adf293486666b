"""The four logs of a run, read into plain values that can be compared.

C is the journal of the pages, P and E are tables of PostgreSQL, S is the
demo model's own file, written by a process that no fault touches.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from billing.models import Attempt, Budget, LedgerEntry
from chatbot.bench.reliability.tab import digest
from conversations.models import Conversation, Event, Generation, Message


@dataclass
class Mark:
    """A question of the client: when it was sent, acknowledged and ended, and how."""

    id: str
    name: str
    label: str
    tab: str
    conversation: str
    sent: float
    acked: float | None = None
    ended: float | None = None
    how: str = ""
    code: str = ""


@dataclass
class TabLog:
    """What one page showed: events by number since it was last loaded, and its lines' times."""

    conversation: str = ""
    events: dict[int, tuple[str, str]] = field(default_factory=dict)
    begun_after: int = 0
    said: list[list[Any]] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    ready: list[float] = field(default_factory=list)
    lost: list[float] = field(default_factory=list)
    streamed: list[tuple[str, int, bool]] = field(default_factory=list)


@dataclass
class ClientLog:
    """C."""

    marks: dict[str, Mark] = field(default_factory=dict)
    tabs: dict[str, TabLog] = field(default_factory=lambda: defaultdict(TabLog))
    disorders: list[str] = field(default_factory=list)
    refusals: list[tuple[float, str, str]] = field(default_factory=list)
    places: list[tuple[float, str, int]] = field(default_factory=list)
    presses: Counter[str] = field(default_factory=Counter)
    asked_again: int = 0

    def labelled(self, label: str) -> list[Mark]:
        """The questions of this label."""
        return [mark for mark in self.marks.values() if mark.label == label]


@dataclass(frozen=True)
class Said:
    """A row of the messages."""

    conversation: str
    seq: int
    role: str
    text: str
    client_id: str | None


@dataclass(frozen=True)
class Try:
    """A row of the generations; `question` is the browser's id of the message it answers."""

    reply: str
    conversation: str
    question: str
    state: str
    claim: int
    text: str
    failure: str
    finish_reason: str
    message_seq: int | None
    question_seq: int


@dataclass(frozen=True)
class Line:
    """A row of the ledger."""

    attempt: str
    certainty: str
    input_tokens: int
    output_tokens: int


@dataclass
class Books:
    """P and E. Conversations go by their public id."""

    messages: list[Said] = field(default_factory=list)
    tries: list[Try] = field(default_factory=list)
    events: dict[str, dict[int, tuple[str, str, str]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    last_seq: dict[str, int] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)
    attempts: dict[str, str] = field(default_factory=dict)
    open_attempts: int = 0
    resting: set[str] = field(default_factory=set)
    ledger: dict[str, Line] = field(default_factory=dict)
    held: float = 0.0


@dataclass(frozen=True)
class ModelCall:
    """A line of S."""

    attempt: str
    tokens: int
    usage_delivered: bool
    status: int | None
    outcome: str
    fault: str | None = None
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0


@dataclass
class Evidence:
    """All four."""

    client: ClientLog
    books: Books
    calls: list[ModelCall]


def read_client(path: Path) -> ClientLog:
    """C, as far as it is written."""
    log = ClientLog()
    with path.open("rb") as lines:
        for line in lines:
            _note(log, orjson.loads(line))
    return log


def _note(log: ClientLog, line: dict[str, Any]) -> None:  # noqa: C901 - one case a line
    tab = log.tabs[line["tab"]]
    match line["what"]:
        case "sent":
            log.marks[line["id"]] = Mark(
                id=line["id"],
                name=line["mark"],
                label=line["label"],
                tab=line["tab"],
                conversation=line["conversation"],
                sent=line["t"],
            )
        case "acked":
            log.marks[line["id"]].acked = line["t"]
        case "ended":
            mark = log.marks[line["id"]]
            mark.ended, mark.how, mark.code = line["t"], line["how"], line["code"]
        case "stop" | "again" as press:
            log.presses[press] += 1
        case "queue":
            log.places.append((line["t"], line["tab"], line["place"]))
        case "event":
            tab.conversation = line["conversation"]
            tab.events[line["seq"]] = (line["kind"], line["digest"])
        case "streamed":
            tab.streamed.append((line["reply"], line["claim"], line["fits"]))
        case "reload":
            tab.events = {}
        case "snapshot":
            tab.events, tab.begun_after = {}, line["seq"]
        case "ready":
            tab.ready.append(line["t"])
        case "lost" if line["was_ready"]:
            tab.lost.append(line["t"])
        case "disorder":
            log.disorders.append(f"{line['tab']}: event {line['seq']} came after {line['after']}")
        case "asked_again":
            log.asked_again += 1
        case "error":
            log.refusals.append((line["t"], line["tab"], line["code"]))
        case "transcript":
            tab.conversation, tab.begun_after = line["conversation"], line["begun_after"]
            tab.said, tab.broken = line["said"], line["broken"]


def read_books() -> Books:
    """P and E, as they are now."""
    books = Books()
    names = {pk: str(name) for pk, name in Conversation.objects.values_list("pk", "public_id")}
    for pk, seq in Conversation.objects.values_list("pk", "last_seq"):
        books.last_seq[names[pk]] = seq
    client_ids: dict[int, str] = {}
    seqs: dict[int, int] = {}
    for one in Message.objects.order_by("conversation", "seq").iterator():
        client_id = str(one.client_id) if one.client_id else None
        client_ids[one.pk], seqs[one.pk] = client_id or "", one.seq
        books.messages.append(
            Said(names[one.conversation_id], one.seq, one.role, one.text, client_id)
        )
    for generation in Generation.objects.order_by("pk").iterator():
        books.tries.append(
            Try(
                reply=str(generation.public_id),
                conversation=names[generation.conversation_id],
                question=client_ids[generation.question_id],
                state=generation.state,
                claim=generation.claim,
                text=generation.text,
                failure=generation.failure,
                finish_reason=generation.finish_reason,
                message_seq=seqs[generation.reply_id] if generation.reply_id else None,
                question_seq=seqs[generation.question_id],
            )
        )
    for event in Event.objects.order_by("conversation", "seq").iterator():
        reply = event.data.get("reply") or ""
        if event.kind == "reply.again":
            books.replaced[event.data["instead"]] = reply
        books.events[names[event.conversation_id]][event.seq] = (
            event.kind,
            digest(event.data),
            reply,
        )
    _read_money(books)
    return books


def _read_money(books: Books) -> None:
    replies = {pk: str(name) for pk, name in Generation.objects.values_list("pk", "public_id")}
    for attempt in Attempt.objects.defer("request").iterator():
        of_reply = attempt.purpose == Attempt.Purpose.REPLY
        name = replies.get(attempt.generation_id or 0, "") if of_reply else ""
        books.attempts[str(attempt.pk)] = name
        if attempt.state != Attempt.State.OPEN:
            continue
        if attempt.purpose == Attempt.Purpose.SUMMARY:
            # its worker died; nobody holds a lease for it, so it is settled minutes later
            books.resting.add(str(attempt.pk))
        else:
            books.open_attempts += 1
    for line in LedgerEntry.objects.filter(kind=LedgerEntry.Kind.CALL).iterator():
        name = str(line.attempt_id)
        books.ledger[name] = Line(name, line.certainty, line.input_tokens, line.output_tokens)
    books.held = float(sum(Budget.objects.values_list("held", flat=True)))


def read_calls(path: Path) -> list[ModelCall]:
    """S, as far as it is written: the calls for replies."""
    calls = []
    with path.open("rb") as lines:
        for line in map(orjson.loads, lines):
            if line["endpoint"] == "chat.completions" and line["attempt"]:
                calls.append(
                    ModelCall(
                        attempt=line["attempt"],
                        tokens=line["prompt_tokens"] + line["completion_tokens"],
                        usage_delivered=line["usage_delivered"],
                        status=line["status"],
                        outcome=line["outcome"],
                        fault=line["fault"],
                        prompt_tokens=line["prompt_tokens"],
                        cached_tokens=line["cached_tokens"],
                        completion_tokens=line["completion_tokens"],
                    )
                )
    return calls
