"""Prices are proposed by machine and approved by a person."""

import datetime
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from billing.errors import AlreadyDecided, PriceTooEarly
from billing.models import Attempt, ModelAlias, Price, PriceProposal, Tier
from billing.models.prices import PriceFigures
from billing.pricing import token_prices
from billing.published import Published, published
from billing.services.price_alerts import prices_proposed
from billing.services.prices import Rates, price_of_tier, set_price

State = PriceProposal.State


def models_in_use() -> list[str]:
    """Every model that has a price, is called, or is meant by an alias."""
    names = {settings.CHAT_MODEL}
    names |= set(Price.objects.order_by().values_list("model", flat=True).distinct())
    names |= set(ModelAlias.objects.values_list("model", flat=True))
    return sorted(names - set(ModelAlias.objects.values_list("alias", flat=True)))


@transaction.atomic
def propose_published() -> list[PriceProposal]:
    """What is published of the models in use and new here waits for a person, who is told.

    Returns what it proposed.
    """
    found = published(models_in_use(), timezone.now())
    proposed = propose(one for one in found if isinstance(one, Published))
    prices_proposed(proposed)
    return proposed


@transaction.atomic
def propose(found: Iterable[Published]) -> list[PriceProposal]:
    """What of these is new here waits for a person; returns that.

    What already holds, what waits already and what was rejected last is
    not proposed again. Older figures that still waited are replaced.
    """
    return [made for one in found if (made := _propose(one))]


def _propose(found: Published) -> PriceProposal | None:
    starts = _midnight(found.starts) if found.starts else None
    proposal = PriceProposal(
        model=found.model,
        tier=found.tier,
        valid_from=starts,
        old=price_of_tier(found.model, found.tier, starts or timezone.now()),
        source=found.source,
        checked_on=timezone.localdate(),
        note=found.note,
        **asdict(found.rates),
    )
    before = PriceProposal.objects.filter(
        model=found.model, tier=found.tier, valid_from=starts
    ).exclude(state=State.REPLACED)
    last = before.order_by("-proposed_at").first()
    if proposal.old and same(proposal, proposal.old):
        return None
    if last and last.state != State.APPROVED and same(proposal, last):
        return None
    before.filter(state=State.PROPOSED).update(state=State.REPLACED)
    proposal.full_clean(exclude=["price", "decided_by", "decided_at", "old"])
    proposal.save(force_insert=True)
    return proposal


def same(one: PriceFigures, other: PriceFigures) -> bool:
    """Whether every call costs the same by both."""
    return _what_it_costs(one) == _what_it_costs(other)


def _what_it_costs(price: PriceFigures) -> tuple[Any, ...]:
    short, long = token_prices(price, long=False), token_prices(price, long=True)
    return (short,) if short == long else (short, long, price.long_from)


def approve(
    proposal: PriceProposal, by: User, valid_from: datetime.datetime | None = None
) -> Price:
    """The proposal is a price from its moment on, else from now; who said so is kept.

    Refused with `AlreadyDecided` the second time, with `PriceTooEarly` for
    a moment after which calls were opened at the price before, and with
    `PriceTaken` where another price begins at that very moment.
    """
    with transaction.atomic():
        proposal = _undecided(proposal)
        now = timezone.now()
        start = valid_from or proposal.valid_from or now
        _refuse_if_called_since(proposal, start, now)
        price = set_price(
            proposal.model,
            Rates(**proposal.figures()),
            tier=Tier(proposal.tier),
            valid_from=start,
            source=proposal.source,
            checked_on=proposal.checked_on,
        )
        proposal.price = price
        _decide(proposal, State.APPROVED, by)
    return price


def reject(proposal: PriceProposal, by: User) -> None:
    """The proposal will not be a price; who said so is kept. `AlreadyDecided` the second time."""
    with transaction.atomic():
        _decide(_undecided(proposal), State.REJECTED, by)


def _undecided(proposal: PriceProposal) -> PriceProposal:
    """The row, locked, so that of two who decide at once one is refused."""
    row = PriceProposal.objects.select_for_update().get(pk=proposal.pk)
    if row.state != State.PROPOSED:
        raise AlreadyDecided(
            f"“{row}” was decided before: it is {row.get_state_display().lower()}."
        )
    return row


def _decide(proposal: PriceProposal, state: PriceProposal.State, by: User) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.save(update_fields=["state", "decided_by", "decided_at", "price"])


def _refuse_if_called_since(
    proposal: PriceProposal, start: datetime.datetime, now: datetime.datetime
) -> None:
    """The books keep what calls have cost, so a price cannot have held while they were made."""
    calls = Attempt.objects.filter(price__model=proposal.model, opened_at__gte=start)
    if start < now and calls.exists():
        raise PriceTooEarly(
            f"{proposal.model} was called since {start:%Y-%m-%d %H:%M %Z} at the price before. "
            "Choose a moment from now on, or none at all."
        )


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)
