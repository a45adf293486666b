"""Clocks, migrations, secrets and neighbours: what changes around a running product."""

import secrets
import signal
import time
from collections.abc import Callable

from django.db import connection

from chatbot.bench.reliability.catalogue import row
from chatbot.bench.reliability.logs import Evidence
from chatbot.bench.reliability.rig import Rig
from chatbot.bench.reliability.timing import ack_p95_ms, answer_p95_s
from conversations.models import Tenant

HOUR = 3600
QUIET_RATE, NOISE, QUIET = 1.0, 50, 3  # a second, times as much, tenants
LISTEN_S = 20


@row(47, "wrong_clocks", alone=True)
def wrong_clocks(rig: Rig) -> None:
    """One worker's clock is an hour fast and the other's an hour slow: no lease is lost.

    The clocks are shifted inside Python. Months and daylight saving are held by
    `tests/billing/test_periods.py`, where no clock is needed.
    """
    for name, shift in (("worker 1", HOUR), ("worker 2", -HOUR)):
        rig.fleet.make_odd(name, f"--odd-clock={shift}")
        rig.inject("wrong_clocks")
    with rig.under_load("wrong_clocks"):
        time.sleep(12)  # longer than a lease
    for name in ("worker 1", "worker 2"):
        rig.fleet.make_odd(name)
    rig.find("wrong_clocks", "early_takeovers", _taken_over("wrong_clocks"), bound=0)


@row(48, "migrated_live", alone=True, quick=True)
def migrated_live(rig: Rig) -> None:
    """Columns and an index are added and removed while visitors write."""
    with rig.under_load("migrated_live", before=1):
        begin = time.monotonic()
        for table in ("conversations_message", "conversations_generation", "conversations_event"):
            for statement in (
                f"ALTER TABLE {table} ADD COLUMN bench_note text",
                f"CREATE INDEX CONCURRENTLY bench_index ON {table} (bench_note)",
                "DROP INDEX CONCURRENTLY bench_index",
                f"ALTER TABLE {table} DROP COLUMN bench_note",
            ):
                _surely(statement)
                rig.inject("migrated_live")
        end = time.monotonic()
    rig.find(
        "migrated_live",
        "migrated_ack_p95_ms",
        lambda logs: ack_p95_ms(logs.client, begin, end),
        bound=1000,
    )


@row(49, "secrets_changed", alone=True, quick=True)
def secrets_changed(rig: Rig) -> None:
    """The key that signs tickets is another one; pages get new tickets by themselves.

    What lies encrypted in the database is under FIELD_KEY, which stays.
    """
    with rig.under_load("secrets_changed", before=1):
        rig.fleet.environment["SECRET_KEY"] = secrets.token_urlsafe(48)
        for name in ("web", "web 2"):
            rig.fleet.restart(name, signal.SIGTERM)
            rig.inject("secrets_changed")
    rig.found(
        "secrets_changed",
        "secrets_changed_not_back",
        rig.load("ready", tabs=rig.crowd, within=30),
        bound=0,
    )


@row(50, "noisy_tenant", alone=True)
def noisy_tenant(rig: Rig) -> None:
    """One tenant asks fifty times as much as the others; theirs are answered as before."""
    noisy = Tenant.objects.create(name="noisy", slug="noisy")
    many = rig.newcomers(60, tenant=noisy)
    few: list[int] = []
    for number in range(QUIET):
        name = f"quiet-{number}"
        few += rig.newcomers(10, tenant=Tenant.objects.create(name=name, slug=name))
    rate = QUIET_RATE * QUIET
    rig.ask("quiet_alone", few, int(rate * LISTEN_S), rate)
    rig.flow("noisy_tenant", rate=NOISE * QUIET_RATE, tabs=many)
    rig.inject("noisy_tenant")
    rig.ask("quiet_beside", few, int(rate * LISTEN_S), rate)
    rig.end_flow("noisy_tenant")
    rig.answered("noisy_tenant", within=120)
    rig.find(
        "noisy_tenant",
        "noisy_tenant_others_p95_ratio",
        lambda logs: (
            answer_p95_s(logs.client.labelled("quiet_beside"))
            / answer_p95_s(logs.client.labelled("quiet_alone"))
        ),
        bound=1.2,
    )


def _taken_over(label: str) -> Callable[[Evidence], int]:
    def count(logs: Evidence) -> int:
        ids = {mark.id for mark in logs.client.labelled(label)}
        return sum(
            one.claim > 1 and one.state == "done" for one in logs.books.tries if one.question in ids
        )

    return count


def _surely(statement: str) -> None:
    """The statement was carried out; it waits for a lock a second at most, and tries again."""
    for _ in range(30):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '1s'")
                cursor.execute(statement)
            return
        except Exception:
            time.sleep(0.2)
    raise TimeoutError(statement)
