"""PostgreSQL drops its clients, dies, is full, locked, and asked by too many at once."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import psycopg

from billing.models import SpendLimit
from chatbot.bench.reliability.catalogue import row
from chatbot.bench.reliability.rig import CALM, Rig
from chatbot.bench.reliability.servers import forget_connections
from chatbot.bench.reliability.timing import answer_p95_s, settled_s
from chatbot.bench.stack import database_url
from conversations.models import Tenant

DOWN_S = 4
LOCKED_S, LOCKED_QUICK_S = 30, 8
EXHAUSTED_S = 8
FULL_S = 8
DISK_BYTES = 64 * 2**20
STORM = 64
GROWING = ("conversations_message", "conversations_event", "conversations_generation")


@row(42, "postgres_killed", alone=True, quick=True)
def postgres_killed(rig: Rig) -> None:
    """All of its clients are dropped; then it is killed, and comes back after four seconds."""
    with rig.under_load("postgres_killed"):
        rig.inject("postgres_killed")
        with _session() as session:
            session.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        time.sleep(3)
        rig.inject("postgres_killed")
        rig.postgres.kill()
        time.sleep(DOWN_S)
        rig.postgres.back()
        forget_connections()
        back = time.monotonic()
    rig.find(
        "postgres_killed", "postgres_back_s", lambda logs: settled_s(logs.client, back), bound=10
    )


@row(43, "budget_locked", alone=True)
def budget_locked(rig: Rig) -> None:
    """Somebody holds the row of a tenant's budget; only that tenant waits."""
    tenant = _limited_tenant("budget-locked")
    tabs = rig.newcomers(5, tenant=tenant)
    rig.load("ask", label="budget_begun", tabs=tabs)  # makes the month's budget
    rig.answered("budget_begun")
    with rig.under_load("budget_locked", before=0, rate=rig.rate / 2):
        with _session() as session:
            rig.inject("budget_locked")
            with session.transaction():
                session.execute(
                    "SELECT FROM billing_budget WHERE limit_id = %s FOR UPDATE",
                    [tenant.spend_limits.get().pk],
                )
                rig.load("ask", label="budget_waits", tabs=tabs, each=2)
                time.sleep(LOCKED_QUICK_S if rig.quick else LOCKED_S)
        left = rig.answered("budget_waits")
    rig.found("budget_locked", "budget_locked_unanswered", left, bound=0)
    rig.find(
        "budget_locked",
        "budget_locked_others_p95_ratio",
        lambda logs: (
            answer_p95_s(logs.client.labelled("budget_locked"))
            / answer_p95_s(logs.client.labelled(CALM))
        ),
        bound=1.2,
    )


@row(44, "connections_exhausted", alone=True)
def connections_exhausted(rig: Rig) -> None:
    """Somebody holds all connections that PostgreSQL gives, after it dropped ours."""
    with rig.under_load("connections_exhausted"), contextlib.ExitStack() as undo:
        rig.inject("connections_exhausted")
        first = undo.enter_context(_session())
        first.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        deadline = time.monotonic() + EXHAUSTED_S
        while time.monotonic() < deadline:
            try:
                undo.enter_context(_session())
            except psycopg.OperationalError:
                time.sleep(0.05)
    forget_connections()
    rig.found("connections_exhausted", "deadlocks", _deadlocks(), bound=0)


@row(45, "disk_full", alone=True)
def disk_full(rig: Rig) -> None:
    """The disk of the growing tables is full: nothing is said to be sent, and reading works."""
    with _small_disk(rig) as disk:
        if disk is None:
            rig.failures["disk_full"] = (
                "no small disk can be made here (neither root nor a small /dev/shm)"
            )
            return
        with _on(disk):
            filler = disk / "filler"
            with rig.under_load("disk_full"):
                rig.inject("disk_full")
                _fill(filler)
                time.sleep(FULL_S)
                reader = _pages_read(rig)
                filler.unlink()
                free = time.monotonic()
    rig.found("disk_full", "disk_full_pages_read", reader, ">=", 1)
    rig.find("disk_full", "disk_freed_s", lambda logs: settled_s(logs.client, free), bound=15)


@row(46, "budget_storm", quick=True)
def budget_storm(rig: Rig) -> None:
    """Sixty-four visitors of one tenant with a budget ask at the same moment."""
    tenant = _limited_tenant("budget-storm")
    tabs = rig.newcomers(min(STORM, rig.quota), tenant=tenant)
    before = _deadlocks()
    for _ in range(max(1, rig.quota // len(tabs))):
        rig.load("ask", label="budget_storm", tabs=tabs)
        rig.inject("budget_storm", len(tabs))
        rig.answered("budget_storm")
    rig.found("budget_storm", "storm_deadlocks", _deadlocks() - before, bound=0)
    rig.found(
        "budget_storm", "storm_not_now", rig.load("refusals", tabs=tabs, code="not_now"), bound=0
    )


def _pages_read(rig: Rig) -> int:
    """How many of five known pages are up to date again after a reload."""
    rig.load("reload", tabs=rig.crowd[:5])
    return 5 - rig.load("ready", tabs=rig.crowd[:5], within=10)


@contextlib.contextmanager
def _session() -> Iterator[psycopg.Connection]:
    """A connection that is nobody's of the product."""
    session = psycopg.connect(database_url(), autocommit=True, connect_timeout=5)
    try:
        yield session
    finally:
        session.close()


def _limited_tenant(slug: str) -> Tenant:
    tenant = Tenant.objects.create(name=slug, slug=slug)
    SpendLimit.objects.create(tenant=tenant, hard=Decimal(1_000_000))
    return tenant


def _deadlocks() -> int:
    with _session() as session:
        row = session.execute("SELECT sum(deadlocks) FROM pg_stat_database").fetchone()
    return int(row[0]) if row and row[0] else 0


@contextlib.contextmanager
def _small_disk(rig: Rig) -> Iterator[Path | None]:
    """A folder of PostgreSQL's on a small file system, or None where none can be had.

    It has room for the growing tables as they are, and some more.
    Root mounts a tmpfs; else the shared memory of a container serves, which has 64 MB.
    """
    folder = Path(rig.postgres.folder).with_name("small-disk")
    folder.mkdir(exist_ok=True)
    size = max(DISK_BYTES, 2 * _growing_bytes())
    mounted = _succeeds("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        if not mounted:
            shared = Path("/dev/shm")  # noqa: S108 - wanted for its size
            if not shared.is_dir() or not size <= shutil.disk_usage(shared).total <= 2 * size:
                yield None
                return
            folder = shared / f"counterfoil-{os.getpid()}"
            folder.mkdir()
        space = folder / "space"
        space.mkdir(mode=0o700)
        owner = rig.postgres.process.uids().real
        if os.geteuid() == 0:
            os.chown(space, owner, owner)
        yield space
    finally:
        if mounted:
            _succeeds("umount", str(folder))
        elif folder.parent == Path("/dev/shm"):  # noqa: S108
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _on(disk: Path) -> Iterator[None]:
    """The tables that grow lie on this disk inside, and where they were after."""
    with _session() as session:
        session.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
    try:
        with _session() as session:
            _move(session, "small")
        yield
    finally:
        with _session() as session:
            _move(session, "pg_default")
            session.execute("DROP TABLESPACE small")


def _move(session: psycopg.Connection, space: str) -> None:
    for table in GROWING:
        session.execute(f"ALTER TABLE {table} SET TABLESPACE {space}")


def _growing_bytes() -> int:
    with _session() as session:
        row = session.execute(
            "SELECT sum(pg_table_size(name::regclass)) FROM unnest(%s::text[]) AS name",
            [[*GROWING]],
        ).fetchone()
    return int(row[0]) if row and row[0] else 0


def _fill(filler: Path) -> None:
    """Not a byte is left on the disk."""
    piece = b"\0" * 65536
    with filler.open("wb", buffering=0) as file:
        while piece:
            try:
                file.write(piece)
            except OSError:
                piece = piece[: len(piece) // 2]


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False
