"""Calls of a provider against a demo model process."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from chatbot.providers.base import Finished, Prompt
from chatbot.providers.limits import Limits
from chatbot.providers.openai_chat import OpenAIChat
from chatbot.providers.servers import Kind, Server
from tests.demo_model.conftest import (  # noqa: F401 - fixtures
    Demo,
    _shared_demo,
    demo,
    start_demo,
)

FAST = {"match": "*", "first_token_ms": 0, "token_ms": 0}
MESSAGES = [{"role": "system", "content": "You help."}, {"role": "user", "content": "Hello?"}]


class Heard:
    """Takes what is said."""

    def __init__(self) -> None:
        self.text = ""

    def take(self, text: str) -> None:
        self.text += text

    async def ready(self) -> None:
        await asyncio.sleep(0)


def stream(
    server: Server, prompt: Prompt, most: Limits | None = None, key: str = "any"
) -> tuple[Finished, dict[str, Any]]:
    """How the call ended, and the request it made."""

    async def call() -> tuple[Finished, dict[str, Any]]:
        provider = OpenAIChat(server, key, most or Limits())
        try:
            request = provider.request_of(prompt)
            heard = Heard()
            finished = await provider.stream(request, "attempt", heard)
            assert heard.text == finished.text
            return finished, request
        finally:
            await provider._client.close()

    return asyncio.run(call())


@pytest.fixture
def ask(demo: Demo) -> Callable[..., Finished]:  # noqa: F811 - the fixture
    """Calls the demo model once, which behaves as told."""

    def once(behaviour: dict[str, Any], **limits: float) -> Finished:
        demo.ask("PUT", "/control/behaviour", [FAST | behaviour])
        server = Server("demo", Kind.COMPATIBLE, f"http://127.0.0.1:{demo.port}/v1")
        return stream(server, Prompt("demo-1", MESSAGES, 50), Limits(**limits))[0]

    return once
