"""A copy of this tree in a folder with a space in its name, and `up` run in it."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from chatbot.boot.paths import ROOT

PATIENCE = 60
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".env", "var", "__pycache__", ".*_cache", "tests"
)
OPERATORS = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"}


class Up:
    """One `manage.py up` that was started."""

    def __init__(self, process: subprocess.Popen[str], output: Path) -> None:
        self.process = process
        self._output = output

    @property
    def said(self) -> str:
        """All it has printed so far."""
        return self._output.read_text()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """What it said that looks like this; fails where it ends or takes too long."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if found := re.search(pattern, self.said):
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"no {pattern!r} in:\n{self.said}")

    def port(self) -> int:
        """Where it serves, once it is ready."""
        return int(self.wait_for(r"Ready in \d+ s +http://localhost:(\d+)/").group(1))

    def family(self) -> list[psutil.Process]:
        """It and all it started."""
        me = psutil.Process(self.process.pid)
        return [me, *me.children(recursive=True)]

    def interrupt(self) -> int:
        """Ctrl-C; returns the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


class Clone:
    """A copy of the product that nothing was run in yet."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a clone"
        shutil.copytree(ROOT, self.root, ignore=LEFT_OUT)
        self._count = 0

    def up(self, *words: str) -> Up:
        """`manage.py up` is on its way."""
        self._count += 1
        output = self.root.parent / f"up-{self._count}.txt"
        environment = {name: value for name, value in os.environ.items() if name not in OPERATORS}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        environment.pop("CHAT_MODEL", None)
        with output.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--no-demo", *words],
                cwd=self.root,
                env=environment | {"COUNTERFOIL_VENV": "off", "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        return Up(process, output)


def answers(port: int) -> bool:
    """Whether the product answers there, with its tables; a worker may be a moment later."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/readyz", headers={"Host": "localhost"})
        answer = line.getresponse()
        return json.loads(answer.read())["checks"].get("migrations") == "ok"
    except OSError:
        return False
    finally:
        line.close()


def still_running(family: list[psutil.Process]) -> list[psutil.Process]:
    """Those of them that have not ended after a short while."""
    return psutil.wait_procs(family, timeout=5)[1]
