"""`manage.py doctor`: look everything over, and say what to do."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chatbot.operations import business, machines
from chatbot.operations.findings import Finding, Level, fix


class Command(BaseCommand):
    """Each part was looked at and has a line: ok, warn or fix, with what to do.

    The status is 1 where something is to be fixed. Nothing is changed.
    """

    help = "Look over settings, servers, workers, providers, prices and tenants; change nothing."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """How it is told."""
        parser.add_argument("--json", action="store_true", help="one object for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        """A line as soon as it is known."""
        findings = []
        for one in look():
            findings.append(one)
            if not options["json"]:
                self._tell(one)
        if options["json"]:
            self.stdout.write(json.dumps({"findings": [asdict(one) for one in findings]}))
        if any(one.level is Level.FIX for one in findings):
            raise SystemExit(1)

    def _tell(self, one: Finding) -> None:
        style = {
            Level.OK: self.style.SUCCESS,
            Level.WARN: self.style.WARNING,
            Level.FIX: self.style.ERROR,
        }[one.level]
        self.stdout.write(f"{style(f'{one.level:<5}')} {one.what}: {one.how}")
        if one.do:
            self.stdout.write(f"      {one.do}")


def look() -> Iterator[Finding]:
    """Everything that was found; a check that fails itself is a finding too."""
    for check in (*machines.CHECKS, *business.CHECKS):
        try:
            yield from check()
        except Exception as error:  # without tables, say: the others are still worth a look
            yield fix(check.__name__.capitalize(), f"could not be looked at: {error}", "See above.")
