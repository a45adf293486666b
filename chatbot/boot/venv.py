"""Enter `.venv`, made and filled with the hash-locked set if it is not yet."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from chatbot.boot.console import say
from chatbot.boot.locks import only_one
from chatbot.boot.paths import ROOT, VAR, VENV

RUNTIME, TESTS = "requirements.lock", "requirements-test.lock"
PYTHON = VENV / "bin" / "python"
# An image or an operator's own environment has the packages already.
SWITCH = "COUNTERFOIL_VENV"


class InstallFailed(SystemExit):
    """The packages could not be installed; the text says which and what to try."""


def enter(lock_name: str) -> None:
    """This process runs inside `.venv` with everything in this lock file installed.

    Returns where it does so already; otherwise the process is replaced.
    """
    if os.environ.get(SWITCH) == "off":
        return
    lock = ROOT / lock_name
    if not _is_installed(lock):
        with only_one(VAR / "venv.lock", "another command is installing; waiting for it"):
            if not _is_installed(lock):
                _make()
                _install(lock)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606 - ourselves


def _is_installed(lock: Path) -> bool:
    stamp = _stamp(lock)
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == _digest(lock)


def _stamp(lock: Path) -> Path:
    return VENV / f"{lock.stem}.installed"


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _make() -> None:
    if PYTHON.exists() and _runs(PYTHON, "-c", "import pip"):
        return
    say("making .venv")
    if _runs(sys.executable, "-m", "venv", "--clear", VENV):
        return
    # Debian's Python comes without ensurepip; its pip can still reach inside.
    if not (
        _runs(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
        and _runs(sys.executable, "-m", "pip", "--python", PYTHON, "install", "pip")
    ):
        raise InstallFailed(
            "A virtual environment could not be made here. On Debian and Ubuntu this helps:\n"
            "    sudo apt-get install python3-venv"
        )


def _install(lock: Path) -> None:
    packages = sum(line[:1].isalnum() for line in lock.read_text().splitlines())
    say(f"installing {packages} packages from {lock.name}")
    locked = ("install", "--require-hashes", "--quiet", "-r")
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check")
    done = _run(*pip, *locked, ROOT / "requirements-uv.lock")
    if done.returncode == 0:
        done = _run(PYTHON, "-m", "uv", "pip", *locked, lock, "--python", PYTHON)
    if done.returncode:  # pip reads settings of proxies and mirrors that uv does not
        say("uv is not to be had or could not; pip does it, which takes about half a minute")
        done = _run(*pip, *locked, lock)
    if done.returncode:
        raise InstallFailed(
            f"The packages in {lock.name} could not be installed:\n{_last_lines(done.stdout)}\n"
            "If this machine reaches the package index through a proxy or a mirror, set "
            "HTTPS_PROXY, or PIP_INDEX_URL and UV_DEFAULT_INDEX, and run the command again."
        )
    _stamp(lock).write_text(_digest(lock))
    if lock.name == TESTS:  # holds all that the other lock file does
        _stamp(ROOT / RUNTIME).write_text(_digest(ROOT / RUNTIME))
    say("packages are installed")


def _runs(*command: str | Path) -> bool:
    return _run(*command).returncode == 0


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never", "VIRTUAL_ENV": str(VENV)}
    return subprocess.run(  # noqa: S603 - our own commands
        [str(word) for word in command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _last_lines(output: str) -> str:
    return "\n".join(f"    {line}" for line in output.strip().splitlines()[-8:])
