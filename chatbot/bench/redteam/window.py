"""A visitor's tabs in a real Chromium, and every request that leaves them for elsewhere."""

import contextlib
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from chatbot.boot import chromium

FLAGS = ["--headless", "--no-sandbox", "--no-zygote", "--disable-gpu", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PAGE = (
    '<!doctype html><html lang="en"><title>Acme</title><h1>Acme</h1>'
    '<script async src="{server}/widget.js" data-key="{key}"></script></html>'
)


class Window:
    """A Chromium with tabs; `outside` are the addresses that were asked for elsewhere."""

    def __init__(self, browser: Browser, own: set[str]) -> None:
        self._browser, self._own = browser, own
        self.outside: list[str] = []

    def tab(self) -> Page:
        """A new tab of a new visitor."""
        page = self._browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.on("request", lambda request: self._note(request.url))
        page.on("framenavigated", lambda frame: self._note(frame.url))
        page.on("websocket", lambda line: self._note(line.url))
        page.on("dialog", lambda dialog: dialog.dismiss())
        return page

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc not in self._own:
            self.outside.append(url)


@contextlib.contextmanager
def open_window(own: set[str]) -> Iterator[Window]:
    """Chromium is there while inside; the places of `own` are not outside."""
    found = chromium.find()
    libraries = found.get("CHROMIUM_LIBS")
    environment: dict[str, Any] = {**os.environ}
    if libraries:
        environment["LD_LIBRARY_PATH"] = libraries
    # Playwright's loop runs in this thread, and Django would not touch the database beside it
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found["CHROMIUM_PATH"], args=FLAGS, env=environment
        )
        try:
            yield Window(browser, own)
        finally:
            browser.close()


class Pages:
    """What the site serves, by path."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.bodies: dict[str, str] = {}

    def put(self, path: str, body: str) -> str:
        """The page stands there; returns its address."""
        self.bodies[path] = body
        return f"http://{self.place}{path}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """The page, or 404."""
        body = self.server.pages.bodies.get(self.path)  # type: ignore[attr-defined]
        content = (body or "").encode()
        with contextlib.suppress(OSError):
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Nothing is said."""


@contextlib.contextmanager
def serving() -> Iterator[Pages]:
    """A customer's site on an origin of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.pages = Pages(f"127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield server.pages  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
