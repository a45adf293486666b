"""What moderation says is read, and why it says nothing is told apart."""

import asyncio

import pytest

from chatbot.providers import moderations
from chatbot.providers.moderations import judge, moderation_request


@pytest.fixture
def judged(demo, settings):
    """Asks the demo model, under whatever path and model."""

    def ask(text, model="demo-moderation", path="/v1"):
        settings.OPENAI_API_KEY = "any"
        settings.OPENAI_BASE_URL = f"http://127.0.0.1:{demo.port}{path}"
        moderations._client.cache_clear()
        return asyncio.run(judge(moderation_request(model, text), "an-attempt"))

    yield ask
    moderations._client.cache_clear()


def test_what_is_flagged_is_named_with_its_score(judged):
    found = judged("我想死")
    assert found.flagged == ("self-harm/intent",)
    assert found.scores["self-harm/intent"] > 0.9
    assert (found.failure, found.offered) == ("", True)
    assert found.request_id


def test_harmless_words_are_not_flagged(judged):
    assert judged("How long do returns take?").flagged == ()


def test_the_call_carries_its_attempts_id(demo, judged):
    judged("Hello")
    assert demo.logged("an-attempt")["endpoint"] == "moderations"


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
    nobody = moderations.AsyncOpenAI(api_key="x", base_url="http://127.0.0.1:9/v1", max_retries=0)
    moderations._client.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moderations, "_client", lambda: nobody)
        found = asyncio.run(judge(moderation_request("m", "Hello"), "id"))
    assert found.failure == "APIConnectionError"
    assert found.offered
