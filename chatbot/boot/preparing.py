"""A database that is ready to serve, looked into only where something may have changed."""

import hashlib
import subprocess
from collections.abc import Callable

from chatbot.boot.console import say
from chatbot.boot.paths import ROOT, VAR
from chatbot.boot.processes import environment, manage

SEAL = VAR / "prepared"


class Interrupted(Exception):
    """The user wants to stop; nothing is half done."""


def is_prepared(*circumstances: str) -> bool:
    """Whether `prepare` ran for this code under these circumstances.

    Running it again would change nothing, but take a second and a half.
    """
    return SEAL.exists() and SEAL.read_text() == _seal(*circumstances)


def prepare(
    settings: dict[str, str], *circumstances: str, demo: bool, ending: Callable[[], bool]
) -> str:
    """Migrated and, on the first run, filled; returns the new administrator's password, if any."""
    say("preparing the database")
    with subprocess.Popen(  # noqa: S603 - our own command
        manage("prepare", *([] if demo else ["--no-demo"])),
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for us
    ) as process:
        output = _output_of(process, ending)
    if ending():
        raise Interrupted
    if process.returncode:
        SEAL.unlink(missing_ok=True)  # so that the next start prepares before web is there
        raise SystemExit(f"The database could not be prepared; the reason is above.\n{output}")
    SEAL.write_text(_seal(*circumstances))
    return output


def _output_of(process: subprocess.Popen[str], ending: Callable[[], bool]) -> str:
    while True:
        try:
            return process.communicate(timeout=0.2)[0].strip()
        except subprocess.TimeoutExpired:
            if ending():
                process.terminate()


def _seal(*circumstances: str) -> str:
    digest = hashlib.sha256(" ".join(circumstances).encode())
    for app in ("conversations", "billing", "chatbot"):
        for path in sorted((ROOT / app).rglob("*")):
            if path.suffix in {".py", ".md", ".json", ".toml"}:
                digest.update(f"{path}{path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()
