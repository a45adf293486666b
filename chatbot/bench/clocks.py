"""Read the clock that the demo model writes into its tokens.

With `stamp` on, every token is the monotonic clock in milliseconds, which
all processes of a machine share; so the age of a token is known wherever
it arrives.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field


def now_ms() -> float:
    """The monotonic clock in milliseconds."""
    return time.monotonic() * 1000


@dataclass
class ReplyClock:
    """One streamed reply: when it was asked for, when it began, how old each token was.

    `broken` says why it is no good reply, whatever arrived of it.
    """

    asked: float = field(default_factory=now_ms)
    first: float = 0.0
    delays: list[float] = field(default_factory=list)
    broken: str = ""
    _rest: str = ""

    def take(self, text: str) -> None:
        """The whole stamps in the text have been read against the clock."""
        now = now_ms()
        if not self.first:
            self.first = now - self.asked
        *stamps, self._rest = (self._rest + text).split(" ")
        self.delays += [now - float(stamp) for stamp in stamps]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them does not pass; 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0
