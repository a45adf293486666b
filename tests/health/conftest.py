"""Turns in the test's own process, with a real demo model."""

from urllib.parse import urlsplit, urlunsplit

import pytest
from redis import Redis

from tests.demo_model.conftest import _shared_demo, demo
from tests.turns import speaking

__all__ = ["_shared_demo", "demo", "speaking"]


@pytest.fixture(autouse=True)
def nobody_else(settings):
    """Heartbeats of the running product, which other tests have started, are not heard here."""
    url = urlunsplit(urlsplit(settings.REDIS_URL)._replace(path="/8"))
    with Redis.from_url(url) as redis:
        redis.flushdb()
    settings.REDIS_URL = url
