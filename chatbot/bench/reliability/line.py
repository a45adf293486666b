"""The line of a page to the server, opened again when it breaks, as the widget does it."""

import asyncio
import contextlib
import json
import random
import re
from collections.abc import Callable

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin, Subprotocol

from chatbot.bench.frame import CannotMeasure
from chatbot.bench.reliability.door import Door, Refused
from chatbot.bench.reliability.journal import Journal
from chatbot.bench.reliability.screen import Frame
from chatbot.boot.paths import ROOT
from chatbot.live.protocol import SUBPROTOCOL, TOO_MANY_BAD_FRAMES

WIDGET = (ROOT / "static" / "widget_source" / "line.js").read_text()


def _of_the_widget(name: str) -> float:
    """Seconds that the widget's own source gives this name."""
    found = re.search(rf"const {name} = (\d+);", WIDGET)
    if found is None:
        raise CannotMeasure(f"widget/line.js has no {name} any more; see {__file__}.")
    return int(found[1]) / 1000


PING_S, PONG_S = map(_of_the_widget, ("PING", "PONG"))
# Back-off as in the widget's first minute without a line.
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 5


class PageLine:
    """A socket that comes back: with full jitter, with a new ticket where the old one is refused.

    `hello` makes the first frame of every connection, `hear` is given every
    frame that comes. While `reading` is not set, what comes is left lying.
    """

    def __init__(
        self,
        door: Door,
        journal: Journal,
        page: str,
        rng: random.Random,
        hello: Callable[[], Frame],
        hear: Callable[[Frame], None],
    ) -> None:
        self.ready = asyncio.Event()
        self.reading = asyncio.Event()
        self.reading.set()
        self._door, self._journal, self._page, self._rng = door, journal, page, rng
        self._hello, self._hear = hello, hear
        self._socket: ClientConnection | None = None
        self._running: asyncio.Task[None] | None = None
        self._alive = asyncio.Event()
        self._tries = 0

    def open(self) -> None:
        """It tries to be connected from now on."""
        if self._running is None:
            self._journal.write("opening", tab=self._page)
            self._running = asyncio.create_task(self._run())

    async def close(self) -> None:
        """It is closed and stays so."""
        running, self._running = self._running, None
        self.ready.clear()
        if running:
            running.cancel()
            await asyncio.wait({running})

    def up_to_date(self) -> None:
        """The server has told all that was missed: frames may be sent."""
        self._tries = 0
        self.ready.set()

    async def send(self, frame: Frame) -> None:
        """The frame has left, if there is a connection."""
        socket = self._socket
        if socket and self.ready.is_set():
            with contextlib.suppress(ConnectionClosed, OSError):
                await socket.send(json.dumps(frame))  # escapes lone surrogates, as browsers do

    async def _run(self) -> None:
        while True:
            code = None
            try:
                if not self._door.has_ticket:
                    await self._door.enter()
                await self._live()
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else None
            except InvalidHandshake:
                self._door.forget_ticket()
            except Refused as refusal:
                self._journal.write("turned_away", tab=self._page, why=str(refusal))
            except (OSError, TimeoutError, EOFError):
                pass
            finally:
                was_ready = self.ready.is_set()
                self.ready.clear()
                self._socket = None
                self._journal.write("lost", tab=self._page, code=code, was_ready=was_ready)
            if code == TOO_MANY_BAD_FRAMES:
                return
            most = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**self._tries)
            self._tries += 1
            await asyncio.sleep(self._rng.random() * most)

    async def _live(self) -> None:
        """The connection was open and is lost."""
        async with connect(
            self._door.socket,
            subprotocols=[Subprotocol(SUBPROTOCOL), Subprotocol(f"ticket.{self._door.ticket}")],
            origin=Origin(self._door.origin),
            compression=None,
            open_timeout=PONG_S,
            ping_interval=None,
            close_timeout=1,
            max_size=None,
        ) as socket:
            self._socket = socket
            self._alive.clear()
            await socket.send(json.dumps(self._hello()))
            heart = asyncio.create_task(self._beat(socket))
            try:
                while True:
                    await self.reading.wait()
                    frame = orjson.loads(await socket.recv())
                    self._alive.set()
                    self._hear(frame)
            finally:
                heart.cancel()

    async def _beat(self, socket: ClientConnection) -> None:
        """A connection on which nothing comes back is dropped, not waited for."""
        while await self._answers(socket):
            await asyncio.sleep(PING_S)
            await self.reading.wait()
            self._alive.clear()
            with contextlib.suppress(ConnectionClosed):
                await socket.send('{"type":"ping"}')
        self._journal.write("dead_line", tab=self._page)
        socket.transport.abort()

    async def _answers(self, socket: ClientConnection) -> bool:
        try:
            await asyncio.wait_for(self._alive.wait(), PONG_S)
        except TimeoutError:
            return False
        return True
