"""`manage.py restore`: everything back from one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chatbot.operations.backup import restore, unknown_keys


class Command(BaseCommand):
    """Every row and the ledger are as the backup says, brought up to this code.

    In one transaction: where it fails, the database is as it was.
    """

    help = "Bring the database back from a backup; stop web, worker and beat before."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, and whether what is there may go."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="give up everything that the database holds"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Says what is back, and which key is missing."""
        manifest = restore(
            options["file"], lambda words: self.stderr.write(words), replace=options["replace"]
        )
        self.stdout.write(f"The database is as it was on {manifest.made_at}.")
        if unknown_keys(manifest):
            self.stdout.write(
                f"Its provider keys were encrypted with the key {manifest.keys[0]}…, which is not "
                "set here: put it at the end of FIELD_KEY, or enter the provider keys anew."
            )
