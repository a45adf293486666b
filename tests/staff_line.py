"""Somebody of staff at the desk's socket, for tests."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from chatbot.bench.stack import Stack
from tests import protocol_document

PATIENCE = 30
Frame = dict[str, Any]


class StaffLine:
    """What a page of the desk is sent."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.frames: list[Frame] = []

    def send(self, frame: Frame) -> None:
        """The frame has left."""
        self._socket.send(json.dumps(frame))

    def until(self, wanted: Callable[[Frame], bool]) -> Frame:
        """The next frame like this; `TimeoutError` where none comes."""
        while True:
            frame = json.loads(self._socket.recv(timeout=PATIENCE))
            protocol_document.check(frame)
            self.frames.append(frame)
            if wanted(frame):
                return frame

    def until_type(self, kind: str) -> Frame:
        """The next frame of this type, or event of this kind."""
        return self.until(lambda frame: kind in (frame["type"], frame.get("kind")))

    def closed_with(self) -> int | None:
        """The code that the server closes the line with."""
        try:
            while True:
                self.until(lambda _: True)
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else None


@contextmanager
def at_the_desk(
    stack: Stack, user: Any, conversation: int, origin: str | None = None
) -> Iterator[StaffLine]:
    """The person's page is open inside and has said what it has seen."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"].value
    with connect(
        f"{stack.url.replace('http', 'ws', 1)}/ws/staff/{conversation}/",
        origin=origin or stack.url,  # type: ignore[arg-type]
        subprotocols=["cx.v1"],  # type: ignore[list-item]
        additional_headers={"Cookie": f"sessionid={cookie}"},
        compression=None,
    ) as socket:
        line = StaffLine(socket)
        line.send({"type": "resume", "after": 0})
        yield line
