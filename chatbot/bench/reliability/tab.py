"""A page of a marked visitor: behaves as the widget does, and writes down all that happens.

It keeps an outbox and sends the same id until it is acknowledged, comes
back with full jitter, resumes from what it shows, asks again where
something is missing, and forgets the text of a claim that is over.
"""

import asyncio
import contextlib
import hashlib
import itertools
import json
import random
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin, Subprotocol

from chatbot.bench.frame import CannotMeasure
from chatbot.bench.reliability.door import Door, Refused
from chatbot.bench.reliability.journal import Journal
from chatbot.bench.reliability.screen import ENDINGS, Frame, Screen
from chatbot.boot.paths import ROOT
from chatbot.live.protocol import SUBPROTOCOL, TOO_MANY_BAD_FRAMES

WIDGET = (ROOT / "static" / "widget" / "core.js").read_text()


def _of_the_widget(name: str) -> float:
    """Seconds that the widget's own source gives this name."""
    found = re.search(rf"const {name} = (\d+);", WIDGET)
    if found is None:
        raise CannotMeasure(f"static/widget/core.js has no {name} any more; see {__file__}.")
    return int(found[1]) / 1000


PING_S, PONG_S = map(_of_the_widget, ("PING", "PONG"))
# Back-off as in the widget's first minute without a line.
FIRST_WAIT_S, LONGEST_WAIT_S, NOT_NOW_S = 0.5, 5, 3

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
        self.ready = asyncio.Event()
        self.reading = asyncio.Event()
        self.reading.set()
        self.refusals: dict[str, str] = {}
        self._by_reply: dict[str, Question] = {}
        self._unacknowledged: dict[str, Frame] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._socket: ClientConnection | None = None
        self._running: asyncio.Task[None] | None = None
        self._alive = asyncio.Event()
        self._wire_seq: int | None = None
        self._catching_up = False
        self._tries = 0

    def open(self) -> None:
        """The page tries to be connected from now on."""
        if self._running is None:
            self.journal.write("opening", tab=self.name)
            self._running = asyncio.create_task(self._run())

    async def close(self) -> None:
        """The page is gone; what it showed is kept for the next opening."""
        running, self._running = self._running, None
        self.ready.clear()
        if running:
            running.cancel()
            await asyncio.wait({running})

    async def reload(self) -> None:
        """As a browser does: the screen is empty, outbox and token are kept."""
        await self.close()
        self.journal.write("reload", tab=self.name)
        self.screen = Screen()
        self.open()

    @property
    def open_questions(self) -> int:
        """How many marks of this page have no end yet."""
        return len(self.waiting)

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

    async def say(self, frame: Frame) -> None:
        """The frame has left, if there is a line."""
        socket = self._socket
        if socket and self.ready.is_set():
            with contextlib.suppress(ConnectionClosed, OSError):
                await socket.send(json.dumps(frame))  # escapes lone surrogates, as browsers do

    async def press_stop(self, question: Question) -> None:
        """Stop was pressed where the answer is being written."""
        if question.reply in self.screen.live:
            self.journal.write("stop", tab=self.name, id=question.id)
            await self.say({"type": "reply.stop", "reply": question.reply})

    async def press_again(self, question: Question) -> None:
        """“Try again” was pressed where the answer has ended; it is sent until acknowledged."""
        if question.reply and question.id not in self.waiting:
            self.journal.write("again", tab=self.name, id=question.id)
            frame = {"type": "reply.again", "id": self._new_id(), "reply": question.reply}
            self._unacknowledged[frame["id"]] = frame
            await self.say(frame)

    async def ask_for_person(self) -> None:
        """“Talk to a person” was pressed; it is sent until acknowledged."""
        frame = {"type": "person.ask", "id": self._new_id()}
        self._unacknowledged[frame["id"]] = frame
        await self.say(frame)

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
        task = asyncio.create_task(self.say(frame))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    def _flush(self) -> None:
        for question in list(self.outbox.values()):
            self._post(question)
        for frame in list(self._unacknowledged.values()):
            self._soon(frame)

    async def _run(self) -> None:
        while True:
            code = None
            try:
                if not self.door.has_ticket:
                    await self.door.enter()
                await self._live()
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else None
            except InvalidHandshake:
                self.door.forget_ticket()
            except Refused as refusal:
                self.journal.write("turned_away", tab=self.name, why=str(refusal))
            except (OSError, TimeoutError, EOFError):
                pass
            finally:
                was_ready = self.ready.is_set()
                self.ready.clear()
                self._socket = None
                self.journal.write("lost", tab=self.name, code=code, was_ready=was_ready)
            if code == TOO_MANY_BAD_FRAMES:
                return
            most = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**self._tries)
            self._tries += 1
            await asyncio.sleep(self.rng.random() * most)

    async def _live(self) -> None:
        """The socket was open and is lost."""
        async with connect(
            self.door.socket,
            subprotocols=[Subprotocol(SUBPROTOCOL), Subprotocol(f"ticket.{self.door.ticket}")],
            origin=Origin(self.door.origin),
            compression=None,
            open_timeout=PONG_S,
            ping_interval=None,
            close_timeout=1,
            max_size=None,
        ) as socket:
            self._socket = socket
            self._wire_seq, self._catching_up = self.screen.seq, True
            await socket.send(json.dumps(self.screen.resume()))
            heart = asyncio.create_task(self._beat(socket))
            try:
                while True:
                    await self.reading.wait()
                    self._take(orjson.loads(await socket.recv()))
            finally:
                heart.cancel()

    async def _beat(self, socket: ClientConnection) -> None:
        """A line on which nothing comes back is dropped, not waited for."""
        wait, first = PONG_S, True
        while True:
            self._alive.clear()
            if not first:
                await asyncio.sleep(PING_S)
                if not self.reading.is_set():
                    continue
                self._alive.clear()
                with contextlib.suppress(ConnectionClosed):
                    await socket.send('{"type":"ping"}')
            first = False
            try:
                await asyncio.wait_for(self._alive.wait(), wait)
            except TimeoutError:
                self.journal.write("dead_line", tab=self.name)
                socket.transport.abort()
                return

    def _take(self, frame: Frame) -> None:
        self._alive.set()
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
                self._hear(frame)

    def _hear(self, frame: Frame) -> None:
        """What is about the line and the queue, not about the conversation."""
        match frame["type"]:
            case "ready":
                self._wire_seq, self._catching_up = frame["seq"], False
                self._tries = 0
                self.ready.set()
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
