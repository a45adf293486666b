"""`manage.py demo_model`: the OpenAI-compatible server for runs without a key."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chatbot.demo_model.server import serve


class Command(BaseCommand):
    """Serves the demo model until it is stopped; needs no database."""

    help = "Serve the built-in demo model, which answers from the passages in the prompt."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen, what to log and whom to pose as."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--log", type=Path, help="append one JSON line per request here")
        parser.add_argument(
            "--also-models", default="", help="further model names to accept, comma-separated"
        )
        parser.add_argument("--api-key", help="refuse every other key (default: any key will do)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Return once the server has been told to stop."""
        serve(
            options["host"],
            options["port"],
            log=options["log"],
            also_models=[name for name in options["also_models"].split(",") if name],
            api_key=options["api_key"],
        )
