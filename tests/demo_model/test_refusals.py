"""Bad requests are refused in OpenAI's shape, with the place of the mistake."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.demo_model.conftest import Demo


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (b"{", None),
        (b"\xff", None),
        ({"messages": [{"role": "user", "content": "x"}]}, "model"),
        ({"model": "demo-1", "messages": []}, "messages"),
        ({"model": "demo-1", "messages": [{"role": "boss", "content": "x"}]}, "messages.0.role"),
        ({"model": "demo-1", "messages": [{"role": "user"}], "max_tokens": 0}, "max_tokens"),
        ({"model": "demo-1", "messages": [{"role": "user"}], "temperature": 3}, "temperature"),
    ],
)
def test_a_malformed_body_is_a_400_that_names_the_place(
    demo: Demo, body: Any, param: str | None
) -> None:
    answer = demo.ask("POST", "/v1/chat/completions", body)
    assert answer.status == 400
    error = answer.json["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert answer.headers["x-request-id"].startswith("req_")


def test_an_unknown_model_is_a_404_until_it_is_allowed(demo: Demo) -> None:
    refused = demo.chat("hi", model="gpt-6-luna")
    assert (refused.status, refused.json["error"]["code"]) == (404, "model_not_found")
    demo.ask("PUT", "/control/models", ["gpt-6-luna"])
    assert demo.chat("hi", model="gpt-6-luna").json["model"] == "gpt-6-luna"


def test_a_prompt_beyond_the_context_is_refused(demo: Demo) -> None:
    answer = demo.chat(" word" * 128_001)
    assert (answer.status, answer.json["error"]["code"]) == (400, "context_length_exceeded")


def test_an_unknown_address_is_a_404(demo: Demo) -> None:
    assert demo.ask("GET", "/v1/nothing").json["error"]["type"] == "invalid_request_error"


def test_a_required_key_is_required_and_other_models_may_be_named(
    start_demo: Callable[..., Any],
) -> None:
    with start_demo("--api-key", "right", "--also-models", "one,two") as demo:
        wrong = demo.chat("hi", headers={"authorization": "Bearer wrong"})
        assert (wrong.status, wrong.json["error"]["code"]) == (401, "invalid_api_key")
        assert "wrong" not in wrong.body.decode()
        right = demo.chat("hi", headers={"authorization": "Bearer right"}, model="two")
        assert right.status == 200
