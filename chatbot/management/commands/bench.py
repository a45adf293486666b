"""`manage.py bench NAME`: measures, prints a table or JSON, and judges the goals."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console

from chatbot.bench.frame import NOT_MEASURED, CannotMeasure, Options, show
from chatbot.bench.stack import StackFailed
from chatbot.bench.streaming import streaming

BENCHES = {"streaming": streaming}


class Command(BaseCommand):
    """Exit status 0: every goal holds; 1: one does not; 2: it could not measure."""

    help = "Measure the product against its peers and raw limits, on throw-away servers."

    def add_arguments(self, parser: CommandParser) -> None:
        """The name, and what all benches understand."""
        parser.add_argument("name", choices=sorted(BENCHES))
        parser.add_argument("--json", action="store_true", help="one object on one line")
        parser.add_argument("--streams", type=int, default=50, help="replies at a time")
        parser.add_argument("--repeats", type=int, default=3, help="interleaved repeats")
        parser.add_argument("--workers", type=int, default=1, help="worker processes")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--quick", action="store_true", help="shorter, for CI")

    def handle(self, *args: Any, **given: Any) -> None:
        """The bench has run and the exit status says how it went."""
        name = given["name"]
        options = Options(**{field: given[field] for field in Options.__dataclass_fields__})
        console = Console(stderr=True, highlight=False)
        try:
            with console.status(f"bench {name}") as status:
                report = BENCHES[name](
                    options, status.update if console.is_terminal else console.log
                )
        except (CannotMeasure, StackFailed) as reason:
            console.print(f"[red]Could not measure:[/red] {reason}")
            raise SystemExit(NOT_MEASURED) from None
        raise SystemExit(show(name, report, options, given["json"]))
