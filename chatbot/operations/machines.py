"""Look at what the product stands on: settings, servers, workers, the disk."""

import datetime
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
from celery.exceptions import CeleryError
from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis import Redis, RedisError

from billing.models.rollups import RollupState
from chatbot.boot.paths import VAR
from chatbot.celery import app
from chatbot.operations.findings import Check, Finding, fix, ok, warn
from conversations.models import Generation

OLDEST_POSTGRES = 15
CLOCK_SECONDS = 2.0
QUEUE_SECONDS = 30
FOLD_SECONDS = 120
LEAST_FREE_GB = 2
BACKUP_DAYS = 7


def addresses() -> Iterator[Finding]:
    """Whether visitors can come in, and only by doors that are meant."""
    url = urlsplit(settings.PUBLIC_URL)
    at_home = url.hostname in ("localhost", "127.0.0.1", "::1")
    if settings.DEBUG:
        yield fix("DEBUG", "it is on and shows errors to strangers", "Take DEBUG out of .env.")
    if at_home:
        yield warn(
            "Address",
            f"{settings.PUBLIC_URL}: reached from this machine only",
            "For the world, set PUBLIC_URL to the https address that browsers see.",
        )
    elif url.scheme != "https":
        yield fix(
            "Address",
            f"{settings.PUBLIC_URL} is not https: messages and sign-ins can be read on the way",
            "Put a proxy with a certificate in front and set PUBLIC_URL to its https address.",
        )
    else:
        yield ok("Address", settings.PUBLIC_URL)
    if settings.FIELD_KEYS:
        yield ok("Keys at rest", f"{len(settings.FIELD_KEYS)} in FIELD_KEY")
    else:
        yield warn(
            "Keys at rest",
            "FIELD_KEY is empty, so SECRET_KEY encrypts the provider keys",
            "Set FIELD_KEY to a long random text, then run `python3 manage.py rotate_keys`.",
        )


def database() -> Iterator[Finding]:
    """PostgreSQL, its version, tables, extensions and clock."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000, clock_timestamp(), "
                "ARRAY(SELECT extname::text FROM pg_extension), "
                "current_setting('max_connections')::int"
            )
            version, clock, extensions, connections = cursor.fetchone()
    except (DatabaseError, psycopg.Error) as error:
        yield fix("Database", str(error).partition("\n")[0], "Check DATABASE_URL and the server.")
        return
    if version < OLDEST_POSTGRES:
        yield fix("Database", f"PostgreSQL {version}", f"Use {OLDEST_POSTGRES} or newer.")
    else:
        yield ok("Database", f"PostgreSQL {version}, {connections} connections")
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield fix(
            "Tables",
            f"{len(missing)} migrations are missing",
            "Run `python3 manage.py migrate`; `up` and the container do it by themselves.",
        )
    else:
        yield ok("Tables", "as this code wants them")
    if "pg_trgm" not in extensions:
        yield warn(
            "Misspelt questions",
            "pg_trgm is missing, so they find less",
            "As a superuser: CREATE EXTENSION pg_trgm",
        )
    apart = abs((clock - timezone.now()).total_seconds())
    if apart > CLOCK_SECONDS:
        yield fix(
            "Clock",
            f"this machine and the database are {apart:.0f} s apart",
            "Keep both right by NTP: tokens and leases expire by them.",
        )
    else:
        yield ok("Clock", f"{apart * 1000:.0f} ms from the database's")


def valkey() -> Iterator[Finding]:
    """Valkey or Redis, and whether it may throw away what is in use."""
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3
        ) as redis:
            server = redis.info("server")
            policy = redis.info("memory").get("maxmemory_policy", "noeviction")
    except RedisError as error:
        yield fix("Valkey", str(error), "Check REDIS_URL and the server.")
        return
    name = "Valkey" if "valkey_version" in server else "Redis"
    version = server.get("valkey_version") or server.get("redis_version")
    if policy != "noeviction":
        yield warn(
            name,
            f"{version}, maxmemory-policy {policy}: it may forget text that is being streamed",
            "Set maxmemory-policy to noeviction; little is kept there, and not for long.",
        )
    else:
        yield ok(name, str(version))


def workers() -> Iterator[Finding]:
    """The broker, whoever works behind it, what waits, and the timetable."""
    try:
        answers = app.control.ping(timeout=2)
    except (CeleryError, OperationalError, OSError) as error:
        yield fix("Broker", str(error), "Check BROKER_URL, or REDIS_URL where that is empty.")
        answers = []
    if answers:
        yield ok("Workers", f"{len(answers)} answer")
    else:
        yield fix(
            "Workers",
            "none answers, so no question is",
            "Start one: `python3 manage.py up`, or `docker compose up -d worker`.",
        )
    oldest = Generation.objects.filter(state=Generation.State.QUEUED).order_by("queued_at").first()
    age = (timezone.now() - oldest.queued_at).total_seconds() if oldest else 0.0
    if age > QUEUE_SECONDS:
        yield fix("Queue", f"a question waits since {age:.0f} s", "Start more workers.")
    else:
        yield ok("Queue", "nobody waits long")
    state = RollupState.objects.first()
    late = (timezone.now() - state.folded_at).total_seconds() if state else None
    if late is None or late > FOLD_SECONDS:
        how = "it has never worked" if late is None else f"nothing since {late:.0f} s"
        yield fix("Timetable", how, "Start beat, exactly one: `up` and the compose file do.")
    else:
        yield ok("Timetable", f"last heard {late:.0f} s ago")


def mail() -> Iterator[Finding]:
    """Whether alerts and invitations leave."""
    if not settings.EMAIL_HOST:
        yield warn("Mail", "EMAIL_HOST is empty: alerts stay on the page", "Set EMAIL_HOST.")
        return
    try:
        server = get_connection(fail_silently=False)
        server.open()
        server.close()
    except OSError as error:
        yield fix("Mail", f"{settings.EMAIL_HOST}: {error}", "Check the settings of EMAIL_.")
        return
    yield ok("Mail", settings.EMAIL_HOST)


def disk() -> Iterator[Finding]:
    """Room to work, and a backup that is not old."""
    VAR.mkdir(exist_ok=True)
    free = shutil.disk_usage(VAR).free / 1e9
    if free < LEAST_FREE_GB:
        yield fix("Disk", f"{free:.1f} GB free", "Make room: a full disk stops PostgreSQL.")
    else:
        yield ok("Disk", f"{free:.0f} GB free")
    newest = max((VAR / "backups").glob("counterfoil-*.tar"), default=None)
    if newest is None:
        yield warn("Backup", "none in var/backups", "Run `python3 manage.py backup`, every day.")
        return
    age = datetime.timedelta(seconds=timezone.now().timestamp() - newest.stat().st_mtime)
    if age.days > BACKUP_DAYS:
        yield warn(
            "Backup", f"the newest is {age.days} days old", "Run `python3 manage.py backup`."
        )
    else:
        yield ok("Backup", f"{newest.name}")


CHECKS: list[Check] = [addresses, database, valkey, workers, mail, disk]
