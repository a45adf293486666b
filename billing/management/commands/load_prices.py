"""Give every known model its first price."""

from typing import Any

from django.core.management.base import BaseCommand

from billing.services.prices import load_seed


class Command(BaseCommand):
    """Every model of the seed file has a price; models that have one are left alone."""

    help = "Loads first prices for known models; never touches a model that has a price."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many prices were added."""
        self.stdout.write(f"{load_seed()} prices added.")
