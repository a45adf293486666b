"""Redis dies, hangs, is full, and forgets everything."""

import time

from django.conf import settings
from redis import Redis, RedisError

from chatbot.bench.reliability.catalogue import row
from chatbot.bench.reliability.logs import ClientLog
from chatbot.bench.reliability.rig import Rig
from chatbot.bench.reliability.timing import ack_p95_ms, settled_s

DOWN_S, HANGS_S, FULL_S = 4, 10, 5


@row(18, "redis_killed", alone=True, quick=True)
def redis_killed(rig: Rig) -> None:
    """Redis is killed and comes back with its append-only file; sockets stay open."""
    with rig.under_load("redis_killed"):
        moment = rig.inject("redis_killed")
        rig.valkey.kill()
        time.sleep(DOWN_S)
        rig.valkey.back()
        back = time.monotonic()
    rig.find("redis_killed", "redis_back_s", lambda logs: settled_s(logs.client, back), bound=10)
    rig.find(
        "redis_killed",
        "redis_killed_sockets_lost",
        lambda logs: _lines_lost(logs.client, moment, back + 5),
        bound=0,
    )


@row(19, "redis_wiped", alone=True, quick=True)
def redis_wiped(rig: Rig) -> None:
    """Redis loses everything it holds in the middle of the load."""
    with rig.under_load("redis_wiped"):
        with _redis() as redis:
            redis.flushall()
        moment = rig.inject("redis_wiped")
    rig.find("redis_wiped", "redis_wiped_s", lambda logs: settled_s(logs.client, moment), bound=15)


@row(20, "redis_hangs", alone=True, quick=True)
def redis_hangs(rig: Rig) -> None:
    """Redis is stopped for ten seconds; messages are acknowledged all the same."""
    with rig.under_load("redis_hangs"):
        begin = rig.inject("redis_hangs")
        rig.valkey.freeze()
        time.sleep(HANGS_S)
        rig.valkey.thaw()
        end = time.monotonic()
    rig.find(
        "redis_hangs",
        "redis_hangs_ack_p95_ms",
        lambda logs: ack_p95_ms(logs.client, begin, end),
        bound=500,
    )


@row(21, "redis_full", alone=True)
def redis_full(rig: Rig) -> None:
    """Redis has no memory left, and then lets nobody in: messages are taken all the same."""
    with rig.under_load("redis_full"), _redis() as redis:
        begin = rig.inject("redis_full")
        redis.config_set("maxmemory", "1mb")
        time.sleep(FULL_S)
        redis.config_set("maxmemory", "0")
        usual = redis.config_get("maxclients")["maxclients"]
        rig.inject("redis_full")
        redis.config_set("maxclients", "2")
        for kind in ("normal", "pubsub"):
            redis.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
        time.sleep(FULL_S)
        redis.config_set("maxclients", usual)
        end = time.monotonic()
    rig.find(
        "redis_full",
        "redis_full_not_taken",
        lambda logs: sum(
            begin <= at <= end and code == "not_now" for at, _, code in logs.client.refusals
        ),
        bound=0,
    )


def _redis() -> Redis:
    """A connection that stays open while others are closed."""
    redis = Redis.from_url(settings.REDIS_URL, single_connection_client=True)
    try:
        redis.ping()
    except RedisError:
        time.sleep(1)
    return redis


def _lines_lost(client: ClientLog, begin: float, end: float) -> int:
    return sum(begin <= lost <= end for tab in client.tabs.values() for lost in tab.lost)
