"""Find conversations by words and facets, and show where the words stand."""

import re
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from chatbot.inbox.filling import facet_word
from chatbot.inbox.words import lexeme, search_for
from conversations.models import Conversation, Message

AROUND = 60
MOST_MESSAGES = 2000


@dataclass(frozen=True)
class Snippet:
    """A piece of a message with the words that were searched for, and its place."""

    seq: int
    html: SafeString


def with_words(conversations: QuerySet[Conversation], text: str) -> QuerySet[Conversation]:
    """Those in which all the words were said, by whomever; or the one with this id.

    A word finds those that begin with it. Names of visitors and the first
    letters of an id count as words. What has no word at all finds nothing.
    """
    try:
        return conversations.filter(public_id=uuid.UUID(text.strip()))
    except ValueError:
        search = search_for(text)
    return conversations.filter(inbox__words__holds=search) if search else conversations.none()


def with_facet(conversations: QuerySet[Conversation], facet: str) -> QuerySet[Conversation]:
    """Those that have this facet, such as `mark:blocked`."""
    return conversations.filter(inbox__words__holds=lexeme(facet_word(facet)))


def snippets(conversations: Iterable[int], text: str) -> dict[int, Snippet]:
    """For each of these, the message that has most of the words; none where only a name has."""
    words = list(dict.fromkeys(unicodedata.normalize("NFKC", text).split()))[:10]
    if not words:
        return {}
    has_one = Q()
    for word in words:
        has_one |= Q(text__icontains=word)
    rows = (
        Message.objects.filter(has_one, conversation__in=list(conversations))
        .order_by("conversation", "seq")
        .values_list("conversation_id", "seq", "text")[:MOST_MESSAGES]
    )
    best: dict[int, tuple[int, int, str]] = {}
    for pk, seq, said in rows:
        lower = said.lower()
        holds = sum(word.lower() in lower for word in words)
        if holds > best.get(pk, (0,))[0]:
            best[pk] = holds, seq, said
    return {pk: Snippet(seq, marked(said, words)) for pk, (_, seq, said) in best.items()}


def marked(text: str, words: list[str]) -> SafeString:
    """The piece of the text around the first of the words, with all of them marked."""
    either = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))), re.I)
    found = either.search(text)
    at = found.start() if found else 0
    begin, end = max(0, at - AROUND), at + 2 * AROUND
    piece = " ".join(text[begin:end].split())
    parts = []
    last = 0
    for hit in either.finditer(piece):
        parts += [escape(piece[last : hit.start()]), f"<mark>{escape(hit[0])}</mark>"]
        last = hit.end()
    whole = "".join([*parts, escape(piece[last:])])
    left, right = "…" if begin else "", "…" if end < len(text) else ""
    return mark_safe(f"{left}{whole}{right}")  # noqa: S308 - every piece was escaped
