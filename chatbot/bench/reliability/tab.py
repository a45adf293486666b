"""A page of a marked visitor: behaves as the widget does, and writes down all that happens.

It keeps an outbox and sends the same id until it is acknowledged, resumes
from what it shows, asks again where something is missing, and forgets the
text of a claim that is over. Its line comes back by itself (`line.py`).
"""

import asyncio
import hashlib
import itertools
import random
import uuid
from dataclasses import dataclass, field
from typing import Any

import orjson

from chatbot.bench.reliability.door import Door
from chatbot.bench.reliability.journal import Journal
from chatbot.bench.reliability.line import PageLine
from chatbot.bench.reliability.screen import ENDINGS, Frame, Screen

NOT_NOW_S = 3  # as widget/more/refusals.js
FIRST_KINDS = {"message", "reply.done", "reply.failed"}
_names = itertools.count(1)


@dataclass
class Question:
    """A message with a mark, on its way or answered."""

    id: str
    mark: str
    text: str
    reply: str = ""


@dataclass(eq=False)
class Tab:
    """One page; closed and opened again it is the same page, reloaded it is a new one.

    `old` is a page from before stop, queue and persons were in the
    protocol: it ignores what it does not know.
    """

    door: Door
    journal: Journal
    rng: random.Random
    old: bool = False
    name: str = field(default_factory=lambda: f"tab-{next(_names)}")
    screen: Screen = field(default_factory=Screen)
    outbox: dict[str, Question] = field(default_factory=dict)
    waiting: dict[str, Question] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing is open yet."""
        self.line = PageLine(self.door, self.journal, self.name, self.rng, self._hello, self._hear)
        self.refusals: dict[str, str] = {}
        self._by_reply: dict[str, Question] = {}
        self._unacknowledged: dict[str, Frame] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._wire_seq: int | None = None
        self._catching_up = False

    async def reload(self) -> None:
        """As a browser does: the screen is empty, outbox and token are kept."""
        await self.line.close()
        self.journal.write("reload", tab=self.name)
        self.screen = Screen()
        self.line.open()

    @property
    def open_questions(self) -> int:
        """How many marks of this page have no end yet."""
        return len(self.waiting)

    @property
    def unacknowledged(self) -> int:
        """How many other frames are sent again until they are acknowledged."""
        return len(self._unacknowledged)

    def ask(self, mark: str, text: str, label: str) -> Question:
        """The question is in the outbox, and sent as soon as there is a line."""
        question = Question(self._new_id(), mark, text)
        self.journal.write(
            "sent",
            tab=self.name,
            conversation=self.door.conversation,
            mark=mark,
            label=label,
            id=question.id,
        )
        self.outbox[question.id] = self.waiting[question.id] = question
        self._post(question)
        return question

    async def press_stop(self, question: Question) -> None:
        """Stop was pressed where the answer is being written."""
        if question.reply in self.screen.live:
            self.journal.write("stop", tab=self.name, id=question.id)
            await self.line.send({"type": "reply.stop", "reply": question.reply})

    async def press_again(self, question: Question) -> None:
        """“Try again” was pressed where the answer has ended; it is sent until acknowledged."""
        if question.reply and question.id not in self.waiting:
            self.journal.write("again", tab=self.name, id=question.id)
            frame = {"type": "reply.again", "id": self._new_id(), "reply": question.reply}
            self._unacknowledged[frame["id"]] = frame
            await self.line.send(frame)

    async def ask_for_person(self) -> None:
        """“Talk to a person” was pressed; it is sent until acknowledged."""
        frame = {"type": "person.ask", "id": self._new_id()}
        self._unacknowledged[frame["id"]] = frame
        await self.line.send(frame)

    def shown_of(self, question: Question) -> int:
        """How many characters of its answer stand on the page."""
        for reply, asked in self._by_reply.items():
            if asked is question and reply in self.screen.live:
                return len(self.screen.live[reply].text)
        return 0

    def report(self) -> None:
        """What the page shows in the end is in the journal."""
        self.journal.write(
            "transcript",
            tab=self.name,
            conversation=self.door.conversation,
            seq=self.screen.seq,
            begun_after=self.screen.begun_after,
            said=self.screen.said,
            broken=self.screen.broken,
        )

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def _post(self, question: Question) -> None:
        self._soon({"type": "message.send", "id": question.id, "text": question.text})

    def _soon(self, frame: Frame) -> None:
        task = asyncio.create_task(self.line.send(frame))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    def _flush(self) -> None:
        for question in list(self.outbox.values()):
            self._post(question)
        for frame in list(self._unacknowledged.values()):
            self._soon(frame)

    def _hello(self) -> Frame:
        self._wire_seq, self._catching_up = self.screen.seq, True
        return self.screen.resume()

    def _hear(self, frame: Frame) -> None:
        match frame["type"]:
            case "event" | "delta" if self.screen.misses(frame):
                self._note_order(frame)
                self._ask_again()
            case "event":
                self._note_order(frame)
                if frame["seq"] > self.screen.seq:
                    self._event(frame)
            case "delta":
                self.screen.delta(frame)
            case "ack":
                self._acked(frame)
            case "error":
                self._error(frame)
            case _:
                self._hear_aside(frame)

    def _hear_aside(self, frame: Frame) -> None:
        """What is about the line and the queue, not about the conversation."""
        match frame["type"]:
            case "ready":
                self._wire_seq, self._catching_up = frame["seq"], False
                self.line.up_to_date()
                self.journal.write("ready", tab=self.name, seq=frame["seq"])
                self._flush()
            case "queue":
                self.journal.write("queue", tab=self.name, place=frame["place"])
            case "snapshot" if not self.old:
                self.journal.write("snapshot", tab=self.name, seq=frame["seq"])
                self.screen.snapshot(frame["seq"])
                self._wire_seq = frame["seq"]

    def _note_order(self, frame: Frame) -> None:
        """On one socket the numbers go up by one."""
        if frame["type"] != "event":
            return
        if self._wire_seq is not None and frame["seq"] != self._wire_seq + 1:
            self.journal.write("disorder", tab=self.name, after=self._wire_seq, seq=frame["seq"])
        self._wire_seq = frame["seq"]

    def _ask_again(self) -> None:
        """Something is missing: ask for all from here; what comes until then does not count."""
        if self._catching_up:
            return  # asked already
        self._catching_up, self._wire_seq = True, None
        self.journal.write("asked_again", tab=self.name, after=self.screen.seq)
        self._soon(self.screen.resume())

    def _event(self, frame: Frame) -> None:
        data, kind = frame["data"], frame["kind"]
        self.journal.write(
            "event",
            tab=self.name,
            conversation=self.door.conversation,
            seq=frame["seq"],
            kind=kind,
            digest=digest(data),
        )
        if self.old and kind not in FIRST_KINDS:
            self.screen.seq = frame["seq"]  # counted, and nothing of it shown
            return
        streamed = self.screen.event(frame)
        asked = self.waiting.get(data.get("client_id") or "")
        if kind == "message" and asked:
            self.outbox.pop(asked.id, None)
            if data["reply"]:
                self._by_reply[data["reply"]] = asked
                asked.reply = data["reply"]
            else:
                self._end(asked, "handed")
        elif kind == "reply.again":
            self._unacknowledged.pop(data["reply"], None)
        elif kind in ENDINGS:
            if streamed and streamed.text and kind == "reply.done":
                self.journal.write(
                    "streamed",
                    tab=self.name,
                    reply=data["reply"],
                    claim=streamed.claim,
                    fits=data["text"].startswith(streamed.text),
                )
            if asked := self._by_reply.pop(data["reply"], None):
                self._end(asked, kind.removeprefix("reply."), data.get("code", ""))

    def _acked(self, frame: Frame) -> None:
        self._unacknowledged.pop(frame["id"], None)
        asked = self.outbox.pop(frame["id"], None) or self.waiting.get(frame["id"])
        if asked:
            self.journal.write("acked", tab=self.name, id=asked.id, seq=frame["seq"])

    def _error(self, frame: Frame) -> None:
        code, about = frame["code"], frame.get("id", "")
        self.journal.write("error", tab=self.name, code=code, id=about)
        self.refusals[about] = code
        asked = self.outbox.get(about)
        if code in ("not_now", "too_many"):
            loop = asyncio.get_running_loop()
            loop.call_later(frame.get("after") or NOT_NOW_S, self._flush)
            return
        self._unacknowledged.pop(about, None)
        if asked is None:
            return
        if code != "resume_first" and code != "id_reused":
            self.outbox.pop(about)
            self._end(asked, "refused", code)

    def _end(self, asked: Question, how: str, code: str = "") -> None:
        if self.waiting.pop(asked.id, None):
            self.journal.write("ended", tab=self.name, id=asked.id, how=how, code=code)


def digest(data: Any) -> str:
    """A short name of this JSON value, whatever the order of its keys."""
    return hashlib.blake2b(
        orjson.dumps(data, option=orjson.OPT_SORT_KEYS), digest_size=8
    ).hexdigest()
