"""Which price holds when, and how a new one is set."""

import datetime
import json
import shlex
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from billing.errors import PriceTaken, Unpriced
from billing.models import ModelAlias, Price, Tier

SEED = Path(__file__).resolve().parent.parent / "seed" / "prices.json"


@dataclass(frozen=True)
class Rates:
    """US dollars per million tokens; None where a kind of input costs what input costs.

    The long prices hold for a call with more than `long_from` input tokens.
    """

    input: Decimal
    output: Decimal
    cached_input: Decimal | None = None
    cache_write: Decimal | None = None
    long_from: int | None = None
    long_input: Decimal | None = None
    long_cached_input: Decimal | None = None
    long_cache_write: Decimal | None = None
    long_output: Decimal | None = None


def price_at(model: str, moment: datetime.datetime, tenant_id: int | None = None) -> Price:
    """The price of the standard tier that holds at that moment, with the other tiers' beside it.

    A name that is an alias, the tenant's own or everybody's, costs what its
    model costs. `Unpriced`, saying how to set a price, where there is none.
    """
    named = (
        ModelAlias.objects.filter(Q(tenant=None) | Q(tenant_id=tenant_id), alias=model)
        .order_by(F("tenant").asc(nulls_last=True))
        .values("model")[:1]
    )
    rows = Price.objects.filter(
        model=Coalesce(Subquery(named), Value(model)), valid_from__lte=moment
    )
    tiers = list(rows.order_by("tier", "-valid_from").distinct("tier"))
    for price in tiers:
        if price.tier == Tier.STANDARD:
            price.other_tiers = tuple(other for other in tiers if other is not price)
            return price
    raise Unpriced(
        f"{model} has no price at {moment:%Y-%m-%d %H:%M %Z}, so it cannot be used. Set one in "
        "US dollars per million tokens: `python3 manage.py set_price "
        f"{shlex.quote(model)} --input 0.15 --output 0.60`, or in the admin under Prices. If it is "
        "another name of a model that has a price, say so under Model aliases."
    )


def price_of_tier(model: str, tier: Tier, moment: datetime.datetime) -> Price | None:
    """The price that the model itself has at this tier at that moment; None where it has none."""
    return Price.objects.filter(model=model, tier=tier, valid_from__lte=moment).first()


def set_price(
    model: str,
    rates: Rates,
    *,
    valid_from: datetime.datetime,
    source: str,
    tier: Tier = Tier.STANDARD,
    checked_on: datetime.date | None = None,
) -> Price:
    """The model costs this at the tier from then on; what the books hold keeps its price.

    Refused with `ValidationError` where a figure cannot be a price, and with
    `PriceTaken` where the model has a price from that very moment.
    """
    price = Price(
        model=model,
        tier=tier,
        valid_from=valid_from,
        source=source,
        checked_on=checked_on or timezone.localdate(),
        **asdict(rates),
    )
    price.clean_fields(exclude=["id"])
    # whether the moment is taken, only the database can say
    price.validate_constraints(exclude=["valid_from"])
    try:
        with transaction.atomic():
            price.save(force_insert=True)
    except IntegrityError:
        raise PriceTaken(
            f"{price.model} already has a price from {valid_from:%Y-%m-%d %H:%M:%S %Z}. Prices are "
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


def _from_seed(row: dict[str, Any]) -> Price:
    price = Price(**{**row, "valid_from": parse_datetime(row["valid_from"])})
    price.clean_fields(exclude=["id"])  # turns the strings into Decimal and date, or refuses
    return price
