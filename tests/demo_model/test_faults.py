"""The demo model misbehaves exactly as it is told."""

import json
import socket
import time

import pytest

from tests.demo_model.conftest import FAST, Demo

TEN = {"tokens": 10}


def stream(demo: Demo, fault: dict, **more):
    options = {"stream": True, "stream_options": {"include_usage": True}}
    return demo.chat("hi", fault=TEN | fault, **options, **more)


def test_a_good_stream_is_ended_by_done(demo: Demo) -> None:
    answer = stream(demo, {})
    assert answer.text == "".join(f"word{number} " for number in range(1, 11))
    assert answer.events[-1]["usage"]["completion_tokens"] == 10
    assert answer.body.endswith(b"data: [DONE]\n\n")


def test_the_pace_is_kept_without_drift(demo: Demo) -> None:
    began = time.monotonic()
    stream(demo, {"first_token_ms": 100, "token_ms": 20, "tokens": 21})
    assert 0.49 < time.monotonic() - began < 0.65


def test_a_status_comes_with_its_code_and_its_wait(demo: Demo) -> None:
    fault = {"status": 429, "code": "credit_balance_exhausted", "type": "insufficient_quota"}
    answer = stream(demo, fault | {"retry_after": 1.5, "message": "Pay first."})
    assert (answer.status, answer.headers["retry-after"]) == (429, "1.5")
    assert answer.json["error"] == {
        "message": "Pay first.",
        "type": "insufficient_quota",
        "param": None,
        "code": "credit_balance_exhausted",
    }


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 502, 503])
def test_a_bare_status_has_a_usual_error(demo: Demo, status: int) -> None:
    answer = stream(demo, {"status": status})
    assert answer.status == status
    assert answer.json["error"]["type"]


def test_a_cut_stream_is_reset_after_its_tokens(demo: Demo, attempt: str) -> None:
    answer = stream(demo, {"cut_after_tokens": 4}, headers={"x-attempt-id": attempt})
    assert isinstance(answer.broken, ConnectionResetError)
    assert answer.text == "word1 word2 word3 word4 "
    line = demo.logged(attempt)
    assert (line["outcome"], line["completion_tokens"], line["usage_delivered"]) == (
        "cut",
        4,
        False,
    )


def test_an_early_end_looks_clean_but_has_no_reason_and_no_usage(demo: Demo) -> None:
    answer = stream(demo, {"end_early_after_tokens": 4})
    assert answer.broken is None
    assert answer.text == "word1 word2 word3 word4 "
    assert b"[DONE]" not in answer.body
    assert all(choice["finish_reason"] is None for e in answer.events for choice in e["choices"])
    assert not any(event.get("usage") for event in answer.events)


def test_a_corrupt_stream_holds_a_line_that_is_not_json(demo: Demo) -> None:
    answer = stream(demo, {"corrupt_after_tokens": 4})
    with pytest.raises(json.JSONDecodeError):
        _ = answer.events


def test_a_stall_holds_the_stream_and_then_goes_on(demo: Demo, attempt: str) -> None:
    began = time.monotonic()
    headers = {"x-attempt-id": attempt}
    answer = stream(demo, {"stall_after_tokens": 4, "stall_ms": 300}, headers=headers)
    assert time.monotonic() - began > 0.3
    assert answer.events[-1]["usage"]["completion_tokens"] == 10
    assert demo.logged(attempt)["outcome"] == "ok"


@pytest.mark.parametrize(
    ("fault", "tokens"), [({"stall_before_headers": True}, 0), ({"stall_after_tokens": 4}, 4)]
)
def test_a_stall_without_end_is_logged_when_the_client_leaves(
    demo: Demo, attempt: str, fault: dict, tokens: int
) -> None:
    leave_after(demo, attempt, TEN | FAST | fault, seconds=0.3)
    line = demo.logged(attempt)
    assert (line["outcome"], line["completion_tokens"]) == ("stalled", tokens)
    assert line["fault"] == next(iter(fault))


def test_a_client_that_leaves_is_noticed_and_pays_what_was_made(demo: Demo, attempt: str) -> None:
    leave_after(demo, attempt, {"tokens": 500, "first_token_ms": 0, "token_ms": 20}, seconds=0.5)
    line = demo.logged(attempt)
    assert line["outcome"] == "client_gone"
    assert 20 <= line["completion_tokens"] <= 32
    assert not line["usage_delivered"]


def test_a_client_that_leaves_a_whole_reply_pays_its_share(demo: Demo, attempt: str) -> None:
    fault = {"tokens": 500, "first_token_ms": 0, "token_ms": 20}
    leave_after(demo, attempt, fault, seconds=0.5, stream=False)
    line = demo.logged(attempt)
    assert line["outcome"] == "client_gone"
    assert 20 <= line["completion_tokens"] <= 32


@pytest.mark.parametrize("is_stream", [True, False])
def test_usage_can_be_missing_or_zero(demo: Demo, attempt: str, is_stream: bool) -> None:
    options = {"stream": is_stream} | (
        {"stream_options": {"include_usage": True}} if is_stream else {}
    )
    missing = demo.chat("hi", fault=TEN | {"omit_usage": True}, **options)
    told = missing.events if is_stream else [missing.json]
    assert not any(event.get("usage") for event in told)
    headers = {"x-attempt-id": attempt}
    zero = demo.chat("hi", fault=TEN | {"zero_usage": True}, headers=headers, **options)
    last = zero.events[-1] if is_stream else zero.json
    assert last["usage"]["total_tokens"] == 0
    assert demo.logged(attempt)["completion_tokens"] == 0


def test_usage_can_come_in_a_chunk_with_choices(demo: Demo) -> None:
    last = stream(demo, {"usage_in_last_choice_chunk": True}).events[-1]
    assert last["choices"][0]["finish_reason"] == "stop"
    assert last["usage"]["completion_tokens"] == 10


def test_the_finish_reason_and_the_words_can_be_set(demo: Demo) -> None:
    fault = {"finish_reason": "content_filter", "text": "好 <b>"}
    choice = demo.chat("hi", fault=fault).json["choices"][0]
    assert (choice["finish_reason"], choice["message"]["content"]) == ("content_filter", "好 <b>")
    assert demo.chat("hi", fault={"empty": True}).json["choices"][0]["message"]["content"] == ""


def test_a_stamp_is_the_time_its_chunk_left(demo: Demo) -> None:
    before = time.monotonic() * 1000
    answer = stream(demo, {"stamp": True, "token_ms": 5})
    stamps = [float(word) for word in answer.text.split()]
    assert len(stamps) == 10
    assert before <= stamps[0]
    assert stamps == sorted(stamps)
    assert stamps[-1] <= time.monotonic() * 1000
    assert answer.events[-1]["usage"]["completion_tokens"] == 10


def test_writes_can_be_torn_inside_characters(demo: Demo) -> None:
    reads = raw_reads(demo, {"text": "您好🙂", "split_utf8": True} | FAST)
    assert any(not is_whole_utf8(read) for read in reads)
    assert "您好🙂".encode() in b"".join(reads).replace(b"\r\n", b"") or len(reads) > 3


def test_torn_text_is_whole_again_for_a_client_that_reads_on(demo: Demo) -> None:
    answer = demo.chat("hi", fault={"text": "您好🙂", "split_utf8": True}, stream=True)
    assert answer.text == "您好🙂"


def test_tiny_chunks_carry_a_character_each_and_cost_the_same(demo: Demo) -> None:
    options = {"stream": True, "stream_options": {"include_usage": True}}
    usual = demo.chat("hi", fault={"text": "delivery takes days"}, **options)
    tiny = demo.chat("hi", fault={"text": "delivery takes days", "tiny_chunks": True}, **options)
    assert tiny.text == usual.text
    assert len(tiny.events) > len(usual.events) + 10
    assert tiny.events[-1]["usage"] == usual.events[-1]["usage"]


def test_an_unknown_setting_is_refused_with_the_known_ones(demo: Demo) -> None:
    answer = demo.chat("hi", fault={"explode": True})
    assert answer.status == 400
    assert "explode" in answer.json["error"]["message"]
    assert "cut_after_tokens" in answer.json["error"]["message"]


def connect(demo: Demo, fault: dict, headers: str, is_stream: bool) -> socket.socket:
    body = json.dumps({"model": "demo-1", "stream": is_stream, "messages": [{"role": "user"}]})
    opened = socket.create_connection(("127.0.0.1", demo.port), timeout=5)
    opened.sendall(
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: demo\r\nX-Demo-Fault: {json.dumps(fault)}\r\n"
        f"{headers}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    return opened


def leave_after(
    demo: Demo, attempt: str, fault: dict, *, seconds: float, stream: bool = True
) -> None:
    with connect(demo, fault, f"X-Attempt-Id: {attempt}\r\n", stream):
        time.sleep(seconds)


def raw_reads(demo: Demo, fault: dict) -> list[bytes]:
    reads = []
    with connect(demo, fault, "", True) as opened:
        while read := opened.recv(65536):
            reads.append(read)
    return reads


def is_whole_utf8(read: bytes) -> bool:
    try:
        read.decode()
    except UnicodeDecodeError:
        return False
    return True
