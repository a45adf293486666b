"""`manage.py up`: the whole product on this machine, until Ctrl-C."""

import argparse
import http.client
import json
import os
import signal
import subprocess
import time
from typing import Any

from chatbot.boot import dotenv, embedded, processes
from chatbot.boot.console import elapsed, say
from chatbot.boot.locks import if_first
from chatbot.boot.paths import VAR
from chatbot.boot.ports import free_port
from chatbot.boot.preparing import Interrupted, is_prepared, prepare
from chatbot.boot.running import born, stop
from chatbot.boot.supervisor import Supervisor
from chatbot.env import Env, read_env

LOCK = VAR / "up.lock"
RUNNING = VAR / "up.json"
READY_SECONDS = 60


def run(options: argparse.Namespace) -> int:
    """The product ran until it was asked to stop, and nothing of it is left.

    Where it runs already, its address is printed, and that is all.
    """
    dotenv.write_once()
    waiting = False
    while True:
        with if_first(LOCK) as first:
            if first:
                return _run_as_the_first(options)
        if not waiting:
            say("already running in this clone, or just starting; waiting for its address")
            waiting = True
        if url := _url_of_the_other():
            print(f"\n Running at         {url}/\n")
            return 0
        time.sleep(0.2)


def _run_as_the_first(options: argparse.Namespace) -> int:
    _stop_leftovers()
    supervisor = Supervisor()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda *_: supervisor.end())
    try:
        with embedded.addresses() as addresses:
            say("PostgreSQL and Valkey answer")
            One(supervisor, options, addresses).serve()
    finally:
        RUNNING.unlink(missing_ok=True)
    say("stopped")
    return 0


class One:
    """One run of the product on servers that answer."""

    def __init__(
        self, supervisor: Supervisor, options: argparse.Namespace, addresses: dict[str, str]
    ) -> None:
        self._supervisor = supervisor
        self._demo = not options.no_demo
        self._port = free_port(options.port)
        if self._port != options.port:
            say(f"port {options.port} is taken; using {self._port}")
        self._url = f"http://localhost:{self._port}"
        self._settings = {**addresses, "PUBLIC_URL": dotenv.setting("PUBLIC_URL") or self._url}
        self._model_port = 0
        if not (dotenv.setting("OPENAI_API_KEY") or dotenv.setting("OPENAI_BASE_URL")):
            self._use_the_demo_model()
        os.environ.update(self._settings)
        self._env: Env = read_env()  # all mistakes are told here, before anything starts
        self._password = ""

    def serve(self) -> None:
        """It was ready, and then served until somebody wanted it to end."""
        self._supervisor.environment = processes.environment(**self._settings)
        try:
            prepared = is_prepared(*self._circumstances())
            if not prepared:
                self._prepare()
            web = self._start()
            self._wait_until_ready(web)
            if prepared and not _has_its_tables(self._port):
                say("the database is not the one that was prepared")
                self._prepare()
            self._supervisor.start("beat", processes.beat(VAR / "beat-schedule"))
            self._announce()
            self._supervisor.watch()
        except Interrupted:
            pass
        finally:
            self._show_password()
            say("stopping; Ctrl-C again does not wait for replies that are being written")
            self._supervisor.stop_all()

    def _use_the_demo_model(self) -> None:
        self._model_port = free_port()
        self._settings |= {
            "OPENAI_BASE_URL": f"http://127.0.0.1:{self._model_port}/v1",
            "OPENAI_API_KEY": "demo",
            "CHAT_MODEL": "demo-1",
        }

    def _circumstances(self) -> list[str]:
        return [self._settings["DATABASE_URL"], self._env.chat_model, str(self._demo)]

    def _prepare(self) -> None:
        ending = lambda: self._supervisor.ending  # noqa: E731
        self._password = prepare(
            self._settings, *self._circumstances(), demo=self._demo, ending=ending
        )

    def _start(self) -> subprocess.Popen[str]:
        say("starting web and worker" + (" and the demo model" if self._model_port else ""))
        web = self._supervisor.start("web", processes.web(self._port))
        if self._model_port:
            log = VAR / "log" / "demo-model-billed.jsonl"
            self._supervisor.start("demo model", processes.demo_model(self._model_port, log))
        self._supervisor.start("worker", processes.worker(self._env.worker_concurrency))
        return web

    def _wait_until_ready(self, web: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while _status(self._port, "/livez") != 200:
            if self._supervisor.ending:
                raise Interrupted
            if web.poll() is not None:
                raise SystemExit("The web process ended; its last words are above.")
            if time.monotonic() > deadline:
                raise SystemExit(f"Web did not answer in {READY_SECONDS} s; see var/log/.")
            time.sleep(0.05)

    def _announce(self) -> None:
        pids = self._supervisor.pids()
        note = {"url": self._url, "up": _mark(os.getpid()), "processes": [*map(_mark, pids)]}
        RUNNING.write_text(json.dumps(note))
        demo = " (no OPENAI_API_KEY in .env)" if self._model_port else ""
        print(
            f"\n Ready in {elapsed():.0f} s".ljust(20) + f" {self._url}/\n"
            f" Admin              {self._url}/admin/   {self._login()}\n"
            f" Second factor      {self._second_factor()}\n"
            f" Spend report       {self._url}/admin/reports/spend/\n"
            f" Model              {self._env.chat_model}{demo}\n"
            " Stop               Ctrl-C\n",
            flush=True,
        )

    def _second_factor(self) -> str:
        """Whether staff must have one, and how to make them."""
        if self._env.second_factor == "required":
            return "required of staff"
        return "offered; SECOND_FACTOR=required in .env asks it of everybody"

    def _login(self) -> str:
        """Whom to sign in as; the password is in it once."""
        password, self._password = self._password, ""
        name = dotenv.setting("ADMIN_EMAIL") or "admin@example.com"
        return f"{name}  /  {password}  (shown once)" if password else name

    def _show_password(self) -> None:
        """A run that never got ready has made the administrator all the same."""
        if self._password:
            print(f"\n Admin              {self._login()}\n", flush=True)


def _has_its_tables(port: int) -> bool:
    """What else readiness asks for, such as a worker, may come a moment later."""
    try:
        checks = json.loads(_asked(port, "/readyz")[1])["checks"]
    except (ValueError, KeyError):
        return False
    return bool(checks.get("migrations") == "ok")


def _status(port: int, path: str) -> int:
    return _asked(port, path)[0]


def _asked(port: int, path: str) -> tuple[int, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", path, headers={"Host": "localhost"})
        answer = line.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        line.close()


def _url_of_the_other() -> str:
    """Empty while it is not ready, or where the note is one of a run that was killed."""
    note = _note()
    return note["url"] if note and _is_marked(note["up"]) else ""


def _note() -> dict[str, Any]:
    try:
        return json.loads(RUNNING.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _mark(pid: int) -> list[float]:
    """Number and birth, which tell a process from a later one of its number."""
    return [pid, born(pid)]


def _is_marked(mark: list[float]) -> bool:
    return abs(born(int(mark[0])) - mark[1]) < 2  # a clock that was set moves births a little


def _stop_leftovers() -> None:
    """What an `up` that was killed left running is gone."""
    for mark in _note().get("processes", []):
        if _is_marked(mark):
            say(f"stopping process {int(mark[0])}, left over from a run that was killed")
            stop(int(mark[0]), signal.SIGTERM)
    RUNNING.unlink(missing_ok=True)
