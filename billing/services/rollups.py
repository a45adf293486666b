"""Fold the ledger into sums per day, behind its writers.

Writers do nothing for it: an upsert of one hot row in their transaction
costs four fifths of the rate. A clock or an id as the mark of how far it
got would skip lines that commit late, so the mark is a transaction number:
each line has that of its writer, and what lies below the oldest transaction
that still runs is all there and stays as it is.
"""

import logging
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from billing.models import Alert
from billing.selectors.differences import Difference, differences
from billing.services.alerts import raise_alert
from billing.sums import CONVERSATION_SUMS, SUMS

logger = logging.getLogger(__name__)

# One at a time folds. Any number does that nothing else in the database uses.
LOCK = 7_240_311


@dataclass(frozen=True)
class Rollup:
    """A table of sums: its keys beside tenant, zone and day, its sums, and what it is made from."""

    table: str
    keys: dict[str, str]
    sums: dict[str, str]
    source: str


DAYS = Rollup(
    "billing_spendday",
    {name: f"line.{name}" for name in ("model", "purpose", "persona_label")},
    SUMS,
    "billing_ledgerentry AS line",
)
CONVERSATIONS = Rollup(
    "billing_conversationday",
    {
        "conversation_id": "generation.conversation_id",
        "model": "line.model",
        "purpose": "line.purpose",
    },
    CONVERSATION_SUMS,
    "billing_ledgerentry AS line"
    " JOIN conversations_generation AS generation ON generation.id = line.generation_id",
)
ROLLUPS = (DAYS, CONVERSATIONS)

STATE = """
SELECT watermark, pg_snapshot_xmin(pg_current_snapshot())::text::bigint
  FROM (SELECT) AS always LEFT JOIN billing_rollupstate ON true
"""
SAVE_STATE = """
INSERT INTO billing_rollupstate AS state (id, watermark, version, folded_at)
VALUES (1, %s, 1, statement_timestamp())
ON CONFLICT (id) DO UPDATE
   SET watermark = excluded.watermark, version = state.version + 1, folded_at = excluded.folded_at
"""
DROP_ZONES = """
DELETE FROM billing_keptzone AS kept USING conversations_tenant AS tenant
 WHERE tenant.id = kept.tenant_id AND kept.zone NOT IN (tenant.time_zone, 'UTC')
RETURNING kept.tenant_id, kept.zone
"""
ADD_ZONES = """
INSERT INTO billing_keptzone (tenant_id, zone)
SELECT id, time_zone FROM conversations_tenant UNION SELECT id, 'UTC' FROM conversations_tenant
EXCEPT SELECT tenant_id, zone FROM billing_keptzone
RETURNING id
"""
# Numbers from before a dump was restored into a younger cluster; nobody can still be writing them.
STAMP_ANEW = """
UPDATE billing_ledgerentry SET writer = pg_current_xact_id()
 WHERE writer >= pg_snapshot_xmax(pg_current_snapshot())
"""


def fold() -> int:
    """What was committed before the oldest running transaction is in the rollups.

    So are the zones of new tenants and changed ones, in place of those no
    longer kept. Returns how many rows of the rollups changed; 0 also where
    another process folds at this moment.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            return _fold(cursor) if cursor.fetchone() == (True,) else 0
    except IntegrityError:
        logger.info("A conversation was erased while it was folded; the next fold has the rest")
        return 0


def rebuild() -> int:
    """The rollups are made anew from the ledger; returns how many rows they have.

    Readers see the old ones until it is done: about 5 s per million lines.
    Waits for whoever folds.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        return _rebuild(cursor)


def check() -> list[Difference]:
    """The rollups equal the ledger: what differed is returned, told the operator, and repaired."""
    found = differences()
    if found:
        logger.error("The rollups differed from the ledger on %d days: %s", len(found), found[0])
        rebuild()
        _tell(found)
    return found


def _tell(found: list[Difference]) -> None:
    first = found[0]
    raise_alert(
        None,
        Alert.Kind.LEDGER,
        f"rollups {timezone.now():%Y-%m-%d %H:%M:%S}",
        why=f"The daily sums that reports read differed from the ledger on {len(found)} days, "
        f"for example on {first.day} ({first.zone}) for tenant {first.tenant_id}: "
        f"{first.rollup:f} instead of {first.ledger:f} US dollars.",
        do="They were made anew from the ledger and are right again; the ledger itself is "
        "unharmed. Find out who wrote into the tables of the sums.",
        figures={"days": len(found), "ledger": str(first.ledger), "rollup": str(first.rollup)},
    )


def _fold(cursor: CursorWrapper) -> int:
    cursor.execute(STATE)
    watermark, oldest = cursor.fetchone()
    if watermark is None or watermark > oldest:  # never folded, or restored into a younger cluster
        return _rebuild(cursor)
    changed = _drop_zones(cursor)
    cursor.execute(ADD_ZONES)
    added = [pk for (pk,) in cursor.fetchall()]
    if added:
        changed += sum(_add(cursor, rollup, 0, watermark, added) for rollup in ROLLUPS)
    if watermark < oldest:
        changed += sum(_add(cursor, rollup, watermark, oldest) for rollup in ROLLUPS)
    if changed or added or watermark < oldest:
        cursor.execute(SAVE_STATE, [oldest])
    return changed


def _rebuild(cursor: CursorWrapper) -> int:
    cursor.execute(STAMP_ANEW)
    for rollup in ROLLUPS:
        cursor.execute(f"DELETE FROM {rollup.table}")  # noqa: S608 - a constant
    _drop_zones(cursor)
    cursor.execute(ADD_ZONES)
    cursor.execute(STATE)
    _, oldest = cursor.fetchone()
    made = sum(_add(cursor, rollup, 0, oldest) for rollup in ROLLUPS)
    cursor.execute(SAVE_STATE, [oldest])
    return made


def _drop_zones(cursor: CursorWrapper) -> int:
    """Days by which no tenant counts any more are gone; returns how many rows that took."""
    cursor.execute(DROP_ZONES)
    gone, dropped = 0, cursor.fetchall()
    for tenant_id, zone in dropped:
        for rollup in ROLLUPS:
            cursor.execute(
                f"DELETE FROM {rollup.table} WHERE tenant_id = %s AND zone = %s",  # noqa: S608
                [tenant_id, zone],
            )
            gone += cursor.rowcount
    return gone + len(dropped)


def _add(
    cursor: CursorWrapper,
    rollup: Rollup,
    low: int,
    high: int,
    zones: list[int] | None = None,
) -> int:
    """Lines of writers from `low` on and below `high` are added, to these kept zones or to all.

    By quarters of an hour first: a day begins on one in every zone, so the
    ledger's lines are read once and only the quarters once a zone. In the
    order of their keys, so that a tenant's month lies together on the disk.
    """
    keys = ["tenant_id", "zone", "day", *rollup.keys]
    only = "" if zones is None else "WHERE id = ANY(%(zones)s::bigint[])"
    columns = (rollup.keys | rollup.sums).items()
    statement = f"""
        INSERT INTO {rollup.table} AS row ({", ".join([*keys, *rollup.sums])})
        SELECT tenant_id, zone, (quarter AT TIME ZONE zone)::date, {", ".join(rollup.keys)},
               {", ".join(f"sum({name})" for name in rollup.sums)}
          FROM (
            SELECT line.tenant_id, date_bin('15 minutes', line.at, '2000-01-01Z') AS quarter,
                   {", ".join(f"{expression} AS {name}" for name, expression in columns)}
              FROM {rollup.source}
             WHERE line.writer >= %(low)s::xid8 AND line.writer < %(high)s::xid8
               AND line.tenant_id IN (SELECT tenant_id FROM billing_keptzone {only})
             GROUP BY {_places(2 + len(rollup.keys))}
          ) AS quarters
          JOIN (SELECT tenant_id, zone FROM billing_keptzone {only}) AS kept USING (tenant_id)
         GROUP BY {_places(len(keys))} ORDER BY {_places(len(keys))}
        ON CONFLICT ({", ".join(keys)}) DO UPDATE
           SET {", ".join(f"{name} = row.{name} + excluded.{name}" for name in rollup.sums)}
    """  # noqa: S608 - put together from constants
    cursor.execute(statement, {"low": str(low), "high": str(high), "zones": zones})
    return cursor.rowcount


def _places(count: int) -> str:
    """The first so many columns, to group by."""
    return ", ".join(str(place + 1) for place in range(count))
