"""Call any OpenAI-compatible server: Chat Completions, or the legacy completions."""

from typing import Any

import httpx2
from openai import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AsyncAzureOpenAI,
    AsyncOpenAI,
    AsyncStream,
    DefaultAsyncHttpxClient,
    OpenAIError,
)

from chatbot.providers.base import Failure, Finished, Listener, Prompt
from chatbot.providers.capabilities import UNKNOWN, UNKNOWN_AND_STRICT, Accepts, creativity
from chatbot.providers.chunks import ChunkReader
from chatbot.providers.errors import Family
from chatbot.providers.limits import Limits, Watch
from chatbot.providers.refusals import refusal_of
from chatbot.providers.servers import Kind, Server
from chatbot.providers.transport import WIRE, AiohttpTransport

CHAT, LEGACY = "/chat/completions", "/completions"


class OpenAIChat:
    """A provider: a server and a key of its."""

    def __init__(self, server: Server, api_key: str | None, most: Limits | None = None) -> None:
        self._server, self._most = server, most or Limits()
        self._client = _client(server, api_key, self._most)

    def request_of(self, prompt: Prompt) -> dict[str, Any]:
        """The body that `stream` will send for this prompt, without any key.

        Nothing is in it that the model is known to refuse.
        """
        server, accepts = self._server, prompt.accepts
        if accepts is UNKNOWN and server.strict:
            accepts = UNKNOWN_AND_STRICT
        limit = accepts.output_limit or server.output_limit
        request: dict[str, Any] = {
            "model": server.name_of(prompt.model),
            **_words(prompt, accepts),
            "stream": True,
            "stream_options": {"include_usage": True},
            limit if accepts.chat else "max_tokens": prompt.max_output_tokens,
            **creativity(accepts, prompt.temperature),
        }
        if prompt.tools and accepts.chat:
            request["tools"] = prompt.tools
            if not prompt.may_call:
                request["tool_choice"] = "none"
        if prompt.cache_key and accepts.cache_key and server.kind is Kind.OPENAI:
            request["prompt_cache_key"] = prompt.cache_key
        return request

    async def stream(
        self, request: dict[str, Any], attempt_id: str, listener: Listener
    ) -> Finished:
        """The call is over; the listener was given every piece of text, as soon as it wanted it."""
        reader, watch = ChunkReader(listener.take), Watch(self._most)
        try:
            async with watch:
                await self._read(reader, request, attempt_id, listener, watch)
        except APIStatusError as error:
            failure = refusal_of(error, self._client.api_key)
            return Finished(failure=failure, request_id=error.request_id or "")
        except TimeoutError:
            self._passed(reader, watch.passed)
        except APITimeoutError as error:
            if isinstance(error.__cause__, httpx2.ConnectTimeout):
                return Finished(failure=self._no_connection())
            self._passed(reader, "first_token")
        except httpx2.TimeoutException:
            self._passed(reader, "idle" if reader.began else "first_token")
        except APIConnectionError as error:
            detail = f"The provider could not be reached: {error.__cause__ or error}"
            failure = Failure("unreachable", detail[:500], billed=False, family=Family.DOWN)
            return Finished(failure=failure)
        except (httpx2.HTTPError, OpenAIError) as error:
            reader.fail("interrupted", f"The connection to the provider broke: {error}")
        return reader.close()

    async def close(self) -> None:
        """Its connections are closed; to be called on the loop that it streams on."""
        await self._client.close()

    async def _read(
        self,
        reader: ChunkReader,
        request: dict[str, Any],
        attempt_id: str,
        listener: Listener,
        watch: Watch,
    ) -> None:
        # The body is in its final shape already. `completions.create` would walk through it
        # looking for aliases: half of the SDK's time before the request leaves.
        stream = await self._client.post(
            CHAT if "messages" in request else LEGACY,
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
                        watch.hear()
                        await listener.ready()
                return
            try:
                while data := await wire.read():
                    reader.feed(data)
                    if reader.began:
                        watch.hear()
                        await listener.ready()
            finally:
                reader.feed(wire.left())

    def _no_connection(self) -> Failure:
        detail = f"The provider did not take the connection within {self._most.connect:g} s."
        return Failure("connect_timeout", detail, billed=False, family=Family.DOWN)

    def _passed(self, reader: ChunkReader, limit: str) -> None:
        """The call passed this limit; what it had said is kept."""
        most = self._most
        match limit:
            case "first_token":
                detail = f"The model had not begun to answer after {most.first_token:g} s."
                reader.fail("no_first_token", detail, Family.SILENT)
            case "idle":
                reader.fail(
                    "silent", f"The model stopped in the middle, silent for {most.idle:g} s."
                )
            case _:
                reader.fail("too_slow", f"The model was still writing after {most.whole:g} s.")


def _words(prompt: Prompt, accepts: Accepts) -> dict[str, Any]:
    """The messages; for a model that only goes on with a text, one text that ends at its turn."""
    if accepts.chat:
        return {"messages": prompt.messages}
    spoken = {"system": "", "user": "User: ", "assistant": "Assistant: ", "tool": ""}
    said = [f"{spoken[one['role']]}{one['content']}" for one in prompt.messages]
    return {"prompt": "\n\n".join([*said, "Assistant:"]), "stop": ["\n\nUser:"]}


def _client(server: Server, api_key: str | None, most: Limits) -> AsyncOpenAI:
    common: dict[str, Any] = {
        "max_retries": 0,  # a retry is an attempt of its own, with its own hold
        # `Watch` keeps the finer limits; this one ends a line that is dead.
        "timeout": httpx2.Timeout(max(most.first_token, most.idle) + 5, connect=most.connect),
        # A stream is read as it comes over the wire.
        "default_headers": {"Accept-Encoding": "identity"},
        "http_client": DefaultAsyncHttpxClient(transport=AiohttpTransport()),
    }
    if server.api_version:
        root = (server.base_url or "").rstrip("/").removesuffix("/openai")
        return AsyncAzureOpenAI(
            azure_endpoint=root, api_version=server.api_version, api_key=api_key or "none", **common
        )
    # A server of one's own often needs no key, but the SDK insists on one.
    key = api_key or ("none" if server.base_url else None)
    return AsyncOpenAI(api_key=key, base_url=server.base_url, **common)
