"""A client process of visitors with large replies, and of further tabs that stop reading.

Its job names the addresses of the `askers` and of the `tabs`, which are
those of the same visitors. It answers `ask` when the askers have begun,
`stick` when the tabs are open and read nothing, `report` with what the
askers were sent.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from websockets.asyncio.client import ClientConnection

from chatbot.bench.load.told import Answer, answer_words, say
from chatbot.bench.visitors import BenchVisitor, open_socket

QUESTION = "a large question"


class Stuck:
    """The askers go on reading; the tabs never do."""

    def __init__(self, askers: list[BenchVisitor], tabs: list[dict[str, str]]) -> None:
        self._askers = askers
        self._addresses = tabs
        self._tabs: list[ClientConnection] = []
        self._asking: list[asyncio.Task[None]] = []
        self._replies = self._failed = 0

    async def ask(self) -> dict[str, Any]:
        """Every asker asks one large question after the other from now on."""
        self._asking = [asyncio.create_task(self._ask_on(asker)) for asker in self._askers]
        return {"askers": len(self._asking)}

    async def stick(self) -> dict[str, Any]:
        """The tabs are open and nobody reads them: the library stops at its first frame."""
        for address in self._addresses:
            tab = await open_socket(address, max_queue=1)
            await tab.send('{"type":"resume","after":0}')
            self._tabs.append(tab)
        return {"tabs": len(self._tabs)}

    async def report(self) -> dict[str, Any]:
        """How many large replies there were since the last report."""
        found = {"replies": self._replies, "failed": self._failed}
        self._replies = self._failed = 0
        return found

    async def _ask_on(self, asker: BenchVisitor) -> None:
        while True:
            clock = await asker.say(QUESTION, stamped=False)
            self._replies += 1
            self._failed += bool(clock.broken)
            if "ConnectionClosed" in clock.broken:
                return


async def start(job: dict[str, Any]) -> Mapping[str, Answer]:
    """The askers' sockets are open."""
    stuck = Stuck([await BenchVisitor.open(one) for one in job["askers"]], job["tabs"])
    say({"ready": True})
    return {"ask": stuck.ask, "stick": stuck.stick, "report": stuck.report}


if __name__ == "__main__":
    answer_words(start)
