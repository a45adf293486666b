"""Databases beside the tests' own, for commands that take a whole one."""

import contextlib
import subprocess
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from chatbot.boot.processes import environment, manage


@contextlib.contextmanager
def database() -> Iterator[str]:
    """The `DATABASE_URL` of a new and empty database on the tests' server."""
    name = f"place_{uuid.uuid4().hex[:12]}"
    params = connection.get_connection_params()
    address = {key: params[key] for key in ("host", "port", "user", "password")}
    with psycopg.connect(**address, dbname="postgres", autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            url = f"postgres://{params['user']}:{params['password']}@{params['host']}"
            yield f"{url}:{params['port']}/{name}"
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            server.execute(drop)


def another_valkey() -> str:
    """A `REDIS_URL` of another number on the tests' server."""
    return urlunsplit(urlsplit(settings.REDIS_URL)._replace(path="/9"))


def run(url: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The command of `manage.py` has run on this database."""
    given = {"DATABASE_URL": url, "REDIS_URL": another_valkey(), **more}
    return subprocess.run(
        manage(*words), env=environment(**given), capture_output=True, text=True, check=False
    )
