"""The frames of `PROTOCOL.md`: read those of the browser, build those of the server."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

SUBPROTOCOL = "cx.v1"
TOO_MANY_BAD_FRAMES = 4400


class BadFrame(Exception):
    """Not a frame of the protocol; the text says why."""


@dataclass(frozen=True)
class Resume:
    """What the browser has seen."""

    after: int
    reply: str | None
    claim: int
    offset: int


@dataclass(frozen=True)
class Send:
    """What the visitor says."""

    id: UUID
    text: str


@dataclass(frozen=True)
class Ping:
    """Whether the line is alive."""


Frame = Resume | Send | Ping


def parse(text: str | None) -> Frame:
    """The frame that this text is; anything else is a `BadFrame`."""
    if text is None:
        raise BadFrame("Frames are text, not binary.")
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadFrame("This is not JSON.") from None
    if not isinstance(data, dict):
        raise BadFrame("A frame is a JSON object.")
    match data.get("type"):
        case "resume":
            return _resume(data)
        case "message.send":
            return _send(data)
        case "ping":
            return Ping()
    raise BadFrame("Unknown type; there are resume, message.send and ping.")


def _resume(data: dict[str, Any]) -> Resume:
    reply = data.get("reply")
    if reply is not None and not isinstance(reply, str):
        raise BadFrame("reply is the id of a reply.")
    return Resume(_number(data, "after"), reply, _number(data, "claim"), _number(data, "offset"))


def _send(data: dict[str, Any]) -> Send:
    if not isinstance(data.get("text"), str):
        raise BadFrame("text is missing.")
    try:
        return Send(UUID(data["id"]), data["text"])
    except (KeyError, ValueError, TypeError, AttributeError):
        raise BadFrame("id is a UUID that the browser made for this message.") from None


def _number(data: dict[str, Any], name: str) -> int:
    value = data.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise BadFrame(f"{name} is a whole number from 0.")
    return value


def ready(seq: int) -> str:
    """You are up to date with this event."""
    return encode({"type": "ready", "seq": seq})


def ack(client_id: UUID, seq: int) -> str:
    """The message with this id is stored as this event."""
    return encode({"type": "ack", "id": str(client_id), "seq": seq})


def delta(reply: str, claim: int, offset: int, text: str) -> str:
    """Text of a reply from this offset on."""
    return encode({"type": "delta", "reply": reply, "claim": claim, "offset": offset, "text": text})


def error(code: str, text: str, client_id: UUID | None = None) -> str:
    """Something the browser sent was refused."""
    frame = {"type": "error", "code": code, "text": text}
    return encode(frame | {"id": str(client_id)} if client_id else frame)


def pong() -> str:
    """The line is alive."""
    return encode({"type": "pong"})


def encode(frame: dict[str, Any]) -> str:
    """The frame as it goes over the line."""
    return orjson.dumps(frame).decode()
