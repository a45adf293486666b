"""How a page gets in: a session of the tenant by plain HTTP, and the ticket it gives."""

import asyncio
import http.client
import json
from dataclasses import dataclass
from typing import Any

PATIENCE_S = 10


class Refused(Exception):
    """The server answered the page with an error; the widget tries again later."""


@dataclass
class Door:
    """One browser's way in: its token is kept, its ticket is thrown away where it is refused."""

    key: str
    port: int
    token: str | None = None
    ticket: str = ""
    conversation: str = ""

    @property
    def origin(self) -> str:
        """The page's own address, which is the server's."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket(self) -> str:
        """Where the socket is opened."""
        return f"ws://127.0.0.1:{self.port}/ws/visitor/"

    @property
    def has_ticket(self) -> bool:
        """Whether a socket may be tried."""
        return bool(self.ticket)

    def forget_ticket(self) -> None:
        """It may be too old; the next try asks for another."""
        self.ticket = ""

    async def enter(self) -> None:
        """The session is open and the ticket is fresh; `Refused` or `OSError` where not."""
        answer = await asyncio.to_thread(self._post)
        self.token, self.ticket = answer["token"], answer["ticket"]
        self.conversation = answer["conversation"]

    def _post(self) -> dict[str, Any]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            body = json.dumps({"key": self.key, "token": self.token, "locale": "en"})
            headers = {"Content-Type": "application/json", "Origin": self.origin}
            line.request("POST", "/widget/session", body, headers)
            answer = line.getresponse()
            text = answer.read()
        except http.client.HTTPException as error:
            raise OSError(f"no whole answer: {error!r}") from None
        finally:
            line.close()
        if answer.status != 200:
            raise Refused(f"{answer.status}: {text[:200].decode(errors='replace')}")
        return json.loads(text)
