"""A site of help pages with a sitemap, on an address of this machine."""

import contextlib
import http.server
import threading
from collections.abc import Iterator, Sequence

from chatbot.bench.words.corpus import clean

PARAGRAPHS, SENTENCES = 4, 5


def pages(number: int) -> list[str]:
    """So many pages of HTML with four headings each, every other one in Chinese."""
    texts = clean()
    found = []
    for at in range(number):
        language = "zh" if at % 2 else "en"
        some = texts[language]
        parts = []
        for part in range(PARAGRAPHS):
            begin = (at * PARAGRAPHS + part) * SENTENCES % (len(some) - SENTENCES)
            words = " ".join(some[begin : begin + SENTENCES]).replace("&", "and").replace("<", "")
            parts.append(f"<h2>Part {part + 1}</h2><p>{words}</p>")
        found.append(
            f"<html lang={language}><title>Page {at + 1}</title><main><h1>Page {at + 1}</h1>"
            f"{''.join(parts)}</main></html>"
        )
    return found


@contextlib.contextmanager
def serve(site: Sequence[str]) -> Iterator[str]:
    """The host and port under which these pages, and `/sitemap.xml`, can be fetched."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    host = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(site: Sequence[str]) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        """Answers with a page, the list of all, or 404."""

        def do_GET(self) -> None:
            host = self.headers["Host"]
            if self.path == "/sitemap.xml":
                urls = "".join(
                    f"<url><loc>http://{host}/p/{at}</loc></url>" for at in range(len(site))
                )
                names = "http://www.sitemaps.org/schemas/sitemap/0.9"
                self._answer(f'<urlset xmlns="{names}">{urls}</urlset>', "application/xml")
            elif self.path.startswith("/p/"):
                self._answer(site[int(self.path[3:])], "text/html")
            else:
                self.send_error(404)

        def _answer(self, text: str, kind: str) -> None:
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: thousands of lines would say what the figures say."""

    return Handler
