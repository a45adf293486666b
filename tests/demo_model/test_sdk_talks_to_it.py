"""The official SDK can use every endpoint without knowing that this is a demo."""

import pytest
from openai import (  # noqa: TID251 - its own errors are what is expected
    NotFoundError,
    OpenAI,
)

from tests.demo_model.conftest import Demo
from tests.demo_model.prompts import with_passages

QUESTION = [{"role": "user", "content": with_passages("How long do I have to return an item?")}]


def test_a_stream_brings_text_a_reason_and_usage(sdk: OpenAI) -> None:
    stream = sdk.chat.completions.create(
        model="demo-1", messages=QUESTION, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert "within 30 days" in text
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == []
    usage = chunks[-1].usage
    assert usage.completion_tokens == sum(1 for c in chunks if c.choices) - 2
    assert usage.prompt_tokens > 200
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert usage.completion_tokens_details.reasoning_tokens == 0


def test_a_stream_without_include_usage_tells_none(sdk: OpenAI) -> None:
    stream = sdk.chat.completions.create(model="demo-1", messages=QUESTION, stream=True)
    assert all(chunk.usage is None and chunk.choices for chunk in stream)


def test_a_whole_reply_says_what_the_stream_says(sdk: OpenAI) -> None:
    whole = sdk.chat.completions.create(model="demo-1", messages=QUESTION)
    stream = sdk.chat.completions.create(model="demo-1", messages=QUESTION, stream=True)
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    assert whole.choices[0].message.content == streamed
    assert whole._request_id.startswith("req_")


def test_the_same_question_gives_the_same_bytes(sdk: OpenAI) -> None:
    said = {
        sdk.chat.completions.create(model="demo-1", messages=QUESTION).choices[0].message.content
        for _ in range(5)
    }
    assert len(said) == 1


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_a_token_limit_is_kept_and_told(sdk: OpenAI, name: str) -> None:
    reply = sdk.chat.completions.create(model="demo-1", messages=QUESTION, **{name: 5})
    assert reply.choices[0].finish_reason == "length"
    assert reply.usage.completion_tokens == 5


def test_a_repeated_long_prompt_is_cached(sdk: OpenAI) -> None:
    messages = [{"role": "system", "content": "Be brief. " * 700}, *QUESTION]
    first, second = (
        sdk.chat.completions.create(model="demo-1", messages=messages, prompt_cache_key="k").usage
        for _ in range(2)
    )
    assert first.prompt_tokens_details.cached_tokens == 0
    cached = second.prompt_tokens_details.cached_tokens
    assert cached % 128 == 0
    assert second.prompt_tokens - 128 < cached <= second.prompt_tokens


def test_legacy_completions_stream_and_do_not(sdk: OpenAI) -> None:
    prompt = with_passages("多久可以退货？")
    whole = sdk.completions.create(model="demo-1", prompt=prompt).choices[0].text
    stream = sdk.completions.create(
        model="demo-1", prompt=prompt, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    assert "30天内退货" in whole
    assert "".join(c.choices[0].text for c in chunks if c.choices) == whole
    assert chunks[-1].usage.completion_tokens > 0


def test_a_stop_string_ends_the_answer_before_it(sdk: OpenAI) -> None:
    reply = sdk.chat.completions.create(model="demo-1", messages=QUESTION, stop=" days")
    assert reply.choices[0].message.content.endswith("within 30")


def test_models_are_listed_and_an_unknown_one_is_refused(sdk: OpenAI) -> None:
    assert {"demo-1", "demo-1-mini", "demo-embed"} <= {model.id for model in sdk.models.list()}
    assert sdk.models.retrieve("demo-1").owned_by == "demo"
    with pytest.raises(NotFoundError) as refused:
        sdk.models.retrieve("gpt-nothing")
    assert refused.value.code == "model_not_found"


def test_embeddings_come_as_base64_and_as_numbers(sdk: OpenAI, demo: Demo) -> None:
    made = sdk.embeddings.create(model="demo-embed", input=["Returns", "退货"], dimensions=64)
    asked = {"model": "demo-embed", "input": "Returns", "dimensions": 64}
    plain = demo.ask("POST", "/v1/embeddings", asked).json["data"][0]["embedding"]
    assert [len(item.embedding) for item in made.data] == [64, 64]
    assert made.data[0].embedding == pytest.approx(plain, abs=1e-6)
    assert made.usage.prompt_tokens > 0


def test_moderation_flags_by_category(sdk: OpenAI) -> None:
    made = sdk.moderations.create(input=["Where is my parcel?", "I will kill you", "我想死"])
    assert [result.flagged for result in made.results] == [False, True, True]
    assert made.results[1].categories.violence
    assert made.results[2].category_scores.self_harm_intent > 0.9
