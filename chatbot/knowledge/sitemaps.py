"""What a site lists, and what it asks machines to leave alone."""

import gzip
import html
import io
import re
import time
import urllib.robotparser
from urllib.parse import urljoin, urlsplit

from chatbot.knowledge.fetching import MOST_BYTES, FetchFailed, fetch, user_agent

MOST_PAGES = 5000
# No XML parser: entities that unfold without end have nothing to unfold in.
LOC = re.compile(rb"<loc>\s*(?:<!\[CDATA\[)?\s*(.*?)\s*(?:\]\]>)?\s*</loc>", re.DOTALL)
ROOT = re.compile(rb"<(?:\w+:)?(urlset|sitemapindex)[\s>]")
FRESH_SECONDS = 600

_robots: dict[str, tuple[float, urllib.robotparser.RobotFileParser]] = {}


def is_sitemap(content: bytes) -> bool:
    """Whether this lists pages, or further lists."""
    return ROOT.search(unpacked(content)[:4096]) is not None


def listed(content: bytes, url: str) -> list[str]:
    """The addresses of its own site that the sitemap lists, each once, at most `MOST_PAGES`."""
    found = [
        urljoin(url, html.unescape(match.decode("utf-8", "replace")))
        for match in LOC.findall(unpacked(content))
    ]
    home = _site(url)
    mine = [one for one in dict.fromkeys(found) if len(one) <= 500 and _site(one) == home]
    return mine[:MOST_PAGES]


def unpacked(content: bytes) -> bytes:
    """The bytes, unpacked where they are a gzip file; cut off where they would be too many."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(content)).read(MOST_BYTES)
    except (OSError, EOFError):
        return b""


def allowed(url: str) -> bool:
    """Whether the site's robots.txt lets us fetch this; a site without one does."""
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc}"
    until, rules = _robots.get(site, (0.0, None))
    if rules is None or time.monotonic() > until:
        rules = urllib.robotparser.RobotFileParser()
        try:
            rules.parse(fetch(f"{site}/robots.txt").content.decode("utf-8", "replace").splitlines())
        except FetchFailed:
            rules.parse([])
        if len(_robots) > 1000:
            _robots.clear()
        _robots[site] = time.monotonic() + FRESH_SECONDS, rules
    return rules.can_fetch(user_agent(), url)


def _site(url: str) -> str:
    """The host, with and without `www.` the same."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
