"""The clone's own PostgreSQL and Valkey under `var/`, where the operator named none."""

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from chatbot.boot.dotenv import needed, setting
from chatbot.boot.locks import if_first
from chatbot.boot.paths import VAR
from chatbot.boot.servers import Server, start_postgres, start_valkey

LOCK = VAR / "servers.lock"
ADDRESSES = VAR / "servers.env"


@contextlib.contextmanager
def addresses() -> Iterator[dict[str, str]]:
    """`DATABASE_URL` and `REDIS_URL` of servers that run, the operator's or our own.

    Another command's servers are used as they are; those started here are
    stopped at the end.
    """
    theirs = {name: setting(name) for name in ("DATABASE_URL", "REDIS_URL")}
    found = {name: value for name, value in theirs.items() if value}
    if len(found) == len(theirs):
        yield found
        return
    with if_first(LOCK) as first:
        if not first:
            yield _noted() | found
            return
        servers = _start(set(theirs) - set(found))
        try:
            ours = {name: server.url for name, server in servers.items()}
            _note(ours)
            yield ours | found
        finally:
            ADDRESSES.unlink(missing_ok=True)
            for server in servers.values():
                server.stop()


def _start(names: set[str]) -> dict[str, Server]:
    """Both at once: each waits most of the time for its disk."""
    start = {
        "DATABASE_URL": lambda: start_postgres(
            VAR / "postgres", needed("POSTGRES_PASSWORD"), port=54320
        ),
        "REDIS_URL": lambda: start_valkey(VAR / "valkey", needed("VALKEY_PASSWORD"), port=63790),
    }
    with ThreadPoolExecutor(2) as pool:
        coming: dict[str, Future[Server]] = {name: pool.submit(start[name]) for name in names}
    came = {name: one.result() for name, one in coming.items() if not one.exception()}
    if len(came) < len(coming):
        for server in came.values():
            server.stop()
        raise next(error for one in coming.values() if (error := one.exception()))
    return came


def _note(urls: dict[str, str]) -> None:
    """Other commands in this clone find the servers; the file holds passwords."""
    handle = os.open(ADDRESSES, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.writelines(f"{name}={url}\n" for name, url in urls.items())


def _noted() -> dict[str, str]:
    try:
        lines = ADDRESSES.read_text().splitlines()
    except FileNotFoundError:
        raise SystemExit(
            "Another command is just starting or stopping the embedded servers; "
            "run this one again in a moment."
        ) from None
    return dict(line.split("=", 1) for line in lines)
