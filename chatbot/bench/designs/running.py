"""Run one of the other designs as real processes, for as long as it is measured."""

import os
import signal
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from chatbot.bench import cpu
from chatbot.bench.stack import until
from chatbot.boot.paths import ROOT
from chatbot.boot.ports import answers, free_port
from chatbot.boot.processes import python, web

STOP_SECONDS = 5
OUR_APPLICATION = "chatbot.asgi:application"
APPLICATIONS = {
    "naive": "chatbot.bench.designs.naive.asgi:application",
    "in-process": "chatbot.bench.designs.in_process:application",
    "bare": "chatbot.bench.designs.bare:application",
}
DESIGNS = ("naive", "in-process")
TITLES = {
    "naive": "prefork, group_send per token",
    "in-process": "Starlette socket and SDK in one process",
    "bare": "bare socket, no application",
}


class Design:
    """A design that is up inside its context and gone after; `streams` it can serve at a time."""

    def __init__(self, name: str, *, streams: int, model_url: str, logs: Path) -> None:
        self.name = name
        self._streams = streams
        self._model_url = model_url
        self._logs = logs
        self._port = free_port()
        self._processes: list[subprocess.Popen[bytes]] = []
        self.address = {"socket": f"ws://127.0.0.1:{self._port}/"}

    def __enter__(self) -> "Design":
        self._logs.mkdir(parents=True, exist_ok=True)
        try:
            server = self._start("web", server_of(self.name, self._port))
            until(lambda: answers(self._port), server, f"design {self.name}")
            if self.name == "naive":
                worker = self._start("worker", naive_worker(self._streams))
                log = self._log_of("worker")
                until(lambda: b" ready." in log.read_bytes(), worker, "design naive's worker")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def server(self) -> int:
        """The process that holds the sockets."""
        return self._processes[0].pid

    def cpu_seconds(self) -> float:
        """CPU that its processes have used, and Valkey where messages go through it."""
        own = sum(cpu.of_tree(process.pid) for process in self._processes)
        if self.name == "naive":
            own += cpu.of_tree(cpu.server_pids()["valkey"])
        return own

    def stop(self) -> None:
        """Its processes are gone, with their children."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._processes.clear()

    def _start(self, part: str, command: list[str]) -> subprocess.Popen[bytes]:
        with self._log_of(part).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own commands
                command,
                cwd=ROOT,
                env=os.environ
                | {
                    "DJANGO_SETTINGS_MODULE": "chatbot.bench.designs.naive.settings",
                    "DESIGN_MODEL_URL": self._model_url,
                    "DESIGN_REDIS_URL": urlsplit(settings.REDIS_URL)._replace(path="/9").geturl(),
                },
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def _log_of(self, part: str) -> Path:
        return self._logs / f"design-{self.name}-{part}-{self._port}.log"


def server_of(name: str, port: int) -> list[str]:
    """The design's web process, served exactly as the product's own."""
    return [APPLICATIONS[name] if word == OUR_APPLICATION else word for word in web(port)]


def naive_worker(streams: int) -> list[str]:
    """A prefork worker with a process for each reply at a time."""
    return python(
        *("-m", "celery", "-q", "-A", "chatbot.bench.designs.naive.worker", "worker"),
        *("--pool", "prefork", "--concurrency", str(streams)),
        *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "info"),
    )
