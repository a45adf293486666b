"""Send a tool's request: to the public internet only, in time, and no further than asked."""

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from chatbot.tools.requests import Request
from chatbot.waits import waits
from conversations.outside import Line, NotOutside, line_to

READ_BYTES = 65536


class CallFailed(Exception):
    """There is no answer; the text tells staff why.

    `may_have_arrived` where the request had left: then nobody knows whether
    it was done. `duration_ms` is how long it took to fail.
    """

    duration_ms = 0

    def __init__(self, why: str, *, may_have_arrived: bool = False) -> None:
        super().__init__(why)
        self.may_have_arrived = may_have_arrived


@dataclass(frozen=True)
class Answered:
    """An answer as it came, whatever its status."""

    status: int
    content: bytes
    duration_ms: int


def send(request: Request, *, seconds: float, most_bytes: int, inside: Sequence[str]) -> Answered:
    """The answer; `CallFailed` where there is none, it is too long or late, or leads elsewhere.

    Plain http goes only to hosts that `inside` names: a credential is not
    sent over the internet in the open. Redirects are not followed.
    """
    began = time.monotonic()
    try:
        return _send(request, began, seconds, most_bytes, inside)
    except CallFailed as failure:
        failure.duration_ms = _since(began)
        raise
    finally:
        waits.tools += time.monotonic() - began


def _send(
    request: Request, began: float, seconds: float, most_bytes: int, inside: Sequence[str]
) -> Answered:
    parts = urlsplit(request.url)
    plain = f"{parts.hostname}:{parts.port or 80}" in inside
    try:
        line = line_to(request.url, seconds=seconds, plain=plain, inside=inside)
        line.connection.connect()
    except NotOutside as reason:
        raise CallFailed(str(reason)) from None
    except OSError as error:
        raise CallFailed(f"{parts.hostname} could not be reached: {error}") from None
    left = seconds - (time.monotonic() - began)
    cut = threading.Timer(max(0.0, left), _hang_up, [line.connection])
    cut.start()
    try:
        answer = _ask(line, request, most_bytes)
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = time.monotonic() - began >= seconds - 0.05
        said = f"there was no answer within {seconds:g} s" if late else str(error) or repr(error)
        raise CallFailed(f"The call broke off: {said}.", may_have_arrived=True) from None
    finally:
        cut.cancel()
        line.connection.close()
    status, content = answer
    return Answered(status, content, _since(began))


def _ask(line: Line, request: Request, most_bytes: int) -> tuple[int, bytes]:
    line.connection.request(request.method, line.path, request.body, request.headers)
    with line.connection.getresponse() as answer:
        content = bytearray()
        while data := answer.read1(READ_BYTES):
            content += data
            if len(content) > most_bytes:
                why = f"The answer is longer than {most_bytes:,} bytes."
                raise CallFailed(why, may_have_arrived=True)
        if answer.length:
            raise CallFailed("The connection broke in the answer.", may_have_arrived=True)
        return answer.status, bytes(content)


def _hang_up(connection: http.client.HTTPConnection) -> None:
    with contextlib.suppress(OSError):
        if connection.sock:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
