"""Which passages a reply rests on."""

import re
from collections.abc import Sequence
from typing import Any

from chatbot.knowledge.search import FoundPassage

MARK = re.compile(r"\[(\d{1,2})\]")
EXCERPT_CHARACTERS = 300


def cited(text: str, passages: Sequence[FoundPassage]) -> list[dict[str, Any]]:
    """A snapshot of each passage whose mark stands in the text, in the order of the marks."""
    marks = {int(mark) for mark in MARK.findall(text)}
    return [
        {
            "mark": mark,
            "title": passage.title,
            "url": passage.place,
            "excerpt": passage.text[:EXCERPT_CHARACTERS],
            "passage": passage.id,
        }
        for mark, passage in enumerate(passages, start=1)
        if mark in marks
    ]
