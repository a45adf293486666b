"""The demo model says what it charged, as OpenAI's costs API does."""

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from openai import OpenAI  # noqa: TID251 - whether the official SDK understands us is the question

from tests.demo_model.conftest import Demo
from tests.demo_model.prompts import with_passages

DAY = 86_400
COSTS = "/v1/organization/costs"


def today() -> int:
    now = int(time.time())
    return now - now % DAY


def test_the_amounts_are_the_logs_tokens_at_its_prices(start_demo: Callable[..., Any]) -> None:
    with start_demo() as demo:
        long = with_passages("How long do I have to return an item?") + "x " * 1500
        for question in (long, long, "hi"):  # the second finds its start in the cache
            demo.chat(question, prompt_cache_key="a")
        totals = demo.ask("GET", "/control/totals").json
        (bucket,) = demo.ask("GET", f"{COSTS}?start_time={today()}&group_by=line_item").json["data"]
        (alone,) = demo.ask("GET", f"{COSTS}?start_time={today()}").json["data"]
    items = {one["line_item"]: one for one in bucket["results"]}
    cached = totals["cached_tokens"]
    assert cached > 0
    counts = {name: one["quantity"] for name, one in items.items()}
    assert counts == {
        "demo-1, input": totals["prompt_tokens"] - cached,
        "demo-1, cached input": cached,
        "demo-1, output": totals["completion_tokens"],
    }
    expected = (
        (totals["prompt_tokens"] - cached) * Decimal("0.10")
        + cached * Decimal("0.01")
        + totals["completion_tokens"] * Decimal("0.50")
    ) / 1_000_000
    assert Decimal(str(alone["results"][0]["amount"]["value"])) == expected


def test_the_sdk_understands_the_answer(demo: Demo) -> None:
    demo.chat("hi")
    url = f"http://127.0.0.1:{demo.port}/v1"
    with OpenAI(base_url=url, api_key="any", admin_api_key="any", max_retries=0) as client:
        page = client.admin.organization.usage.costs(
            start_time=today() - DAY, group_by=["line_item"], limit=7
        )
    before, bucket = page.data
    assert before.results == []
    assert {one.line_item for one in bucket.results} >= {"demo-1, input", "demo-1, output"}
    assert all(one.amount.value > 0 for one in bucket.results)


def test_a_long_time_comes_in_pages(demo: Demo) -> None:
    query = f"start_time={today() - 9 * DAY}&end_time={today()}&limit=4"
    days: list[int] = []
    page = ""
    while True:
        answer = demo.ask("GET", f"{COSTS}?{query}{page}").json
        days += [bucket["start_time"] for bucket in answer["data"]]
        if not answer["has_more"]:
            break
        page = f"&page={answer['next_page']}"
    assert days == [today() - n * DAY for n in range(9, 0, -1)]


@pytest.mark.parametrize("query", ["", "?start_time=soon", "?start_time=0&limit=0"])
def test_a_wrong_question_is_refused(demo: Demo, query: str) -> None:
    answer = demo.ask("GET", COSTS + query)
    assert answer.status == 400
    assert "must be" in answer.json["error"]["message"]


def test_another_key_is_refused(start_demo: Callable[..., Any]) -> None:
    with start_demo("--api-key", "right") as demo:
        headers = {"authorization": "Bearer wrong"}
        assert demo.ask("GET", f"{COSTS}?start_time=0", headers=headers).status == 401
