"""What each kind of event says; the shapes that `chatbot/live/PROTOCOL.md` promises."""

import datetime
from typing import Any

from conversations.models import Generation, Message, SentFile


def message_said(message: Message, generation: Generation | None) -> dict[str, Any]:
    """Somebody said something, and this generation, if any, will answer it."""
    said = {
        "id": str(message.public_id),
        "client_id": str(message.client_id) if message.client_id else None,
        "role": message.role,
        "text": message.text,
        "at": message.created_at.isoformat(),
        "reply": str(generation.public_id) if generation else None,
    }
    return said | {"name": name_of(message.author)} if message.author else said


def file_sent(file: SentFile) -> dict[str, Any]:
    """The visitor sent this file; its bytes are asked for by its id."""
    return {
        "id": str(file.public_id),
        "client_id": str(file.client_id),
        "role": Message.Role.VISITOR,
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "at": file.created_at.isoformat(),
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


def reply_stopped(
    generation: Generation, message: Message | None, *, demo: bool, at: datetime.datetime
) -> dict[str, Any]:
    """Somebody stopped the reply; what it had said by then, if anything, is this message."""
    return {
        "id": str(message.public_id) if message else None,
        "reply": str(generation.public_id),
        "role": Message.Role.ASSISTANT,
        "text": message.text if message else "",
        "at": at.isoformat(),
        "citations": [],
        "demo": demo,
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


def reply_again(generation: Generation, ended: Generation, at: datetime.datetime) -> dict[str, Any]:
    """A reply is written instead of one that has ended."""
    return {
        "reply": str(generation.public_id),
        "instead": str(ended.public_id),
        "question": str(generation.question.public_id),
        "at": at.isoformat(),
    }


def turned(at: datetime.datetime, **more: str) -> dict[str, Any]:
    """Somebody else answers from here on, or is asked to."""
    return {"at": at.isoformat(), **more}


def name_of(person: Any) -> str:
    """What visitors are told a person of staff is called."""
    return person.get_full_name() or person.get_username()
