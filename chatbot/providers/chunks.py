"""Read a streamed Chat Completion without building an object per chunk.

The SDK's typed stream costs about ten times the CPU per chunk; at 200
replies a core is full of it (`manage.py bench streaming` prints both).
"""

import datetime
from collections.abc import Callable
from typing import Any

import orjson

from billing.usage import Usage
from chatbot.providers.base import Failure, Finished


class ChunkReader:
    """Takes bytes as they come off the wire and keeps in `finished` what they said."""

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self.finished = Finished()
        self.complete = False
        self._on_text = on_text
        self._pieces: list[str] = []
        self._rest = b""

    @property
    def began(self) -> bool:
        """Whether any text has come."""
        return bool(self._pieces)

    def feed(self, data: bytes) -> None:
        """Every whole line in what has come so far has been read."""
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            if line.startswith(b"data:"):
                self._read(line[5:].strip())

    def close(self) -> Finished:
        """What the stream came to; a stream that just ended has a failure that says so."""
        self.finished.text = "".join(self._pieces)
        if self.finished.failure is None:
            if not (self.complete or self.finished.finish_reason):
                self.fail("interrupted", "The provider ended the stream without finishing it.")
            elif not self.finished.text:
                self.fail("empty", "The model gave no text.")
        return self.finished

    def fail(self, code: str, detail: str) -> None:
        """The stream is broken; only the first failure is kept."""
        if self.finished.failure is None:
            self.finished.failure = Failure(code, detail, billed=True)

    def _read(self, payload: bytes) -> None:
        if payload == b"[DONE]":
            self.complete = True
            return
        try:
            chunk = orjson.loads(payload)
        except orjson.JSONDecodeError:
            self.fail("malformed", "The provider sent a line that is not JSON.")
            return
        if isinstance(chunk, dict):
            self._take(chunk)

    def _take(self, chunk: dict[str, Any]) -> None:
        # Servers differ in which chunk carries the usage: the last one counts.
        if chunk.get("usage"):
            tier = chunk.get("service_tier")
            self.finished.usage = Usage.from_report(
                chunk["usage"], tier if isinstance(tier, str) else ""
            )
        if chunk.get("error"):
            error = chunk["error"]
            code = error.get("code") if isinstance(error, dict) else None
            self.fail(str(code or "provider_error"), "The provider reported an error mid-stream.")
        for choice in chunk.get("choices") or ():
            text = (choice.get("delta") or {}).get("content")
            if text:
                self._take_text(text)
            if choice.get("finish_reason"):
                self.finished.finish_reason = choice["finish_reason"]

    def _take_text(self, text: str) -> None:
        if self.finished.first_token_at is None:
            self.finished.first_token_at = datetime.datetime.now(datetime.UTC)
        self._pieces.append(text)
        self._on_text(text)
