"""Frames of the protocol are read exactly, and anything else is refused with a reason."""

import json
import uuid

import pytest

from chatbot.live.protocol import BadFrame, Ping, Resume, Send, parse

ID = uuid.uuid4()


@pytest.mark.parametrize(
    ("frame", "read"),
    [
        ({"type": "ping"}, Ping()),
        ({"type": "ping", "later": "field"}, Ping()),
        ({"type": "resume"}, Resume(0, None, 0, 0)),
        (
            {"type": "resume", "after": 17, "reply": "r", "claim": 1, "offset": 412},
            Resume(17, "r", 1, 412),
        ),
        ({"type": "message.send", "id": str(ID), "text": "Hi"}, Send(ID, "Hi")),
    ],
)
def test_a_frame_is_read(frame, read):
    assert parse(json.dumps(frame)) == read


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "not JSON",
        "[]",
        "17",
        '"ping"',
        "{}",
        '{"type": null}',
        '{"type": "unknown"}',
        '{"type": "resume", "after": -1}',
        '{"type": "resume", "after": "17"}',
        '{"type": "resume", "after": true}',
        '{"type": "resume", "after": 1e99}',
        '{"type": "resume", "after": 99999999999999}',
        '{"type": "resume", "reply": 5}',
        '{"type": "message.send"}',
        '{"type": "message.send", "id": "x", "text": "Hi"}',
        '{"type": "message.send", "id": 5, "text": "Hi"}',
        f'{{"type": "message.send", "id": "{ID}"}}',
        f'{{"type": "message.send", "id": "{ID}", "text": ["Hi"]}}',
        "[" * 5000,
    ],
)
def test_anything_else_is_refused_with_a_reason(text):
    with pytest.raises(BadFrame, match=r"\w+ \w+"):
        parse(text)
