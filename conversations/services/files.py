"""Take in a file that a visitor sends: judged by its content, stored with its event."""

import hashlib
import logging
import re
import shlex
import subprocess
import unicodedata
from uuid import UUID

from django.conf import settings
from django.db import transaction

from conversations.models import Conversation, Event, SentFile
from conversations.services import events
from conversations.services.event_data import file_sent
from conversations.services.refusals import Refused

logger = logging.getLogger(__name__)

SCAN_SECONDS = 30
# A conversation is no store: so many files in all, however slowly they come.
MOST_FILES = 20
# What a file begins with says what it is (the formats' own specifications).
BEGINNINGS = (
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/gif", re.compile(rb"GIF8[79]a")),
    ("image/webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
    ("application/pdf", re.compile(rb"%PDF-\d")),
)
TYPES = tuple(kind for kind, _ in BEGINNINGS)
# A name tells nothing, but people shall see the ending that the content has.
ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
}


class _SentBefore(Exception):
    """The file is stored already; undoes the number that was taken for it."""


def type_of(content: bytes) -> str | None:
    """What the content is, of those that are taken; None for everything else."""
    return next((kind for kind, begins in BEGINNINGS if begins.match(content)), None)


def most_bytes() -> int:
    """How large a file may be."""
    return int(settings.UPLOAD_MAX_MB * 2**20)


def too_large() -> Refused:
    """What a larger file is refused with."""
    most = str(settings.UPLOAD_MAX_MB)
    return Refused("too_large", "This file is larger than {most} MB.", most=most)


def receive_file(
    conversation: Conversation, *, client_id: UUID, name: str, content: bytes
) -> SentFile:
    """The file is stored together with its event; sent again under its id it is the same file.

    Refused where it is larger than `UPLOAD_MAX_MB`, neither picture nor PDF
    by its content, not let through by `UPLOAD_SCAN_COMMAND`, or one too many.
    """
    known = conversation.files.defer("content").filter(client_id=client_id).first()
    if known:
        return _same(known, content)
    if len(content) > most_bytes():
        raise too_large()
    kind = type_of(content)
    if kind is None:
        raise Refused("bad_type", "Only pictures (PNG, JPEG, GIF, WebP) and PDF can be sent.")
    _scan(content)
    try:
        with transaction.atomic():
            return _store(conversation, client_id, named(name, kind), kind, content)
    except _SentBefore:
        return _same(conversation.files.defer("content").get(client_id=client_id), content)


def _store(
    conversation: Conversation, client_id: UUID, name: str, kind: str, content: bytes
) -> SentFile:
    place = events.next_place(conversation.pk)
    if conversation.files.filter(client_id=client_id).exists():
        raise _SentBefore
    if conversation.files.count() >= MOST_FILES:
        raise Refused("too_many", "There are many files here already; please send no more.")
    file = SentFile.objects.create(
        tenant_id=place.tenant_id,
        conversation_id=place.conversation_id,
        client_id=client_id,
        seq=place.seq,
        name=name,
        type=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        created_at=place.at,
    )
    events.append(place, Event.Kind.FILE, file_sent(file))
    return file


def _same(known: SentFile, content: bytes) -> SentFile:
    if known.sha256 != hashlib.sha256(content).hexdigest():
        raise Refused("id_reused", "Another file was sent under this id; that one stands.")
    return known


def named(name: str, kind: str) -> str:
    """A name that is safe to show and to save under, with the ending of what it really is."""
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    name = re.split(r"[/\\]", name)[-1]
    # what is invisible or turns the direction of text can make exe look like jpg
    name = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C").strip(" .")
    stem, dot, ending = name.rpartition(".")
    right = ENDINGS[kind]
    if dot and ending.lower() in (right, "jpeg" if right == "jpg" else right):
        return f"{stem[:150]}.{right}" if stem else f"file.{right}"
    return f"{name[:150] or 'file'}.{right}"


def _scan(content: bytes) -> None:
    """Nothing happens where the operator's scanner finds nothing, or there is none.

    The command is given the file on its standard input and ends with 0 for
    clean and 1 for infected; anything else, and it was not scanned.
    """
    command = settings.UPLOAD_SCAN_COMMAND
    if not command:
        return
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command
            shlex.split(command), input=content, capture_output=True, timeout=SCAN_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.error("A file could not be scanned: %s", error)
        raise Refused("not_now", "This file could not be checked just now.", after=60) from None
    if done.returncode == 1:
        raise Refused("infected", "This file holds something harmful and was not taken.")
    if done.returncode:
        logger.error("The scanner ended with %s: %s", done.returncode, done.stderr[-500:])
        raise Refused("not_now", "This file could not be checked just now.", after=60)
