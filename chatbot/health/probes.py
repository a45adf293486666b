"""Whether this process can do its work: what load balancers and containers ask."""

import threading
import time

import psycopg
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import RedisError

from chatbot.health import heartbeat

# Reading all migrations takes 30 ms, and what is done stays done while this code runs.
DONE_FOR_SECONDS = 60.0
_done = threading.Event()
_done_until = 0.0

OK = "ok"


def probe() -> dict[str, str]:
    """What was looked at, each `ok` or what is wrong; it names no host and no secret.

    Where something is away, what cannot be asked without it is left out.
    """
    found = {"database": _database()}
    if found["database"] == OK:
        found["migrations"] = _migrations()
    try:
        workers = heartbeat.heard()
    except RedisError:
        return found | {"redis": "Redis does not answer"}
    silent = f"no worker was heard for {heartbeat.HEARD_SECONDS} s"
    return found | {"redis": OK, "workers": OK if workers else silent}


def forget() -> None:
    """The next probe looks at the migrations anew."""
    _done.clear()


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, psycopg.Error):
        return "the database does not answer"
    return OK


def _migrations() -> str:
    global _done_until
    if _done.is_set() and time.monotonic() < _done_until:
        return OK
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "migrations are missing: run `python3 manage.py migrate`"
    except (DatabaseError, psycopg.Error):
        return "the database does not answer"
    _done_until = time.monotonic() + DONE_FOR_SECONDS
    _done.set()
    return OK
