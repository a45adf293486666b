"""Make or remove the demonstration shop."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatbot.demo.removal import remove_demo
from chatbot.demo.seed import SlugTaken, seed_demo


class Command(BaseCommand):
    """The demo shop is there with a month of talks, or it is gone."""

    help = "Makes the demo shop “Acme Outdoor” with help pages and a month of conversations."

    def add_arguments(self, parser: CommandParser) -> None:
        """Takes `--remove`."""
        parser.add_argument(
            "--remove", action="store_true", help="Remove the demo shop and all it owns."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Says what was made or removed."""
        self.stdout.write(_remove() if options["remove"] else _make())


def _make() -> str:
    try:
        made = seed_demo()
    except SlugTaken as reason:
        raise CommandError(str(reason)) from None
    if made is None:
        return "The demo shop is there already; nothing to do."
    return (
        f"{made.tenant}: {made.documents} help pages, {made.conversations} conversations with "
        f"{made.replies} replies, {made.prices} prices added."
    )


def _remove() -> str:
    removed = remove_demo()
    return f"The demo shop is gone: {removed} rows." if removed else "No demo shop; nothing to do."
