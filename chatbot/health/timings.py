"""How long replies took, and which part of that was whose."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from chatbot.health.faults import Fault, fault_of

SHARES = (0.5, 0.95, 0.99)


@dataclass(frozen=True)
class Quantiles:
    """What half of the replies stayed below, 95 and 99 of a hundred; milliseconds."""

    p50: float | None = None
    p95: float | None = None
    p99: float | None = None


NONE = Quantiles()


@dataclass(frozen=True)
class Timings:
    """Replies that ended in a stretch of time; what was not measured has no figures.

    `ours` is all that neither a provider nor a tool had: waiting for a
    worker (`queue`, shown apart), prompt, books, showing and storing.
    """

    replies: int = 0
    measured: int = 0
    ours: Quantiles = NONE
    queue: Quantiles = NONE
    provider_first: Quantiles = NONE
    provider: Quantiles = NONE
    tools: Quantiles = NONE
    first_word: Quantiles = NONE
    whole: Quantiles = NONE
    failures: dict[str, int] = field(default_factory=dict)

    def failed(self, fault: Fault) -> int:
        """How many failed by this fault."""
        return sum(n for code, n in self.failures.items() if fault_of(code) is fault)

    @property
    def errors(self) -> int:
        """How many failed that nobody wished to fail."""
        return sum(self.failures.values()) - self.failed(Fault.WISHED)


# A question asked while the one before is still being answered waits for that: its time begins
# when it could have been taken. Stopped replies have no end of their own and are only counted.
ENDED = """
SELECT id, tenant_id, state, failure, {bucket} AS bucket,
       extract(epoch FROM claimed_at - began) * 1000 AS queue,
       extract(epoch FROM first_token_at - began) * 1000 AS first_word,
       extract(epoch FROM finished_at - began) * 1000 AS whole,
       provider_ms, provider_first_ms, tools_ms
  FROM (
    SELECT *, greatest(queued_at, lag(finished_at) OVER (
             PARTITION BY conversation_id ORDER BY id)) AS began
      FROM conversations_generation
     WHERE queued_at >= %(start)s AND queued_at < %(end)s
       AND (%(all)s OR tenant_id = ANY(%(tenants)s))
  ) AS asked
 WHERE state IN ('done', 'failed', 'stopped')
"""
COLUMNS = ("ours", "queue", "provider_first", "provider", "tools", "first_word", "whole")
TAKEN = {
    "ours": "greatest(whole - provider_ms - coalesce(tools_ms, 0), 0)",
    "queue": "queue",
    "provider_first": "provider_first_ms",
    "provider": "provider_ms",
    "tools": "nullif(tools_ms, 0)",
    "first_word": "first_word",
    "whole": "whole",
}
QUANTILES = ",\n".join(
    f"percentile_cont(ARRAY[{', '.join(map(str, SHARES))}]) WITHIN GROUP (ORDER BY {TAKEN[one]})"
    " FILTER (WHERE state <> 'stopped' AND provider_ms IS NOT NULL)"
    for one in COLUMNS
)
TIMED = f"""
SELECT bucket, grouping(bucket), count(*),
       count(provider_ms) FILTER (WHERE state <> 'stopped'),
       {QUANTILES}
  FROM ({ENDED}) AS ended
 GROUP BY GROUPING SETS ((bucket), ())
"""  # noqa: S608 - put together from constants
FAILED = """
SELECT {bucket} AS bucket, failure, count(*)
  FROM conversations_generation
 WHERE queued_at >= %(start)s AND queued_at < %(end)s AND failure <> ''
   AND (%(all)s OR tenant_id = ANY(%(tenants)s))
 GROUP BY 1, 2
"""
# Whole steps from the beginning, so that each is as long as the others.
BUCKET = "floor(extract(epoch FROM queued_at - %(start)s) / %(step)s)::int"


@dataclass(frozen=True)
class Course:
    """Timings of a stretch of time, all of it and in equal steps."""

    start: datetime.datetime
    step: datetime.timedelta
    all: Timings
    steps: list[Timings]

    def begins(self, step: int) -> datetime.datetime:
        """When this step begins."""
        return self.start + step * self.step


def course_of(
    start: datetime.datetime,
    step: datetime.timedelta,
    steps: int,
    tenants: Collection[int] | None = None,
) -> Course:
    """How replies to what was asked since `start` went; None for the tenants means all of them."""
    values: dict[str, Any] = {
        "start": start,
        "end": start + steps * step,
        "step": step.total_seconds(),
        "all": tenants is None,
        "tenants": sorted(tenants or ()),
    }
    with connection.cursor() as cursor:
        cursor.execute(FAILED.format(bucket=BUCKET), values)
        failures: dict[int | None, dict[str, int]] = {}
        for bucket, code, count in cursor.fetchall():
            for place in (bucket, None):
                found = failures.setdefault(place, {})
                found[code] = found.get(code, 0) + count
        cursor.execute(TIMED.format(bucket=BUCKET), values)
        timed = {
            None if whole else bucket: _timings(row, failures.get(None if whole else bucket, {}))
            for bucket, whole, *row in cursor.fetchall()
        }
    return Course(
        start, step, timed.get(None, Timings()), [timed.get(n, Timings()) for n in range(steps)]
    )


def _timings(row: Sequence, failures: dict[str, int]) -> Timings:
    replies, measured, *quantiles = row
    found = {
        name: Quantiles(*values) if values and values[0] is not None else NONE
        for name, values in zip(COLUMNS, quantiles, strict=True)
    }
    return Timings(replies, measured, failures=failures, **found)
