"""The clone's own PostgreSQL and Valkey under `var/`, where the operator named none.

Commands share them: the first one starts them, the last one stops them. So
a shell may end before or after the `up` beside it.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO

from chatbot.boot.dotenv import needed, setting
from chatbot.boot.locks import only_one
from chatbot.boot.paths import VAR
from chatbot.boot.postgres import start_postgres
from chatbot.boot.server import Server
from chatbot.boot.valkey import start_valkey

LOCK = VAR / "servers.lock"  # held for the moment in which they are started or stopped
USERS = VAR / "servers.users"  # shared by the commands that use them
NOTE = VAR / "servers.json"
WAITING = "another command is starting or stopping the servers; waiting for it"


@contextlib.contextmanager
def addresses() -> Iterator[dict[str, str]]:
    """`DATABASE_URL` and `REDIS_URL` of servers that run, the operator's or our own."""
    theirs = {name: value for name in ("DATABASE_URL", "REDIS_URL") if (value := setting(name))}
    if len(theirs) == 2:
        yield theirs
        return
    VAR.mkdir(exist_ok=True)
    with USERS.open("w") as users:
        with only_one(LOCK, WAITING):
            running = _all_running({"DATABASE_URL", "REDIS_URL"} - theirs.keys())
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield {name: server.url for name, server in running.items()} | theirs
        finally:
            with only_one(LOCK, WAITING):
                if _is_last(users):
                    _stop()


def _all_running(wanted: set[str]) -> dict[str, Server]:
    running = _noted()
    started: dict[str, Server] = {}
    try:
        for name in wanted - running.keys():
            started[name] = _start(name)
    except BaseException:
        for server in started.values():
            server.stop()
        raise
    _note(running | started)
    return {name: server for name, server in (running | started).items() if name in wanted}


def _start(name: str) -> Server:
    if name == "DATABASE_URL":
        return start_postgres(VAR / "postgres", needed("POSTGRES_PASSWORD"), port=54320)
    return start_valkey(VAR / "valkey", needed("VALKEY_PASSWORD"), port=63790)


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stop() -> None:
    for server in _noted().values():
        server.stop()
    NOTE.unlink(missing_ok=True)


def _note(servers: dict[str, Server]) -> None:
    """The addresses hold passwords, so the file is the owner's."""
    handle = os.open(NOTE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump({name: asdict(server) for name, server in servers.items()}, file)


def _noted() -> dict[str, Server]:
    """Those that still run; a killed command leaves a note of those that may not."""
    try:
        noted = json.loads(NOTE.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    servers = {name: Server(**fields) for name, fields in noted.items()}
    return {name: server for name, server in servers.items() if server.runs()}
