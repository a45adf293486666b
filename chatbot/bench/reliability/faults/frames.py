"""What clients send that no widget would: huge, broken and hostile frames."""

import contextlib
import json
import logging
import random
import struct
import time
import uuid
from collections.abc import Iterator

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from chatbot.bench.reliability.catalogue import row
from chatbot.bench.reliability.rig import Rig
from chatbot.live.protocol import SUBPROTOCOL
from conversations.models.messages import MAX_MESSAGE_CHARACTERS

FRAME_LIMIT = 65536
# The client library is as surprised as the server by what is sent here.
quiet = logging.getLogger("bench.frames")
quiet.setLevel(logging.CRITICAL + 1)
HOSTILE = [
    "before\0after",
    "lone \ud800 surrogate \udc00",
    "\u202eright to left override\u202c \u2066isolate\u2069",
    "zero\u200bwidth\u200cjoin\u200der\ufeff",
    "e" + "\u0301" * 3000,
    "<script>alert(1)</script> ' OR 1=1; -- {{7*7}} ${7*7} %s %n",
    "\x01\x02\x1b[31m\x7f\x85\u2028\u2029",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea \U000e0041\U000e007f",
    "= + - @ \t formula",
    "\ufffe\uffff\U0010ffff",
    '"\\u0000" \\ud800 \\',
]


@row(11, "huge_message", quick=True)
def huge_message(rig: Rig) -> None:
    """Messages of one byte up to 32 MB: the small are taken, the long refused with a reason."""
    before = rig.web_memory_mb()
    wrong = 0
    for size, code in [
        (1, ""),
        (MAX_MESSAGE_CHARACTERS - 1, ""),
        (MAX_MESSAGE_CHARACTERS, ""),
        (MAX_MESSAGE_CHARACTERS + 1, "too_long"),
        (60_000, "too_long"),
    ]:
        with _socket(rig) as socket:
            wrong += _answer_to(socket, "x" * size) != (code or "ack")
        rig.inject("huge_message")
    for size in (FRAME_LIMIT - 100, FRAME_LIMIT + 1, 2**20, 32 * 2**20):
        with _socket(rig) as socket:
            said = _answer_to(socket, "x" * size)
            wrong += said not in ("too_long", "closed")
        rig.inject("huge_message")
    rig.found("huge_message", "huge_messages_badly_answered", wrong, bound=0)
    rig.found("huge_message", "huge_message_web_mb", rig.web_memory_mb() - before, bound=64.0)


@row(12, "malformed_frames", quick=True)
def malformed_frames(rig: Rig) -> None:
    """Broken JSON, binary, wrong types and frames no one may send: an error or a closed socket."""
    rng = rig.rng("malformed_frames")
    before = rig.tracebacks("web")
    silent = 0
    for number in range(40 if rig.quick else 200):
        with _socket(rig) as socket:
            if number % 2:
                socket.socket.sendall(_broken_frame(rng))
            else:
                socket.send(_broken_json(rng))
            silent += not _reacts(socket)
        rig.inject("malformed_frames")
    with _socket(rig) as socket:
        frame = json.dumps({"type": "message.send", "id": str(uuid.uuid4()), "text": "In bytes?"})
        socket.send(iter(frame))  # every character a fragment of its own
        silent += _next_word(socket) != "ack"
        rig.inject("malformed_frames")
    time.sleep(1)
    rig.found("malformed_frames", "malformed_without_reaction", silent, bound=0)
    rig.found("malformed_frames", "malformed_tracebacks", rig.tracebacks("web") - before, bound=0)


@row(13, "hostile_text", quick=True)
def hostile_text(rig: Rig) -> None:
    """NUL, lone surrogates, bidi, zero width, 6 kB of combining marks: stored or refused.

    They are sent as messages; the widget asks for no name or e-mail yet.
    """
    tabs = rig.newcomers(len(HOSTILE))
    for tab, text in zip(tabs, HOSTILE, strict=True):
        rig.load("ask", label="hostile_text", tabs=[tab], text=text)
        rig.inject("hostile_text")
    left = rig.answered("hostile_text")
    failed = rig.load("refusals", tabs=tabs, code="not_now")
    rig.found("hostile_text", "hostile_text_failed", left + failed, bound=0)


@contextlib.contextmanager
def _socket(rig: Rig) -> Iterator[ClientConnection]:
    """A socket of a new visitor that is up to date; how it ends does not matter."""
    fleet = rig.fleet
    session = fleet.open_session(rig.tenant.public_key)
    socket = connect(
        session["socket"],
        origin=Origin(fleet.url),
        subprotocols=[Subprotocol(SUBPROTOCOL), Subprotocol(f"ticket.{session['ticket']}")],
        compression=None,
        close_timeout=1,
        ping_interval=None,
        logger=quiet,
    )
    socket.send('{"type":"resume","after":0}')
    while json.loads(socket.recv(10))["type"] != "ready":
        pass
    try:
        yield socket
    finally:
        with contextlib.suppress(OSError, ConnectionClosed):
            socket.close()


def _answer_to(socket: ClientConnection, text: str) -> str:
    """What the server says to this message: ack, the code of its error, or closed."""
    frame = {"type": "message.send", "id": str(uuid.uuid4()), "text": text}
    try:
        socket.send(json.dumps(frame))
    except (ConnectionClosed, OSError):
        return "closed"
    return _next_word(socket)


def _next_word(socket: ClientConnection) -> str:
    try:
        while True:
            frame = json.loads(socket.recv(10))
            if frame["type"] in ("ack", "error"):
                return frame.get("code", "ack")
    except (ConnectionClosed, OSError):
        return "closed"
    except TimeoutError:
        return "silence"


def _reacts(socket: ClientConnection) -> bool:
    """Whether an error or a closing comes; what is only half a frame is waited for in silence."""
    with contextlib.suppress(ConnectionClosed, OSError):
        socket.send('{"type":"ping"}')
    return _next_word(socket) != "silence"


def _broken_json(rng: random.Random) -> str | bytes:
    """A frame that is right for a socket and wrong for the protocol."""
    broken: list[str | bytes] = [
        "", "{", "[]", "null", "17", '"text"', "[" * 30_000, '{"type":"message.send"}',
        '{"type":"message.send","id":"no uuid","text":"x"}',
        '{"type":"message.send","id":null,"text":null}', '{"type":17}', '{"type":"nothing"}',
        '{"type":"resume","after":-1}', '{"type":"resume","after":1e400}',
        '{"type":"resume","after":"1"}', '{"type":"reply.stop","reply":[]}',
        '{"type":"reply.again","id":{},"reply":1}', '{"type":"person.ask"}',
        rng.randbytes(rng.randint(1, 300)), b"\xff\xfe\x00",
    ]  # fmt: skip
    return rng.choice(broken)


def _broken_frame(rng: random.Random) -> bytes:
    """Bytes that the socket protocol forbids."""
    mask, body = rng.randbytes(4), b"x" * rng.randint(0, 100)
    length = bytes([0x80 | len(body)])
    return rng.choice([
        bytes([0x83]) + length + mask + body,  # a reserved opcode
        bytes([0x8B]) + length + mask + body,
        bytes([0xC1]) + length + mask + body,  # a reserved bit
        bytes([0x81, len(body)]) + body,  # not masked
        bytes([0x09]) + length + mask + body,  # a ping in pieces
        bytes([0x89, 0xFE]) + struct.pack("!H", 300) + mask + b"x" * 300,  # a ping too long
        bytes([0x80]) + length + mask + body,  # goes on with nothing
        bytes([0x81, 0x82]) + b"\0\0\0\0" + b"\xff\xff",  # text that is not UTF-8
        bytes([0x88, 0x82]) + b"\0\0\0\0" + struct.pack("!H", 1005),  # a code not to be sent
        bytes([0x88, 0x81]) + b"\0\0\0\0" + b"\x03",  # half a code
        bytes([0x81, 0xFF]) + struct.pack("!Q", 2**63 - 1) + mask,  # longer than memory
    ])  # fmt: skip
