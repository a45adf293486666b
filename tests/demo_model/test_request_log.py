"""Each request leaves one line, and the line bills what the client was told."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.demo_model.conftest import Demo
from tests.demo_model.prompts import with_passages


@pytest.mark.parametrize("is_stream", [True, False])
def test_the_log_says_what_the_usage_said(demo: Demo, attempt: str, is_stream: bool) -> None:
    options = {"stream": True, "stream_options": {"include_usage": True}} if is_stream else {}
    question = with_passages("How long do I have to return an item?")
    answer = demo.chat(question, headers={"x-attempt-id": attempt}, **options)
    usage = (answer.events[-1] if is_stream else answer.json)["usage"]
    line = demo.logged(attempt)
    for name in ("prompt_tokens", "completion_tokens"):
        assert line[name] == usage[name] > 0
    assert (line["outcome"], line["status"], line["usage_delivered"]) == ("ok", 200, True)
    assert line["request_id"] == answer.headers["x-request-id"]
    assert (line["endpoint"], line["model"], line["fault"]) == ("chat.completions", "demo-1", None)


def test_the_file_holds_the_same_lines_as_the_control_endpoint(demo: Demo, attempt: str) -> None:
    demo.chat("hi", headers={"x-attempt-id": attempt})
    line = demo.logged(attempt)
    assert line in [json.loads(text) for text in demo.log_path.read_text().splitlines()]


def test_a_refused_request_is_logged_with_its_code(demo: Demo, attempt: str) -> None:
    demo.chat("hi", model="none", headers={"x-attempt-id": attempt})
    line = demo.logged(attempt)
    assert (line["status"], line["code"], line["outcome"]) == (404, "model_not_found", "error")
    assert line["completion_tokens"] == 0


def test_a_reply_cut_at_its_limit_is_logged_as_such(demo: Demo, attempt: str) -> None:
    demo.chat("hi", max_tokens=2, headers={"x-attempt-id": attempt})
    line = demo.logged(attempt)
    assert (line["outcome"], line["completion_tokens"]) == ("length", 2)


def test_the_totals_are_the_sum_of_the_lines(start_demo: Callable[..., Any]) -> None:
    with start_demo() as demo:
        for question in ("hi", "thanks", "多久可以退货？"):
            demo.chat(question)
        lines = demo.ask("GET", "/control/log").json
        totals = demo.ask("GET", "/control/totals").json
    assert totals["requests"] == totals["outcome_ok"] == 3
    for name in ("prompt_tokens", "completion_tokens"):
        assert totals[name] == sum(line[name] for line in lines)


def test_a_stream_open_when_the_server_is_stopped_is_still_logged(
    start_demo: Callable[..., Any], attempt: str
) -> None:
    with start_demo() as demo:
        fault = {"tokens": 1000, "token_ms": 20}
        asking = threading.Thread(
            target=demo.chat,
            args=("hi",),
            kwargs={"fault": fault, "stream": True, "headers": {"x-attempt-id": attempt}},
        )
        asking.start()
        time.sleep(0.4)
        os.kill(demo.pid, signal.SIGTERM)
        asking.join(timeout=10)
    # Only the end of the process says that the line is written.
    (line,) = [json.loads(text) for text in demo.log_path.read_text().splitlines()]
    assert (line["attempt"], line["outcome"]) == (attempt, "cut")
    assert line["completion_tokens"] > 10
