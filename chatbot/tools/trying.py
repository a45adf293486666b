"""Try a tool from its page: the real call, for whoever keeps the tool."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson

from chatbot.models import Tool
from chatbot.models.encryption import CannotDecrypt
from chatbot.tools.answers import picked
from chatbot.tools.arguments import BadArguments, read_arguments
from chatbot.tools.calling import CallFailed, send
from chatbot.tools.requests import Request, inside_of, request_of

MOST_SHOWN = 4000
HIDDEN = "••••••"


@dataclass
class Tried:
    """What was sent, and what came back; `mistake` where it did not come to that.

    `told` is what a model would read of the answer. The credential is in none of it.
    """

    mistake: str = ""
    line: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""
    status: int | None = None
    duration_ms: int | None = None
    answer: str = ""
    told: str = ""

    @property
    def good(self) -> bool:
        """Whether the system did what was asked."""
        return self.status is not None and 200 <= self.status < 300


def try_tool(tool: Tool, arguments: str, visitor: str, *, really: bool) -> Tried:
    """The call was made as a model's would be, but nothing is written down.

    Without `really` nothing is sent: so it is for what changes something.
    """
    tried = Tried()
    try:
        request = request_of(tool, read_arguments(tool, arguments), visitor, str(uuid4()))
        _show(tried, request)
        if really:
            answered = send(
                request,
                seconds=tool.seconds,
                most_bytes=tool.most_bytes,
                inside=inside_of(tool),
            )
            tried.status, tried.duration_ms = answered.status, answered.duration_ms
            tried.answer = answered.content.decode("utf-8", "replace")[:MOST_SHOWN]
            tried.told = _pretty(picked(answered.content, tool.answer_fields))
    except (BadArguments, CannotDecrypt, CallFailed) as mistake:
        tried.mistake = str(mistake)
    return tried


def example_of(tool: Tool) -> str:
    """Arguments to begin with, as JSON: each with its default, its first value or its type."""
    properties: dict[str, Any] = tool.parameters.get("properties", {})
    usual = {"integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}
    example = {
        name: about.get("default", (about.get("enum") or [usual.get(about.get("type"), "")])[0])
        for name, about in properties.items()
    }
    return _pretty(example)


def _show(tried: Tried, request: Request) -> None:
    tried.line = f"{request.method} {request.url}"
    tried.headers = [
        (name, HIDDEN if name == request.secret else value)
        for name, value in request.headers.items()
    ]
    tried.body = (request.body or b"").decode()


def _pretty(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
