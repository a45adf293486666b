"""What each kind of event says; the shapes that `chatbot/live/PROTOCOL.md` promises."""

import datetime
from typing import Any

from conversations.models import Generation, Message


def message_said(message: Message, generation: Generation | None) -> dict[str, Any]:
    """Somebody said something, and this generation, if any, will answer it."""
    return {
        "id": str(message.public_id),
        "client_id": str(message.client_id) if message.client_id else None,
        "role": message.role,
        "text": message.text,
        "at": message.created_at.isoformat(),
        "reply": str(generation.public_id) if generation else None,
    }


def reply_done(
    generation: Generation, message: Message, *, finish_reason: str, demo: bool
) -> dict[str, Any]:
    """The bot's reply is complete: this message."""
    return {
        "id": str(message.public_id),
        "reply": str(generation.public_id),
        "role": message.role,
        "text": message.text,
        "at": message.created_at.isoformat(),
        "citations": message.citations,
        "demo": demo,
        "finish_reason": finish_reason,
    }


def reply_failed(
    generation: Generation, *, code: str, text: str, partial: str, at: datetime.datetime
) -> dict[str, Any]:
    """The bot could not reply: why, and what it had written by then."""
    return {
        "reply": str(generation.public_id),
        "code": code,
        "text": text,
        "partial": partial,
        "at": at.isoformat(),
    }
