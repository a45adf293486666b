"""HTML."""

import re
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Comment, Tag
from markdownify import markdownify

from chatbot.knowledge.readers.base import Reading, Unreadable

BEGINS = re.compile(
    rb"<(!doctype html|html|head|body|main|article|div|h1|p|table)[\s>]", re.IGNORECASE
)
# What stands on every page, and what is no text.
AROUND = [
    *("script", "style", "noscript", "template", "iframe", "object", "svg", "canvas"),
    *("form", "button", "select", "dialog", "nav", "footer", "aside"),
    *("img", "picture", "video", "audio"),
]
AROUND_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "dialog"}
# What a reader does not see is not taken in: it may be written for the model only.
HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|font-size\s*:\s*0(?![.\d]*[1-9])|(?:text-indent|left|top)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
SCHEMES = ("http://", "https://", "mailto:", "tel:")


def looks_like(content: bytes) -> bool:
    """Whether the file begins as HTML does."""
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<?xml") and b"<html" not in start.lower():
        return False
    return start.startswith(b"<") and BEGINS.search(start) is not None


def read(content: bytes | str, *, url: str = "", charset: str = "") -> Reading:
    """The page's own text, without what stands around it on every page and what nobody sees."""
    try:
        soup = BeautifulSoup(
            content,
            "html.parser",
            from_encoding=(charset or None) if isinstance(content, bytes) else None,
        )
        title = _title(soup)
        language = str(soup.html.get("lang") or "") if soup.html else ""
        body = _body(soup)
        heading = body.find("h1")
        if isinstance(heading, Tag) and heading.get_text(strip=True):
            title = heading.get_text(" ", strip=True)
            heading.decompose()
        _mend_links(body, url)
        text = markdownify(str(body), heading_style="ATX", bullets="-", strip=["span"])
    except RecursionError as error:
        raise Unreadable("The page's elements are nested too deeply to be read.") from error
    return Reading(title, text, language=language[:10])


def _title(soup: BeautifulSoup) -> str:
    named = soup.find("meta", property="og:title")
    if isinstance(named, Tag) and named.get("content"):
        return str(named["content"])
    return soup.title.get_text(" ", strip=True) if soup.title else ""


def _body(soup: BeautifulSoup) -> Tag:
    for note in soup.find_all(string=lambda one: isinstance(one, Comment)):
        note.extract()
    for tag in soup.find_all(AROUND):
        tag.decompose()
    for tag in soup.find_all(_unseen):
        if not tag.decomposed:
            tag.decompose()
    main = soup.find("main") or soup.find(role="main") or soup.find("article")
    if isinstance(main, Tag) and main.get_text(strip=True):
        return main
    for tag in soup.find_all(_around):
        if not tag.decomposed:
            tag.decompose()
    return soup.body or soup


def _unseen(tag: Tag) -> bool:
    return bool(
        tag.has_attr("hidden")
        or tag.get("aria-hidden") == "true"
        or HIDDEN.search(str(tag.get("style") or ""))
    )


def _around(tag: Tag) -> bool:
    return tag.name == "header" or tag.get("role") in AROUND_ROLES


def _mend_links(body: Tag, url: str) -> None:
    """Links lead where they led on the page; those that lead nowhere are words."""
    for link in body.find_all("a"):
        address = urljoin(url, str(link.get("href") or "")) if url else str(link.get("href") or "")
        if address.startswith(SCHEMES):
            link["href"] = address
        else:
            link.unwrap()
