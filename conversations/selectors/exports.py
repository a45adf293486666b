"""A conversation, and all that is kept of a visitor, as people take it away."""

import datetime
import zoneinfo
from dataclasses import dataclass
from typing import Any

from django.core.serializers.python import Serializer
from django.db import models
from django.utils.safestring import SafeString

from conversations.belongings import Found, everything
from conversations.markdown import as_html
from conversations.models import Conversation, Event, Message, Visitor
from conversations.selectors.transcripts import TURNS

WHO = {
    Message.Role.VISITOR: "Visitor",
    Message.Role.ASSISTANT: "Bot",
    Message.Role.STAFF: "Staff",
    Message.Role.SYSTEM: "System",
}
# What opens a visitor's session is theirs alone, in nobody's file; what calls cost is the tenant's.
LEFT_OUT_FIELDS = {"token_hash"}
LEFT_OUT_APPS = {"billing"}


def as_data(conversation: Conversation) -> dict[str, Any]:
    """The conversation as one object of JSON, oldest message first; no money, no prompts."""
    said = conversation.messages.select_related("author").order_by("seq")
    turns = conversation.events.filter(kind__in=TURNS).order_by("seq")
    return {
        "id": str(conversation.public_id),
        "tenant": conversation.tenant.slug,
        "visitor": {"id": str(conversation.visitor.public_id), "name": conversation.visitor.name},
        "state": conversation.state,
        "begun": conversation.created_at.isoformat(),
        "newest": conversation.updated_at.isoformat(),
        "messages": [_said(one) for one in said],
        "turns": [_turned(one) for one in turns],
    }


def as_markdown(conversation: Conversation) -> str:
    """The conversation for people to read, in the days and hours of its tenant."""
    zone = zoneinfo.ZoneInfo(conversation.tenant.time_zone)
    head = [
        f"# {conversation.visitor} at {conversation.tenant}",
        "",
        f"{_moment(conversation.created_at, zone)} to {_moment(conversation.updated_at, zone)}, "
        f"{zone.key}. Id {conversation.public_id}.",
    ]
    said = conversation.messages.select_related("author").order_by("seq")
    for message in said:
        head += ["", f"## {_who(message)}, {_moment(message.created_at, zone)}", ""]
        head += [_demoted(message.text)]
        if message.replaced:
            head += ["", "*Another reply was written instead.*"]
        head += [""] * bool(message.citations)
        head += [f"- [{one.get('mark', '')}] {one.get('title', '')}" for one in message.citations]
    return "\n".join(head) + "\n"


@dataclass(frozen=True)
class PrintedLine:
    """A message as paper shows it."""

    message: Message
    who: str
    html: SafeString


def as_lines(conversation: Conversation) -> list[PrintedLine]:
    """What was said, oldest first, ready to be printed."""
    said = conversation.messages.select_related("author").order_by("seq")
    return [PrintedLine(one, _who(one), as_html(one.text)) for one in said]


def all_of(visitor: Visitor) -> dict[str, Any]:
    """Everything that is kept of the visitor, by kind of thing, each row with all its columns."""
    found = everything(Visitor, [visitor.pk])
    return {
        "visitor": str(visitor.public_id),
        "kept": {
            str(model._meta.verbose_name_plural): _rows(model, ids)
            for model, ids in _in_order(found)
        },
    }


def _in_order(found: Found) -> list[tuple[type[models.Model], set[Any]]]:
    kept = [(model, ids) for model, ids in found.items() if _is_told(model)]
    return sorted(kept, key=lambda pair: pair[0]._meta.label)


def _is_told(model: type[models.Model]) -> bool:
    return model._meta.app_label not in LEFT_OUT_APPS


def _rows(model: type[models.Model], ids: set[Any]) -> list[dict[str, Any]]:
    rows = model._base_manager.filter(pk__in=ids).order_by("pk")
    fields = [one.name for one in model._meta.fields if one.name not in LEFT_OUT_FIELDS]
    return [
        {"id": one["pk"], **one["fields"]} for one in Serializer().serialize(rows, fields=fields)
    ]


def _said(message: Message) -> dict[str, Any]:
    return {
        "number": message.seq,
        "at": message.created_at.isoformat(),
        "by": message.role,
        "name": _name(message),
        "text": message.text,
        "citations": message.citations,
        "replaced": message.replaced,
    }


def _turned(event: Event) -> dict[str, Any]:
    return {"number": event.seq, "at": event.created_at.isoformat(), "what": event.kind}


def _name(message: Message) -> str:
    author: Any = message.author
    return (author.get_full_name() or author.get_username()) if author else ""


def _who(message: Message) -> str:
    return _name(message) or WHO[Message.Role(message.role)]


def _demoted(text: str) -> str:
    """Headings of a message stay below those of the file."""
    lines = (f"##{line}" if line.startswith("#") else line for line in text.splitlines())
    return "\n".join(lines)


def _moment(at: datetime.datetime, zone: datetime.tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
