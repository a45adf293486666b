"""What rollups cost the writers: fifty at once, on one tenant and day.

The writers are loops inside PostgreSQL, each with a connection and a commit
per line, so that no client stands between them and the limit of the server.
"""

import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from billing.services import rollups
from chatbot.bench.frame import CannotMeasure
from chatbot.bench.reports.fill import Filled, unchecked

WRITERS = 50
FOLD_SECONDS = 2.0  # five times as often as the product does

COLUMNS = """
(kind, attempt_id, tenant_id, purpose, model, persona_label, tier, price_id, at, input_tokens,
 cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens, certainty, amount, outcome,
 request_id, reason, author)
"""
VALUES = """
('call', gen_random_uuid(), {tenant}, 'reply', 'model-0', 'Assistant', '', {price},
 statement_timestamp(), 812, 0, 0, 97, 0, 'exact', 0.000180000000, 'stop', 'req_bench', '', '')
"""
# The same table without what the rollups added to it: no writer, no index on it.
BARE = """
CREATE TABLE bench_bare (LIKE billing_ledgerentry INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
  PARTITION BY RANGE (at);
ALTER TABLE bench_bare DROP COLUMN writer, ADD PRIMARY KEY (id, at);
CREATE INDEX ON bench_bare (tenant_id, at);
CREATE INDEX ON bench_bare (attempt_id);
CREATE INDEX ON bench_bare (generation_id);
CREATE TABLE bench_bare_default PARTITION OF bench_bare DEFAULT;
CREATE TABLE bench_hot (day date PRIMARY KEY, calls bigint, amount numeric(24, 12));
"""
UPSERT = """
INSERT INTO bench_hot VALUES (current_date, 1, 0.00018) ON CONFLICT (day) DO UPDATE
   SET calls = bench_hot.calls + 1, amount = bench_hot.amount + excluded.amount;
"""
PROCEDURE = """
CREATE PROCEDURE {name}(seconds float, INOUT written bigint) LANGUAGE plpgsql AS $$
DECLARE until timestamptz := clock_timestamp() + make_interval(secs => seconds);
BEGIN
  written := 0;
  WHILE clock_timestamp() < until LOOP
    INSERT INTO {table} {columns} VALUES {values};
    {also}
    COMMIT;
    written := written + 1;
  END LOOP;
END
$$
"""


@dataclass(frozen=True)
class Writing:
    """Lines a second with no rollup, with ours, and with an upsert in the transaction."""

    bare: float
    ours: float
    upsert: float
    deadlocks: int

    @property
    def ratio(self) -> float:
        """How many times longer a line takes with our rollup than with none."""
        return round(self.bare / self.ours, 3)

    @property
    def upsert_ratio(self) -> float:
        """The same for the upsert that people write first."""
        return round(self.bare / self.upsert, 2)


def writing(filled: Filled, repeats: int, seconds: float, say: Callable[[str], None]) -> Writing:
    """Fifty writers without, with and beside a rollup, interleaved so often."""
    _prepare(filled)
    before = _deadlocks()
    rates: dict[str, list[float]] = {"bare": [], "ours": [], "upsert": []}
    for repeat in range(repeats):
        for name, found in rates.items():
            say(f"{WRITERS} writers, {name}, {repeat + 1} of {repeats}")
            found.append(_rate(name, seconds))
    time.sleep(1)  # the statistics of a backend arrive when it is idle
    return Writing(
        **{name: round(statistics.median(found), 1) for name, found in rates.items()},
        deadlocks=_deadlocks() - before,
    )


def _prepare(filled: Filled) -> None:
    values = VALUES.format(tenant=filled.large.pk, price=filled.prices[0].pk)
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        for name, table, also in [
            ("bare", "bench_bare", ""),
            ("ours", "billing_ledgerentry", ""),
            ("upsert", "bench_bare", UPSERT),
        ]:
            cursor.execute(
                PROCEDURE.format(
                    name=f"bench_{name}", table=table, columns=COLUMNS, values=values, also=also
                )
            )


def _rate(name: str, seconds: float) -> float:
    """Lines a second of all writers together; ours are folded meanwhile."""
    written: list[int] = []
    problems: list[Exception] = []

    def write() -> None:
        try:
            with unchecked() as line:
                row = line.execute(f"CALL bench_{name}(%s, 0)", [seconds]).fetchone()
                written.append(row[0] if row else 0)
        except Exception as problem:
            problems.append(problem)

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        if name == "ours":
            rollups.fold()
        time.sleep(FOLD_SECONDS)
    for writer in writers:
        writer.join()
    if problems:
        raise CannotMeasure(f"A writer was refused: {problems[0]}")
    return sum(written) / seconds


def _deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]
