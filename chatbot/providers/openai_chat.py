"""Call any OpenAI-compatible server's Chat Completions."""

import asyncio
from typing import Any

import httpx2
from openai import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AsyncOpenAI,
    AsyncStream,
    DefaultAsyncHttpxClient,
    OpenAIError,
)

from chatbot.providers.base import Failure, Finished, Listener, Prompt
from chatbot.providers.capabilities import output_limit_parameter
from chatbot.providers.chunks import ChunkReader
from chatbot.providers.retry import may_pass
from chatbot.providers.transport import WIRE, AiohttpTransport

CONNECT_SECONDS = 5
SILENCE_SECONDS = 20  # to the first token, and between two
TOTAL_SECONDS = 120


class OpenAIChat:
    """A provider behind a base URL and a key; both default to what the SDK itself reads."""

    def __init__(self, *, api_key: str | None, base_url: str | None) -> None:
        # A server of one's own often needs no key, but the SDK insists on one.
        self._client = AsyncOpenAI(
            api_key=api_key or ("none" if base_url else None),
            base_url=base_url,
            max_retries=0,  # a retry is an attempt of its own, with its own hold
            timeout=httpx2.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
            # A stream is read as it comes over the wire.
            default_headers={"Accept-Encoding": "identity"},
            http_client=DefaultAsyncHttpxClient(transport=AiohttpTransport()),
        )

    def request_of(self, prompt: Prompt) -> dict[str, Any]:
        """The body that `stream` will send for this prompt, without any key."""
        base_url = str(self._client.base_url)
        request: dict[str, Any] = {
            "model": prompt.model,
            "messages": prompt.messages,
            "stream": True,
            "stream_options": {"include_usage": True},
            output_limit_parameter(base_url): prompt.max_output_tokens,
        }
        if prompt.temperature is not None:
            request["temperature"] = prompt.temperature
        if prompt.cache_key and "openai.com" in base_url:
            request["prompt_cache_key"] = prompt.cache_key
        return request

    async def stream(
        self, request: dict[str, Any], attempt_id: str, listener: Listener
    ) -> Finished:
        """The call is over; the listener was given every piece of text, as soon as it wanted it."""
        reader = ChunkReader(listener.take)
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                await self._read(reader, request, attempt_id, listener)
        except APIStatusError as error:
            return Finished(failure=_refusal(error), request_id=error.request_id or "")
        except TimeoutError:
            reader.fail("too_slow", f"The model was still writing after {TOTAL_SECONDS} s.")
        except (APITimeoutError, httpx2.TimeoutException):
            reader.fail("timeout", f"The provider said nothing for {SILENCE_SECONDS} s.")
        except APIConnectionError as error:
            detail = f"The provider could not be reached: {error.__cause__ or error}"
            return Finished(failure=Failure("unreachable", detail, billed=False, again=True))
        except (httpx2.HTTPError, OpenAIError) as error:
            reader.fail("interrupted", f"The connection to the provider broke: {error}")
        return reader.close()

    async def _read(
        self, reader: ChunkReader, request: dict[str, Any], attempt_id: str, listener: Listener
    ) -> None:
        # The body is in its final shape already. `completions.create` would walk through it
        # looking for aliases: half of the SDK's time before the request leaves.
        stream = await self._client.post(
            "/chat/completions",
            cast_to=object,
            body=request,
            options={"headers": {"X-Attempt-Id": attempt_id}},
            stream=True,
            stream_cls=AsyncStream[object],
        )
        async with stream:
            response = stream.response
            reader.finished.request_id = response.headers.get("x-request-id", "")
            wire = response.extensions[WIRE]
            if "content-encoding" in response.headers:  # packed all the same
                async for data in response.aiter_bytes():
                    reader.feed(data)
                    if reader.began:
                        await listener.ready()
                return
            try:
                while data := await wire.read():
                    reader.feed(data)
                    if reader.began:
                        await listener.ready()
            finally:
                reader.feed(wire.left())


def _refusal(error: APIStatusError) -> Failure:
    """An answer with an error status: nothing was generated, so nothing is billed."""
    code = error.code or {401: "invalid_api_key", 404: "model_not_found"}.get(error.status_code)
    said = error.body.get("message") if isinstance(error.body, dict) else None
    detail = f"The provider answered {error.status_code}: {said or 'no reason given'}"
    return Failure(
        str(code or f"http_{error.status_code}"),
        detail[:500],
        billed=False,
        again=may_pass(error.status_code, error.code, error.type),
        after=_seconds(error.response.headers.get("retry-after", "")),
    )


def _seconds(header: str) -> float:
    """The wait that a provider asks for; 0 where it does not, or names a date."""
    try:
        return max(float(header), 0.0)
    except ValueError:
        return 0.0
