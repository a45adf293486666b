"""The frames of `PROTOCOL.md`: read those of the browser, build those of the server."""

import json
from dataclasses import dataclass
from typing import Any, Never
from uuid import UUID

import orjson

SUBPROTOCOL = "cx.v1"
TOO_MANY_BAD_FRAMES = 4400
MAX_FRAME_BYTES = 64 * 1024


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
class Stop:
    """Nobody wants the rest of this reply."""

    reply: UUID


@dataclass(frozen=True)
class Again:
    """Another reply is wanted instead of this one; it shall have this id."""

    id: UUID
    reply: UUID


@dataclass(frozen=True)
class AskForPerson:
    """The visitor wants to talk to a person."""

    id: UUID


@dataclass(frozen=True)
class Ping:
    """Whether the line is alive."""


Frame = Resume | Send | Stop | Again | AskForPerson | Ping


def parse(text: str | None) -> Frame:
    """The frame that this text is; anything else is a `BadFrame`."""
    if text is None:
        raise BadFrame("Frames are text, not binary.")
    data = _json(text)
    if not isinstance(data, dict):
        raise BadFrame("A frame is a JSON object.")
    match data.get("type"):
        case "resume":
            return _resume(data)
        case "message.send":
            return _send(data)
        case "reply.stop":
            return Stop(_uuid(data, "reply", A_REPLY))
        case "reply.again":
            return Again(_uuid(data, "id", A_NEW_REPLY), _uuid(data, "reply", A_REPLY))
        case "person.ask":
            return AskForPerson(_uuid(data, "id", A_REQUEST))
        case "ping":
            return Ping()
    raise BadFrame(
        "Unknown type; there are resume, message.send, reply.stop, reply.again, person.ask "
        "and ping."
    )


def _json(text: str) -> Any:
    """What the text says; also with half an emoji, which browsers write and orjson refuses."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadFrame("This is not JSON.") from None


def _no_constant(name: str) -> Never:
    raise ValueError(f"{name} is not JSON")


def _resume(data: dict[str, Any]) -> Resume:
    reply = data.get("reply")
    if reply is not None and not isinstance(reply, str):
        raise BadFrame("reply is the id of a reply.")
    return Resume(_number(data, "after"), reply, _number(data, "claim"), _number(data, "offset"))


def _send(data: dict[str, Any]) -> Send:
    if not isinstance(data.get("text"), str):
        raise BadFrame("text is missing.")
    return Send(_uuid(data, "id", A_MESSAGE), data["text"])


A_MESSAGE = "a UUID that the browser made for this message"
A_REQUEST = "a UUID that the browser made for this request"
A_NEW_REPLY = "a UUID that the browser made for the new reply"
A_REPLY = "the id of a reply"


def _uuid(data: dict[str, Any], name: str, what: str) -> UUID:
    value = data.get(name)
    try:
        return UUID(value) if isinstance(value, str) else _refuse(name, what)
    except ValueError:
        return _refuse(name, what)


def _refuse(name: str, what: str) -> Never:
    raise BadFrame(f"{name} is {what}.")


def _number(data: dict[str, Any], name: str) -> int:
    value = data.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise BadFrame(f"{name} is a whole number from 0.")
    return value


def ready(seq: int) -> str:
    """You are up to date with this event."""
    return encode({"type": "ready", "seq": seq})


def snapshot(seq: int, state: str) -> str:
    """You are far behind: what is up to this event is left out, begin anew after it.

    The state says who answers now, which an event that is left out may have said.
    """
    return encode({"type": "snapshot", "seq": seq, "state": state})


def queue(reply: str, place: int) -> str:
    """This reply waits for a worker; so many are served before it."""
    return encode({"type": "queue", "reply": reply, "place": place})


def ack(asked: UUID, seq: int) -> str:
    """What was asked under this id is done, and stands in the log as this event."""
    return encode({"type": "ack", "id": str(asked), "seq": seq})


def delta(reply: str, claim: int, offset: int, text: str) -> str:
    """Text of a reply from this offset on."""
    return encode({"type": "delta", "reply": reply, "claim": claim, "offset": offset, "text": text})


def error(code: str, text: str, about: dict[str, Any] | None = None) -> str:
    """Something the browser sent was refused; `about` says what, and when it may come again."""
    return encode({"type": "error", "code": code, "text": text, **(about or {})})


def pong() -> str:
    """The line is alive."""
    return encode({"type": "pong"})


def encode(frame: dict[str, Any]) -> str:
    """The frame as it goes over the line."""
    return orjson.dumps(frame).decode()
