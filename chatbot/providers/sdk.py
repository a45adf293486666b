"""The SDK as its documentation shows it: the yardstick of `bench streaming`, not our path."""

import functools
from collections.abc import Callable
from typing import Any

from openai import AsyncOpenAI


async def typed_stream(
    base_url: str, request: dict[str, Any], on_text: Callable[[str], None]
) -> None:
    """The reply has been read chunk object by chunk object."""
    stream = await _client(base_url).chat.completions.create(**request)
    async for chunk in stream:
        for choice in chunk.choices:
            if choice.delta.content:
                on_text(choice.delta.content)


@functools.cache
def _client(base_url: str) -> AsyncOpenAI:
    return AsyncOpenAI(api_key="bench", base_url=base_url, max_retries=0)
