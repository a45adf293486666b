"""Whatever text comes is a frame or a `BadFrame`; nothing else ever leaves the reader."""

import json

from hypothesis import example, given, settings
from hypothesis import strategies as some

from chatbot.live.protocol import BadFrame, Frame, parse
from tests import frames

# No database of earlier failures: what once failed becomes an example below.
thoroughly = settings(max_examples=500, deadline=None, database=None)

values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3),
    max_leaves=10,
)
names = sorted({name for fields in frames.FRAMES.values() for name in fields})
almost_frames = some.dictionaries(
    some.sampled_from(names), values | some.uuids().map(str), max_size=len(names)
).flatmap(
    lambda fields: some.sampled_from(sorted(frames.FRAMES)).map(
        lambda kind: {"type": kind, **fields}
    )
)


def reads_or_refuses(text):
    try:
        found = parse(text)
    except BadFrame:
        return
    assert isinstance(found, Frame)


@given(some.text())
@example("\0")
@thoroughly
def test_any_text(text):
    reads_or_refuses(text)


@given(values)
@thoroughly
def test_any_json(value):
    reads_or_refuses(json.dumps(value))


@given(almost_frames, some.booleans())
@thoroughly
def test_anything_that_looks_like_a_frame(frame, plain):
    reads_or_refuses(json.dumps(frame, ensure_ascii=plain))


@given(some.sampled_from(frames.right_frames()), some.data())
@thoroughly
def test_any_frame_that_was_changed_on_its_way(text, data):
    place = data.draw(some.integers(0, len(text)))
    cut = data.draw(some.integers(0, 3))
    reads_or_refuses(text[:place] + data.draw(some.text(max_size=3)) + text[place + cut :])
