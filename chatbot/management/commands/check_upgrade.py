"""`manage.py check_upgrade`: what the missing migrations would make others wait for."""

from typing import Any

from django.core.management.base import BaseCommand

from chatbot.operations.upgrading import dangers


class Command(BaseCommand):
    """Each danger has a line, and nothing was changed.

    The status is 1 where there is any: then the migrations are for a moment
    in which web, worker and beat are stopped.
    """

    help = "Say what the missing migrations would lock or break while the product runs."
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Says so too where there is none."""
        found = dangers()
        for danger in found:
            self.stdout.write(str(danger))
        if found:
            raise SystemExit(1)
        self.stdout.write("The missing migrations, if any, can be applied while the product runs.")
