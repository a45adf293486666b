"""Frames of the protocol are read exactly, and anything else is refused with a reason."""

import json
import uuid

import pytest

from chatbot.live.protocol import (
    Again,
    AskForPerson,
    BadFrame,
    Frame,
    Ping,
    Resume,
    Send,
    Stop,
    parse,
)
from tests import frames

ID, REPLY = uuid.uuid4(), uuid.uuid4()


@pytest.mark.parametrize(
    ("frame", "read"),
    [
        ({"type": "ping"}, Ping()),
        ({"type": "resume"}, Resume(0, None, 0, 0)),
        (
            {"type": "resume", "after": 17, "reply": "r", "claim": 1, "offset": 412},
            Resume(17, "r", 1, 412),
        ),
        ({"type": "message.send", "id": str(ID), "text": "Hi"}, Send(ID, "Hi")),
        ({"type": "reply.stop", "reply": str(REPLY)}, Stop(REPLY)),
        ({"type": "reply.again", "id": str(ID), "reply": str(REPLY)}, Again(ID, REPLY)),
        ({"type": "person.ask", "id": str(ID)}, AskForPerson(ID)),
    ],
)
def test_a_frame_is_read(frame, read):
    assert parse(json.dumps(frame)) == read
    assert parse(json.dumps(frame | {"later": "field"})) == read


@pytest.mark.parametrize("text", frames.right_frames())
def test_whatever_is_right_is_taken(text):
    assert isinstance(parse(text), Frame)


@pytest.mark.parametrize("text", frames.ALSO_A_PING.values(), ids=frames.ALSO_A_PING)
def test_what_json_leaves_open_makes_no_difference(text):
    assert parse(text) == Ping()


@pytest.mark.parametrize(
    ("text", "field"), [pair for kind in frames.FRAMES for pair in frames.wrong_frames(kind)]
)
def test_a_field_that_is_wrong_is_named(text, field):
    with pytest.raises(BadFrame, match=rf"^{field} is \w+"):
        parse(text)


@pytest.mark.parametrize(
    "text", [None, *frames.NO_FRAMES.values()], ids=["binary", *frames.NO_FRAMES]
)
def test_anything_else_is_refused_with_a_reason(text):
    with pytest.raises(BadFrame, match=r"\w+ \w+"):
        parse(text)


def test_whoever_sends_an_unknown_type_is_told_all_there_are():
    with pytest.raises(BadFrame) as refusal:
        parse('{"type": "hello"}')
    assert all(kind in str(refusal.value) for kind in frames.FRAMES)
