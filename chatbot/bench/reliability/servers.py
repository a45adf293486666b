"""PostgreSQL and Valkey of this bench as things that die and come back.

They are the throw-away servers of `manage.py bench`, found by the ports
they listen on; what comes back works on the same port and folder. Call it
in the main thread: the kernel ends them with the thread that started them.
"""

import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from django.conf import settings
from django.db import connection

from chatbot.bench.frame import CannotMeasure
from chatbot.boot.postgres import start_postgres
from chatbot.boot.server import Server
from chatbot.boot.valkey import start_valkey


@dataclass
class Mortal:
    """A server that can be killed and started again."""

    port: int
    begin: Callable[[Path, int], Server]
    again: Server | None = None

    def __post_init__(self) -> None:
        """It runs."""
        self.process = _listening(self.port)
        self.folder = Path(self.process.cwd())

    def kill(self) -> None:
        """All its processes were killed without warning."""
        family = [self.process, *self.process.children(recursive=True)]
        for one in family:
            if one.is_running():
                one.kill()
        psutil.wait_procs(family, timeout=10)

    def back(self) -> None:
        """It answers again, with what it had written."""
        self.again = self.begin(self.folder, self.port)
        self.process = psutil.Process(self.again.pid)

    def freeze(self) -> None:
        """It does nothing more, and nobody is told."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """One that was started here is gone; the command's own stays."""
        if self.again:
            self.again.stop()


def postgres() -> Mortal:
    """The PostgreSQL that this process uses; what it commits from now on outlives its processes.

    A throw-away one commits before it has written, and would lose up to 0.6 s.
    Without fsync only a machine that dies loses something.
    """
    with connection.cursor() as cursor:
        cursor.execute("ALTER ROLE CURRENT_USER SET synchronous_commit = on")
    forget_connections()
    return Mortal(int(connection.settings_dict["PORT"]), _postgres_again)


def forget_connections() -> None:
    """This process's next query goes by a new connection; those it had may be dead."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]


def valkey() -> Mortal:
    """The Valkey that this process uses."""
    return Mortal(urlsplit(settings.REDIS_URL).port or 6379, _valkey_again)


def _postgres_again(folder: Path, port: int) -> Server:
    _wait_for_port(port)
    password = connection.settings_dict["PASSWORD"]
    return start_postgres(folder, password, port=port, throw_away=True)


def _valkey_again(folder: Path, port: int) -> Server:
    _wait_for_port(port)
    password = urlsplit(settings.REDIS_URL).password or ""
    return start_valkey(folder, password, port=port, throw_away=True)


def _wait_for_port(port: int) -> None:
    """Nobody listens at this port any more."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                time.sleep(0.05)
            else:
                return
    raise CannotMeasure(f"Port {port} is not free after its server was killed.")


def _listening(port: int) -> psutil.Process:
    for one in psutil.net_connections("tcp"):
        if one.pid and one.status == psutil.CONN_LISTEN and one.laddr.port == port:
            return psutil.Process(one.pid)
    raise CannotMeasure("`bench reliability` needs the throw-away servers of `manage.py bench`.")
