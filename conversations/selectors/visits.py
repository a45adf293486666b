"""What a visitor may take along: what was said, and the files they sent."""

import uuid
import zoneinfo

from conversations.models import Conversation, Event, Message, SentFile
from conversations.sentences import told
from conversations.services.event_data import name_of

HEADING, YOU, ASSISTANT = "Conversation with {title}", "You", "Assistant"


def transcript_of(conversation: Conversation, locale: str) -> str:
    """What was said, oldest first, as Markdown with times of the tenant's place.

    A reply that another one replaced is left out, as it is on the screen.
    """
    zone = zoneinfo.ZoneInfo(conversation.tenant.time_zone)
    lines: list[tuple[int, str]] = []
    rows = conversation.messages.filter(replaced=False).select_related("author")
    for message in rows.order_by("seq"):
        at = f"{message.created_at.astimezone(zone):%Y-%m-%d %H:%M}"
        lines.append((message.seq, f"**{_who(message, locale)}**, {at}\n\n{message.text}"))
    for file in conversation.files.defer("content").order_by("seq"):
        at = f"{file.created_at.astimezone(zone):%Y-%m-%d %H:%M}"
        lines.append((file.seq, f"**{told(YOU, locale)}**, {at}\n\n[{file.name}]"))
    failed = conversation.events.filter(kind=Event.Kind.REPLY_FAILED)
    for event in failed.order_by("seq"):
        said = f"{event.data.get('partial', '')}\n\n{event.data.get('text', '')}".strip()
        lines.append((event.seq, f"**{told(ASSISTANT, locale)}**\n\n{said}"))
    title = told(HEADING, locale, title=conversation.tenant.name)
    ordered = [text for _, text in sorted(lines, key=lambda line: line[0])]
    return "\n\n---\n\n".join([f"# {title}", *ordered]) + "\n"


def _who(message: Message, locale: str) -> str:
    if message.role == Message.Role.VISITOR:
        return told(YOU, locale)
    if message.author:
        return name_of(message.author)
    return told(ASSISTANT, locale)


def file_of(visitor_id: int, file: uuid.UUID) -> SentFile | None:
    """The file with its content, where this visitor sent it."""
    return SentFile.objects.filter(public_id=file, conversation__visitor=visitor_id).first()
