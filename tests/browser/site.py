"""A customer's site on an origin of its own, with pages that carry the widget."""

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chatbot.boot.paths import ROOT

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head>
<body><h1>A shop</h1><p>Something to buy, <a href="#more">and more</a>.</p>
<script async src="{server}/widget.js" data-key="{key}"{data}></script></body></html>"""


SOURCE = ROOT / "static" / "widget_source"
KINDS = {".js": "text/javascript", ".json": "application/json"}


def part_of_the_widget(path: str) -> tuple[str, Mapping[str, str]] | None:
    """A file of the widget's source at /src/, as a module that a page may import."""
    if not path.startswith("/src/"):
        return None
    file = SOURCE / path.removeprefix("/src/")
    return file.read_text("utf-8"), {"Content-Type": KINDS[file.suffix]}


class Site:
    """Serves pages at `url`, and the widget's source at /src/, while it is used as a context."""

    def __init__(self) -> None:
        self._pages: dict[str, tuple[str, dict[str, str]]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Site":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def publish(self, path: str, text: str, headers: dict[str, str] | None = None) -> str:
        """The page is at this path; returns its address."""
        self._pages[path] = (text, headers or {})
        return self.url + path

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        pages = self._pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = pages.get(self.path) or part_of_the_widget(self.path)
                text, headers = found or ("", {})
                body = text.encode()
                self.send_response(200 if found else 404)
                for name, value in {"Content-Type": "text/html", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing is said."""

        return Handler
