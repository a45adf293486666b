"""A small site on this machine, as tests fetch it."""

import contextlib
import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Site:
    """Pages by path; `asked` holds every path and its headers."""

    def __init__(self, port: int) -> None:
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, Any]] = []
        self.place = f"127.0.0.1:{port}"
        self.url = f"http://{self.place}"
        self.drip = 0.0

    def put(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> str:
        """The page stands there; returns its address."""
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, {"Content-Type": "text/html; charset=utf-8"} | named, content)
        return self.url + path

    def times(self, path: str) -> int:
        """How often the path was asked for."""
        return sum(one == path for one, _ in self.asked)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site: Site = self.server.site
        site.asked.append((self.path, self.headers))
        status, headers, body = site.pages.get(self.path, (404, {}, b"none"))
        if headers.get("ETag") and self.headers["If-None-Match"] == headers["ETag"]:
            status, body = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            if site.drip:
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(site.drip)
            else:
                self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Tests stay silent."""


@contextlib.contextmanager
def running_site(settings: Any) -> Iterator[Site]:
    """A site that the operator allows to be fetched though it is inside."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.site = Site(server.server_port)
    settings.FETCH_INSIDE = [server.site.place]
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        server.server_close()


def packed(text: str) -> bytes:
    """The text as gzip."""
    return gzip.compress(text.encode())
