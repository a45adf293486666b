"""What a backup says of itself, and what is compared once it is back."""

import hashlib
import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """Which rows a database holds, what its ledger comes to, and which code and keys fit it.

    `keys` are fingerprints: none gives a key away, and each tells whether a
    key is the one that was there.
    """

    made_at: str
    postgres: str
    migrations: list[str]
    rows: dict[str, int]
    ledger: str
    keys: list[str]
    format: int = FORMAT

    def text(self) -> str:
        """As it lies in the backup."""
        return json.dumps(asdict(self), indent=2, sort_keys=True)

    @classmethod
    def of(cls, text: str) -> "Manifest":
        """The manifest that was written so; `ValueError` for anything else."""
        found = json.loads(text)
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise ValueError("It is not a backup of this format.")
        try:
            return cls(**found)
        except TypeError as error:
            raise ValueError(str(error)) from None


def manifest_now() -> Manifest:
    """What this database holds, in the transaction that is open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()::text, current_setting('server_version')")
        made_at, version = cursor.fetchone()
    return Manifest(
        made_at=made_at,
        postgres=version,
        migrations=applied(),
        rows=rows_by_table(),
        ledger=f"{ledger_sum():f}",
        keys=key_fingerprints(),
    )


def applied() -> list[str]:
    """The migrations that this database has, as app.name."""
    return sorted(
        f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
    )


def rows_by_table() -> dict[str, int]:
    """How many rows each table of the product has, counted."""
    tables = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(tables & set(connection.introspection.table_names(cursor))):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            counts[table] = cursor.fetchone()[0]
    return counts


def ledger_sum() -> Decimal:
    """All that was ever charged, to the last digit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(amount), 0) FROM billing_ledgerentry")
        amount: Decimal = cursor.fetchone()[0]
        return amount


def key_fingerprints() -> list[str]:
    """Of each key that secrets in the database can be read with."""
    return [fingerprint(key) for key in (*settings.FIELD_KEYS, settings.SECRET_KEY)]


def fingerprint(key: str) -> str:
    """Twelve characters that only this key gives."""
    return hashlib.sha256(b"counterfoil: key of a backup\0" + key.encode()).hexdigest()[:12]


def differences(told: Manifest, found: dict[str, Any]) -> list[str]:
    """What is not as the manifest says, a sentence each; none where everything is back."""
    rows: dict[str, int] = found["rows"]
    wrong = [
        f"{table} has {rows.get(table, 0)} rows instead of {count}."
        for table, count in told.rows.items()
        if rows.get(table, 0) != count
    ]
    if Decimal(told.ledger) != found["ledger"]:
        wrong.append(f"The ledger comes to {found['ledger']:f} instead of {told.ledger}.")
    return wrong
