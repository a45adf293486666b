"""Cut Markdown into passages."""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt

# A few sentences: enough to answer from, little enough that five fit into a prompt.
ENOUGH_CHARACTERS = 300
MOST_CHARACTERS = 1200

SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n")

_markdown = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Piece:
    """A part of a document; `heading` is the one it stands under, `text` its Markdown."""

    heading: str
    text: str


@dataclass(frozen=True)
class _Block:
    """A paragraph, list, table or code block; for a heading `heading` is its text."""

    text: str
    heading: str | None = None


def pieces(markdown: str) -> list[Piece]:
    """The document in reading order; nothing is lost but the headings that pieces begin with.

    A new piece begins at each heading once the one before has
    `ENOUGH_CHARACTERS`, and wherever `MOST_CHARACTERS` would be passed:
    between two blocks, and only inside of one that is longer by itself.
    """
    found: list[Piece] = []
    heading = ""
    texts: list[str] = []
    for block in _blocks(markdown):
        size = sum(len(text) + 2 for text in texts)
        if block.heading is not None:
            if size < ENOUGH_CHARACTERS and texts:
                texts.append(block.text)
                continue
            _close(found, heading, texts)
            heading, texts = block.heading, []
        else:
            if texts and size + len(block.text) > MOST_CHARACTERS:
                _close(found, heading, texts)
                texts = []
            texts.append(block.text)
    _close(found, heading, texts)
    return found


def _close(found: list[Piece], heading: str, texts: list[str]) -> None:
    if texts:
        found.append(Piece(heading, "\n\n".join(texts)))


def _blocks(markdown: str) -> list[_Block]:
    lines = markdown.splitlines()
    tokens = _markdown.parse(markdown)
    found = []
    for at, token in enumerate(tokens):
        if token.level != 0 or token.map is None:
            continue
        text = "\n".join(lines[token.map[0] : token.map[1]]).strip()
        if token.type == "heading_open":
            found.append(_Block(text, heading=tokens[at + 1].content))
        else:
            found += [_Block(part) for part in _cut(text)]
    return found


def _cut(text: str) -> list[str]:
    """The block itself, or its sentences in parts of at most `MOST_CHARACTERS`."""
    if len(text) <= MOST_CHARACTERS:
        return [text] if text else []
    parts, begin, border = [], 0, 0
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    for end in [*ends, len(text)]:
        if end - begin > MOST_CHARACTERS and border > begin:
            parts.append(text[begin:border].strip())
            begin = border
        while end - begin > MOST_CHARACTERS:
            parts.append(text[begin : begin + MOST_CHARACTERS])
            begin += MOST_CHARACTERS
        border = end
    parts.append(text[begin:].strip())
    return [part for part in parts if part]
