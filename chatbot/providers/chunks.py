"""Read a streamed completion, of a chat or a legacy one, without building an object per chunk.

The SDK's typed stream costs about ten times the CPU per chunk; at 200
replies a core is full of it (`manage.py bench streaming` prints both).
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from billing.usage import Usage
from chatbot.providers.base import Failure, Finished, ToolWish
from chatbot.providers.errors import Family, family_of

MOST_WISHES = 32
MOST_ARGUMENTS = 20_000  # characters; what is longer is refused later, and need not be kept


@dataclass
class _Wish:
    """A call that a model is writing."""

    id: str = ""
    name: str = ""
    pieces: list[str] = field(default_factory=list)
    length: int = 0

    def whole(self, index: int) -> ToolWish:
        return ToolWish(self.id or f"call_{index}", self.name, "".join(self.pieces))


class ChunkReader:
    """Takes bytes as they come off the wire and keeps in `finished` what they said."""

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self.finished = Finished()
        self.complete = False
        self._on_text = on_text
        self._pieces: list[str] = []
        self._rest = b""
        self._wishes: dict[int, _Wish] = {}

    @property
    def began(self) -> bool:
        """Whether anything has come."""
        return bool(self._pieces or self._wishes)

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
        self.finished.wishes = [one.whole(at) for at, one in sorted(self._wishes.items())]
        if self.finished.failure is None:
            if not (self.complete or self.finished.finish_reason):
                self.fail("interrupted", "The provider ended the stream without finishing it.")
            elif not (self.finished.text or self.finished.wishes):
                self._fail_without_text()
        return self.finished

    def fail(self, code: str, detail: str, family: Family = Family.BROKEN) -> None:
        """The stream is broken; only the first failure is kept."""
        if self.finished.failure is None:
            self.finished.failure = Failure(code, detail, billed=True, family=family)

    def _fail_without_text(self) -> None:
        """Whole, and yet nothing was said; why it ended tells what to do about it."""
        match self.finished.finish_reason:
            case "content_filter":
                self.fail("content_filter", "The provider's filter kept the answer.", Family.POLICY)
            case "length":
                detail = "The model reached its output limit before it wrote a word."
                self.fail("empty_at_limit", detail, Family.EMPTY)
            case _:
                self.fail("empty", "The model gave no text.", Family.EMPTY)

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
            self._take_error(chunk["error"])
        for choice in chunk.get("choices") or ():
            delta = choice.get("delta")
            text = delta.get("content") if delta else choice.get("text")
            if text:
                self._take_text(text)
            elif delta and (wanted := delta.get("tool_calls")):
                self._take_wishes(wanted)
            if choice.get("finish_reason"):
                self.finished.finish_reason = choice["finish_reason"]

    def _take_error(self, error: Any) -> None:
        told = error if isinstance(error, dict) else {}
        code, kind, said = (told.get(name) for name in ("code", "type", "message"))
        # Some servers put the status where the code should be.
        status = code if isinstance(code, int) else 500
        family = family_of(status, str(code or ""), kind, said)
        detail = f"The provider reported an error in the stream: {said or 'no reason given'}"
        self.fail(str(code or "provider_error"), detail[:500], family)

    def _take_wishes(self, wanted: Any) -> None:
        """Pieces of calls, told apart by `index`; name and id come once, arguments bit by bit."""
        for one in wanted if isinstance(wanted, list) else ():
            index, function = one.get("index") or 0, one.get("function") or {}
            if not isinstance(index, int) or not 0 <= index < MOST_WISHES:
                continue
            wish = self._wishes.setdefault(index, _Wish())
            wish.id = one.get("id") or wish.id
            wish.name += function.get("name") or ""
            if wish.length < MOST_ARGUMENTS:
                wish.pieces.append(function.get("arguments") or "")
                wish.length += len(wish.pieces[-1])

    def _take_text(self, text: str) -> None:
        if self.finished.first_token_at is None:
            self.finished.first_token_at = datetime.datetime.now(datetime.UTC)
        self._pieces.append(text)
        self._on_text(text)
