"""Which price holds when, and how a new one is set."""

import datetime
import json
import shlex
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from billing.errors import PriceTaken, Unpriced
from billing.models import Price

SEED = Path(__file__).resolve().parent.parent / "seed" / "prices.json"


@dataclass(frozen=True)
class Rates:
    """US dollars per million tokens; None where a kind of input costs what input costs."""

    input: Decimal
    output: Decimal
    cached_input: Decimal | None = None
    cache_write: Decimal | None = None


def price_at(model: str, moment: datetime.datetime) -> Price:
    """The price that holds at that moment; `Unpriced`, saying how to set one, where none does."""
    price = Price.objects.filter(model=model, valid_from__lte=moment).first()
    if price is None:
        raise Unpriced(
            f"{model} has no price at {moment:%Y-%m-%d %H:%M %Z}, so it cannot be used. Set one in "
            "US dollars per million tokens: `python3 manage.py set_price "
            f"{shlex.quote(model)} --input 0.15 --output 0.60`, or in the admin under Prices."
        )
    return price


def set_price(
    model: str,
    rates: Rates,
    *,
    valid_from: datetime.datetime,
    source: str,
) -> Price:
    """The model costs this from then on; what the books hold already keeps its price.

    Refused with `ValidationError` where a figure cannot be a price, and with
    `PriceTaken` where the model has a price from that very moment.
    """
    price = Price(
        model=model,
        valid_from=valid_from,
        input=rates.input,
        cached_input=rates.cached_input,
        cache_write=rates.cache_write,
        output=rates.output,
        source=source,
        checked_on=timezone.localdate(),
    )
    price.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            price.save(force_insert=True)
    except IntegrityError:
        raise PriceTaken(
            f"{model} already has a price from {valid_from:%Y-%m-%d %H:%M:%S %Z}. Prices are "
            "never rewritten; give the new one another moment to start at."
        ) from None
    return price


def load_seed() -> int:
    """Every model of `seed/prices.json` has a price; returns how many rows that took.

    A model that has any price is left as it is, so what an operator set
    is never replaced and a second call adds nothing.
    """
    seeded = [_from_seed(row) for row in json.loads(SEED.read_text())]
    priced = set(Price.objects.values_list("model", flat=True))
    missing = [price for price in seeded if price.model not in priced]
    # two installs starting at once on one database both get here
    Price.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _from_seed(row: dict[str, str]) -> Price:
    price = Price(**{**row, "valid_from": parse_datetime(row["valid_from"])})
    price.clean_fields(exclude=["id"])  # turns the strings into Decimal and date, or refuses
    return price
