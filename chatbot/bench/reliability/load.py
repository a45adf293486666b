"""The marked load, a process of its own: pages that ask and read, as it is told.

Every question carries a mark, `M-<seed>-<label>-<number>:`, counted per
label, so that the demo model's rules can be made for a mark before it is sent.
"""

import asyncio
import collections
import itertools
import random
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import uvloop

from chatbot.bench.reliability.door import Door
from chatbot.bench.reliability.journal import Journal
from chatbot.bench.reliability.orders import serve_orders
from chatbot.bench.reliability.tab import Question, Tab

AT_ONCE = 40  # pages that open at the same time when a crowd comes
STOPPING, WANTING_ANOTHER = 0.04, 0.025
OPEN_AT_MOST = 3  # questions without an answer, after which a visitor waits


class Load:
    """All pages of the run; they are called by number."""

    def __init__(self, seed: int, journal: Path) -> None:
        self.seed = seed
        self.journal = Journal(journal)
        self.rng = random.Random(seed)  # noqa: S311 - not a secret
        self.tabs: list[Tab] = []
        self.asked: dict[str, list[Question]] = collections.defaultdict(list)
        self._numbers: dict[str, itertools.count[int]] = collections.defaultdict(
            lambda: itertools.count(1)
        )
        self._presses: set[asyncio.Task[None]] = set()
        self._flows: dict[str, asyncio.Task[int]] = {}

    async def order(self, order: dict[str, Any]) -> Any:
        """The order has been carried out; returns what it found."""
        about = {name: what for name, what in order.items() if name not in ("do", "number")}
        return await getattr(self, f"do_{order['do']}")(**about)

    async def do_newcomers(
        self, count: int, key: str, port: int, old: bool = False, patience: float = 30
    ) -> list[int]:
        """So many new visitors have a page that is up to date; returns their numbers."""
        first = len(self.tabs)
        fresh = [
            Tab(Door(key, port), self.journal, random.Random(self.rng.random()), old=old)  # noqa: S311
            for _ in range(count)
        ]
        self.tabs += fresh
        places = asyncio.Semaphore(AT_ONCE)

        async def come(tab: Tab) -> None:
            async with places:
                tab.line.open()
                await asyncio.wait_for(tab.line.ready.wait(), patience)

        await asyncio.gather(*map(come, fresh))
        return list(range(first, first + count))

    async def do_second_tab(self, tabs: list[int]) -> list[int]:
        """Each of these visitors has another page with the same token."""
        first = len(self.tabs)
        for number in tabs:
            tab = Tab(self.tabs[number].door, self.journal, random.Random(self.rng.random()))  # noqa: S311
            self.tabs.append(tab)
            tab.line.open()
        await asyncio.gather(*(tab.line.ready.wait() for tab in self.tabs[first:]))
        return list(range(first, len(self.tabs)))

    async def do_flow(
        self,
        label: str,
        tabs: list[int],
        rate: float,
        count: int = 0,
        text: str = "How long does delivery take?",
        moods: bool = False,
    ) -> int:
        """So many questions of this label have been asked, so many a second, by pages at random.

        Without a count they are asked until `end_flow`; then it returns at once.
        With moods, some visitors press Stop, and some want another answer.
        """
        flow = self._flow(label, tabs, rate, count, text, moods)
        if count:
            return await flow
        self._flows[label] = asyncio.create_task(flow)
        return 0

    async def do_end_flow(self, label: str) -> int:
        """Nobody asks questions of this label any more; returns how many there were."""
        flow = self._flows.pop(label, None)
        if flow:
            flow.cancel()
            await asyncio.wait({flow})
        return len(self.asked[label])

    async def do_ask(
        self, label: str, tabs: list[int], text: str = "Where is my parcel?", each: int = 1
    ) -> int:
        """Each of these pages has asked at once; returns how many questions that were."""
        for number in tabs:
            for _ in range(each):
                self._ask(self.tabs[number], label, text)
        return len(tabs) * each

    async def do_asked(self, label: str) -> int:
        """How many questions of this label were asked."""
        return len(self.asked[label])

    async def do_asked_in_all(self) -> int:
        """How many questions were asked."""
        return sum(map(len, self.asked.values()))

    async def do_open(self, tabs: list[int]) -> None:
        """These pages are opened; they may not be connected yet."""
        for number in tabs:
            self.tabs[number].line.open()

    async def do_close(self, tabs: list[int]) -> None:
        """These pages are closed."""
        await asyncio.gather(*(self.tabs[number].line.close() for number in tabs))

    async def do_reload(self, tabs: list[int]) -> None:
        """These pages are reloaded; they may not be connected yet."""
        await asyncio.gather(*(self.tabs[number].reload() for number in tabs))

    async def do_ready(self, tabs: list[int], within: float = 60) -> int:
        """Waits until these pages are up to date; returns how many are not after this time."""
        waits = [asyncio.wait_for(self.tabs[number].line.ready.wait(), within) for number in tabs]
        results = await asyncio.gather(*waits, return_exceptions=True)
        return sum(isinstance(result, TimeoutError) for result in results)

    async def do_reading(self, tabs: list[int], reads: bool) -> None:
        """These pages read what comes, or leave it lying in the socket."""
        for number in tabs:
            reading = self.tabs[number].line.reading
            reading.set() if reads else reading.clear()

    async def do_move(self, tabs: list[int], port: int) -> None:
        """These pages use another lane from their next connection on."""
        for number in tabs:
            self.tabs[number].door.port = port

    async def do_forget_tickets(self, tabs: list[int]) -> None:
        """These pages get a new ticket before their next connection."""
        for number in tabs:
            self.tabs[number].door.forget_ticket()

    async def do_send(self, tab: int, frame: dict[str, Any]) -> None:
        """This page has sent this frame, whatever it is."""
        await self.tabs[tab].line.send(frame)

    async def do_ask_for_person(self, tabs: list[int]) -> None:
        """These visitors want to talk to a person."""
        await asyncio.gather(*(self.tabs[number].ask_for_person() for number in tabs))

    async def do_conversations(self, tabs: list[int]) -> list[str]:
        """The public ids of what these pages show."""
        return [self.tabs[number].door.conversation for number in tabs]

    async def do_repeat(self, label: str, tabs: list[int], copies: list[int]) -> int:
        """Each page asks, and sends the same frame so many times more at once."""
        sent = 0
        for number, more in zip(tabs, copies, strict=True):
            tab = self.tabs[number]
            question = self._ask(tab, label, "Do you ship abroad?")
            frame = {"type": "message.send", "id": question.id, "text": question.text}
            await asyncio.gather(*(tab.line.send(frame) for _ in range(more)))
            sent += more
        return sent

    async def do_edit(self, label: str, tabs: list[int]) -> int:
        """Each page sends its first question again with other words; returns how many sent."""
        edited = 0
        for number in tabs:
            tab = self.tabs[number]
            mine = [one for one in self.asked[label] if one.text.endswith(f"[{tab.name}]")]
            for question in mine[:1]:
                frame = {"type": "message.send", "id": question.id, "text": "Something else."}
                await tab.line.send(frame)
                edited += 1
        return edited

    async def do_refusals(self, tabs: list[int], code: str) -> int:
        """How many messages of these pages were last refused with this code."""
        return sum(list(self.tabs[number].refusals.values()).count(code) for number in tabs)

    async def do_writing(self, label: str, within: float = 20) -> int:
        """Waits until every open question of this label has text; returns how many have none."""
        for _ in range(int(within / 0.05)):
            bare = sum(not shown for shown in self._shown(label))
            if not bare:
                return 0
            await asyncio.sleep(0.05)
        return bare

    async def do_open_marks(self, label: str = "") -> int:
        """How many questions of this label, or of all, have no end yet."""
        if label:
            return sum(question.id in _open_ids(self.tabs) for question in self.asked[label])
        pages = sum(tab.open_questions + tab.unacknowledged for tab in self.tabs)
        return pages + len(self._presses)  # somebody may still press Stop or “try again”

    async def do_ended(self, label: str = "", within: float = 60) -> int:
        """Waits for the ends of this label's questions, or of all; returns how many have none."""
        left = 0
        for _ in range(int(within / 0.1) + 1):
            left = await self.do_open_marks(label)
            if not left:
                break
            await asyncio.sleep(0.1)
        return left

    async def do_flush(self) -> None:
        """The journal can be read up to now."""
        self.journal.flush()

    async def do_report(self) -> int:
        """What every page shows is in the journal."""
        for tab in self.tabs:
            tab.report()
        self.journal.flush()
        return len(self.tabs)

    def _shown(self, label: str) -> list[int]:
        owners = {id(question): tab for tab in self.tabs for question in tab.waiting.values()}
        return [
            owners[id(question)].shown_of(question)
            for question in self.asked[label]
            if id(question) in owners
        ]

    async def _flow(
        self, label: str, tabs: list[int], rate: float, count: int, text: str, moods: bool
    ) -> int:
        loop = asyncio.get_running_loop()
        due = loop.time()
        for number in itertools.count(1):
            due += 1 / rate
            await asyncio.sleep(max(0.0, due - loop.time()))
            while (tab := self._one_of(tabs)) is None:
                await asyncio.sleep(0.05)
            question = self._ask(tab, label, text)
            if moods:
                self._perhaps(tab, question)
            if number == count:
                break
        return count

    def _perhaps(self, tab: Tab, question: Question) -> None:
        """One in twenty-five presses Stop, one in forty wants another answer."""
        mood, wait = self.rng.random(), self.rng.uniform(0.2, 1.2)
        if mood < STOPPING:
            self._later(wait, tab.press_stop, question)
        elif mood < STOPPING + WANTING_ANOTHER:
            self._later(wait + 2, tab.press_again, question)

    def _later(
        self, wait: float, press: Callable[[Question], Awaitable[None]], question: Question
    ) -> None:
        async def do() -> None:
            await asyncio.sleep(wait)
            await press(question)

        task = asyncio.create_task(do())
        self._presses.add(task)
        task.add_done_callback(self._presses.discard)

    def _one_of(self, tabs: list[int]) -> Tab | None:
        """A page at random that does not wait for too much already."""
        for _ in range(20):
            tab = self.tabs[self.rng.choice(tabs)]
            if tab.open_questions < OPEN_AT_MOST:
                return tab
        return None

    def _ask(self, tab: Tab, label: str, text: str) -> Question:
        mark = f"M-{self.seed}-{label}-{next(self._numbers[label])}"
        question = tab.ask(mark, f"{mark}: {text} [{tab.name}]", label)
        self.asked[label].append(question)
        return question


def _open_ids(tabs: list[Tab]) -> set[str]:
    return {question for tab in tabs for question in tab.waiting}


async def main() -> None:
    """Pages are there until standard input ends."""
    given = orjson.loads(sys.stdin.buffer.readline())
    load = Load(given["seed"], Path(given["journal"]))
    await serve_orders(load.order)
    load.journal.flush()


if __name__ == "__main__":
    uvloop.run(main())
