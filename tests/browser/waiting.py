"""Wait for what comes about behind the page."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from chatbot.bench.stack import Stack
from tests.browser.chat import PATIENCE_MS


def until(page: Page, holds: Callable[[], bool]) -> None:
    """It holds; an AssertionError where it does not in time. The page goes on meanwhile."""
    for _ in range(PATIENCE_MS // 100):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("waited in vain")


@contextmanager
def no_worker(live: Stack) -> Iterator[None]:
    """Nobody takes work inside; what waits is done after."""
    worker = live.processes["worker 1"]
    worker.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        worker.send_signal(signal.SIGCONT)
