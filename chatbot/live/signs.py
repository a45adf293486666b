"""Signs of life: somebody types, somebody is here. Passed on at once, kept nowhere.

Nobody is asked whether they are here while nobody wants to know: a page of
staff says every `CALL_SECONDS` that somebody of staff is here, and only then
do the visitor's sockets answer that they are too.
"""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from conversations import hints

# A sign is worth something for so long after it came.
HERE_SECONDS = 25.0
CALL_SECONDS = 10.0
# Who types says so at most this often; whoever hears it shows it for five seconds.
TYPING_SECONDS = 2.0
REMEMBERED = 30


@dataclass(frozen=True)
class Sign:
    """What somebody does: `typing`, `here` or `gone`.

    `by` is the socket it came from. `shown` says that the visitor may know of
    this person of staff: they answer, or are waited for.
    """

    what: str
    who: str
    by: str
    name: str = ""
    shown: bool = False

    def give(self, conversation_id: int) -> None:
        """Every socket of the conversation hears of it, if Redis is there."""
        hints.sign(conversation_id, asdict(self))


class Signs:
    """The last signs that this process heard in one conversation, and how many there were."""

    def __init__(self) -> None:
        self.heard = 0
        # none in most conversations, of which there are thousands
        self._last: deque[Sign] | None = None

    def take(self, data: dict[str, Any]) -> None:
        """The sign is the newest."""
        if self._last is None:
            self._last = deque(maxlen=REMEMBERED)
        self._last.append(Sign(**data))
        self.heard += 1

    def after(self, number: int) -> list[Sign]:
        """Those that came after so many, as far as they are remembered."""
        new = self.heard - number
        return list(self._last or ())[-new:] if new > 0 else []
