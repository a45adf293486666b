"""Turns that run in the test itself, with a real demo model and a real shop."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chatbot.engine.loop import run
from chatbot.engine.turn import run_turn
from chatbot.providers import directory
from chatbot.providers.breaker import breaker
from chatbot.providers.limits import limits
from chatbot.providers.openai_chat import OpenAIChat
from chatbot.tools import catalogue
from conversations.models import Conversation, Generation, Tenant
from tests import factories
from tests.demo_model.conftest import Demo, _shared_demo, demo
from tests.tools.shop import Shop, open_shop

__all__ = ["_shared_demo", "demo"]

FAST = {"match": "*", "first_token_ms": 0, "token_ms": 0}


@pytest.fixture
def shop(settings: Any) -> Iterator[Shop]:
    """A shop that the operator lets be called though it is inside."""
    with open_shop() as running:
        settings.FETCH_INSIDE = [running.place]
        yield running


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Clients of this test only, closed at its end."""
    kept: dict[Any, OpenAIChat] = {}

    def client_at(server: Any, key: Any) -> OpenAIChat:
        secret = key.secret.get_secret_value()
        return kept.setdefault((server, key), OpenAIChat(server, secret, limits()))

    monkeypatch.setattr(directory, "provider_at", client_at)
    yield
    for one in kept.values():
        run(one._client.close())


@pytest.fixture
def model(demo: Demo, settings: Any, transactional_db: None, clients: None) -> Iterator[Demo]:
    """The demo model is what the environment names; it wants nothing until it is told to."""
    settings.OPENAI_BASE_URL = f"http://127.0.0.1:{demo.port}/v1"
    settings.OPENAI_API_KEY = "sk-of-the-environment"
    settings.CHAT_MODEL = "demo-1"
    factories.make_price()
    directory.forget()
    catalogue.forget()
    breaker().board.clear()
    breaker.cache_clear()
    yield demo
    breaker().board.clear()
    directory.forget()
    catalogue.forget()


@pytest.fixture
def tenant(transactional_db: None) -> Tenant:
    """Whose tools these are."""
    return factories.make_tenant()


@pytest.fixture
def turn(model: Demo) -> Callable[..., Generation]:
    """A question is asked, the model follows these rules, and the turn has ended."""

    def take(talk: Conversation, question: str, *rules: dict[str, Any]) -> Generation:
        model.ask("PUT", "/control/behaviour", [FAST | one for one in (*rules, {})])
        factories.post(talk, question)
        generation = run_turn()
        assert generation
        generation.refresh_from_db()
        return generation

    return take


def wanting(name: str, arguments: Any, **more: Any) -> dict[str, Any]:
    """A rule: the model wants this call made."""
    return {"calls": [{"name": name, "arguments": arguments}], **more}
