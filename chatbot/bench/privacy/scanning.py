"""Look for values wherever the product keeps anything."""

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from redis import Redis

from conversations.models import ExportPart

Found = dict[str, set[str]]


def places_with(values: Iterable[str], logs: Path) -> Found:
    """Which values stand in which tables, in Valkey, in files to download, and in logs."""
    wanted = tuple(values)
    return {
        "tables": set().union(*(_in_table(table, wanted) for table in _tables())),
        "valkey": {value for text in _texts_of_valkey() for value in wanted if value in text},
        "files": {value for text in _files() for value in wanted if value in text},
        "logs": {value for text in _logs(logs) for value in wanted if value in text},
    }


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def _in_table(table: str, values: tuple[str, ...]) -> set[str]:
    """The values that a row has anywhere in it; any of our own tables, also one without a model."""
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT planted.text FROM unnest(%s::text[]) AS planted(text) WHERE EXISTS ("  # noqa: S608
            f"SELECT FROM {quoted} AS scanned WHERE strpos(scanned::text, planted.text) > 0)",
            [list(values)],
        )
        return {value for (value,) in cursor.fetchall()}


def _texts_of_valkey() -> Iterable[str]:
    with Redis.from_url(settings.REDIS_URL) as redis:
        for key in redis.scan_iter(count=1000):
            yield key.decode(errors="replace")
            yield _value(redis, key).decode(errors="replace")


def _value(redis: Any, key: bytes) -> bytes:
    match redis.type(key):
        case b"string":
            return redis.get(key) or b""
        case b"list":
            return b"\n".join(redis.lrange(key, 0, -1))
        case b"set":
            return b"\n".join(redis.smembers(key))
        case b"zset":
            return b"\n".join(redis.zrange(key, 0, -1))
        case b"hash":
            return b"\n".join(one for pair in redis.hgetall(key).items() for one in pair)
        case b"stream":
            return repr(redis.xrange(key)).encode()
    return b""


def _files() -> Iterable[str]:
    """What can be downloaded lies packed in a table."""
    for content in ExportPart.objects.values_list("content", flat=True):
        yield gzip.decompress(bytes(content)).decode()


def _logs(folder: Path) -> Iterable[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.read_bytes().decode(errors="replace")
