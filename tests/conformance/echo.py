"""ASGI applications for the suite to talk to: one that echoes, and one that gets it wrong."""

from collections.abc import Callable
from typing import Any


async def application(scope: dict[str, Any], receive: Callable, send: Callable) -> None:
    """Every message comes back as it was."""
    await _answer(receive, send, lambda said: said)


async def faulty(scope: dict[str, Any], receive: Callable, send: Callable) -> None:
    """Every message comes back one character short."""
    await _answer(receive, send, lambda said: said[1:])


async def _answer(receive: Callable, send: Callable, changed: Callable) -> None:
    while True:
        event = await receive()
        match event["type"]:
            case "websocket.connect":
                await send({"type": "websocket.accept"})
            case "websocket.receive":
                kind = "text" if event.get("text") is not None else "bytes"
                await send({"type": "websocket.send", kind: changed(event[kind])})
            case _:
                return
