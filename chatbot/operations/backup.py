"""Write all of the database into one file, and bring it back from there.

What visitors sent and what staff exported lies in the database too, and
nothing in Valkey is needed again, so this one file is everything but the
keys: those stay in `.env`, and whoever has only the backup reads no secret.
"""

import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import IO

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from chatbot.operations.manifest import (
    Manifest,
    applied,
    differences,
    key_fingerprints,
    ledger_sum,
    manifest_now,
    rows_by_table,
)
from chatbot.operations.tools import start

Say = Callable[[str], None]

MANIFEST, DUMP = "manifest.json", "database.dump"
TELL_SECONDS = 2.0


def back_up(path: Path, say: Say) -> Manifest:
    """The file holds the database as of one moment, and was not there half written.

    Only its owner may read it. Work goes on meanwhile. A file that is there
    already is refused.
    """
    if path.exists():
        raise CommandError(f"{path} is there already; name another file, or move it away.")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".dump-") as dump:
            manifest = _dump(Path(dump.name), say)
            partial.touch(mode=0o600)
            with tarfile.open(partial, "w") as archive:
                text = manifest.text().encode()
                about = tarfile.TarInfo(MANIFEST)
                about.size, about.mtime, about.mode = len(text), int(time.time()), 0o600
                archive.addfile(about, BytesIO(text))
                archive.add(dump.name, DUMP)
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def restore(path: Path, say: Say, *, replace: bool = False) -> Manifest:
    """The database holds every row of the backup again, its ledger to the last digit.

    Refused where it holds anything that `replace` does not give up, and for
    a backup of newer code. It happens in one transaction: where it fails,
    the database is as it was.
    """
    with _opened(path) as archive:
        manifest = read_manifest(archive, path)
        _refuse_what_does_not_fit(manifest, replace)
        with tempfile.NamedTemporaryFile(prefix="counterfoil-", suffix=".dump") as dump:
            say(f"reading the backup of {manifest.made_at}")
            _copy(archive, dump)
            _bring_back(Path(dump.name), say)
    connection.close()
    found = {"rows": rows_by_table(), "ledger": ledger_sum()}
    wrong = differences(manifest, found)
    if wrong:
        raise CommandError("The database differs from the backup: " + " ".join(wrong))
    say(f"{sum(manifest.rows.values()):,} rows are back, the ledger comes to {manifest.ledger}")
    say("bringing the tables up to this code, and the daily sums up to the ledger")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("rebuild_rollups", verbosity=0)
    return manifest


def read_manifest(archive: tarfile.TarFile, path: Path) -> Manifest:
    """What the backup says of itself; `CommandError` where it is none."""
    try:
        file = archive.extractfile(MANIFEST)
        if file is None:
            raise KeyError(MANIFEST)
        return Manifest.of(file.read().decode())
    except (KeyError, ValueError) as error:
        raise CommandError(f"{path} is no backup of this product: {error}") from None


def unknown_keys(manifest: Manifest) -> list[str]:
    """Fingerprints of keys that the backup's secrets need and that are not set here."""
    here = set(key_fingerprints())
    return [] if here & set(manifest.keys[:1]) else [one for one in manifest.keys[:1]]


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path)
    except (OSError, tarfile.TarError) as error:
        raise CommandError(f"{path} cannot be read as a backup: {error}") from None


def _dump(into: Path, say: Say) -> Manifest:
    """The dump and the counts are of the same moment: one snapshot serves both."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        say("writing the database")
        words = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        process = start("pg_dump", [*words, f"--file={into}"])
        manifest = manifest_now()
        _wait(process, "pg_dump", lambda: f"{into.stat().st_size / 1e6:,.1f} MB written", say)
    return manifest


def _bring_back(dump: Path, say: Say) -> None:
    """All or nothing: what was there goes in the transaction that brings the backup's in."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql", prefix="counterfoil-") as script:
        words = ["--format=custom", "--no-owner", "--no-privileges", f"--file={script.name}"]
        _wait(start("pg_restore", [*words, str(dump)]), "pg_restore", lambda: "", say)
        connection.close()
        say("writing the tables")
        clear = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
        words = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        files = [f"--command={clear}", f"--file={script.name}"]
        process = start("psql", [*words, *files], stdout=subprocess.DEVNULL)
        began = time.monotonic()
        _wait(process, "psql", lambda: f"{time.monotonic() - began:.0f} s", say)


def _wait(process: subprocess.Popen[str], name: str, progress: Callable[[], str], say: Say) -> None:
    while True:
        try:
            _, errors = process.communicate(timeout=TELL_SECONDS)
            break
        except subprocess.TimeoutExpired:
            if told := progress():
                say(told)
        except BaseException:
            process.kill()
            process.wait()
            raise
    if process.returncode:
        raise CommandError(f"{name} failed: {errors.strip()[-2000:]}")


def _copy(archive: tarfile.TarFile, into: IO[bytes]) -> None:
    file = archive.extractfile(DUMP) if DUMP in archive.getnames() else None
    if file is None:
        raise CommandError("The backup holds no dump of the database; it is not whole.")
    while block := file.read(1 << 20):
        into.write(block)
    into.flush()


def _refuse_what_does_not_fit(manifest: Manifest, replace: bool) -> None:
    ours = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    newer = sorted(set(manifest.migrations) - ours)
    if newer:
        raise CommandError(
            f"The backup is of newer code than this; it has {newer[0]}, which is unknown here. "
            "Bring the code up to the version that made it."
        )
    if not replace and applied() and rows_by_table().get("conversations_tenant"):
        raise CommandError(
            "This database already has tenants. Restore into an empty one (set DATABASE_URL), or "
            "add --replace, which gives up everything that is in it."
        )
