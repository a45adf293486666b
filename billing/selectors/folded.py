"""Read sums that are partly folded: the rollup, and the ledger's lines since.

Always what the ledger says. Days of a zone that is not kept, and tenants not
folded yet, come from the ledger alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from billing.selectors.scope import Scope
from billing.sums import AMOUNTS

# Folding happens every few seconds and takes milliseconds; meeting it twice is bad luck.
TRIES = 5


@dataclass(frozen=True)
class Source:
    """A rollup and how the same is read from the ledger, where `line` is a line.

    `keys` and `sums` have the rollup's column by name and the ledger's expression.
    """

    rollup: str
    keys: dict[str, str]
    sums: dict[str, str]
    join: str = ""


@dataclass(frozen=True)
class _Fold:
    """How far the rollups are, and whose days they keep in the scope's zone."""

    version: int = -1
    watermark: int = 0
    kept: tuple[int, ...] = ()


# A watermark above the oldest running transaction is another cluster's: a dump was restored.
FOLD = """
SELECT version, watermark, ARRAY(
         SELECT tenant_id FROM billing_keptzone
          WHERE zone = %s AND tenant_id = ANY(%s::bigint[]))
  FROM billing_rollupstate
 WHERE watermark <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
"""


@dataclass(frozen=True)
class Wanted:
    """Which groups of a source, in which order, and how many of them; all without a limit.

    `distinct` names one more key: each group then also says how many
    different values of it there are, as `distinct_count`.
    """

    by: Sequence[str]
    order: str
    limit: int | None = None
    distinct: str = ""


def read(scope: Scope, source: Source, wanted: Wanted) -> list[dict[str, Any]]:
    """The sums of each wanted group as rows by column name, as of one moment.

    Each row also says how many groups there are without the limit, and what
    those cost together: `group_count` and `group_amount`.
    """
    for _ in range(TRIES):
        fold = _fold(scope)
        rows = _rows(scope, source, wanted, fold)
        if not fold.kept or rows[0]["version"] == fold.version:
            break
    else:
        rows = _rows(scope, source, wanted, _Fold())
    return [row for row in rows if row["calls"] is not None]


def _fold(scope: Scope) -> _Fold:
    with connection.cursor() as cursor:
        cursor.execute(FOLD, [scope.zone.key, [tenant.pk for tenant in scope.tenants]])
        found = cursor.fetchone()
    return _Fold(found[0], found[1], tuple(found[2])) if found else _Fold()


def _rows(scope: Scope, source: Source, wanted: Wanted, fold: _Fold) -> list[dict[str, Any]]:
    others = [tenant.pk for tenant in scope.tenants if tenant.pk not in fold.kept]
    parts = []
    if fold.kept:
        parts += [_folded(scope, source), _since(scope, source)]
    if others or not parts:
        parts.append(_unfolded(scope, source))
    statement = f"""
        WITH parts AS ({" UNION ALL ".join(parts)}),
        sums AS ({_grouped(source, wanted)}),
        whole AS (SELECT count(*) AS group_count, sum(amount) AS group_amount FROM sums),
        chosen AS (SELECT * FROM sums ORDER BY {wanted.order} LIMIT %(limit)s::bigint)
        SELECT state.version, whole.*, chosen.*
          FROM (SELECT max(version) AS version FROM billing_rollupstate) AS state
         CROSS JOIN whole LEFT JOIN chosen ON true
         ORDER BY {wanted.order}
    """  # noqa: S608 - put together from constants
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "kept": list(fold.kept),
                "others": others,
                "zone": scope.zone.key,
                "first": scope.first,
                "last": scope.last,
                "start": scope.start,
                "end": scope.end,
                "watermark": str(fold.watermark),
                "models": list(scope.models),
                "purposes": list(scope.purposes),
                "limit": wanted.limit,
            },
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _grouped(source: Source, wanted: Wanted) -> str:
    """The parts added up by the wanted keys."""
    columns = [*wanted.by]
    if wanted.distinct:
        columns.append(f"count(DISTINCT {wanted.distinct}) AS distinct_count")
    columns += [
        f"sum({name})::{'numeric' if name in AMOUNTS else 'bigint'} AS {name}"
        for name in source.sums
    ]
    groups = ", ".join(wanted.by) or "()"
    return f"SELECT {', '.join(columns)} FROM parts GROUP BY {groups}"  # noqa: S608


def _folded(scope: Scope, source: Source) -> str:
    return f"""
        SELECT {", ".join([*source.keys, *source.sums])} FROM {source.rollup} AS line
         WHERE tenant_id = ANY(%(kept)s::bigint[]) AND zone = %(zone)s
           AND day BETWEEN %(first)s AND %(last)s {_kinds(scope)}
    """  # noqa: S608


def _since(scope: Scope, source: Source) -> str:
    """What came since the fold: few lines, found by their writers before anything else is asked."""
    newest = """
        billing_ledgerentry WHERE writer >= %(watermark)s::xid8
           AND at >= %(start)s AND at < %(end)s OFFSET 0
    """
    return _summed(scope, source, f"(SELECT * FROM {newest})", "kept")  # noqa: S608


def _unfolded(scope: Scope, source: Source) -> str:
    return _summed(scope, source, "billing_ledgerentry", "others")


def _summed(scope: Scope, source: Source, lines: str, tenants: str) -> str:
    columns = (source.keys | source.sums).items()
    groups = ", ".join(str(place + 1) for place in range(len(source.keys)))
    return f"""
        SELECT {", ".join(f"{expression} AS {name}" for name, expression in columns)}
          FROM {lines} AS line {source.join}
         WHERE line.tenant_id = ANY(%({tenants})s::bigint[])
           AND line.at >= %(start)s AND line.at < %(end)s {_kinds(scope)}
         GROUP BY {groups}
    """  # noqa: S608


def _kinds(scope: Scope) -> str:
    """The scope's narrower wishes, over `line`."""
    models = "AND line.model = ANY(%(models)s::text[])" if scope.models else ""
    purposes = "AND line.purpose = ANY(%(purposes)s::text[])" if scope.purposes else ""
    return f"{models} {purposes}"
