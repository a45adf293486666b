"""Keep the product's processes running, show what they say, and stop them in order."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from chatbot.boot.console import say
from chatbot.boot.paths import ROOT, VAR
from chatbot.boot.servers import stop

COLOURS = {"web": "36", "worker": "33", "beat": "35", "demo model": "32"}
LONGEST_PAUSE = 30
SAID_TO_LIVE = 10  # seconds after which a process counts as having come up
STOP_SECONDS = 12
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """A process that is started again when it ends by itself."""

    name: str
    command: list[str]
    process: subprocess.Popen[str]
    started: float = field(default_factory=time.monotonic)
    pause: float = 1.0


class Supervisor:
    """Starts processes, starts them again, and takes all of them down."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._children: list[Child] = []
        self._ending = threading.Event()

    def start(self, name: str, command: list[str]) -> Child:
        """The process runs; what it says goes to the console and to `var/log/`."""
        child = Child(name, command, self._spawn(name, command))
        self._children.append(child)
        return child

    def pids(self) -> list[int]:
        """The processes that run now."""
        return [child.process.pid for child in self._children]

    def watch(self) -> None:
        """Returns when `end` was called; until then, what ends is started again."""
        while not self._ending.wait(0.2):
            for child in self._children:
                status = child.process.poll()
                if status is not None:
                    self._start_again(child, status)

    def end(self) -> None:
        """`watch` returns; a second call kills what still runs."""
        if self._ending.is_set():
            for child in self._children:
                child.process.kill()
        self._ending.set()

    def stop_all(self) -> None:
        """Every process has been asked to end, last started first, and is gone."""
        for child in reversed(self._children):
            child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(self._children):
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                say(f"{child.name} does not end; killing it. Postgres knows what it was doing.")
                stop(child.process.pid, signal.SIGKILL)
        self._children.clear()

    def _start_again(self, child: Child, status: int) -> None:
        if time.monotonic() - child.started > SAID_TO_LIVE:
            child.pause = 1.0
        say(f"{child.name} ended with status {status}; again in {child.pause:.0f} s")
        if self._ending.wait(child.pause):
            return
        child.pause = min(child.pause * 2, LONGEST_PAUSE)
        child.started = time.monotonic()
        child.process = self._spawn(child.name, child.command)

    def _spawn(self, name: str, command: list[str]) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        threading.Thread(target=_relay, args=(name, process), daemon=True).start()
        return process


def _relay(name: str, process: subprocess.Popen[str]) -> None:
    """Each line the process says is on the console and in its log."""
    log = VAR / "log" / f"{name.replace(' ', '-')}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    prefix = f"{name:>10} │ "
    if sys.stdout.isatty():
        prefix = f"\033[{COLOURS.get(name, '37')}m{prefix}\033[0m"
    with log.open("a") as file:
        for line in process.stdout or ():
            file.write(line)
            file.flush()
            print(prefix + line.rstrip(), flush=True)


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """The kernel ends this process with its parent, even where that was killed."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def python(*words: str | Path) -> list[str]:
    """A command of this Python."""
    return [sys.executable, *(str(word) for word in words)]


def manage(*words: str | Path) -> list[str]:
    """A `manage.py` command."""
    return python(ROOT / "manage.py", *words)


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings on top."""
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "chatbot.settings", **settings}
