"""`PROTOCOL.md` and the code name the same frames, events, fields and error codes."""

import ast
import dataclasses
import json
import re
import typing
import uuid

from chatbot.live import protocol
from conversations.models import Event
from tests import frames
from tests import protocol_document as document
from tests.house.source import modules

ASGI = ("websocket.", "http.")
REFUSALS = {"error", "Refused", "__init__", "refused", "_refuse"}


def constants(node_type, pick):
    """All texts that `pick` finds in nodes of this type, in what a socket's way goes through."""
    ways = (
        *("chatbot.live", "conversations.services", "chatbot.intake"),
        *("chatbot.views.replies", "chatbot.views.visits", "chatbot.views.widget"),
        "chatbot.identity",
    )
    return {
        found
        for name, tree in modules().items()
        if name.startswith(ways)
        for node in ast.walk(tree)
        if isinstance(node, node_type) and (found := pick(node))
    }


def text_of(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def frame_type(literal):
    """The type of a frame that is written as a dict; ASGI's own messages are none."""
    for key, value in zip(literal.keys, literal.values, strict=True):
        if key is not None and text_of(key) == "type":
            kind = text_of(value)
            return None if kind is None or kind.startswith(ASGI) else kind
    return None


def error_code(call):
    """The code that a call refuses with: `error("code", …)`, `Refused("code", …)` and its heirs."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name not in REFUSALS:
        return None
    texts = [text for one in call.args if (text := text_of(one))]
    # a logger's error is a sentence
    return next((text for text in texts if re.fullmatch("[a-z]+(_[a-z]+)*", text)), None)


def test_the_document_can_be_read():
    assert len(document.browser_frames()) > 5
    assert len(document.server_frames()) > 7
    assert len(document.events()) > 7
    assert len(document.error_codes()) > 8


def test_the_browsers_frames_are_those_that_are_read():
    example = {"uuid": str(uuid.uuid4())}
    read = set()
    for kind, frame in document.browser_frames().items():
        whole = {name: example.get(value, value) for name, value in frame.items()}
        found = protocol.parse(json.dumps(whole))
        read.add(type(found))
        names = {field.name for field in dataclasses.fields(found)}
        assert names | {"type"} == set(frame), f"{kind} has other fields than in the document"
    assert read == set(typing.get_args(protocol.Frame))


def test_each_of_them_stands_in_the_table_of_what_can_go_wrong():
    expected = {kind: set(frame) - {"type"} for kind, frame in document.browser_frames().items()}
    assert {kind: set(fields) for kind, fields in frames.FRAMES.items()} == expected


def test_the_servers_frames_are_those_that_are_built():
    assert constants(ast.Dict, frame_type) - {"resume"} == set(document.server_frames())


def test_the_events_are_those_of_the_log():
    assert set(Event.Kind.values) == set(document.events())


def test_the_error_codes_are_those_that_are_sent():
    assert constants(ast.Call, error_code) == document.error_codes()
