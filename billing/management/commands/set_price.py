"""Set what a model costs from a moment on."""

import argparse
import datetime
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from billing.errors import PriceTaken
from billing.models import Tier
from billing.services.prices import Rates, price_of_tier, set_price


def dollars(text: str) -> Decimal:
    """A finite amount that is not negative."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise argparse.ArgumentTypeError(
            f"“{text}” is no price; write US dollars per million tokens, like 0.15"
        )
    return amount


def moment(text: str) -> datetime.datetime:
    """A date or a date with time; without a zone, in the server's own."""
    try:
        found = parse_datetime(text)
        day = None if found else parse_date(text)
    except ValueError:
        found = day = None
    if day:
        found = datetime.datetime.combine(day, datetime.time())
    if found is None:
        raise argparse.ArgumentTypeError(
            f"“{text}” is no moment; write one like 2026-12-01 or 2026-12-01T12:00+01:00"
        )
    return timezone.make_aware(found) if timezone.is_naive(found) else found


class Command(BaseCommand):
    """The model has a new price; nothing that is in the books changes."""

    help = "Sets what a model costs, in US dollars per million tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        """One model and tier, its figures, and from when."""
        parser.add_argument("model")
        parser.add_argument("--input", type=dollars, required=True)
        parser.add_argument("--output", type=dollars, required=True)
        parser.add_argument("--cached-input", type=dollars, help="default: as input")
        parser.add_argument("--cache-write", type=dollars, help="default: as input")
        parser.add_argument("--tier", choices=Tier.values, default=Tier.STANDARD.value)
        long = parser.add_argument_group("calls with long input cost")
        long.add_argument("--long-from", type=int, help="input tokens above which they do")
        for kind in ("input", "cached-input", "cache-write", "output"):
            long.add_argument(f"--long-{kind}", type=dollars, help="default: as otherwise")
        parser.add_argument("--from", type=moment, dest="valid_from", help="default: now")
        parser.add_argument("--source", default="set by hand", help="where you read it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Says what holds from when, and what held before."""
        valid_from = options["valid_from"] or timezone.now()
        rates = Rates(**{field.name: options[field.name] for field in fields(Rates)})
        tier = Tier(options["tier"])
        before = self._before(options["model"], tier, valid_from)
        try:
            price = set_price(
                options["model"],
                rates,
                tier=tier,
                valid_from=valid_from,
                source=options["source"],
            )
        except ValidationError as error:
            mistakes = [
                " ".join(said) if field == NON_FIELD_ERRORS else f"{field}: {' '.join(said)}"
                for field, said in error.message_dict.items()
            ]
            raise CommandError("; ".join(mistakes)) from None
        except PriceTaken as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{price.model} from {valid_from:%Y-%m-%d %H:%M %Z}: {price.in_words()} "
            "(US dollars per million tokens)."
        )
        self.stdout.write(before)

    def _before(self, model: str, tier: Tier, moment: datetime.datetime) -> str:
        price = price_of_tier(model, tier, moment)
        return f"Until then: {price.in_words()}." if price else "It had no price until then."
