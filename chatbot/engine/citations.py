"""Which passages a reply rests on."""

import re
from collections.abc import Sequence
from typing import Any

from chatbot.knowledge.search import FoundPassage

MARK = re.compile(r"\[(\d{1,2})\]")
EXCERPT_CHARACTERS = 300
# Chinese has no blanks; a text without any is cut where it is.
LONGEST_WORD = 40
HEADING = re.compile(r"^#{1,6}[ \t]+", re.MULTILINE)


def cited(text: str, passages: Sequence[FoundPassage]) -> list[dict[str, Any]]:
    """A snapshot of each passage whose mark stands in the text, in the order of the marks."""
    marks = {int(mark) for mark in MARK.findall(text)}
    return [
        {
            "mark": mark,
            "title": passage.title,
            "url": passage.place,
            "excerpt": excerpt(passage.text),
            "passage": passage.id,
        }
        for mark, passage in enumerate(passages, start=1)
        if mark in marks
    ]


def excerpt(text: str) -> str:
    """The beginning of a passage as a visitor reads it: no signs of headings, no half of a word.

    An ellipsis says that there is more.
    """
    begun = text[:EXCERPT_CHARACTERS]
    if len(text) > len(begun):
        end = begun.rfind(" ", EXCERPT_CHARACTERS - LONGEST_WORD)
        begun = f"{begun[: max(end, 0) or None].rstrip()} …"
    return HEADING.sub("", begun).strip()
