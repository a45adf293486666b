"""An OpenID Connect server of one person, who is asked nothing."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def server(person: dict[str, Any]) -> Iterator[str]:
    """The address of a server that says who `person` is to whoever has a token of its."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith("openid-configuration"):
                names = ("authorization", "token", "userinfo")
                self._say({"issuer": address} | {f"{n}_endpoint": f"{address}/{n}" for n in names})
            else:
                known = self.headers["Authorization"] == "Bearer a-token"
                self._say(person if known else {"error": "invalid_token"})

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._say({"access_token": "a-token", "token_type": "Bearer", "expires_in": 60})

        def _say(self, what: dict[str, Any]) -> None:
            body = json.dumps(what).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    address = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
