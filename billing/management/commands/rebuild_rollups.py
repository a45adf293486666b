"""`manage.py rebuild_rollups`: make the daily sums anew from the ledger."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from billing.selectors.differences import differences
from billing.services import rollups


class Command(BaseCommand):
    """The sums that reports read are made anew; reports work meanwhile."""

    help = "Make the daily sums anew from the ledger, and say where they differed from it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Looking without touching."""
        parser.add_argument(
            "--check", action="store_true", help="only compare; the status is 1 where they differ"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Differences are listed; without --check the sums are right afterwards."""
        found = differences()
        for one in found:
            self.stdout.write(
                f"tenant {one.tenant_id}, {one.day} ({one.zone}): "
                f"ledger {one.ledger:f}, rollup {one.rollup:f}"
            )
        if options["check"]:
            self.stdout.write(f"{len(found)} days differ from the ledger.")
            raise SystemExit(1 if found else 0)
        began = time.monotonic()
        rows = rollups.rebuild()
        self.stdout.write(
            f"{len(found)} days differed; {rows:,} rows made in {time.monotonic() - began:.1f} s."
        )
