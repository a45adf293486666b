"""The SDK as its documentation shows it: the yardstick of `bench streaming`, not our path."""

import functools
from collections.abc import AsyncIterator, Iterator
from typing import Any

from openai import AsyncOpenAI, OpenAI


async def typed_texts(base_url: str, request: dict[str, Any]) -> AsyncIterator[str]:
    """The texts of a reply, read chunk object by chunk object."""
    stream = await _async_client(base_url).chat.completions.create(**request)
    async for chunk in stream:
        for choice in chunk.choices:
            if choice.delta.content:
                yield choice.delta.content


def blocking_texts(base_url: str, request: dict[str, Any]) -> Iterator[str]:
    """The same from plain code, which waits for every chunk."""
    yield from _texts(_client(base_url), request)


def preload(base_url: str, request: dict[str, Any]) -> None:
    """Processes forked from here find all of the SDK imported, and no open connection.

    One reply is read: the SDK imports and builds much at its first use only.
    """
    with OpenAI(api_key="bench", base_url=base_url, max_retries=0) as client:
        for _ in _texts(client, request):
            pass


def _texts(client: OpenAI, request: dict[str, Any]) -> Iterator[str]:
    for chunk in client.chat.completions.create(**request):
        for choice in chunk.choices:
            if choice.delta.content:
                yield choice.delta.content


@functools.cache
def _async_client(base_url: str) -> AsyncOpenAI:
    return AsyncOpenAI(api_key="bench", base_url=base_url, max_retries=0)


@functools.cache
def _client(base_url: str) -> OpenAI:
    return OpenAI(api_key="bench", base_url=base_url, max_retries=0)
