"""Replies being written, as far as this process has heard."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

# After Stop a worker goes on for up to a second; some replies of one
# conversation in that second are plenty.
REMEMBERED_ENDINGS = 10


@dataclass
class LiveText:
    """A reply's text under its newest claim; `complete` is False where a piece was missed."""

    claim: int
    text: str = ""
    complete: bool = True


class LiveTexts:
    """The replies of one conversation that are being written."""

    def __init__(self) -> None:
        self._texts: dict[str, LiveText] = {}
        self._ended: deque[str] = deque(maxlen=REMEMBERED_ENDINGS)

    def __iter__(self) -> Iterator[tuple[str, LiveText]]:
        return iter(list(self._texts.items()))

    def take(self, reply: str, claim: int, offset: int, piece: str) -> None:
        """The piece is part of the text; one that leaves a gap makes it incomplete."""
        known = self._under(reply, claim)
        if known is None:
            return
        if offset > len(known.text):
            known.complete = False
        elif offset + len(piece) > len(known.text):
            known.text = known.text[:offset] + piece

    def fill(self, reply: str, claim: int, text: str) -> None:
        """The text is at least this long; gaps below its end are closed."""
        known = self._under(reply, claim)
        if known is not None:
            known.text = max(known.text, text, key=len)
            known.complete = True

    def doubt(self) -> None:
        """Pieces may have been missed: every text wants to be filled."""
        for known in self._texts.values():
            known.complete = False

    def forget(self, reply: str) -> None:
        """The reply has ended; what comes of it after that is from a worker that knows it not."""
        if self._texts.pop(reply, None):
            self._ended.append(reply)

    def _under(self, reply: str, claim: int) -> LiveText | None:
        """The text under this claim; None where a newer claim has begun or the reply has ended."""
        if reply in self._ended:
            return None
        known = self._texts.get(reply)
        if known is None or known.claim < claim:
            known = self._texts[reply] = LiveText(claim)
        return known if known.claim == claim else None
