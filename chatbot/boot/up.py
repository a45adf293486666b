"""`manage.py up`: the whole product on this machine, until Ctrl-C."""

import argparse
import hashlib
import http.client
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil

from chatbot.boot import dotenv, embedded, processes
from chatbot.boot.console import elapsed, say
from chatbot.boot.locks import if_first
from chatbot.boot.paths import ROOT, VAR
from chatbot.boot.ports import free_port
from chatbot.boot.servers import stop
from chatbot.boot.supervisor import Supervisor, environment, manage

RUNNING = VAR / "up.json"
PREPARED = VAR / "prepared"
READY_SECONDS = 60


def run(words: list[str]) -> int:
    """The product ran until it was asked to stop, and nothing of it is left."""
    options = _options(words)
    dotenv.write_once()
    with if_first(VAR / "up.lock") as first:
        if not first:
            return _point_to_the_other()
        _stop_leftovers()
        try:
            with embedded.addresses() as addresses:
                say("PostgreSQL and Valkey answer")
                _serve(options, addresses)
        finally:
            RUNNING.unlink(missing_ok=True)
    say("stopped")
    return 0


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py up", description=run.__doc__)
    parser.add_argument("--port", type=int, default=8000, help="the next free one is taken")
    parser.add_argument("--no-demo", action="store_true", help="without the demo tenant")
    return parser.parse_args(words)


def _serve(options: argparse.Namespace, addresses: dict[str, str]) -> None:
    port = free_port(options.port)
    if port != options.port:
        say(f"port {options.port} is taken; using {port}")
    url = f"http://localhost:{port}"
    settings = {**addresses, "PUBLIC_URL": dotenv.setting("PUBLIC_URL") or url}
    model_port = 0
    if not (dotenv.setting("OPENAI_API_KEY") or dotenv.setting("OPENAI_BASE_URL")):
        model_port = free_port()
        settings |= {
            "OPENAI_BASE_URL": f"http://127.0.0.1:{model_port}/v1",
            "OPENAI_API_KEY": "demo",
            "CHAT_MODEL": "demo-1",
        }
    supervisor = Supervisor(environment(**settings))
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda *_: supervisor.end())
    try:
        password = _prepare(settings, demo=not options.no_demo)
        say("starting web and worker" + (" and the demo model" if model_port else ""))
        _start(supervisor, port, model_port)
        _wait_until_ready(port)
        supervisor.start("beat", processes.beat(VAR / "beat-schedule"))
        RUNNING.write_text(json.dumps({"url": url, "processes": _marks(supervisor.pids())}))
        _announce(url, password, settings.get("CHAT_MODEL") or dotenv.setting("CHAT_MODEL"))
        supervisor.watch()
        say("stopping")
    finally:
        supervisor.stop_all()


def _prepare(settings: dict[str, str], *, demo: bool) -> str:
    """Migrated and, on the first run, filled; returns the new administrator's password, if any.

    What was prepared for this code and these servers is not prepared again:
    that alone would take a second and a half.
    """
    model = settings.get("CHAT_MODEL") or dotenv.setting("CHAT_MODEL")
    seal = _seal(settings["DATABASE_URL"], str(model), str(demo))
    if PREPARED.exists() and PREPARED.read_text() == seal:
        return ""
    say("preparing the database")
    words = [] if demo else ["--no-demo"]
    done = subprocess.run(  # noqa: S603 - our own command
        manage("prepare", *words),
        env=environment(**settings),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"The database could not be prepared:\n{done.stdout}")
    PREPARED.write_text(seal)
    return done.stdout.strip()


def _seal(*circumstances: str) -> str:
    digest = hashlib.sha256(" ".join(circumstances).encode())
    for app in ("conversations", "billing", "chatbot"):
        for path in sorted((ROOT / app).rglob("*")):
            if path.suffix in {".py", ".md", ".json", ".toml"}:
                digest.update(f"{path}{path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


def _start(supervisor: Supervisor, port: int, model_port: int) -> None:
    supervisor.start("web", processes.web(port))
    if model_port:
        supervisor.start("demo model", processes.demo_model(model_port, _model_log()))
    concurrency = int(dotenv.setting("WORKER_CONCURRENCY") or 300)
    supervisor.start("worker", processes.worker(concurrency))


def _model_log() -> Path:
    return VAR / "log" / "demo-model-billed.jsonl"


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _answers(port):
        if time.monotonic() > deadline:
            raise SystemExit(f"The web process did not answer in {READY_SECONDS} s; see var/log/.")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        line.request("GET", "/livez", headers={"Host": "localhost"})
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _announce(url: str, password: str, model: str | None) -> None:
    name = os.environ.get("ADMIN_EMAIL", "admin@example.com")
    login = f"{name}  /  {password}  (shown once)" if password else name
    demo = " (no OPENAI_API_KEY in .env)" if model == "demo-1" else ""
    print(
        f"\n Ready in {elapsed():.0f} s       {url}/\n"
        f" Admin              {url}/admin/   {login}\n"
        f" Spend report       {url}/admin/reports/spend/\n"
        f" Model              {model or 'gpt-6-luna'}{demo}\n"
        " Stop               Ctrl-C\n",
        flush=True,
    )


def _point_to_the_other() -> int:
    """Another `up` runs in this clone; once it is ready, its address is printed."""
    say("already running in this clone, or just starting; waiting for its address")
    deadline = time.monotonic() + READY_SECONDS * 5
    while time.monotonic() < deadline:
        try:
            print(f"\n Running at         {json.loads(RUNNING.read_text())['url']}/\n")
        except (FileNotFoundError, json.JSONDecodeError):
            time.sleep(0.2)
        else:
            return 0
    print("The other command does not become ready; look at its console.")
    return 1


def _marks(pids: list[int]) -> list[list[float]]:
    """Each process with the moment it began, which tells it from a later one of its number."""
    return [[pid, psutil.Process(pid).create_time()] for pid in pids if psutil.pid_exists(pid)]


def _stop_leftovers() -> None:
    """What an `up` that was killed left running is gone."""
    try:
        left = json.loads(RUNNING.read_text())["processes"]
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        return
    for pid, began in left:
        try:
            same = psutil.Process(int(pid)).create_time() == began
        except psutil.NoSuchProcess:
            continue
        if same:
            say(f"stopping process {int(pid)}, left over from a run that was killed")
            stop(int(pid), signal.SIGTERM)
