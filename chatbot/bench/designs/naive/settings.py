"""Django's settings for the naive design; it has no database."""

import os

REDIS_URL = os.environ["DESIGN_REDIS_URL"]
SECRET_KEY = "bench"  # noqa: S105 - it signs nothing
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # With redis-py's own time-out the layer's waiting reads break off and the socket dies.
            "hosts": [{"address": REDIS_URL, "socket_timeout": None}],
            # By default a socket that is 100 messages behind loses the next: none is lost here.
            "capacity": 100_000,
        },
    }
}
