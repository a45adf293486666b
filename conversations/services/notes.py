"""Write notes that only staff see."""

import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from conversations.models import Conversation, Note, Notice
from conversations.models.messages import MAX_MESSAGE_CHARACTERS
from conversations.roles import Act
from conversations.services import notices
from conversations.services.turns import NotDone

# A name may be a mail address; a dot behind it ends a sentence.
MENTION = re.compile(r"(?<![\w@.+-])@([\w.+-]+(?:@[\w.-]+)?)")


@dataclass(frozen=True)
class Written:
    """A note, who was told of it, and which names in it are nobody's."""

    note: Note
    told: list[Any]
    unknown: list[str]


@transaction.atomic
def write_note(conversation: Conversation, author: Any, text: str) -> Written:
    """The note stands on the conversation, and whoever it mentions has a notice.

    `@name` mentions a person of the tenant by the name they sign in with;
    the part before the @ of a mail address will do where it is one person's.
    Refused with `NotDone` where it is empty or too long.
    """
    text = text.replace("\0", "").replace("\r\n", "\n").encode("utf-8", "replace").decode().strip()
    if not text:
        raise NotDone("Write something first.")
    if len(text) > MAX_MESSAGE_CHARACTERS:
        raise NotDone(f"A note has at most {MAX_MESSAGE_CHARACTERS:,} characters.")
    note = Note.objects.create(
        tenant_id=conversation.tenant_id,
        conversation=conversation,
        author=author,
        text=text,
        at=Now(),
    )
    told, unknown = _mentioned(text, conversation.tenant_id)
    notices.tell(Notice.Kind.MENTIONED, conversation, told, by=author, note=note)
    return Written(note, told, unknown)


def _mentioned(text: str, tenant_id: int) -> tuple[list[Any], list[str]]:
    names = [name.rstrip(".-").lower() for name in MENTION.findall(text)]
    if not names:
        return [], []
    people = list(notices.people_who_may(Act.READ, tenant_id))
    whole = {one.get_username().lower(): one for one in people}
    told, unknown = {}, []
    for name in dict.fromkeys(names):
        short = [one for full, one in whole.items() if full.partition("@")[0] == name]
        found = whole.get(name) or (short[0] if len(short) == 1 else None)
        if found:
            told[found.pk] = found
        else:
            unknown.append(name)
    return list(told.values()), unknown
