"""Propose prices that were published elsewhere."""

from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from billing.models import PriceProposal
from billing.models.prices import PriceFigures
from billing.published import Published, Unclear, models_of, published, source
from billing.services.proposals import models_in_use, propose


class Command(BaseCommand):
    """New prices wait in the admin for a person; nothing costs anything else yet."""

    help = "Proposes prices from the genai-prices package; approve them in the admin."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which models, and whose."""
        parser.add_argument("models", nargs="*", help="default: those that are in use here")
        parser.add_argument("--all", action="store_true", help="every model of the provider")
        parser.add_argument("--provider", default="openai")

    def handle(self, *args: Any, **options: Any) -> None:
        """Shows each step and what is proposed, old beside new."""
        provider = options["provider"]
        self.stderr.write(f"Reading {source()}, provider {provider}.")
        try:
            names = models_of(provider) if options["all"] else options["models"] or models_in_use()
            found = list(published(names, timezone.now(), provider))
        except Unclear as mistake:
            raise CommandError(str(mistake)) from None
        prices = [one for one in found if isinstance(one, Published)]
        known = {one.model for one in prices}
        self.stderr.write(
            f"{len(names)} models looked up: {len(prices)} prices of {len(known)} of them found."
        )
        for unclear in (one for one in found if isinstance(one, Unclear)):
            self.stderr.write(f"Left out: {unclear}.")
        if missing := [name for name in options["models"] if name not in known]:
            self.stderr.write(f"Not published there: {', '.join(missing)}.")
        proposed = propose(prices)
        if not proposed:
            self.stdout.write("Nothing new: every price is known here already.")
            return
        file = cast(IO[str], self.stdout)
        console = Console(file=file, width=None if self.stdout.isatty() else 120)
        console.print(_table(proposed))
        self.stdout.write(
            f"{len(proposed)} prices proposed. Approve or reject them in the admin under Price "
            "proposals; until then nothing changes."
        )


def _table(proposed: list[PriceProposal]) -> Table:
    table = Table(title="Proposed, in US dollars per million tokens", title_justify="left")
    for title in ("model", "tier", "from", "old", "new"):
        table.add_column(title, overflow="fold")
    for one in proposed:
        start = f"{one.valid_from:%Y-%m-%d}" if one.valid_from else "approval"
        table.add_row(one.model, one.tier, start, _words(one.old), _words(one))
    return table


def _words(price: PriceFigures | None) -> str:
    return "no price" if price is None else price.in_words().removeprefix(f"{price.tier}: ")
