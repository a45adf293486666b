"""The command lines of the product's processes, the same on a laptop, in tests and in an image."""

import os
import sys
from pathlib import Path

from chatbot.boot.paths import ROOT


def web(
    port: int, host: str = "127.0.0.1", application: str = "chatbot.asgi:application"
) -> list[str]:
    """The web process; another application behind the same server is for tests of that server.

    wsproto was the only one of uvicorn's socket implementations without a
    failed case in a protocol suite; a frame may have 64 KB, not 16 MB. Frames
    are not compressed, though every browser offers it: an idle socket took
    129 KB with it and 29 KB without (`manage.py bench load`).
    """
    return python(
        *("-m", "uvicorn", application, "--host", host, "--port", str(port)),
        *("--loop", "uvloop", "--http", "httptools", "--ws", "wsproto", "--ws-max-size", "65536"),
        *("--ws-per-message-deflate", "false"),
        *("--lifespan", "off", "--no-access-log", "--timeout-graceful-shutdown", "5"),
        # chatbot/proxies.py knows which proxy to believe
        *("--no-proxy-headers", "--no-server-header"),
        *("--log-level", "warning"),
    )


def worker(concurrency: int) -> list[str]:
    """A worker: each reply waits in a thread of its own while one loop streams them all."""
    return python(
        *("-m", "celery", "-q", "-A", "chatbot", "worker", "--pool", "threads"),
        *("--concurrency", str(concurrency), "--without-gossip", "--without-mingle"),
        *("--loglevel", "info"),
    )


def beat(schedule: Path) -> list[str]:
    """The timetable; exactly one of it runs."""
    return python(
        *("-m", "celery", "-q", "-A", "chatbot", "beat"),
        *("--schedule", schedule, "--loglevel", "warning"),
    )


def demo_model(port: int, log: Path) -> list[str]:
    """The demo model; `log` gets a line for every request it billed."""
    return manage("demo_model", "--port", str(port), "--log", log)


def python(*words: str | Path) -> list[str]:
    """A command of this Python."""
    return [sys.executable, *(str(word) for word in words)]


def manage(*words: str | Path) -> list[str]:
    """A `manage.py` command."""
    return python(ROOT / "manage.py", *words)


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings on top."""
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "chatbot.settings", **settings}
