"""Turns taken in the test's own process, with the demo model as a process beside it."""

from collections.abc import Iterator
from typing import Any

import pytest

from chatbot.engine import model_choice
from chatbot.engine.loop import run
from chatbot.engine.turn import run_turn
from chatbot.providers import directory
from chatbot.providers.breaker import breaker
from chatbot.providers.limits import limits
from chatbot.providers.openai_chat import OpenAIChat
from conversations.models import Conversation, Generation
from tests import factories
from tests.demo_model.conftest import Demo

FAST = {"match": "*", "first_token_ms": 0, "token_ms": 0}


@pytest.fixture
def speaking(
    demo: Demo, settings: Any, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Demo]:
    """The demo model is what the environment names, and has a price; it answers at once."""
    kept: dict[Any, OpenAIChat] = {}

    def client_at(server: Any, key: Any) -> OpenAIChat:
        secret = key.secret.get_secret_value()
        return kept.setdefault((server, key), OpenAIChat(server, secret, limits()))

    monkeypatch.setattr(directory, "provider_at", client_at)
    settings.OPENAI_BASE_URL = f"http://127.0.0.1:{demo.port}/v1"
    settings.OPENAI_API_KEY = "sk-of-the-environment"
    settings.CHAT_MODEL = "demo-1"
    factories.make_price(cached_input="0.01")
    factories.make_price("demo-1-mini", input="0.05", output="0.20")
    directory.forget()
    breaker().board.clear()
    breaker.cache_clear()
    demo.ask("PUT", "/control/behaviour", [FAST])
    yield demo
    for one in kept.values():
        run(one._client.close())
    breaker().board.clear()
    directory.forget()


def turn(talk: Conversation, text: str) -> Generation:
    """The generation that this question led to, ended."""
    model_choice._heard.clear()
    directory.forget()
    factories.post(talk, text)
    generation = run_turn()
    assert generation
    generation.refresh_from_db()
    return generation
