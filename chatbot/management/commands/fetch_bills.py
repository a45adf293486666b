"""Bring what the provider charged beside the ledger."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatbot.providers.costs import BILLED_DAYS, CostsUnavailable, bring_bills


class Command(BaseCommand):
    """The last days' bills are here as the provider tells them now."""

    help = "Fetches the provider's daily costs; needs OPENAI_ADMIN_KEY."

    def add_arguments(self, parser: CommandParser) -> None:
        """How far back."""
        parser.add_argument("--days", type=int, default=BILLED_DAYS, help="default: %(default)s")

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many lines came."""
        if not 1 <= options["days"] <= 366:
            raise CommandError("--days takes 1 to 366.")
        try:
            count = bring_bills(options["days"])
        except CostsUnavailable as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(f"{count} lines of the last {options['days']} days are here now.")
