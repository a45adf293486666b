"""The pages of the documentation and their order, read from `docs/`."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt

from chatbot.env import ROOT
from chatbot.handbook.markdown import INDEX, Heading, plain, render

FOLDER = ROOT / "docs"
OTHERS = "More"


class NoSuchPage(LookupError):
    """There is no page of this name."""


@dataclass(frozen=True)
class Page:
    """A page of the documentation; `slug` is the name of its file and its place in the address."""

    slug: str
    title: str
    html: str
    headings: list[Heading]
    links: list[str]

    @property
    def sections(self) -> list[Heading]:
        """What the list of places on this page shows."""
        return [heading for heading in self.headings if heading.level == 2]

    def split(self, anchor: str) -> tuple[str, str]:
        """The page before this section, and from it on; `LookupError` where there is none."""
        at = self.html.find(f'<h2 id="{anchor}">')
        if at < 0:
            raise LookupError(f"{self.slug}.md has no section #{anchor}")
        return self.html[:at], self.html[at:]


@dataclass(frozen=True)
class Group:
    """Pages about one kind of work, in the order in which they are best read."""

    title: str
    pages: list[Page]


def page(slug: str) -> Page:
    """The page as its file is now; `NoSuchPage` where there is none."""
    path = FOLDER / f"{slug}.md"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise NoSuchPage(slug) from None


def contents() -> list[Group]:
    """All pages but the first, grouped and ordered as the first lists them.

    A page that it does not list stands at the end.
    """
    listed = [Group(title, [page(slug) for slug in slugs]) for title, slugs in _listed() if slugs]
    known = {one.slug for group in listed for one in group.pages} | {INDEX}
    others = [page(path.stem) for path in sorted(FOLDER.glob("*.md")) if path.stem not in known]
    return [*listed, Group(OTHERS, others)] if others else listed


@functools.lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> Page:
    found = render(path.read_text(encoding="utf-8"))
    title = next((one.text for one in found.headings if one.level == 1), path.stem)
    return Page(path.stem, title, found.html, found.headings, found.links)


def _listed() -> Iterator[tuple[str, list[str]]]:
    """The headings of the first page, each with the pages that stand under it."""
    tokens = MarkdownIt("js-default").parse((FOLDER / f"{INDEX}.md").read_text(encoding="utf-8"))
    title, slugs = "", list[str]()
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            yield title, slugs
            title, slugs = plain(inline), []
        for child in token.children or []:
            link = str(child.attrGet("href") or "")
            if link.endswith(".md") and (FOLDER / link).exists():
                slugs.append(link.removesuffix(".md"))
    yield title, slugs
