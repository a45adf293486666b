"""`manage.py load_models`: what is known about models, from the seed file."""

from typing import Any

from django.core.management.base import BaseCommand

from chatbot.providers.matrix import load_seed


class Command(BaseCommand):
    """Every model of the seed file has its row; rows that somebody edited are left alone."""

    help = "Loads what models accept and when they are shut down; never touches an edited row."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many models were added."""
        self.stdout.write(f"{load_seed()} models added.")
