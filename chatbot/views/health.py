"""Whether this process is alive, and whether it can do its work."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from redis import Redis, RedisError


def livez(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations and Redis are as they should be, else 503 with what is not."""
    problems = [problem for problem in (_database(), _redis()) if problem]
    status = 503 if problems else 200
    return JsonResponse(
        {"status": "not ready" if problems else "ready", "problems": problems}, status=status
    )


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "the database does not answer"
    return "migrations are missing: run `python3 manage.py migrate`" if pending else ""


def _redis() -> str:
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1
        ) as redis:
            redis.ping()
    except RedisError:
        return "Redis does not answer"
    return ""
