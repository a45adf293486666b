"""Responses of both completion endpoints in OpenAI's shape, encoded as early as possible."""

import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from chatbot.demo_model.tokens import encode, split
from chatbot.demo_model.tool_play import Call

DONE = b"data: [DONE]\n\n"
MALFORMED = b'data: {"id":"broken","choices":[{"index":0,"delta":{"cont\n\n'
FINGERPRINT = "fp_demo"


@dataclass(frozen=True)
class Usage:
    """Tokens of one request; `prompt` includes the cached ones."""

    prompt: int
    cached: int
    completion: int

    def as_json(self) -> dict[str, Any]:
        """OpenAI's usage object."""
        return {
            "prompt_tokens": self.prompt,
            "completion_tokens": self.completion,
            "total_tokens": self.prompt + self.completion,
            "prompt_tokens_details": {"cached_tokens": self.cached, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 0,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }


class Wire:
    """Encodes one reply; everything that is the same in each chunk is encoded once."""

    def __init__(self, model: str, *, chat: bool, with_usage: bool) -> None:
        self._chat = chat
        self._whole: dict[str, Any] = {
            "id": ("chatcmpl-" if chat else "cmpl-") + secrets.token_hex(12),
            "object": "chat.completion" if chat else "text_completion",
            "created": int(time.time()),
            "model": model,
            "service_tier": "default",
            "system_fingerprint": FINGERPRINT,
        }
        self._chunk = self._whole | {
            "object": "chat.completion.chunk" if chat else "text_completion"
        }
        if with_usage:
            self._chunk["usage"] = None
        # The text stands between these two in every chunk.
        mark = "\0"
        marked = self._encode([self._choice(mark, None)])
        self.before, self.after = marked.split(orjson.dumps(mark))

    def _choice(self, text: str, finish_reason: str | None) -> dict[str, Any]:
        words = {"delta": {"content": text}} if self._chat else {"text": text}
        return {"index": 0, **words, "logprobs": None, "finish_reason": finish_reason}

    def _encode(self, choices: list[dict[str, Any]], usage: Usage | None = None) -> bytes:
        chunk = self._chunk | {"choices": choices}
        if usage:
            chunk["usage"] = usage.as_json()
        return b"data: " + orjson.dumps(chunk) + b"\n\n"

    def first(self) -> bytes:
        """The chunk that opens a chat reply; legacy completions have none."""
        if not self._chat:
            return b""
        opening = self._choice("", None)
        opening["delta"] = {"role": "assistant", "content": "", "refusal": None}
        return self._encode([opening])

    def text(self, text: str) -> bytes:
        """The chunk that carries this text."""
        return self.before + orjson.dumps(text) + self.after

    def calls(self, calls: Sequence[Call]) -> Iterator[tuple[bytes, int]]:
        """The chunks that carry these calls, arguments bit by bit, each with its tokens."""
        for index, call in enumerate(calls):
            told = {"name": call.name, "arguments": ""}
            opening = {"index": index, "id": self._call_id(index), "type": "function"}
            yield self._delta([opening | {"function": told}]), len(encode(call.name))
            for piece in split(call.arguments):
                bit = {"index": index, "function": {"arguments": piece.text}}
                yield self._delta([bit]), piece.tokens

    def _call_id(self, index: int) -> str:
        return f"call_{self._whole['id'][-16:]}{index:02}"

    def _delta(self, calls: list[dict[str, Any]]) -> bytes:
        choice = self._choice("", None)
        choice["delta"] = {"tool_calls": calls}
        return self._encode([choice])

    def last(self, finish_reason: str, usage: Usage | None = None) -> bytes:
        """The chunk that says why the reply ended."""
        closing = self._choice("", finish_reason)
        if self._chat:
            closing["delta"] = {}
        return self._encode([closing], usage)

    def usage(self, usage: Usage) -> bytes:
        """The chunk without choices that ends a stream with its usage."""
        return self._encode([], usage)

    def whole(
        self,
        text: str,
        finish_reason: str | None,
        usage: Usage | None,
        calls: Sequence[Call] = (),
    ) -> bytes:
        """The body of a reply that is not streamed."""
        choice = self._choice(text, finish_reason)
        if self._chat:
            del choice["delta"]
            choice["message"] = {
                "role": "assistant",
                "content": text,
                "refusal": None,
                "annotations": [],
            }
        if self._chat and calls:
            choice["message"]["tool_calls"] = [
                {"id": self._call_id(index), "type": "function", "function": call._asdict()}
                for index, call in enumerate(calls)
            ]
        body = self._whole | {"choices": [choice]}
        return orjson.dumps(body | {"usage": usage.as_json()} if usage else body)
