"""The network between browsers and web processes, a process of its own that can be made bad.

It has lanes: ports with the same web processes behind them and a plan each.
A connection goes to the next web process that accepts it, as a load
balancer would have it. Bytes are never altered: TCP's checksums turn a
corrupt packet into a later one, so corruption is played as stalls.
Orders are JSON lines on standard input, answers on standard output.
"""

import asyncio
import contextlib
import itertools
import random
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import uvloop

from chatbot.bench.reliability.orders import serve_orders

CHUNK = 64 * 1024
RETRANSMISSION_S = (0.2, 0.6)  # the least a lost packet costs on Linux, and with one more loss


@dataclass
class Plan:
    """What a lane does to the bytes of its connections; a new plan is a good line."""

    delay_s: float = 0.0
    bytes_per_s: float = 0.0
    stall_share: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether bytes pass as they come."""
        return not (self.delay_s or self.bytes_per_s or self.stall_share)


@dataclass(eq=False)
class Lane:
    """A port, its plan, and the connections that came in by it."""

    port: int
    plan: Plan = field(default_factory=Plan)
    lines: set["ProxiedLine"] = field(default_factory=set)


class ProxiedLine:
    """One connection: bytes go both ways until a side closes or the line is broken."""

    def __init__(self, lane: Lane, rng: random.Random) -> None:
        self._lane, self._rng = lane, rng
        self._writers: list[asyncio.StreamWriter] = []
        self.held_at = 0.0
        self.closed_by_server_after = 0.0
        self.cut_after: int | None = None

    async def run(
        self,
        browser: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        web: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        """Both sides are closed afterwards."""
        self._writers = [browser[1], web[1]]
        up = asyncio.create_task(self._pass(browser[0], web[1], self._allowed))
        down = asyncio.create_task(self._pass(web[0], browser[1], lambda data: data))
        down.add_done_callback(self._note_closing)
        await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        if self.held_at:
            await asyncio.wait({up, down})
        for task in (up, down):
            task.cancel()
        for writer in self._writers:
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()

    def reset(self) -> None:
        """Both sides are told at once that the connection is gone (RST)."""
        for writer in self._writers:
            with contextlib.suppress(OSError):
                raw = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def _note_closing(self, _: object) -> None:
        if self.held_at:
            self.closed_by_server_after = time.monotonic() - self.held_at

    def _allowed(self, data: bytes) -> bytes:
        """What of the browser's bytes still passes before the cut."""
        if self.cut_after is None:
            return data
        allowed = data[: self.cut_after]
        self.cut_after -= len(allowed)
        return allowed

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        allowed: Callable[[bytes], bytes],
    ) -> None:
        due = 0.0
        with contextlib.suppress(OSError, RuntimeError):
            while data := await reader.read(CHUNK):
                if self.held_at:
                    continue  # swallowed: neither side is told anything
                plan = self._lane.plan
                if not plan.is_good:
                    due = await self._hold_back(plan, len(data), due)
                passing = allowed(data)
                writer.write(passing)
                await writer.drain()
                if len(passing) < len(data) or self.cut_after == 0:
                    await asyncio.sleep(0.005)  # for the last bytes to leave
                    self.reset()
                    return

    async def _hold_back(self, plan: Plan, size: int, due: float) -> float:
        """Wait as a thin, long and lossy line would; returns when these bytes are through."""
        now = asyncio.get_running_loop().time()
        free = max(now + plan.delay_s, due)
        if plan.bytes_per_s:
            free += size / plan.bytes_per_s
        if self._rng.random() < plan.stall_share:
            free += self._rng.uniform(*RETRANSMISSION_S)
        await asyncio.sleep(max(0.0, free - now))
        return free


class Proxy:
    """All lanes, and the web processes behind them."""

    def __init__(self, upstreams: list[int], seed: int) -> None:
        self._upstreams = itertools.cycle(upstreams)
        self._number = len(upstreams)
        self._rng = random.Random(seed)  # noqa: S311 - not a secret
        self._lanes: dict[str, Lane] = {}

    async def open(self, lanes: dict[str, int]) -> None:
        """Every lane listens at its port."""
        for name, port in lanes.items():
            lane = self._lanes[name] = Lane(port)
            await asyncio.start_server(self._accepting(lane), "127.0.0.1", port, backlog=2048)

    async def order(self, order: dict[str, Any]) -> Any:
        """The order has been carried out; returns what it found."""
        lane = self._lanes[order["lane"]]
        match order["do"]:
            case "plan":
                lane.plan = Plan(**order["plan"])
                return len(lane.lines)
            case "cut":
                return self._arm(lane, order["after"])
            case "hold":
                for line in lane.lines:
                    line.held_at = time.monotonic()
                return len(lane.lines)
            case "held":
                return [line.closed_by_server_after for line in lane.lines if line.held_at]
            case "reset":
                for line in list(lane.lines):
                    line.reset()
                return len(lane.lines)
        raise ValueError(order["do"])

    def _arm(self, lane: Lane, places: list[int]) -> int:
        """Each open connection will be cut after so many more bytes of its browser."""
        armed = 0
        for line, place in zip(lane.lines, places, strict=False):
            line.cut_after = place
            armed += 1
            if place == 0:
                line.reset()
        return armed

    def _accepting(self, lane: Lane) -> Callable[..., Any]:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            web = await self._web()
            if web is None:
                writer.close()
                return
            line = ProxiedLine(lane, self._rng)
            lane.lines.add(line)
            try:
                await line.run((reader, writer), web)
            finally:
                if not line.held_at:
                    lane.lines.discard(line)

        return accept

    async def _web(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in range(self._number):
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", next(self._upstreams))
        return None


async def main() -> None:
    """Lanes are open until standard input ends."""
    given = orjson.loads(sys.stdin.buffer.readline())
    proxy = Proxy(given["upstreams"], given["seed"])
    await proxy.open(given["lanes"])
    await serve_orders(proxy.order)


if __name__ == "__main__":
    uvloop.run(main())
