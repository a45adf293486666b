"""How long a turn has waited for others: for providers, and for systems that tools call.

What is left of a reply's time is this product's own. A turn is one thread
of its worker from beginning to end, so what is counted stands in the thread.
"""

import datetime
import threading


class Waits(threading.local):
    """What this thread's turn has waited for so far, in seconds.

    `first` is the part of `provider` that passed before the first word;
    None while there is none.
    """

    provider: float = 0.0
    tools: float = 0.0
    first: float | None = None

    def begin(self) -> None:
        """A turn begins: nothing has been waited for."""
        self.provider = self.tools = 0.0
        self.first = None

    def called(
        self,
        sent_at: datetime.datetime | None,
        first_token_at: datetime.datetime | None,
        ended_at: datetime.datetime | None,
    ) -> None:
        """A call was streamed; of one that never left all are None."""
        if sent_at is None or ended_at is None:
            return
        if first_token_at and self.first is None:
            self.first = self.provider + _between(sent_at, first_token_at)
        self.provider += _between(sent_at, ended_at)


def _between(before: datetime.datetime, after: datetime.datetime) -> float:
    """Never less than nothing, whatever somebody does to the clock."""
    return max((after - before).total_seconds(), 0.0)


waits = Waits()
