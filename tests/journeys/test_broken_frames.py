"""Whatever a socket is sent, it answers with a reason or closes, and nothing breaks."""

import contextlib
import json
import uuid

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.frames import Frame, Opcode

from conversations.models import Conversation, Message
from tests import frames
from tests.factories import make_tenant
from tests.visitor import SocketVisitor, visiting

pytestmark = pytest.mark.usefixtures("nothing_breaks")

LIMIT = 65_536
AT_A_TIME = 9  # the tenth broken frame closes the line
PING = b'{"type": "ping"}'
PONG = {"type": "pong"}


@pytest.fixture
def key(live):
    return make_tenant().public_key


@pytest.fixture
def visitor(live, key):
    with visiting(live, key) as one:
        one.until_type("ready")
        yield one


def each_on_a_line(live, key, texts):
    """The error that answers each of these texts; no line is sent more than it bears."""
    for begin in range(0, len(texts), AT_A_TIME):
        with visiting(live, key) as visitor:
            visitor.until_type("ready")
            for text in texts[begin : begin + AT_A_TIME]:
                visitor.send(text)
                yield visitor.next()


def ping_of(size, letter="x"):
    """A ping of exactly so many bytes, with a field that nobody knows."""
    begin, end = '{"type": "ping", "more": "', '"}'
    room = size - len(begin) - len(end)
    letters = letter * (room // len(letter.encode()))
    return begin + letters + " " * (room - len(letters.encode())) + end


@pytest.mark.parametrize("kind", [kind for kind in frames.FRAMES if frames.wrong_frames(kind)])
def test_a_field_that_is_wrong_is_named_in_the_error(live, key, kind):
    texts, fields = zip(*frames.wrong_frames(kind), strict=True)
    answers = list(each_on_a_line(live, key, texts))
    assert [answer["code"] for answer in answers] == ["bad_frame"] * len(texts)
    assert [answer["text"].split()[0] for answer in answers] == list(fields)
    assert set(Conversation.objects.values_list("last_seq", flat=True)) == {0}


def test_what_is_no_frame_is_refused(live, key):
    answers = each_on_a_line(live, key, list(frames.NO_FRAMES.values()))
    assert {answer.get("code") for answer in answers} == {"bad_frame"}


@pytest.mark.parametrize("text", frames.ALSO_A_PING.values(), ids=frames.ALSO_A_PING)
def test_what_json_leaves_open_makes_no_difference(visitor, text):
    visitor.send(text)
    assert visitor.next() == PONG


def test_a_frame_in_binary_is_refused(visitor):
    visitor.send_raw(PING, text=False)
    assert visitor.next()["code"] == "bad_frame"
    visitor.send_raw(PING)
    assert visitor.next() == PONG


def test_a_frame_in_fragments_of_one_byte_is_a_frame(visitor):
    client_id = str(uuid.uuid4())
    frame = json.dumps(
        {"type": "message.send", "id": client_id, "text": "退货 🦕?"}, ensure_ascii=False
    ).encode()
    visitor.send_raw([frame[place : place + 1] for place in range(len(frame))])
    assert visitor.until_type("ack")["id"] == client_id
    assert Message.objects.get(role="visitor").text == "退货 🦕?"


@pytest.mark.parametrize(
    "broken",
    [
        b'{"type": "ping", "more": "\xff"}',
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        [b'{"type": "ping", "more": "\xe9\x80', b'"}'],
        b'{"type": "ping"}\xe9\x80',
    ],
    ids=["no UTF-8", "overlong", "a surrogate", "beyond Unicode", "in fragments", "cut at its end"],
)
def test_broken_utf_8_ends_the_line(visitor, broken):
    visitor.send_raw(broken)
    # uvicorn hangs up without a word, which RFC 6455 allows; 1007 would be the word
    assert visitor.closed_with() in (None, 1007)
    assert len(visitor.frames) == 1


@pytest.mark.parametrize("letter", ["x", "退"])
@pytest.mark.parametrize("size", [LIMIT - 1, LIMIT])
def test_a_frame_up_to_64_kb_is_read(visitor, size, letter):
    visitor.send(ping_of(size, letter))
    assert visitor.next() == PONG


@pytest.mark.parametrize("letter", ["x", "退"])
@pytest.mark.parametrize("size", [LIMIT + 1, 32 * LIMIT])
def test_a_frame_above_64_kb_closes_the_line(visitor, size, letter):
    visitor.send(ping_of(size, letter))
    assert visitor.closed_with() == 1009


def test_fragments_that_add_up_to_too_much_close_the_line(visitor):
    with contextlib.suppress(ConnectionClosedError):  # in the middle of what is sent
        visitor.send_raw([b" " * 1024] * 65)
    assert visitor.closed_with() == 1009


@pytest.mark.parametrize("bad", ["broken", '{"type": "hello"}', "[" * 5000, PING])
def test_the_tenth_broken_frame_closes_the_line_for_good(visitor, bad):
    for _ in range(10):
        visitor.send_raw(bad.encode() if isinstance(bad, str) else bad, text=isinstance(bad, str))
    assert visitor.closed_with() == 4400
    assert sum(frame["type"] == "error" for frame in visitor.frames) == 10


def test_a_browser_that_vanishes_in_the_middle_of_a_reply_breaks_nothing(live, key):
    live.behave([{"match": "*", "first_token_ms": 20, "token_ms": 10, "tokens": 100}])
    with visiting(live, key) as stays:
        for _ in range(5):
            goes = SocketVisitor(live, key, stays.session["token"]).connect()
            goes.until_type("ready")
            goes.say("Hello?")
            goes.until_type("delta")
            goes.vanish()
        for _ in range(5):
            assert len(stays.until_type("reply.done")["data"]["text"].split()) == 100


def test_a_line_that_is_cut_in_a_frame_stores_the_message_once_or_not_yet(live, key):
    visitor = SocketVisitor(live, key)
    client_id = str(uuid.uuid4())
    text = json.dumps({"type": "message.send", "id": client_id, "text": "Hello?"})
    frame = Frame(Opcode.TEXT, text.encode()).serialize(mask=True)
    for cut in range(0, len(frame) + 1, 3):
        visitor.connect(after=0)
        visitor.until_type("ready")
        visitor.vanish(frame[:cut])
    visitor.connect(after=0)
    visitor.say("Hello?", client_id)
    assert visitor.until_type("ack")["seq"] == 1
    visitor.close()
    assert Message.objects.filter(role="visitor").count() == 1
