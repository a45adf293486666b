"""`manage.py backup`: everything in one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from chatbot.boot.paths import VAR
from chatbot.operations.backup import back_up

FOLDER = VAR / "backups"
NAMED = "counterfoil-%Y%m%d-%H%M%S.tar"


class Command(BaseCommand):
    """The database, as of one moment, is in the file, while work goes on."""

    help = "Write the whole database into one file; keep SECRET_KEY and FIELD_KEY apart from it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and how many of the older ones stay."""
        parser.add_argument("file", nargs="?", type=Path, help="usual: a new one in var/backups")
        parser.add_argument(
            "--keep", type=int, help="of those in var/backups keep so many of the newest"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Says where it is and what is in it."""
        if options["keep"] is not None and options["keep"] < 1:
            raise CommandError("--keep is at least 1, or the new backup would go too.")
        path: Path = options["file"] or FOLDER / timezone.now().strftime(NAMED)
        manifest = back_up(path, lambda words: self.stderr.write(words))
        size = path.stat().st_size / 1e6
        self.stdout.write(
            f"{path}: {sum(manifest.rows.values()):,} rows, the ledger comes to "
            f"{manifest.ledger}, {size:,.1f} MB.\n"
            "SECRET_KEY and FIELD_KEY of .env are not in it: keep them elsewhere, or the provider "
            "keys in it cannot be read."
        )
        if options["keep"]:
            for old in sorted(FOLDER.glob("counterfoil-*.tar"))[: -options["keep"]]:
                old.unlink()
                self.stdout.write(f"{old} is gone.")
