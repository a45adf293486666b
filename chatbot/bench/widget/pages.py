"""The pages that are measured: an empty one, one with our tag, one with each rival."""

import gzip
import mimetypes
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from chatbot.bench.frame import CannotMeasure
from chatbot.boot import npm

FRAME = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>A shop</h1><p>Something to buy.</p>{body}</body></html>"""
TAG = '<script async src="{url}/widget.js" data-key="{key}"></script>'


@dataclass(frozen=True)
class Rival:
    """A widget of somebody else, as its own instructions put it on a page."""

    package: str
    sha256: str
    body: str

    @property
    def name(self) -> str:
        """Its name at npm."""
        return self.package.rpartition("@")[0]

    def files(self) -> Path:
        """The folder of its package, fetched when it is first asked for."""
        try:
            return npm.unpacked(self.package, self.sha256)
        except npm.NoPackage as reason:
            raise CannotMeasure(str(reason)) from None


RIVALS = [
    Rival(
        "deep-chat@2.4.2",
        "977dc584146b62a68d9d44b64f5ffe1df65deaa846d1dd2201d24b9ffefed4b4",
        '<script type="module" src="/package/dist/deepChat.bundle.js"></script>'
        "<deep-chat></deep-chat>",
    ),
    Rival(
        "@n8n/chat@1.37.0",
        "4ce3b64ee76483837da0bde4bb9254a8aff4e0ff11456527eda5b5b670b355e4",
        '<link rel="stylesheet" href="/package/dist/style.css"><script type="module">'
        "import { createChat } from '/package/dist/chat.bundle.es.js';"
        "createChat({ webhookUrl: '/hook' });</script>",
    ),
]


class Shelf:
    """Serves a page at `url`, and the files of a package; used as a context.

    A real server on this machine: Chromium keeps pages of unknown places from
    asking local addresses.
    """

    def __init__(self, body: str = "", package: Path | None = None) -> None:
        self.body, self.package = body, package
        self.weights: dict[str, int] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Shelf":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def find(self, path: str) -> tuple[str, bytes] | None:
        """Kind and content of the page or of a file, whose packed weight is noted."""
        if path == "/":
            return "text/html", FRAME.format(body=self.body).encode()
        if not (self.package and path.startswith("/package/")):
            return None
        file = self.package / path.removeprefix("/package/")
        content = file.read_bytes()
        self.weights[path] = packed(content)
        kind = "text/javascript" if file.suffix == ".mjs" else mimetypes.guess_type(path)[0]
        return kind or "text/plain", content

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = shelf.find(self.path)
                kind, content = found or ("text/plain", b"")
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Nothing is said."""

        return Handler


def packed(content: bytes) -> int:
    """Bytes of it when gzip has packed it as well as it can."""
    return len(gzip.compress(content, 9, mtime=0))
