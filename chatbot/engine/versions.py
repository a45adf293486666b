"""Versions of a persona: which is spoken, what differs between two, and going back to one."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from chatbot.engine.languages import LANGUAGES
from chatbot.models import Persona, PersonaVersion

# What makes a version, in the order in which people read it.
WORDING = [
    "system_prompt",
    "tone",
    "languages",
    "greeting",
    "openers",
    "out_of_scope",
    "out_of_scope_says",
    "model",
    "temperature",
    "max_output_tokens",
]
NAMES = {
    "system_prompt": "System prompt",
    "tone": "Tone",
    "languages": "Languages",
    "greeting": "Greeting",
    "openers": "Openers",
    "out_of_scope": "What the help pages do not answer",
    "out_of_scope_says": "The sentence for it",
    "model": "Model",
    "temperature": "Creativity",
    "max_output_tokens": "Longest answer, tokens",
}
# Texts are compared word by word where they have enough in common; choices are one or the other.
PROSE = ("system_prompt", "greeting", "openers", "out_of_scope_says")
IN_COMMON = 0.4
PIECE = re.compile(r"\s+|[\u3040-\u30ff\u3400-\u9fff]|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """Some text of a comparison: `kept` by both, `gone` from the older or `new` in the newer."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """What became of one thing that makes a version; `pieces` read one after the other."""

    name: str
    pieces: Sequence[Piece]

    @property
    def changed(self) -> bool:
        """Whether the versions differ in it."""
        return any(piece.kind != "kept" for piece in self.pieces)


def next_number(persona: Persona) -> int:
    """The number of a version that is to be written; two at once take turns until commit."""
    list(persona.versions.select_for_update().values_list("pk"))
    return (persona.versions.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def publish_again(version: PersonaVersion, *, reason: str, author: Any) -> PersonaVersion:
    """The bot speaks as in this published version again, from the next message on.

    It is a version of its own, so the books name it apart from the first
    time. Refused with `ValueError` for a draft. Where this wording is spoken
    already, nothing is written and that version returned.
    """
    if version.published_at is None:
        raise ValueError("A draft was never spoken, so there is no going back to it.")
    number = next_number(version.persona)
    published = version.persona.versions.exclude(published_at=None)
    spoken = published.order_by("-number").first()
    if spoken and all(getattr(spoken, name) == getattr(version, name) for name in WORDING):
        return spoken
    return PersonaVersion.objects.create(
        tenant_id=version.tenant_id,
        persona=version.persona,
        number=number,
        **{name: getattr(version, name) for name in WORDING},
        reason=(f"Back to v{version.number}. {reason}".strip())[:300],
        author=author,
        published_at=timezone.now(),
    )


def compared(older: PersonaVersion, newer: PersonaVersion) -> list[Difference]:
    """Everything that makes a version, with what changed from the one to the other."""
    return [
        Difference(
            NAMES[name],
            (difference if name in PROSE else exchange)(
                in_words(older, name), in_words(newer, name)
            ),
        )
        for name in WORDING
    ]


def in_words(version: PersonaVersion, name: str) -> str:
    """What the version says there, as people read it; empty where it says nothing."""
    value = getattr(version, name)
    match name:
        case "tone" | "out_of_scope":
            return str(getattr(version, f"get_{name}_display")())
        case "languages":
            return ", ".join(LANGUAGES.get(code, code) for code in value)
        case "openers":
            return "\n".join(value)
        case "temperature":
            return "" if value is None else f"{value:g}"
    return "" if value is None else str(value)


def difference(older: str, newer: str) -> list[Piece]:
    """Word by word, Chinese and Japanese sign by sign; as an exchange where little is in common."""
    before, after = PIECE.findall(older), PIECE.findall(newer)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < IN_COMMON:
        return exchange(older, newer)
    found: list[Piece] = []
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            found.append(Piece("kept", "".join(before[start:end])))
            continue
        if start < end:
            found.append(Piece("gone", "".join(before[start:end])))
        if other_start < other_end:
            found.append(Piece("new", "".join(after[other_start:other_end])))
    return found


def exchange(older: str, newer: str) -> list[Piece]:
    """The one for the other, as a whole; nothing where neither says anything."""
    if older == newer:
        return [Piece("kept", older)] if older else []
    return [piece for piece in (Piece("gone", older), Piece("new", newer)) if piece.text]
