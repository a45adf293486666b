"""Four ways in, each by one hand that keeps count of what was answered."""

import http.client
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from chatbot.bench.hardening.urls import addresses
from chatbot.bench.inputs.making import Maker
from chatbot.bench.stack import Stack
from chatbot.live.protocol import SUBPROTOCOL

SECONDS = 30
METHODS = ["GET", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]
TYPES = [
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "x",
]
OF_VISITORS = ["send", "feedback", "csat", "mail", "prechat", "transcript", "session", "upload"]
# These end the session, and a form that changes the operator's password ends the bench.
NOT_ASKED = ("/widget/logout", "/account/", "/admin/logout", "/admin/password", "/widget/stream")


@dataclass
class Tally:
    """What one way in was sent and answered; `taken` holds what was acknowledged, by its id."""

    sent: int = 0
    errors: list[str] = field(default_factory=list)
    unanswered: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    taken: dict[str, Any] = field(default_factory=dict)


class Hand:
    """A client of one visitor, with a line that is opened again where it breaks."""

    def __init__(
        self, stack: Stack, session: dict[str, Any], maker: Maker, cookie: str = ""
    ) -> None:
        self.stack, self.session, self.make = stack, session, maker
        self.tally = Tally()
        self._headers = {"Origin": stack.url}
        if cookie:
            self._headers["Cookie"] = cookie
        self._line: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
        """Status and body of the answer; 0 where there was none."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self._line = self._line or http.client.HTTPConnection(
                "127.0.0.1", self.stack.web_port, timeout=SECONDS
            )
            self._line.request(method, path, body, self._headers | named)
            answer = self._line.getresponse()
            read = answer.read()
        except (OSError, http.client.HTTPException) as error:
            if self._line:
                self._line.close()
            self._line = None
            self.tally.unanswered += 1
            self.tally.errors.append(f"{method} {path[:80]}: no answer ({error!r})")
            return 0, b""
        self.tally.answers[str(answer.status)] += 1
        if answer.status >= 500:
            self.tally.errors.append(f"{method} {path[:80]}: {answer.status} {read[:200]!r}")
        return answer.status, read

    def by_http(self, number: int) -> None:
        """So many requests: what visitors ask, and any address with any question behind it."""
        chance, paths = (
            self.make.chance,
            [one for one in addresses() if not one.startswith((*NOT_ASKED, "/static/"))],
        )
        for _ in range(number):
            self.tally.sent += 1
            if chance.random() < 0.7:
                self._as_visitor()
                continue
            query = urlencode(
                {
                    chance.choice(
                        ["q", "page", "p", "o", "tenant", "period", "from", "x"]
                    ): self.make.text().encode("utf-8", "replace")
                }
            )
            path = chance.choice([*paths, "/" + quote(self.make.text().encode("utf-8", "replace"))])
            self.ask(
                chance.choice(["GET", "GET", "HEAD", "OPTIONS"]), f"{path}?{query}"[:3000], b""
            )

    def _as_visitor(self) -> None:
        chance = self.make.chance
        what = chance.choice(OF_VISITORS)
        body: Any = (
            self.make.frame()
            if what == "send"
            else {
                name: self.make.value()
                for name in ("message", "value", "score", "email", "fields", "comment", "reason")
            }
        )
        if what == "session":
            body = {
                "key": chance.choice([self.session["key"], self.make.value()]),
                "page": self.make.value(),
                "context": self.make.value(),
                "locale": self.make.value(),
                "puzzle": self.make.value(),
                "token": chance.choice([self.session["token"], self.make.value()]),
            }
        sent = self.make.json(body)
        status, answer = self.ask(
            "POST" if chance.random() < 0.9 else chance.choice(METHODS),
            f"/widget/{what}",
            sent,
            Authorization=f"Bearer {self.session['token']}",
            Content_Type=chance.choice(TYPES),
        )
        if what == "send" and status == 200 and b'"ack"' in answer:
            self._took(sent, orjson.loads(answer))

    def _took(self, sent: bytes, answer: dict[str, Any]) -> None:
        """What was acknowledged must be there in the end."""
        try:
            frame = orjson.loads(sent)
        except orjson.JSONDecodeError:
            return
        if answer.get("type") != "ack" or frame.get("type") != "message.send":
            return
        if answer["id"] == str(uuid.UUID(frame["id"])):
            self.tally.taken.setdefault(answer["id"], frame["text"])
        else:
            self.tally.errors.append(f"{frame['id']} was acknowledged as {answer['id']}")

    def by_socket(self, number: int) -> None:
        """So many frames, each answered before the next; a socket closed on us is opened again."""
        line: ClientConnection | None = None
        while self.tally.sent < number:
            self.tally.sent += 1
            frame = self.make.frame()
            try:
                line = line or self._socket()
                packed = self.make.json(frame)
                line.send(packed.decode("utf-8", "replace"))
                line.send('{"type":"ping"}')
                while (said := orjson.loads(line.recv(SECONDS)))["type"] != "pong":
                    self.tally.answers[said["type"]] += 1
                    if said["type"] == "error" and said["code"] == "not_now":
                        self.tally.errors.append(f"{packed[:200]!r}: {said}")
                    if said["type"] == "ack":
                        self._took(packed, said)
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 0
                self.tally.answers[f"closed {code}"] += 1
                if code in (0, 1006, 1011):
                    self.tally.errors.append(f"{frame}: closed with {code}")
                line = None
            except TimeoutError:
                self.tally.unanswered += 1
                line = None
        if line:
            line.close()

    def _socket(self) -> ClientConnection:
        asked = {"key": self.session["key"], "token": self.session["token"]}
        _, answer = self.ask("POST", "/widget/session", orjson.dumps(asked))
        opened = orjson.loads(answer)
        line = connect(
            opened["socket"], origin=Origin(self.stack.url), proxy=None,
            subprotocols=[Subprotocol(SUBPROTOCOL), Subprotocol(f"ticket.{opened['ticket']}")],
        )  # fmt: skip
        line.send('{"type":"resume","after":2000000000}')
        while orjson.loads(line.recv(SECONDS))["type"] not in ("ready", "error"):
            pass
        return line

    def by_upload(self, number: int) -> None:
        """So many files as a visitor sends them."""
        for _ in range(number):
            self.tally.sent += 1
            name, content = self.make.file()
            kind, body = self.make.form({"client_id": self.make.uuid()}, "file", [(name, content)])
            if self.make.chance.random() < 0.1:
                body = self.make.spoilt(body)
                content = b""
            status, answer = self.ask(
                "POST", "/widget/upload", body,
                Authorization=f"Bearer {self.session['token']}", Content_Type=kind,
            )  # fmt: skip
            if status == 200 and content:
                self.tally.taken[orjson.loads(answer)["id"]] = content

    def by_import(self, number: int, tenant: int, token: str, together: int) -> None:
        """So many files as the operator uploads them: knowledge by the score, costs one by one."""
        common = {"csrfmiddlewaretoken": token}
        while self.tally.sent < number:
            files = [self.make.file() for _ in range(together)]
            form = common | {"tenant": str(tenant), "language": "en"}
            kind, body = self.make.form(form, "documents", files)
            self.tally.sent += together
            status, _ = self.ask(
                "POST", "/admin/chatbot/document/upload/", body, Content_Type=kind,
                Referer=f"{self.stack.url}/admin/",
            )  # fmt: skip
            if status == 302:
                self.tally.taken[f"job {self.tally.sent}"] = len(files)
            for _ in range(together):
                self.tally.sent += 1
                costs = [("costs.csv", self.make.table())]
                kind, body = self.make.form(common, "file", costs)
                self.ask("POST", "/admin/reports/reconciliation/", body, Content_Type=kind)
