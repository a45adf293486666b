"""Orders to a process of the bench: JSON lines there, an answer to each by its number back."""

import asyncio
import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any

from chatbot.bench.frame import CannotMeasure

READY = "ready"
LONGEST_LINE = 64 * 2**20


class Orders:
    """A process that takes orders; safe to use from several threads."""

    def __init__(self, module: str, first: dict[str, Any]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._numbers = itertools.count(1)
        self._answers: dict[int, Future[Any]] = {}
        self._lock = threading.Lock()
        self._write(first)
        self._said_ready: Future[Any] = self._answers.setdefault(0, Future())
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._said_ready.result(30)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def __call__(self, do: str, *, patience: float = 120, **order: Any) -> Any:
        """What the process answered; `CannotMeasure` where it failed or said nothing in time."""
        answer: Future[Any] = Future()
        number = next(self._numbers)
        self._answers[number] = answer
        self._write({"number": number, "do": do, **order})
        try:
            return answer.result(patience)
        except TimeoutError:
            raise CannotMeasure(f"A process of the bench did not answer to “{do}”.") from None

    def stop(self) -> None:
        """The process is gone."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        if self._process.stdout:
            self._process.stdout.close()

    def _write(self, order: dict[str, Any]) -> None:
        line = json.dumps(order).encode() + b"\n"  # not orjson: lone surrogates must pass
        with self._lock:
            assert self._process.stdin is not None  # noqa: S101 - asked for above
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        for line in self._process.stdout:
            answer = json.loads(line)
            waiting = self._answers.pop(answer["number"])
            if "error" in answer:
                waiting.set_exception(CannotMeasure(answer["error"]))
            else:
                waiting.set_result(answer["result"])
        for waiting in list(self._answers.values()):
            waiting.set_exception(CannotMeasure("A process of the bench ended; see above."))


async def serve_orders(carry_out: Callable[[dict[str, Any]], Awaitable[Any]]) -> None:
    """Every order of standard input has been carried out, many at a time, until it ends."""
    loop = asyncio.get_running_loop()
    orders = asyncio.StreamReader(limit=LONGEST_LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin.buffer)
    _answer({"number": 0, "result": READY})
    running: set[asyncio.Task[None]] = set()
    while line := await orders.readline():
        task = asyncio.create_task(_carry_out(carry_out, json.loads(line)))
        running.add(task)
        task.add_done_callback(running.discard)


async def _carry_out(
    carry_out: Callable[[dict[str, Any]], Awaitable[Any]], order: dict[str, Any]
) -> None:
    try:
        _answer({"number": order["number"], "result": await carry_out(order)})
    except Exception as error:
        _answer({"number": order["number"], "error": f"{order['do']}: {error!r}"})


def _answer(answer: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()
