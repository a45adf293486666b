"""A streamed completion is read the same however the network cuts it."""

import orjson
import pytest

from chatbot.providers.chunks import ChunkReader


def line(**chunk):
    return b"data: " + orjson.dumps(chunk) + b"\n\n"


def said(text, finish_reason=None):
    return line(choices=[{"delta": {"content": text}, "finish_reason": finish_reason}])


USAGE = line(choices=[], usage={"prompt_tokens": 7, "completion_tokens": 3})
DONE = b"data: [DONE]\n\n"
WHOLE = said("Grüße, ") + said("你好") + said("", "stop") + USAGE + DONE


def read(*pieces):
    heard = []
    reader = ChunkReader(heard.append)
    for piece in pieces:
        reader.feed(piece)
    return reader.close(), heard


@pytest.mark.parametrize("cut", range(1, len(WHOLE)))
def test_it_reads_the_same_cut_anywhere(cut):
    finished, heard = read(WHOLE[:cut], WHOLE[cut:])
    assert heard == ["Grüße, ", "你好"]
    assert finished.text == "Grüße, 你好"
    assert (finished.usage.input, finished.usage.output) == (7, 3)
    assert finished.finish_reason == "stop"
    assert finished.failure is None
    assert finished.first_token_at


def test_line_ends_with_carriage_returns_are_line_ends():
    finished, _ = read(WHOLE.replace(b"\n", b"\r\n"))
    assert finished.text == "Grüße, 你好"


@pytest.mark.parametrize(
    ("stream", "code", "text"),
    [
        (said("Half"), "interrupted", "Half"),
        (b"", "interrupted", ""),
        (said("Half") + b"data: {broken\n\n" + DONE, "malformed", "Half"),
        (said("", "stop") + DONE, "empty", ""),
        (said("Half") + line(error={"code": "server_error"}), "server_error", "Half"),
    ],
)
def test_what_is_not_whole_is_told_apart(stream, code, text):
    finished, _ = read(stream)
    assert finished.failure.code == code
    assert finished.text == text


def test_usage_beside_choices_counts_and_the_last_one_stands():
    early = line(
        choices=[{"delta": {"content": "Hi"}, "finish_reason": "stop"}],
        usage={"prompt_tokens": 5, "completion_tokens": 1},
    )
    finished, _ = read(early + USAGE + DONE)
    assert finished.usage.input == 7


def test_comments_and_unknown_lines_are_passed_over():
    finished, _ = read(b": keep-alive\n\nevent: x\n" + WHOLE)
    assert finished.text == "Grüße, 你好"


def test_a_server_without_done_but_with_a_finish_reason_is_whole():
    finished, _ = read(said("Hi", "length"))
    assert finished.failure is None
    assert finished.finish_reason == "length"


@pytest.mark.parametrize(
    ("told", "tier"), [({"service_tier": "flex"}, "flex"), ({"service_tier": None}, ""), ({}, "")]
)
def test_the_tier_is_read_from_the_chunk_with_the_usage(told, tier):
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    finished, _ = read(line(choices=[], usage=usage, **told))
    assert finished.usage.tier == tier


def wanting(index, **function):
    call = {"index": index, "function": function}
    return line(choices=[{"delta": {"tool_calls": [call]}, "finish_reason": None}])


CALLS = (
    line(choices=[{"delta": {"tool_calls": [
        {"index": 0, "id": "call_a", "type": "function", "function": {"name": "order_status"}}
    ]}}])
    + wanting(0, arguments='{"order":')
    + wanting(1, name="my_orders", arguments="{")
    + wanting(0, arguments='"A-1001"}')
    + wanting(1, arguments="}")
    + wanting("x", arguments="?")
    + wanting(99, arguments="?")
    + line(choices=[{"delta": {}, "finish_reason": "tool_calls"}])
    + DONE
)  # fmt: skip


@pytest.mark.parametrize("cut", range(1, len(CALLS), 7))
def test_calls_are_put_together_from_their_pieces(cut):
    finished, heard = read(CALLS[:cut], CALLS[cut:])
    assert [(one.id, one.name, one.arguments) for one in finished.wishes] == [
        ("call_a", "order_status", '{"order":"A-1001"}'),
        ("call_1", "my_orders", "{}"),
    ]
    assert (finished.failure, finished.text, heard) == (None, "", [])
    assert finished.all_written == 'order_status{"order":"A-1001"}my_orders{}'


def test_calls_of_a_stream_that_broke_come_with_its_failure():
    finished, _ = read(wanting(0, name="my_orders", arguments="{"))
    assert finished.failure.code == "interrupted"
    assert finished.wishes
