"""A page of our own Markdown as HTML, with anchors that are the same where code is hosted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.urls import reverse
from django.utils.html import escape
from markdown_it import MarkdownIt
from markdown_it.token import Token

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")
INDEX = "README"


@dataclass(frozen=True)
class Heading:
    """A heading that can be linked to."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Rendered:
    """HTML, its headings in order, and every address that the text links to, as it was written."""

    html: str
    headings: list[Heading]
    links: list[str]


def render(text: str) -> Rendered:
    """The text as HTML; links to other pages lead to this server's, wide tables scroll alone.

    Comments are left out, and HTML in the text is shown as it was written.
    """
    reader = MarkdownIt("js-default", {"html": False})
    tokens = reader.parse(COMMENT.sub("", text))
    headings = _anchor(tokens)
    links = [_lead(token) for token in _inner(tokens) if token.type == "link_open"]
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
    reader.add_render_rule("table_open", _open_table)
    reader.add_render_rule("table_close", lambda *_: "</table></div>\n")
    _name_tables(tokens)
    return Rendered(reader.renderer.render(tokens, reader.options, {}), headings, links)


def address(link: str) -> str:
    """Where a link of a page leads on this server; others stay as they are."""
    file, mark, anchor = link.partition("#")
    if not file.endswith(".md") or "/" in file:
        return link
    slug = file.removesuffix(".md")
    page = reverse("handbook") if slug == INDEX else reverse("handbook-page", args=[slug])
    return page + mark + anchor


def _anchor(tokens: Sequence[Token]) -> list[Heading]:
    """Every heading has an id: its words in small letters, joined by hyphens, a number if twice."""
    found: list[Heading] = []
    seen: dict[str, int] = {}
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        text = plain(inline)
        anchor = NOT_IN_ANCHORS.sub("", text.lower()).replace(" ", "-")
        again = seen[anchor] = seen.get(anchor, -1) + 1
        if again:
            anchor = f"{anchor}-{again}"
        opening.attrSet("id", anchor)
        found.append(Heading(int(opening.tag[1:]), anchor, text))
    return found


def plain(inline: Token) -> str:
    """The words of a line, without their marks."""
    kinds = ("text", "code_inline")
    return "".join(one.content for one in inline.children or [] if one.type in kinds)


def _inner(tokens: Sequence[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or []]


def _lead(token: Token) -> str:
    written = str(token.attrGet("href"))
    token.attrSet("href", address(written))
    return written


def _name_tables(tokens: Sequence[Token]) -> None:
    """A table that scrolls by itself is a region, and a region has a name: its heading's."""
    over = ""
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            over = plain(inline)
        elif token.type == "table_open":
            token.meta["name"] = over


def _open_table(_: object, tokens: Sequence[Token], at: int, *__: object) -> str:
    name = escape(tokens[at].meta["name"])
    return f'<div class="wide" tabindex="0" role="region" aria-label="{name}"><table>\n'
