"""The stack of this bench: two web processes, two workers, and workers that are odd on request."""

import signal
import time
from pathlib import Path

from chatbot.bench.reliability.odd_worker import odd_worker
from chatbot.bench.stack import Stack
from conversations.models import Generation

WORKER_CONCURRENCY = 200


class Fleet(Stack):
    """The running product; every start of a process has a log of its own."""

    def __init__(self, **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]
        self.odd: dict[str, list[str]] = {}
        self._starts: dict[str, int] = {}

    def start(self, name: str) -> None:
        """As `Stack.start`; the log of the last start is kept."""
        self._starts[name] = self._starts.get(name, 0) + 1
        super().start(name)

    def restart(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """The process was ended in this way and works again."""
        if name in self.processes:
            self.kill(name, how)
        self.start(name)
        self.wait_for(name)

    def wait_for(self, name: str) -> None:
        """The process works."""
        if name in self.web_ports:
            self.wait_for_web(name)
        elif name.startswith("worker"):
            self.wait_for_worker(name)

    def make_odd(self, name: str, *words: str) -> None:
        """The worker was stopped and works again with this oddity; with none it is as all are."""
        self.odd[name] = list(words)
        self.restart(name, signal.SIGTERM)

    def send(self, name: str, how: signal.Signals) -> None:
        """The process has been sent this signal."""
        self.processes[name].send_signal(how)

    def logs_of(self, kind: str) -> str:
        """All that processes of this kind have said since the bench began."""
        paths = sorted(self._logs.glob(f"{kind}*-{self.web_port}-*.log"))
        return "\n".join(path.read_text(errors="replace") for path in paths)

    def idle_within(self, seconds: float) -> bool:
        """Waits until no generation is open; False where that takes longer."""
        unfinished = Generation.objects.filter(state__in=Generation.OPEN_STATES)
        deadline = time.monotonic() + seconds
        while unfinished.exists():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True

    def _command(self, name: str) -> list[str]:
        words = self.odd.get(name)
        return odd_worker(WORKER_CONCURRENCY, words) if words else super()._command(name)

    def _log_of(self, name: str) -> Path:
        start = self._starts.get(name, 0)
        return self._logs / f"{name.replace(' ', '-')}-{self.web_port}-{start}.log"
