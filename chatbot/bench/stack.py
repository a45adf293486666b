"""The whole product on ports of its own: demo model, web, workers and beat, as real processes.

Benches and tests run it on the throw-away PostgreSQL and Valkey that
`manage.py bench` and `manage.py test` start.
"""

import functools
import http.client
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from chatbot.bench import cpu
from chatbot.boot import processes
from chatbot.boot.lifeline import tied
from chatbot.boot.paths import ROOT
from chatbot.boot.ports import free_port
from conversations.models import Generation

START_SECONDS = 30
STOP_SECONDS = 10


class StackFailed(Exception):
    """A process of the stack did not come up; the text ends with its last words."""


def quiet(_: str) -> None:
    """Nothing is said."""


class Stack:
    """A running product; used as a context, it is up inside and gone after."""

    def __init__(
        self,
        *,
        workers: int = 1,
        webs: int = 1,
        environment: Mapping[str, str] | None = None,
        say: Callable[[str], None] = quiet,
        logs: Path | None = None,
    ) -> None:
        self.workers = workers
        self.environment = dict(environment or {})
        self._say = say
        self._logs = logs or ROOT / "var" / "stack"
        self.web_ports = {_numbered("web", number): free_port() for number in range(webs)}
        self.web_port, self.model_port = self.web_ports["web"], free_port()
        self.url = f"http://127.0.0.1:{self.web_port}"
        self.demo_model_url = f"http://127.0.0.1:{self.model_port}"
        self.model_base_url = f"{self.demo_model_url}/v1"
        self.model_log = self._logs / f"demo-model-{self.model_port}.jsonl"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Stack":
        try:
            self._say("starting demo model, web, worker and beat")
            self.start("demo model")
            for name in (*self.web_ports, "beat", *self.worker_names()):
                self.start(name)
            wait_for_http(f"{self.model_base_url}/models", self.processes["demo model"])
            for name in self.web_ports:
                self.wait_for_web(name)
            self.wait_for_workers()
        except BaseException:
            self.stop_all()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._say("stopping")
        self.stop_all()

    def worker_names(self) -> list[str]:
        """The names of the worker processes."""
        return [f"worker {number + 1}" for number in range(self.workers)]

    def start(self, name: str) -> None:
        """The process of this name runs; it may not answer yet."""
        self._logs.mkdir(parents=True, exist_ok=True)
        with self._log_of(name).open("wb") as log:
            self.processes[name] = subprocess.Popen(  # noqa: S603 - our own commands
                self._command(name),
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_tied(),
            )

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """The process is gone, killed in this way."""
        process = self.processes.pop(name)
        process.send_signal(how)
        process.wait(STOP_SECONDS)

    def restart_web(self) -> None:
        """Web was killed without warning and answers again."""
        self.kill("web")
        self.start("web")
        self.wait_for_web("web")

    def wait_for_web(self, name: str) -> None:
        """This web process answers."""
        wait_for_http(f"http://127.0.0.1:{self.web_ports[name]}/livez", self.processes[name])

    def stop_all(self) -> None:
        """Every process of the stack is gone."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def wait_for_workers(self) -> None:
        """Every worker has said that it takes work."""
        for name in self.worker_names():
            self.wait_for_worker(name)

    def wait_for_worker(self, name: str) -> None:
        """This worker has said that it takes work."""
        ready = functools.partial(_says_ready, self._log_of(name))
        until(ready, self.processes[name], name)

    def said(self, name: str) -> str:
        """What the process of this name has logged since it was started."""
        return self._log_of(name).read_text(errors="replace")

    def behave(self, rules: Sequence[dict[str, Any]]) -> None:
        """The demo model follows these rules from now on; none is good behaviour."""
        request(f"{self.demo_model_url}/control/behaviour", "PUT", list(rules))

    def billed(self) -> list[dict[str, Any]]:
        """The demo model's own log: every request and the tokens it billed."""
        return request(f"{self.demo_model_url}/control/log")

    def open_session(self, key: str, token: str | None = None) -> dict[str, Any]:
        """A visitor's session, as a page of our own site opens it."""
        return request(
            f"{self.url}/widget/session", "POST", {"key": key, "token": token}, origin=self.url
        )

    def wait_until_idle(self) -> None:
        """No generation is open any more; `StackFailed` where that takes too long."""
        unfinished = Generation.objects.filter(state__in=Generation.OPEN_STATES)
        until(lambda: not unfinished.exists(), self.processes["web"], "an idle worker")

    def cpu_parts(self) -> dict[str, float]:
        """CPU seconds so far of web, worker (with beat), postgres and valkey; not the model's."""
        parts = {name: cpu.of_tree(pid) for name, pid in cpu.server_pids().items()}
        parts |= {"web": 0.0, "worker": 0.0}
        for name, process in self.processes.items():
            if name != "demo model":
                part = "web" if name.startswith("web") else "worker"
                parts[part] += cpu.of_tree(process.pid)
        return parts

    def _command(self, name: str) -> list[str]:
        match name:
            case "demo model":
                return processes.demo_model(self.model_port, self.model_log)
            case web if web in self.web_ports:
                return processes.web(self.web_ports[web])
            case "beat":
                return processes.beat(self._logs / f"beat-{self.web_port}")
        return processes.worker(settings.WORKER_CONCURRENCY)

    def _log_of(self, name: str) -> Path:
        return self._logs / f"{name.replace(' ', '-')}-{self.web_port}.log"

    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": database_url(),
            "OPENAI_BASE_URL": self.model_base_url,
            "OPENAI_API_KEY": "demo",
            "CHAT_MODEL": "demo-1",
            "VISITOR_MESSAGES_PER_MINUTE": "1000000",
            "VISITOR_WAITING": "1000000",
            "TENANT_WAITING": "1000000",
            "NEW_VISITORS_PER_MINUTE": "1000000",
            "NEW_VISITORS_PER_ADDRESS": "1000000",
            "PUBLIC_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "chatbot.settings",
            **self.environment,
        }


def _numbered(name: str, number: int) -> str:
    """`web` for the first, `web 2` for the second."""
    return f"{name} {number + 1}" if number else name


def _tied() -> Callable[[], None] | None:
    """Where a bench or test run is killed, its stack ends too.

    The kernel watches the thread that started a process; only the main one
    lives as long as the run.
    """
    return tied() if threading.current_thread() is threading.main_thread() else None


def database_url() -> str:
    """The address of the database that this process uses now, a test database included."""
    where = connection.settings_dict
    return (
        f"postgres://{where['USER']}:{where['PASSWORD']}@{where['HOST']}:{where['PORT']}"
        f"/{where['NAME']}"
    )


def _says_ready(log: Path) -> bool:
    return b" ready." in log.read_bytes()


def request(url: str, method: str = "GET", body: Any = None, origin: str | None = None) -> Any:
    """The JSON that this address answers; `StackFailed` for any status of 400 and above."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.netloc, timeout=10)
    headers = {"Content-Type": "application/json"} | ({"Origin": origin} if origin else {})
    try:
        line.request(method, parts.path, None if body is None else json.dumps(body), headers)
        answer = line.getresponse()
        text = answer.read()
    finally:
        line.close()
    if answer.status >= 400:
        raise StackFailed(f"{method} {url} answered {answer.status}: {text[:300]!r}")
    return json.loads(text)


def wait_for_http(url: str, process: subprocess.Popen[bytes]) -> None:
    """The address answers; `StackFailed` where it does not in time or the process has ended."""

    def answers() -> bool:
        try:
            request(url)
        except OSError:
            return False
        return True

    until(answers, process, url)


def until(holds: Callable[[], bool], process: subprocess.Popen[bytes], what: str) -> None:
    """It holds; `StackFailed` where it does not in time or the process has ended."""
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        if process.poll() is not None:
            raise StackFailed(f"{what} ended with status {process.returncode}; see var/stack/")
        if time.monotonic() > deadline:
            raise StackFailed(f"{what} was not up within {START_SECONDS} s; see var/stack/")
        time.sleep(0.05)
