"""The same figures for Prometheus.

They are worked out from PostgreSQL and Valkey when somebody asks, not
counted in processes: whichever web process answers says the same, however
many there are, and a turn does nothing for it.
"""

import datetime
import threading
import time
from collections.abc import Iterator

from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis import RedisError

from billing.selectors.tokens import tokens_by_model
from chatbot.health import heartbeat, standing
from chatbot.health.faults import Fault
from chatbot.health.timings import COLUMNS, SHARES, course_of

WINDOW = datetime.timedelta(minutes=5)
# However often it is asked, the database is asked once in so many seconds by a process.
KEPT_SECONDS = 5.0
_lock = threading.Lock()
_kept: tuple[float, bytes] = (0.0, b"")


def exposition() -> bytes:
    """All figures in Prometheus' text format, at most `KEPT_SECONDS` old."""
    global _kept
    with _lock:
        until, text = _kept
        if time.monotonic() >= until:
            registry = CollectorRegistry()
            registry.register(_Figures())
            text = generate_latest(registry)
            _kept = time.monotonic() + KEPT_SECONDS, text
    return text


def forget() -> None:
    """The next answer is worked out anew."""
    global _kept
    _kept = (0.0, b"")


class _Figures(Collector):
    def describe(self) -> list[Metric]:
        return []  # so that registering asks nobody

    def collect(self) -> Iterator[Metric]:
        yield from _now()
        yield from _recently()
        yield from _so_far()
        yield from _coming()


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"counterfoil_{name}", what, value=value)


def _now() -> Iterator[Metric]:
    queue = standing.queue_now()
    yield _gauge("queue_waiting", "Questions that wait for a worker.", queue.waiting)
    yield _gauge("queue_oldest_seconds", "How long the oldest of them waits.", queue.oldest_seconds)
    yield _gauge("replies_being_written", "Replies that workers write now.", queue.writing)
    try:
        workers = len(heartbeat.heard())
    except RedisError:
        workers = 0
    yield _gauge("workers", "Workers heard in the last 30 seconds.", workers)
    broken = GaugeMetricFamily(
        "counterfoil_not_called",
        "1 for each model or key that is not called for now because it fails.",
        labels=["server", "what", "why"],
    )
    for one in standing.failing():
        broken.add_metric([one.server, one.what, one.why], 1)
    yield broken


def _recently() -> Iterator[Metric]:
    found = course_of(timezone.now() - WINDOW, WINDOW, 1).all
    seconds = GaugeMetricFamily(
        "counterfoil_recent_reply_seconds",
        "Quantiles of the last five minutes' replies: ours, and what others had of their time.",
        labels=["part", "quantile"],
    )
    for part in COLUMNS:
        quantiles = getattr(found, part)
        for share, value in zip(SHARES, (quantiles.p50, quantiles.p95, quantiles.p99), strict=True):
            if value is not None:
                seconds.add_metric([part, str(share)], value / 1000)
    yield seconds
    yield _gauge("recent_replies", "Replies to the last five minutes' questions.", found.replies)
    failed = GaugeMetricFamily(
        "counterfoil_recent_failures",
        "Replies of the last five minutes that failed, by whose fault it was.",
        labels=["fault"],
    )
    for fault in Fault:
        failed.add_metric([fault.value], found.failed(fault))
    yield failed


def _so_far() -> Iterator[Metric]:
    tokens = CounterMetricFamily(
        "counterfoil_tokens", "Tokens read and written so far.", labels=["model", "kind"]
    )
    calls = CounterMetricFamily(
        "counterfoil_calls", "Calls of models that were settled so far.", labels=["model"]
    )
    for model, sums in sorted(tokens_by_model().items()):
        calls.add_metric([model], sums.calls)
        tokens.add_metric([model, "read"], sums.read)
        tokens.add_metric([model, "cached"], sums.cached)
        tokens.add_metric([model, "written"], sums.written)
    yield calls
    yield tokens


def _coming() -> Iterator[Metric]:
    keys = GaugeMetricFamily(
        "counterfoil_key_days_left",
        "Days until a provider key is to be replaced.",
        labels=["server", "key"],
    )
    for key in standing.key_ages():
        keys.add_metric([key.server, key.name], key.left)
    yield keys
    models = GaugeMetricFamily(
        "counterfoil_model_days_left",
        "Days until a model in use is shut down.",
        labels=["model"],
    )
    for one in standing.endings():
        models.add_metric([one.model], one.left)
    yield models
