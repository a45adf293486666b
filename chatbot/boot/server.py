"""What PostgreSQL and Valkey have in common: a process, a port, a folder, a log.

They speak TCP on the loopback interface rather than Unix sockets, whose
paths may not be longer than about a hundred bytes.
"""

import functools
import importlib.util
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.boot.lifeline import tied
from chatbot.boot.ports import answers, free_port
from chatbot.boot.running import stop, works_in

START_SECONDS = 60  # after a crash PostgreSQL first reads its log again
TRIES = 3


class ServerFailed(SystemExit):
    """A server did not come up; the text ends with its last words."""


@dataclass(frozen=True)
class Server:
    """A server: its address, the process behind it, and the folder that process works in."""

    name: str
    url: str
    pid: int
    folder: str
    stop_signal: int

    def runs(self) -> bool:
        """Whether it still does."""
        return works_in(self.pid, Path(self.folder))

    def stop(self) -> None:
        """The server has written what it must and is gone."""
        if self.runs():
            stop(self.pid, signal.Signals(self.stop_signal))


@dataclass(frozen=True)
class Plan:
    """How a server is started, and how it is seen to be ready.

    `command` is given the port; `is_ready` the port and the number of the process.
    """

    name: str
    folder: Path
    command: Callable[[int], Sequence[str | Path]]
    is_ready: Callable[[int, int], bool]
    stop_signal: signal.Signals

    @property
    def log(self) -> Path:
        """Beside the folder, which is the server's alone."""
        return self.folder.with_name(f"{self.folder.name}.log")


def launch(plan: Plan, port: int, *, ends_with_us: bool) -> tuple[int, int]:
    """The server is ready to work; returns the number of its process, and its port.

    Another program may take the port before the server does: then the next one is tried.
    """
    for _ in range(TRIES):
        chosen = free_port(port)
        process = _spawn(plan, chosen, ends_with_us=ends_with_us)
        if _comes_up(process, functools.partial(plan.is_ready, chosen, process.pid)):
            return process.pid, chosen
        if not answers(chosen):
            break
    last = "\n".join(plan.log.read_text(errors="replace").splitlines()[-8:])
    raise ServerFailed(f"{plan.name} did not come up. Its log ({plan.log}) ends with:\n{last}")


def stop_leftover(pid_file: Path, how: signal.Signals) -> None:
    """A server that outlived the command that started it is gone."""
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    if works_in(pid, pid_file.parent):
        stop(pid, how)


def folder_of(package: str) -> Path:
    """Found, not imported: only binaries are wanted, and both packages do work at import."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed(f"{package} is not installed; set DATABASE_URL and REDIS_URL instead.")
    return Path(spec.submodule_search_locations[0])


def _spawn(plan: Plan, port: int, *, ends_with_us: bool) -> subprocess.Popen[bytes]:
    with plan.log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own servers
            [str(word) for word in plan.command(port)],
            cwd=plan.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the command, which stops them in order
            preexec_fn=tied(plan.stop_signal) if ends_with_us else None,
        )


def _comes_up(process: subprocess.Popen[bytes], is_ready: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    try:
        while process.poll() is None and time.monotonic() < deadline:
            if is_ready():
                return True
            time.sleep(0.01)
    except BaseException:
        process.terminate()
        raise
    process.kill()
    process.wait()
    return False
