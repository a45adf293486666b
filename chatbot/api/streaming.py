"""Who may follow a conversation live, and how the document describes that."""

import re
import uuid
from typing import Any

from django.http import HttpResponse

from chatbot.api.problems import MEDIA_TYPE, Problem, not_there
from chatbot.api.responses import PROBLEMS
from chatbot.api.tokens import may, token_in
from chatbot.live.handshake import Admitted
from chatbot.live.protocol import BadFrame
from chatbot.live.stream import checked_place
from chatbot.models import Scope
from conversations.access import rows_of
from conversations.models import Conversation

PATH = re.compile(r"/api/v1/conversations/([0-9a-f-]{36})/stream")
_REFUSED = {
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
}
_TITLES = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 422: "Unprocessable Content"}
# Served beside Django, because it stays open: see `chatbot.live.stream`.
STREAM: dict[str, Any] = {
    "/api/v1/conversations/{conversation}/stream": {
        "get": {
            "operationId": "stream_conversation",
            "summary": "Follow a conversation while it is written",
            "description": "Server-sent events: each `data` is a frame of the visitor's line, an "
            "event of the log or a piece of a reply's text. `id` is the number of an event; begin "
            "after it with `after`.\n\nScope: `conversations:read`.",
            "tags": ["Conversations"],
            "security": [{"Token": [Scope.READ.value]}],
            "parameters": [
                {
                    "in": "path",
                    "name": "conversation",
                    "required": True,
                    "schema": {"type": "string", "format": "uuid"},
                },
                {
                    "in": "query",
                    "name": "after",
                    "required": False,
                    "description": "The number of the last event that is known.",
                    "schema": {"type": "integer", "minimum": 0, "default": 0},
                },
                {
                    "in": "query",
                    "name": "until",
                    "required": False,
                    "description": "`reply`: the stream ends with the next reply's end.",
                    "schema": {"enum": ["reply"], "type": "string"},
                },
            ],
            "responses": {
                200: {
                    "description": "OK",
                    "content": {"text/event-stream": {"schema": {"type": "string"}}},
                },
                **{
                    status: {"description": title} | _REFUSED
                    for status, title in _TITLES.items()
                    if status in PROBLEMS
                },
            },
        }
    }
}


def admit_program(path: str, headers: dict[str, str], query: str) -> Admitted | HttpResponse:
    """The conversation that the path names, for a token that reads; else a refusal to send."""
    try:
        checked_place(query)
        return _admitted(path, headers)
    except Problem as problem:
        return problem.response()
    except BadFrame as mistake:
        return Problem(422, "bad_request", str(mistake)).response()


def _admitted(path: str, headers: dict[str, str]) -> Admitted:
    token = token_in(headers.get("authorization", ""))
    may(token, Scope.READ)
    named = PATH.fullmatch(path)
    try:
        public_id = uuid.UUID(named[1] if named else "")
    except ValueError:
        raise not_there("conversation") from None
    rows = rows_of(Conversation, [token.tenant_id or 0])
    talk = rows.filter(public_id=public_id).first()
    if talk is None:
        raise not_there("conversation")
    return Admitted(talk)
