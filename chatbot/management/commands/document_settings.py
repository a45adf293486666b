"""`manage.py document_settings`: the table of settings in `docs/configure.md`, from the code."""

from typing import Any

from django.core.management.base import BaseCommand

from chatbot.handbook.settings import PAGE, written


class Command(BaseCommand):
    """The page has a row for every setting, with its usual value and its sentence.

    What stands around the table stays. A second run changes nothing.
    """

    help = "Write the table of settings in docs/configure.md from chatbot/env.py."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Says which file was written."""
        PAGE.write_text(written(), encoding="utf-8")
        self.stdout.write(f"{PAGE} is up to date.")
