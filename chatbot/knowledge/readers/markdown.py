"""Markdown."""

import re

from chatbot.knowledge.readers.base import Reading

FRONT_MATTER = re.compile(r"\A\ufeff?---\s*\n(.*?)\n(?:---|\.\.\.)\s*(?:\n|\Z)", re.DOTALL)
TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
FIRST_HEADING = re.compile(r"\A\s*#\s+(.+?)\s*#*\s*(?:\n|\Z)")
MARKS = re.compile(
    r"^#{1,6}\s+\S|^\s*[-*+]\s+\S|^\s*\d+[.)]\s+\S|^```|^>\s|\[[^\]\n]+\]\([^)\n]+\)|\*\*\S|^\|.+\|",
    re.MULTILINE,
)


def looks_like(text: str) -> bool:
    """Whether the text uses signs of Markdown."""
    return bool(FRONT_MATTER.match(text) or MARKS.search(text))


def read(text: str) -> Reading:
    """The text without front matter; that, or else the first heading, names the title."""
    title = ""
    if front := FRONT_MATTER.match(text):
        named = TITLE.search(front[1])
        title, text = named[1] if named else "", text[front.end() :]
    if heading := FIRST_HEADING.match(text):
        title, text = title or heading[1], text[heading.end() :] or text
    return Reading(title, text)
