"""A visitor at the socket, for tests: says and reads frames of the protocol."""

import json
import socket
import struct
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from chatbot.bench.stack import Stack
from tests import protocol_document

Frame = dict[str, Any]
PATIENCE = 30


class SocketVisitor:
    """One browser: its token, its socket, and every frame it was sent."""

    def __init__(self, stack: Stack, key: str, token: str | None = None) -> None:
        self.key = key
        self.session = stack.open_session(key, token)
        self.frames: list[Frame] = []
        self._origin = stack.url
        self._open = ExitStack()
        self._socket: ClientConnection

    def connect(self, **resume: Any) -> "SocketVisitor":
        """The socket is open and has said what it has seen."""
        self.open()
        self.send({"type": "resume", "after": 0} | resume)
        return self

    def open(self) -> None:
        """The socket is open and nothing is said."""
        self._socket = self._open.enter_context(
            connect(
                self.session["socket"],
                origin=self._origin,
                subprotocols=["cx.v1", f"ticket.{self.session['ticket']}"],
                compression=None,
            )
        )

    def send(self, frame: Frame | str) -> None:
        """The frame has left."""
        self._socket.send(frame if isinstance(frame, str) else json.dumps(frame))

    def send_raw(self, data: bytes | list[bytes], *, text: bool = True) -> None:
        """These bytes have left as one message, in as many fragments as there are in a list."""
        self._socket.send(data, text=text)

    def vanish(self, last_words: bytes = b"") -> None:
        """The network has reset the line, without a goodbye, after these bytes of a frame."""
        line = self._socket.socket
        line.sendall(last_words)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.shutdown(socket.SHUT_RD)
        line.close()

    def closed_with(self) -> int | None:
        """The code that the server closes the line with, after whatever it still sends."""
        try:
            while True:
                self.next()
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else None

    def say(self, text: str, client_id: str | None = None) -> str:
        """The message has left; returns its id."""
        client_id = client_id or str(uuid.uuid4())
        self.send({"type": "message.send", "id": client_id, "text": text})
        return client_id

    def until(self, wanted: Callable[[Frame], bool]) -> Frame:
        """The next frame like this; `AssertionError` where none comes."""
        while True:
            frame = self.next()
            if wanted(frame):
                return frame

    def next(self, patience: float = PATIENCE) -> Frame:
        """The next frame; it is as PROTOCOL.md says, whatever the test is about."""
        try:
            frame = json.loads(self._socket.recv(timeout=patience))
        except TimeoutError:
            raise AssertionError(f"no frame came; so far: {self.frames[-5:]}") from None
        protocol_document.check(frame)
        self.frames.append(frame)
        return frame

    def until_type(self, kind: str) -> Frame:
        """The next frame of this type, or event of this kind."""
        return self.until(lambda frame: kind in (frame["type"], frame.get("kind")))

    def quiet_for(self, seconds: float) -> bool:
        """Whether nothing is sent for so long."""
        try:
            self.next(seconds)
        except AssertionError:
            return True
        return False

    def close(self) -> None:
        """The socket is closed."""
        self._open.close()


def streamed(frames: list[Frame], reply: str) -> str:
    """The text that a browser shows after these deltas, told apart by claim and offset."""
    text, claim = "", 0
    for frame in frames:
        if frame["type"] != "delta" or frame["reply"] != reply:
            continue
        if frame["claim"] > claim:
            text, claim = "", frame["claim"]
        if frame["claim"] == claim:
            assert frame["offset"] <= len(text), "a piece is missing"
            text = text[: frame["offset"]] + frame["text"]
    return text


@contextmanager
def visiting(stack: Stack, key: str, token: str | None = None) -> Iterator[SocketVisitor]:
    """A visitor whose socket is open inside and closed after."""
    visitor = SocketVisitor(stack, key, token).connect()
    try:
        yield visitor
    finally:
        visitor.close()
