"""What missing migrations would do to whoever works meanwhile, judged before any of them runs.

In containers the migration runs beside the code that it replaces. SQL and
Python that a migration runs by itself cannot be judged and is not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field

# PostgreSQL reads so many rows in well under a second.
LARGE_ROWS = 100_000
LEAST_ROW_BYTES = 100
OURS = {"conversations", "billing", "chatbot"}
VARCHAR = re.compile(r"varchar(?:\((\d+)\))?$")
ROWS = """
SELECT coalesce(whole.relname, part.relname)::text,
       sum(CASE WHEN part.reltuples > 0 THEN part.reltuples
                ELSE pg_relation_size(part.oid) / %s END)::bigint
  FROM pg_class part
  LEFT JOIN pg_inherits ON inhrelid = part.oid
  LEFT JOIN pg_class whole ON whole.oid = inhparent
 WHERE part.relkind = 'r' AND part.relnamespace = current_schema()::regnamespace
 GROUP BY 1
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
   AND backend_type = 'client backend'
"""


@dataclass(frozen=True)
class Danger:
    """An operation of a migration that others would wait for, or fail by."""

    migration: str
    table: str
    why: str

    def __str__(self) -> str:
        return f"{self.migration}, {self.table}: {self.why}"


def dangers() -> list[Danger]:
    """Those of every migration that this database lacks; none for a database without rows.

    `CommandError` where newer code has written the database: its tables are
    not known here.
    """
    executor = MigrationExecutor(connection)
    _refuse_newer(executor.loader)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    rows = rows_by_table()
    if not plan or not any(rows.values()):
        return []
    known = executor.loader.graph.nodes
    applied = [node for node in executor.loader.applied_migrations if node in known]
    state = executor.loader.project_state(applied)
    return list(judge([migration for migration, _ in plan], state, rows))


def refuse_what_disturbs() -> None:
    """`CommandError` where a migration would disturb somebody who works in this database now."""
    found = dangers()
    if not found or not _others_work():
        return
    lines = "\n".join(f"  {danger}" for danger in found)
    raise CommandError(
        f"These migrations would disturb what works in the database now:\n{lines}\n"
        "Nothing was changed. Stop web, worker and beat and start again: alone it may run."
    )


def rows_by_table() -> dict[str, int]:
    """About how many rows each table has, its partitions together; by size where none counted."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [LEAST_ROW_BYTES])
        return dict(cursor.fetchall())


def judge(
    plan: Iterable[Migration], state: ProjectState, rows: Mapping[str, int]
) -> Iterator[Danger]:
    """What the plan endangers, in its order; `state` becomes the one after it."""
    for migration in plan:
        for operation in migration.operations:
            yield from _judged(migration, operation, operation, state, rows)
            operation.state_forwards(migration.app_label, state)


def _judged(
    migration: Migration,
    whole: Operation,
    operation: Operation,
    state: ProjectState,
    rows: Mapping[str, int],
) -> Iterator[Danger]:
    if isinstance(operation, operations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from _judged(migration, whole, inner, state, rows)
        return
    name = getattr(operation, "model_name", None) or getattr(operation, "name", "")
    if isinstance(operation, operations.RenameModel):
        name = operation.old_name
    key = (migration.app_label, str(name).lower())
    if key not in state.models:
        return  # SQL, Python, extensions, and tables that are only now made
    model = state.models[key]
    table = model.options.get("db_table") or "_".join(key)
    held = rows.get(table, 0)
    if not held:
        return
    label = f"{migration.app_label}.{migration.name}"
    for why in _unready(operation, model.fields):
        yield Danger(label, table, why)
    if held > LARGE_ROWS:
        for why in _locking(operation, model.fields):
            yield Danger(label, f"{table} with some {held:,} rows", why)


def _unready(operation: Operation, fields: Mapping[str, Field]) -> Iterator[str]:
    """What the code that is being replaced could not live with."""
    match operation:
        case operations.AddField(name=name, field=field) if not _may_be_left_out(field):
            yield f"{name} must be filled, and code that does not know it inserts rows; db_default"
        case operations.AlterField(name=name, field=field) if fields[name].null and not field.null:
            yield f"{name} may no longer be empty, and code that leaves it empty inserts rows"
        case operations.RemoveField(name=name):
            yield f"{name} goes, and code that reads it still runs"
        case operations.RenameField(old_name=name):
            yield f"{name} changes its name, and code that reads it still runs"
        case operations.DeleteModel() | operations.RenameModel() | operations.AlterModelTable():
            yield "the table goes, and code that reads it still runs"


def _locking(operation: Operation, fields: Mapping[str, Field]) -> Iterator[str]:
    """What keeps others out for as long as the whole table is read or written."""
    match operation:
        case AddIndexConcurrently() | AddConstraintNotValid():
            return
        case operations.AddIndex():
            yield "nobody can write while the index is made; AddIndexConcurrently"
        case operations.AddConstraint():
            yield "nobody can write while every row is checked; AddConstraintNotValid"
        case operations.AddField(name=name, field=field):
            if getattr(field, "generated", False):
                yield f"the table is written anew for {name}"
            elif _is_indexed(field):
                yield f"nobody can write while the index of {name} is made"
        case operations.AlterField(name=name, field=field):
            yield from _altering(name, fields[name], field)


def _altering(name: str, before: Field, after: Field) -> Iterator[str]:
    if _is_rewritten(before, after):
        yield f"the table is written anew for {name}"
    if before.null and not after.null:
        yield f"every row is read to see that {name} is filled"
    if _is_indexed(after) and not _is_indexed(before):
        yield f"nobody can write while the index of {name} is made"


def _is_indexed(field: Field) -> bool:
    return bool(getattr(field, "db_index", False) or field.unique)


def _may_be_left_out(field: Field) -> bool:
    return bool(
        field.null or field.has_db_default() or field.many_to_many or field.primary_key
    ) or getattr(field, "generated", False)


def _is_rewritten(before: Field, after: Field) -> bool:
    """Whether PostgreSQL writes every row again; a longer text it takes as it is."""
    if before.is_relation or after.is_relation:
        return before.is_relation != after.is_relation
    old, new = before.db_type(connection) or "", after.db_type(connection) or ""
    if old == new:
        return False
    was, is_now = VARCHAR.match(old), VARCHAR.match(new)
    if was and new == "text":
        return False
    if was and is_now:
        return is_now[1] is not None and (was[1] is None or int(is_now[1]) < int(was[1]))
    return True


def _refuse_newer(loader: MigrationLoader) -> None:
    disk = loader.disk_migrations or {}
    unknown = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in OURS and (app, name) not in disk and (app, name) not in loader.graph.nodes
    )
    if unknown:
        raise CommandError(
            f"Newer code has written this database: {', '.join(unknown)} is not known here. "
            "Take that code again, or restore a backup of this one."
        )


def _others_work() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        return bool(cursor.fetchone()[0])
