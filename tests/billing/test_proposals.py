"""A proposal becomes a price once, by a person, from a moment on."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from billing.errors import AlreadyDecided, PriceTaken, PriceTooEarly
from billing.models import Attempt, Price, PriceProposal, Tier
from billing.published import Published
from billing.services.attempts import Call, open_attempt
from billing.services.prices import Rates, price_at
from billing.services.proposals import approve, propose, reject
from tests import factories

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def published(input_="0.2", output="0.6", starts=None, **more):
    rates = Rates(Decimal(input_), Decimal(output), **more)
    return Published("m", Tier.STANDARD, rates, starts, "a list", "checked last week")


@pytest.fixture
def ann(db):
    return factories.make_user("ann", is_superuser=True)


def test_approving_makes_a_dated_sourced_price_and_keeps_who_and_when(ann):
    old = factories.make_price("m")
    (proposal,) = propose([published()])
    before = timezone.now()
    price = approve(proposal, ann)
    assert (price.input, price.output, price.source) == (Decimal("0.2"), Decimal("0.6"), "a list")
    assert before <= price.valid_from <= timezone.now()
    assert price_at("m", timezone.now()) == price
    assert price_at("m", before) == old
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by, proposal.price) == ("approved", ann, price)
    assert proposal.decided_at >= before


def test_a_moment_to_come_is_kept(ann):
    old = factories.make_price("m")
    noon = timezone.now() + 5 * HOUR
    price = approve(factories.make_proposal("m", valid_from=noon), ann)
    assert price_at("m", noon - HOUR) == old
    assert price_at("m", noon) == price


def test_nothing_is_approved_twice(ann):
    proposal = factories.make_proposal("m")
    approve(proposal, ann)
    with pytest.raises(AlreadyDecided, match="decided before: it is approved"):
        approve(proposal, ann)
    with pytest.raises(AlreadyDecided):
        reject(proposal, ann)
    assert Price.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_is_refused():
    ann = factories.make_user("ann", is_superuser=True)
    proposal = factories.make_proposal("m")

    def decide(_):
        try:
            return approve(proposal, ann)
        except AlreadyDecided:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = [price for price in pool.map(decide, range(4)) if price]
    assert made == list(Price.objects.all())
    assert len(made) == 1


def test_what_was_rejected_is_not_proposed_again_until_it_is_something_else(ann):
    factories.make_price("m")
    (proposal,) = propose([published()])
    reject(proposal, ann)
    assert propose([published()]) == []
    assert len(propose([published("0.3")])) == 1


def test_newer_figures_take_the_place_of_those_that_wait(ann):
    (first,) = propose([published()])
    (second,) = propose([published("0.3")])
    first.refresh_from_db()
    assert first.state == PriceProposal.State.REPLACED
    with pytest.raises(AlreadyDecided, match="replaced"):
        approve(first, ann)
    assert approve(second, ann).input == Decimal("0.3")


def test_what_holds_already_is_not_proposed_however_it_is_written():
    factories.make_price("m", input="0.2", output="0.6", cached_input=Decimal("0.20"))
    assert propose([published()]) == []
    assert propose([published(long_from=1000, long_input=Decimal("0.200"))]) == []
    assert len(propose([published(long_from=1000, long_input=Decimal("0.4"))])) == 1


def test_a_day_to_come_is_proposed_beside_what_holds_now():
    factories.make_price("m", input="0.2", output="0.6")
    day = timezone.now().date() + datetime.timedelta(days=30)
    (later,) = propose([published(), published("0.1", starts=day)])
    assert later.valid_from.date() == day
    assert propose([published(), published("0.1", starts=day)]) == []


def test_a_price_cannot_have_held_while_calls_were_made_at_another(acme, ann):
    factories.make_price("m")
    generation = factories.claimed(factories.make_conversation(acme))
    open_attempt(generation, Call(Attempt.Purpose.REPLY, "m", 10, 10, request={}))
    proposal = factories.make_proposal("m", valid_from=timezone.now() - HOUR)
    with pytest.raises(PriceTooEarly, match="from now on"):
        approve(proposal, ann)
    proposal.refresh_from_db()
    assert proposal.state == "proposed"
    assert approve(proposal, ann, timezone.now() + HOUR)


def test_a_moment_that_is_taken_leaves_the_proposal_undecided(ann):
    noon = timezone.now() + HOUR
    factories.make_price("m", valid_from=noon)
    proposal = factories.make_proposal("m", valid_from=noon)
    with pytest.raises(PriceTaken):
        approve(proposal, ann)
    proposal.refresh_from_db()
    assert proposal.state == "proposed"
