"""Have the environment's server be one of the test's."""

from types import SimpleNamespace
from typing import Any

import pytest

from chatbot.providers import directory, errands
from chatbot.providers.breaker import breaker


def at_the_demo(settings: Any, monkeypatch: pytest.MonkeyPatch, base_url: str) -> None:
    """The environment names this address, and nothing is known of earlier failures.

    The connection to PostgreSQL stays open: a test's is its transaction.
    """
    settings.OPENAI_BASE_URL = base_url
    settings.OPENAI_API_KEY = "sk-of-the-environment"
    monkeypatch.setattr(errands, "connection", SimpleNamespace(close=lambda: None))
    directory.forget()
    breaker().board.clear()
    breaker.cache_clear()
