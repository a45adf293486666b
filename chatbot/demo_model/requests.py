"""What clients may send, as far as the demo model reads it; other fields are ignored."""

from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, Field

from chatbot.demo_model.tool_play import Call

Positive = Annotated[int, Field(ge=1)]
Role = Literal["system", "developer", "user", "assistant", "tool", "function"]


class ContentPart(BaseModel):
    """One part of a message; parts without text are read as empty."""

    type: str
    text: str | None = None


class ChatMessage(BaseModel):
    """One message of the prompt."""

    role: Role
    content: str | list[ContentPart] | None = None
    tool_calls: list[dict[str, Any]] | None = None

    def text(self) -> str:
        """All of the message's text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.text)
        return self.content or ""


class StreamOptions(BaseModel):
    """How a stream ends."""

    include_usage: bool = False


class GenerationRequest(BaseModel):
    """What chat and legacy completions have in common."""

    model: Annotated[str, Field(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: Positive | None = None
    n: Annotated[int, Field(ge=1, le=1)] | None = None
    stop: str | Annotated[list[str], Field(max_length=4)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    prompt_cache_key: str | None = None

    # of chats only; a text that goes on has none
    tools: list[dict[str, Any]] | None = None
    tool_choice: str | dict[str, Any] | None = None

    def prompt(self) -> list[tuple[str, str]]:
        """The prompt as (role, text) messages."""
        raise NotImplementedError

    def extra(self) -> str:
        """What is billed beside the messages."""
        return orjson.dumps(self.tools).decode() if self.tools else ""

    def offered(self) -> list[dict[str, Any]]:
        """The tools that may be called now."""
        return [] if self.tool_choice == "none" else self.tools or []

    def calls_made(self) -> list[Call]:
        """The calls that were made since the last words of the user."""
        return []

    def results(self) -> list[str]:
        """What tools have answered since the last words of the user."""
        return []

    def limit(self) -> int | None:
        """The most tokens the client will take."""
        return self.max_tokens

    def wants_usage(self) -> bool:
        """True where a stream is to end with its usage."""
        return self.stream_options is not None and self.stream_options.include_usage

    def stops(self) -> list[str]:
        """The strings before which the answer ends."""
        return [self.stop] if isinstance(self.stop, str) else self.stop or []


class ChatRequest(GenerationRequest):
    """The body of POST /v1/chat/completions."""

    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    max_completion_tokens: Positive | None = None

    def prompt(self) -> list[tuple[str, str]]:
        """The prompt as (role, text) messages; calls are billed as the JSON that they are."""
        return [
            (message.role, message.text() + _as_json(message.tool_calls))
            for message in self.messages
        ]

    def calls_made(self) -> list[Call]:
        """The calls that were made since the last words of the user."""
        return [
            Call(told.get("name", ""), told.get("arguments", ""))
            for message in self._of_this_turn()
            for one in message.tool_calls or ()
            if (told := one.get("function") or {})
        ]

    def results(self) -> list[str]:
        """What tools have answered since the last words of the user."""
        return [message.text() for message in self._of_this_turn() if message.role == "tool"]

    def _of_this_turn(self) -> list[ChatMessage]:
        said = [at for at, message in enumerate(self.messages) if message.role == "user"]
        return self.messages[said[-1] + 1 :] if said else self.messages

    def limit(self) -> int | None:
        """The most tokens the client will take, by the new name or the old."""
        return self.max_completion_tokens or self.max_tokens


class CompletionRequest(GenerationRequest):
    """The body of POST /v1/completions, with one prompt."""

    prompt_text: Annotated[str | Annotated[list[str], Field(max_length=1)], Field(alias="prompt")]

    def prompt(self) -> list[tuple[str, str]]:
        """The prompt as one message of the user."""
        text = self.prompt_text
        return [("user", text if isinstance(text, str) else "".join(text))]


def _as_json(calls: list[dict[str, Any]] | None) -> str:
    return orjson.dumps(calls).decode() if calls else ""


class EmbeddingRequest(BaseModel):
    """The body of POST /v1/embeddings."""

    model: Annotated[str, Field(min_length=1)]
    input: str | Annotated[list[str], Field(min_length=1, max_length=2048)]
    dimensions: Annotated[int, Field(ge=1, le=3072)] | None = None
    encoding_format: Literal["float", "base64"] = "float"

    def texts(self) -> list[str]:
        """The texts to embed, in order."""
        return [self.input] if isinstance(self.input, str) else self.input


class ModerationRequest(BaseModel):
    """The body of POST /v1/moderations."""

    model: str = "demo-moderation"
    input: str | list[str] | list[ContentPart]

    def texts(self) -> list[str]:
        """The texts to judge: each string on its own, parts of one message together."""
        if isinstance(self.input, str):
            return [self.input]
        parts = [part.text or "" for part in self.input if isinstance(part, ContentPart)]
        return ["\n".join(parts)] if parts else [str(text) for text in self.input]
