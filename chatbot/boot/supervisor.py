"""Keep the product's processes running, show what they say, and stop them in order."""

import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

from chatbot.boot.console import say
from chatbot.boot.lifeline import tied
from chatbot.boot.paths import ROOT, VAR

COLOURS = {"web": "36", "worker": "33", "beat": "35", "demo model": "32"}
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
CAME_UP = 10  # seconds after which a process counts as having come up
STOP_SECONDS = 12


@dataclass
class Child:
    """A process that is started again when it ends by itself."""

    name: str
    command: list[str]
    process: subprocess.Popen[str]
    started: float
    pause: float = FIRST_PAUSE
    due: float | None = None  # when it is started again, while it does not run


class Supervisor:
    """Starts processes, starts them again, and takes all of them down."""

    def __init__(self) -> None:
        self.environment: dict[str, str] = {}
        self._children: list[Child] = []
        self._ending = threading.Event()

    def start(self, name: str, command: list[str]) -> subprocess.Popen[str]:
        """The process runs; what it says goes to the console and to `var/log/`."""
        child = Child(name, command, self._spawn(name, command), time.monotonic())
        self._children.append(child)
        return child.process

    def pids(self) -> list[int]:
        """The processes that run now."""
        return [child.process.pid for child in self._children if child.due is None]

    @property
    def ending(self) -> bool:
        """Whether `end` was called."""
        return self._ending.is_set()

    def watch(self) -> None:
        """Returns when `end` was called; until then, what ends is started again."""
        while not self._ending.wait(0.2):
            for child in self._children:
                self._look_after(child, time.monotonic())

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
                child.process.kill()
                child.process.wait()
        self._children.clear()

    def _look_after(self, child: Child, now: float) -> None:
        if child.due is None and child.process.poll() is not None:
            if now - child.started > CAME_UP:
                child.pause = FIRST_PAUSE
            status = child.process.returncode
            say(f"{child.name} ended with status {status}; again in {child.pause:.0f} s")
            child.due = now + child.pause
            child.pause = min(child.pause * 2, LONGEST_PAUSE)
        elif child.due is not None and now >= child.due:
            child.process, child.started = self._spawn(child.name, child.command), now
            child.due = None

    def _spawn(self, name: str, command: list[str]) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=tied(signal.SIGTERM),
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
