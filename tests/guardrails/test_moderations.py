"""What moderation says is read, and why it says nothing is told apart."""

import asyncio

import pytest
from openai import AsyncOpenAI  # noqa: TID251 - closed by the test that made it

from chatbot.providers import moderations
from chatbot.providers.moderations import judge, moderation_request


def asked(text, model, base_url, attempt="an-attempt"):
    """The judgement of a server at this address, asked by a client of its own."""

    async def ask():
        async with AsyncOpenAI(api_key="any", base_url=base_url, max_retries=0) as client:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(moderations, "_client", lambda: client)
                return await judge(moderation_request(model, text), attempt)

    return asyncio.run(ask())


@pytest.fixture
def judged(demo):
    """Asks the demo model, under whatever path and model."""

    def ask(text, model="demo-moderation", path="/v1", attempt="an-attempt"):
        return asked(text, model, f"http://127.0.0.1:{demo.port}{path}", attempt)

    return ask


def test_what_is_flagged_is_named_with_its_score(judged):
    found = judged("我想死")
    assert found.flagged == ("self-harm/intent",)
    assert found.scores["self-harm/intent"] > 0.9
    assert (found.failure, found.offered) == ("", True)
    assert found.request_id


def test_harmless_words_are_not_flagged(judged):
    assert judged("How long do returns take?").flagged == ()


def test_the_call_carries_its_attempts_id(demo, judged, attempt):
    judged("Hello", attempt=attempt)
    assert demo.logged(attempt)["endpoint"] == "moderations"


def test_a_server_without_moderation_is_told_from_one_that_fails(demo, judged):
    assert not judged("Hello", path="/other").offered
    assert judged("Hello", model="nobody-knows-it").failure == "http_404"
    assert judged("Hello", model="nobody-knows-it").offered
    demo.ask("PUT", "/control/behaviour", [{"match": "*", "status": 503}])
    assert judged("Hello") == moderations.Judged(failure="http_503")


@pytest.mark.parametrize("said", [None, [], {}, {"results": []}, {"results": [{"flagged": 1}]}])
def test_an_answer_of_another_shape_is_malformed(said):
    assert moderations._read(said, "").failure == "malformed"


def test_nobody_there_is_a_failure():
    found = asked("Hello", "m", "http://127.0.0.1:9/v1")
    assert (found.failure, found.offered) == ("APIConnectionError", True)
