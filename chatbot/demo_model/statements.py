"""Passages cut into statements: a sentence, or a list with the line that leads into it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from chatbot.demo_model.prompt_reading import Passage
from chatbot.demo_model.terms import terms

HEADING = re.compile(r"#{1,6}\s*(.*)")
ITEM = re.compile(r"(?:[-*+]|(\d+)[.)])\s+(.*)")
TABLE_RULE = re.compile(r"\|?[\s:|-]+\|?")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"“(A-Z0-9])|(?<=[。！？])")


@dataclass(frozen=True)
class Statement:
    """What a passage says in one place; `about` are the terms of its titles."""

    passage: Passage
    order: int
    text: str
    items: tuple[str, ...]
    numbered: bool
    words: frozenset[str]
    about: frozenset[str]


class Block(NamedTuple):
    """A heading, a sentence, or a list with the sentence above it."""

    heading: str = ""
    text: str = ""
    items: tuple[str, ...] = ()
    numbered: bool = False


def statements(passage: Passage) -> list[Statement]:
    """All statements of a passage, in reading order."""
    about = passage.title
    found: list[Statement] = []
    for heading, text, items, numbered in _blocks(passage.text):
        if heading:
            about = f"{passage.title} {heading}"
            continue
        found.append(
            Statement(
                passage=passage,
                order=len(found),
                text=text,
                items=items,
                numbered=numbered,
                words=frozenset(terms(" ".join((text, *items)))),
                about=frozenset(terms(about)),
            )
        )
    return found


def _blocks(text: str) -> Iterator[Block]:
    lead: list[str] = []
    items: list[str] = []
    numbered = False
    for line in [*text.splitlines(), "#"]:  # the bare mark flushes what is left
        line = line.strip()
        item, heading = ITEM.fullmatch(line), HEADING.fullmatch(line)
        if item:
            numbered = item[1] is not None
            items.append(item[2])
        elif items and line and not heading:
            items[-1] += f" {line}"
        elif not heading and line and not line.startswith("|"):
            lead.append(line)
        elif line or items or not _announces(lead):
            yield from _flush(lead, items, numbered)
            if heading and heading[1]:
                yield Block(heading=heading[1])
            elif line and not heading and not TABLE_RULE.fullmatch(line):
                yield Block(text=_row(line))


def _announces(lead: list[str]) -> bool:
    return bool(lead) and lead[-1].endswith((":", "："))


def _flush(lead: list[str], items: list[str], numbered: bool) -> Iterator[Block]:
    sentences = [part.strip() for part in SENTENCE_END.split(" ".join(lead)) if part.strip()]
    last = sentences.pop() if items and sentences else ""
    for sentence in sentences:
        yield Block(text=sentence)
    if items:
        yield Block(text=last, items=tuple(items), numbered=numbered)
    lead.clear()
    items.clear()


def _row(line: str) -> str:
    first, *rest = [cell.strip() for cell in line.strip("|").split("|")]
    return f"{first}: {', '.join(rest)}." if rest else first
