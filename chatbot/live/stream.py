"""The visitor's line where sockets do not get through: the same frames as server-sent events.

What the visitor says goes by `POST /widget/send`.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import orjson
from django.db import Error
from django.http import HttpResponse

from chatbot.live import protocol
from chatbot.live.bridge import in_database
from chatbot.live.company import VisitorCompany
from chatbot.live.handshake import Admitted, admit_page
from chatbot.live.line import Line
from chatbot.live.mailbox import mailbox
from chatbot.live.signs import Sign
from conversations.models import Event
from conversations.selectors.events import stand_of

logger = logging.getLogger(__name__)

PATH = "/widget/stream"
# Proxies end what is silent for a minute; and a hint that got lost is noticed then.
BEAT_SECONDS = 15.0
# A proxy that keeps a stream open for ever must not keep us: the browser comes back.
LONGEST_SECONDS = 3600.0

# Django's answers get theirs from its middleware, which this one never passes.
UNSHOWN = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"same-origin"),
]

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[Any], Awaitable[None]]
# Given path, headers and query; what it refuses comes as the answer to send.
Door = Callable[[str, dict[str, str], str], Admitted | HttpResponse]


async def visitor_stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Every frame that a socket would be sent, until the browser goes.

    `after`, `reply`, `claim` and `offset` in the address are those of `resume`.
    """
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    origin = headers.get("origin", "")
    if scope["method"] == "OPTIONS":
        await _answer(send, 204, origin, b"", preflight=True)
        return
    if scope["method"] != "GET":
        await _refuse(send, 405, origin, "bad_request", "Send GET.")
        return
    try:
        resume = _resume(scope["query_string"].decode("latin-1"))
        admitted = await in_database(admit_page, headers)
    except protocol.BadFrame as error:
        await _refuse(send, 400, origin, "bad_request", str(error))
        return
    except Error:
        logger.exception("Postgres is away; the browser will come back")
        await _refuse(send, 503, origin, "not_now", "Not just now; come back in a few seconds.")
        return
    if admitted is None:
        await _refuse(send, 403, origin, "no_session", "The visit has expired; reload the page.")
        return
    await _start(send, origin)
    await _until_gone(receive, _tell(send, admitted, resume))


async def _tell(send: Send, admitted: Admitted, resume: protocol.Resume) -> None:
    """The line runs; a comment now and then shows that it lives."""

    async def write(text: str) -> None:
        await send(_part(as_event(text)))

    company = VisitorCompany(str(uuid.uuid4()), write)
    conversation_id = admitted.conversation.pk

    async def hear(sign: Sign) -> None:
        await company.hear(sign, conversation_id)

    line = Line(conversation_id, mailbox(), write, hear)
    try:
        await _beating(send, line, conversation_id, resume)
    finally:
        company.leave(conversation_id)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _beating(send: Send, line: Line, conversation_id: int, resume: protocol.Resume) -> None:
    running = asyncio.create_task(line.run(resume))
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            while not running.done():
                await asyncio.wait([running], timeout=BEAT_SECONDS)
                if not running.done():
                    await send(_part(b":\n\n"))
                    with contextlib.suppress(Error):
                        newest, _ = await in_database(stand_of, conversation_id)
                        line.expect(newest)
    except TimeoutError:
        pass
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def program_stream(scope: Scope, receive: Receive, send: Send, door: Door) -> None:
    """The same frames for a program, which is nobody's company; `door` says whether it may hear.

    With `until=reply` in the address the stream ends when a reply does.
    """
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query = scope["query_string"].decode("latin-1")
    try:
        admitted = await in_database(door, scope["path"], headers, query)
    except Error:
        logger.exception("Postgres is away; the program will come back")
        await _refuse(send, 503, "", "not_now", "Not just now; come back in a few seconds.")
        return
    if isinstance(admitted, HttpResponse):
        named = [(k.lower().encode(), v.encode("latin-1")) for k, v in admitted.items()]
        await send(
            {"type": "http.response.start", "status": admitted.status_code, "headers": named}
        )
        await send({"type": "http.response.body", "body": admitted.content, "more_body": False})
        return
    until_reply = parse_qs(query).get("until") == ["reply"]
    await _start(send, "")
    await _until_gone(receive, _relay(send, admitted, _resume(query), until_reply))


async def _relay(
    send: Send, admitted: Admitted, resume: protocol.Resume, until_reply: bool
) -> None:
    ended = asyncio.Event()

    async def write(text: str) -> None:
        await send(_part(as_event(text)))
        frame = orjson.loads(text)
        if until_reply and frame["type"] == "event" and frame["kind"] in Event.ENDINGS:
            ended.set()

    async def hear(_: Sign) -> None:
        """Who types and who is here is for people."""

    conversation_id = admitted.conversation.pk
    line = Line(conversation_id, mailbox(), write, hear)
    telling = asyncio.create_task(_beating(send, line, conversation_id, resume))
    waiting = asyncio.create_task(ended.wait())
    try:
        await asyncio.wait([telling, waiting], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (telling, waiting):
            task.cancel()
        await asyncio.gather(telling, waiting, return_exceptions=True)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def checked_place(query: str) -> None:
    """Nothing happens where the address says what is known in numbers; else `BadFrame`."""
    _resume(query)


async def _until_gone(receive: Receive, telling: Any) -> None:
    """What is told ends with itself, or when the browser hangs up."""
    told = asyncio.create_task(telling)
    gone = asyncio.create_task(_hung_up(receive))
    try:
        await asyncio.wait([told, gone], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (told, gone):
            task.cancel()
        results = await asyncio.gather(told, gone, return_exceptions=True)
    for result in results:
        # the browser vanished while something was being sent to it
        if isinstance(result, Exception) and not isinstance(result, OSError):
            logger.error("A visitor's stream broke", exc_info=result)


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def as_event(frame: str) -> bytes:
    """The frame as one server-sent event; the number of a log's event is its id."""
    read = orjson.loads(frame)
    number = f"id: {read['seq']}\n" if read["type"] == "event" else ""
    return f"{number}data: {frame}\n\n".encode()


def _resume(query: str) -> protocol.Resume:
    """What the address says the browser has seen; `BadFrame` where it says nonsense."""
    given: dict[str, Any] = {name: values[-1] for name, values in parse_qs(query).items()}
    for name in ("after", "claim", "offset"):
        if name in given:
            value = given[name]
            given[name] = int(value) if value.isascii() and value.isdigit() else value
    frame = protocol.parse(orjson.dumps(given | {"type": "resume"}).decode())
    if not isinstance(frame, protocol.Resume):  # never: the type is ours
        raise protocol.BadFrame("This is no resume.")
    return frame


async def _start(send: Send, origin: str) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        # proxies that collect a whole answer first would never send it
        (b"x-accel-buffering", b"no"),
        *_shared(origin),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send(_part(b":\n\n"))


async def _refuse(send: Send, status: int, origin: str, code: str, text: str) -> None:
    await _answer(send, status, origin, orjson.dumps({"error": code, "message": text}))


async def _answer(
    send: Send, status: int, origin: str, body: bytes, *, preflight: bool = False
) -> None:
    headers = [(b"content-type", b"application/json"), *_shared(origin)]
    if preflight:
        headers += [
            (b"access-control-allow-methods", b"GET"),
            (b"access-control-allow-headers", b"authorization, content-type"),
            (b"access-control-max-age", b"3600"),
        ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _shared(origin: str) -> list[tuple[bytes, bytes]]:
    """The page that asked may read the answer."""
    headers = [(b"vary", b"Origin"), (b"cache-control", b"no-store"), *UNSHOWN]
    if origin:
        headers.append((b"access-control-allow-origin", origin.encode("latin-1")))
    return headers


def _part(body: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": True}
