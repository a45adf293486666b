"""The pages that are measured: an empty one, one with our tag, one with each rival."""

import gzip
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chatbot.bench.frame import CannotMeasure
from chatbot.boot import npm

SHOP = "http://shop.localhost"
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
        "createChat({ webhookUrl: 'http://shop.localhost/hook' });</script>",
    ),
]


@dataclass
class Shelf:
    """Answers what a page at `SHOP` asks for, and weighs the scripts and styles it was given."""

    body: str
    package: Path | None = None
    weights: dict[str, int] = field(default_factory=dict)

    def answer(self, route: Any) -> None:
        """The page, a file of the package, or nothing: no page of a bench reaches the network."""
        path = urlsplit(route.request.url).path
        if path == "/":
            route.fulfill(content_type="text/html", body=FRAME.format(body=self.body))
        elif self.package and path.startswith("/package/"):
            file = self.package / path.removeprefix("/package/")
            content = file.read_bytes()
            self.weights[path] = packed(content)
            kind = "text/javascript" if file.suffix == ".mjs" else mimetypes.guess_type(path)[0]
            route.fulfill(content_type=kind or "text/plain", body=content)
        else:
            route.fulfill(status=404, body="")


def packed(content: bytes) -> int:
    """Bytes of it when gzip has packed it as well as it can."""
    return len(gzip.compress(content, 9, mtime=0))
