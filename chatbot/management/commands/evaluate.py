"""Ask an evaluation set, and say by the exit code whether enough of it passed."""

import json
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from billing.errors import BillingError
from billing.money import shown
from chatbot.models import EvaluationSet, PersonaVersion, Trial, TrialItem
from chatbot.sandbox import trials
from chatbot.sandbox.comparing import Summary, pairs_of, summary_of
from chatbot.sandbox.sets import set_named
from chatbot.sandbox.working import work_through

NOTHING = Decimal(0)


class Command(BaseCommand):
    """Exit code 0 where the share that passed reaches the set's threshold, else 1."""

    help = (
        "Asks every case of an evaluation set. Exit code 1 where fewer pass than the set's "
        "threshold, 2 where it could not be asked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which set, and whom."""
        parser.add_argument("set", help="name or number of the set")
        parser.add_argument("--tenant", default="", help="slug, where several have such a set")
        parser.add_argument(
            "--persona", default="", help="number of the version, or draft; default: what speaks"
        )
        parser.add_argument("--model", default="", help="default: the one that the version names")
        parser.add_argument("--json", action="store_true", help="one object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        """Says the likely cost first, then each case, then the share."""
        try:
            chosen = set_named(options["set"], options["tenant"])
            trial = trials.new_trial(
                chosen.tenant, _version(chosen, options["persona"]), options["model"]
            )
            trials.evaluate(trial, chosen)
        except (LookupError, BillingError, trials.NothingToAsk) as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        console = Console(stderr=True)
        console.print(
            f"{trial}: {trial.items.count()} cases, likely {shown(trial.likely or NOTHING)}, "
            f"at most {shown(trial.most or NOTHING)}"
        )
        trials.confirm(trial)
        work_through(trial, lambda item: _tell(console, item))
        if trial.state != Trial.State.ENDED:
            raise CommandError(f"Not all was asked: {trial.note}", returncode=2)
        pairs = pairs_of(trial)
        summary = summary_of(pairs)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(trial, [one.item for one in pairs], summary)))
        else:
            printer = Console()
            with printer.capture() as printed:
                printer.print(_table(trial, summary))
            self.stdout.write(printed.get())
        if (summary.share_passed or 0) < (trial.threshold or 0):
            raise SystemExit(1)


def _version(chosen: EvaluationSet, which: str) -> PersonaVersion | None:
    rows = PersonaVersion.objects.filter(tenant=chosen.tenant)
    if not which:
        return None
    if which == "draft":
        found = rows.filter(published_at=None).order_by("-number").first()
    else:
        found = rows.filter(number=int(which)).first() if which.isdigit() else None
    if found is None:
        numbers = ", ".join(str(one) for one in rows.values_list("number", flat=True))
        raise LookupError(f"There is no version “{which}”; there are {numbers or 'none'}.")
    return found


def _tell(console: Console, item: TrialItem) -> None:
    mark = "[green]passed[/]" if item.passed else "[red]failed[/]"
    console.print(f"{mark} {item.question[:70]}", highlight=False)
    for one in item.checks:
        if not one["kept"]:
            console.print(f"       {one['rule']}: {one['found']}", highlight=False, markup=False)
    if item.problem:
        console.print(f"       {item.problem}", highlight=False, markup=False)


def _table(trial: Trial, summary: Summary) -> Table:
    table = Table("set", "candidate", "cases", "passed", "threshold", "cost", "median ms")
    table.add_row(
        str(trial.set),
        str(trial),
        str(summary.all),
        f"{summary.share_passed or 0:.1f} %",
        f"{trial.threshold} %",
        shown(summary.now.cost),
        str(summary.now.whole_ms or "–"),
    )
    return table


def _as_json(trial: Trial, items: list[TrialItem], summary: Summary) -> dict[str, Any]:
    return {
        "set": str(trial.set),
        "candidate": str(trial),
        "cases": summary.all,
        "passed": summary.passed,
        "share_passed": summary.share_passed or 0.0,
        "threshold": trial.threshold,
        "cost": str(summary.now.cost),
        "results": [
            {
                "question": one.question,
                "passed": bool(one.passed),
                "answer": one.answer,
                "problem": one.problem,
                "checks": one.checks,
                "cost": str(one.cost),
                "whole_ms": one.whole_ms,
            }
            for one in items
        ],
    }
