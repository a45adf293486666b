"""One at a time, between processes; the lock ends with the process, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chatbot.boot.console import say


@contextmanager
def only_one(path: Path, while_waiting: str) -> Iterator[None]:
    """Inside, no other process is; says `while_waiting` where it has to wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(while_waiting)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def if_first(path: Path) -> Iterator[bool]:
    """True where nobody else holds it, and then nobody does until the end; False at once if not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
