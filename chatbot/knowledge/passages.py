"""Cut Markdown into passages."""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt

# A few sentences: enough to answer from, little enough that five fit into a prompt.
ENOUGH_CHARACTERS = 300
MOST_CHARACTERS = 1200

SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n")
LINE_END = re.compile(r"\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")

_markdown = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Piece:
    """A part of a document; `heading` is the one it stands under, `text` its Markdown.

    The document's text from `begin` up to `end` holds it, with the heading
    that it begins with, if it begins with one.
    """

    heading: str
    text: str
    begin: int
    end: int


@dataclass(frozen=True)
class _Block:
    """A paragraph, list, table or code block; for a heading `heading` is its text."""

    text: str
    begin: int
    end: int
    heading: str | None = None


def plain_lines(text: str) -> str:
    """The text with one kind of line end, as `pieces` counts its characters."""
    return LINE_END.sub("\n", text).replace("\0", "\ufffd")


def pieces(markdown: str, *, enough: int = ENOUGH_CHARACTERS) -> list[Piece]:
    """The document in reading order; nothing is lost but the headings that pieces begin with.

    A new piece begins at each heading once the one before has `enough`
    characters, and wherever `MOST_CHARACTERS` would be passed: between two
    blocks, and only inside of one that is longer by itself. The text has
    plain line ends.
    """
    found: list[Piece] = []
    heading = ""
    heads: list[_Block] = []  # the headings that the open piece begins with
    blocks: list[_Block] = []

    def close() -> None:
        if blocks:
            text = "\n\n".join(block.text for block in blocks)
            found.append(Piece(heading, text, [*heads, *blocks][0].begin, blocks[-1].end))
            heads.clear()
            blocks.clear()

    for block in _blocks(markdown):
        size = sum(len(one.text) + 2 for one in blocks)
        if block.heading is not None:
            if size < enough and blocks:
                blocks.append(block)
                continue
            close()
            heading = block.heading
            heads.append(block)
        else:
            if size + len(block.text) > MOST_CHARACTERS:
                close()
            blocks.append(block)
    close()
    return found


def _blocks(markdown: str) -> list[_Block]:
    lines = markdown.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    tokens = _markdown.parse(markdown)
    found = []
    for at, token in enumerate(tokens):
        if token.level != 0 or token.map is None:
            continue
        begin, end = starts[token.map[0]], min(starts[token.map[1]] - 1, len(markdown))
        if token.type == "heading_open":
            found += [
                _Block(markdown[one:other], one, other, heading=tokens[at + 1].content)
                for one, other in _stripped(markdown, begin, end)
            ]
        else:
            found += [
                _Block(markdown[one:other], one, other) for one, other in _cut(markdown, begin, end)
            ]
    return found


def _cut(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """The block itself, or its sentences in parts of at most `MOST_CHARACTERS`."""
    parts = []
    border = begin
    ends = [match.end() for match in SENTENCE_END.finditer(text, begin, end)]
    for stop in [*ends, end]:
        if stop - begin > MOST_CHARACTERS and border > begin:
            parts += _stripped(text, begin, border)
            begin = border
        while stop - begin > MOST_CHARACTERS:
            parts += _stripped(text, begin, begin + MOST_CHARACTERS)
            begin += MOST_CHARACTERS
        border = stop
    return parts + _stripped(text, begin, end)


def _stripped(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """The stretch without space at its ends; none where nothing is left."""
    part = text[begin:end]
    inner = part.strip()
    at = begin + len(part) - len(part.lstrip())
    return [(at, at + len(inner))] if inner else []
