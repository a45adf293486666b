"""Redis dies, hangs, is full, and forgets everything."""

import time

from django.conf import settings
from redis import Redis

from chatbot.bench.reliability.catalogue import row
from chatbot.bench.reliability.rig import Rig
from chatbot.bench.reliability.timing import settled_s


@row(19, "redis_wiped", alone=True, quick=True)
def redis_wiped(rig: Rig) -> None:
    """Redis loses everything it holds in the middle of the load."""
    rig.flow("redis_wiped")
    time.sleep(3)
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.flushall()
    moment = rig.inject("redis_wiped")
    rig.find("redis_wiped", "redis_wiped_s", lambda logs: settled_s(logs.client, moment), bound=15)
    rig.end_flow("redis_wiped")
    rig.answered("redis_wiped")
