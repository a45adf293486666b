"""`manage.py bench NAME`: measures, prints a table or JSON, and judges the goals."""

import argparse
import signal
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console

from chatbot.bench.caps.run import caps
from chatbot.bench.designs.running import DESIGNS
from chatbot.bench.desk.run import desk
from chatbot.bench.flood.run import flood
from chatbot.bench.frame import NOT_MEASURED, CannotMeasure, Options, show
from chatbot.bench.hardening.run import hardening
from chatbot.bench.inputs.run import inputs
from chatbot.bench.knowledge.run import knowledge
from chatbot.bench.ledger.run import ledger
from chatbot.bench.load.run import load
from chatbot.bench.privacy.run import privacy
from chatbot.bench.prompt.run import prompt
from chatbot.bench.redteam.run import redteam
from chatbot.bench.reliability.run import reliability
from chatbot.bench.reports.run import reports
from chatbot.bench.stack import StackFailed
from chatbot.bench.streaming import streaming
from chatbot.bench.takeover.run import takeover
from chatbot.bench.widget.run import widget
from chatbot.bench.words.run import words

BENCHES = {
    "caps": caps,
    "desk": desk,
    "flood": flood,
    "hardening": hardening,
    "inputs": inputs,
    "knowledge": knowledge,
    "ledger": ledger,
    "load": load,
    "privacy": privacy,
    "prompt": prompt,
    "redteam": redteam,
    "reliability": reliability,
    "reports": reports,
    "streaming": streaming,
    "takeover": takeover,
    "widget": widget,
    "words": words,
}


class Command(BaseCommand):
    """Exit status 0: every goal holds; 1: one does not; 2: it could not measure."""

    help = "Measure the product against its peers and raw limits, on throw-away servers."

    def add_arguments(self, parser: CommandParser) -> None:
        """The name, and what all benches understand."""
        parser.add_argument("name", choices=sorted(BENCHES))
        parser.add_argument("--json", action="store_true", help="one object on one line")
        parser.add_argument("--streams", type=count, default=0, help="replies at a time")
        parser.add_argument("--repeats", type=count, default=3, help="interleaved repeats")
        parser.add_argument("--workers", type=count, default=1, help="worker processes")
        parser.add_argument(
            "--design",
            action="append",
            choices=DESIGNS,
            default=[],
            help="another design beside the product (streaming); may be given twice",
        )
        parser.add_argument("--sockets", type=count, default=0, help="idle sockets (load)")
        parser.add_argument("--minutes", type=minutes, default=0, help="length of the soak (load)")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--messages", type=count, default=0, help="at least so many (reliability)"
        )
        parser.add_argument("--rows", type=count, default=0, help="ledger lines (reports)")
        parser.add_argument("--conversations", type=count, default=0, help="in the list (desk)")
        parser.add_argument(
            "--races", type=count, default=0, help="people who take over (takeover)"
        )
        parser.add_argument(
            "--faults", nargs="+", default=["all"], metavar="NAME", help="all, or some by name"
        )
        parser.add_argument("--threads", type=count, default=0, help="who spend at once (caps)")
        parser.add_argument("--tenants", type=count, default=0, help="with a cap each (caps)")
        parser.add_argument("--attempts", type=count, default=0, help="calls in all (ledger)")
        parser.add_argument("--kills", type=count, default=0, help="workers killed (ledger)")
        parser.add_argument("--bots", type=count, default=0, help="who come at once (flood)")
        parser.add_argument("--quick", action="store_true", help="shorter, for CI")

    def handle(self, *args: Any, **given: Any) -> None:
        """The bench has run and the exit status says how it went."""
        signal.signal(signal.SIGTERM, _end)
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


def count(text: str) -> int:
    """A whole number from 1."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return number


def minutes(text: str) -> float:
    """A time above 0, at most a day."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= 24 * 60:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes above 0, up to 1440")
    return number


def _end(*_: object) -> NoReturn:
    """SIGTERM ends as Ctrl-C does: every process that the bench started is stopped first."""
    raise SystemExit(128 + signal.SIGTERM)
