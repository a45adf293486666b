"""Fetch a page of the web, and nothing of a network of ours."""

import contextlib
import http.client
import socket
import threading
import time
import zlib
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from conversations.outside import NotOutside, line_to

MOST_REDIRECTS = 5
MOST_BYTES = 10 * 2**20
SILENCE_SECONDS = 10
WHOLE_SECONDS = 30
REDIRECTS = {301, 302, 303, 307, 308}
NOT_CHANGED = 304
GONE = {404, 410}


class FetchFailed(Exception):
    """The page was not got; says why. `gone` where there is no such page any more."""

    def __init__(self, why: str, *, gone: bool = False) -> None:
        super().__init__(why)
        self.gone = gone


@dataclass(frozen=True)
class Fetched:
    """A page as it came; `unchanged`, and no content, where the server says it is as it was."""

    url: str
    content: bytes = b""
    charset: str = ""
    etag: str = ""
    unchanged: bool = False


def user_agent() -> str:
    """Who asks, so that a site's owner can let us in or keep us out."""
    return f"Counterfoil/1.0 (+{settings.PUBLIC_URL})"


def fetch(url: str, etag: str = "") -> Fetched:
    """The page at the end of its redirects, each judged as the first; else `FetchFailed`.

    At most `MOST_BYTES`, within `WHOLE_SECONDS`.
    """
    deadline = time.monotonic() + WHOLE_SECONDS
    for _ in range(MOST_REDIRECTS + 1):
        try:
            found = _ask(url, etag, deadline)
        except NotOutside as reason:
            raise FetchFailed(str(reason)) from None
        except (OSError, http.client.HTTPException) as error:
            said = str(error) or type(error).__name__
            raise FetchFailed(f"{urlsplit(url).hostname} could not be reached: {said}") from error
        if isinstance(found, Fetched):
            return found
        url = found
    raise FetchFailed(f"It redirects more than {MOST_REDIRECTS} times.")


def _ask(url: str, etag: str, deadline: float) -> Fetched | str:
    """The page, or the address that it redirects to."""
    line = line_to(url, seconds=SILENCE_SECONDS, plain=True, inside=settings.FETCH_INSIDE)
    headers = {
        "User-Agent": user_agent(),
        "Accept": "text/html, application/xhtml+xml, text/*, application/pdf, */*;q=0.5",
        "Accept-Encoding": "identity",
    } | ({"If-None-Match": etag} if etag else {})
    cut = threading.Timer(max(0.0, deadline - time.monotonic()), _hang_up, [line.connection])
    try:
        line.connection.request("GET", line.path, headers=headers)
        cut.start()
        with line.connection.getresponse() as answer:
            if answer.status in REDIRECTS and (target := answer.getheader("Location")):
                return urljoin(url, target)
            if answer.status == NOT_CHANGED:
                return Fetched(url, etag=etag, unchanged=True)
            if answer.status != http.client.OK:
                raise FetchFailed(
                    f"The server answered {answer.status} {answer.reason}.",
                    gone=answer.status in GONE,
                )
            content = _whole(answer, deadline)
            return Fetched(
                url,
                content,
                answer.headers.get_content_charset("") or "",
                (answer.getheader("ETag") or "")[:200],
            )
    finally:
        cut.cancel()
        line.connection.close()


def _hang_up(connection: http.client.HTTPConnection) -> None:
    """Whoever sends a byte now and then is not waited for."""
    with contextlib.suppress(OSError):
        if connection.sock:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _whole(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    packed = (answer.getheader("Content-Encoding") or "identity").lower()
    if packed not in ("identity", "gzip", "deflate"):
        raise FetchFailed(f"The server packs its pages in a way we do not read: {packed[:20]}")
    unpack = zlib.decompressobj(47) if packed != "identity" else None
    content = bytearray()
    while data := answer.read1(65536):
        if time.monotonic() > deadline:
            raise FetchFailed(f"It had not come whole after {WHOLE_SECONDS} s.")
        content += unpack.decompress(data, MOST_BYTES + 1) if unpack else data
        if len(content) > MOST_BYTES:
            raise FetchFailed(f"It is larger than {MOST_BYTES // 2**20} MB.")
    if answer.length:
        raise FetchFailed("The connection broke before it had come whole.")
    return bytes(content)
