"""How replies end stands beside what they cost, and each figure leads to its rows."""

import pytest
from django.utils import timezone

from billing.usage import Usage
from conversations.models import Outcome
from conversations.services import generations, handoff
from tests import factories
from tests.billing.spending import PAGE, signed_in

pytestmark = pytest.mark.django_db


def reply(talk, price, label="Assistant v1", ends=generations.finish):
    """A reply by this persona that has cost something."""
    generation = factories.claimed(talk)
    type(generation).objects.filter(pk=generation.pk).update(model=price.model, persona_label=label)
    generation.refresh_from_db()
    if ends is generations.finish:
        generations.finish(generation, generations.Reply(text="Yes."))
    else:
        generations.fail(generation, code="timeout", text="Too slow.")
    generation.refresh_from_db()
    factories.make_ledger_entry(generation, price, Usage(1000, 100))
    return generation


def test_failures_and_hand_offs_are_shares_of_their_own_model_and_persona(acme, cleo):
    good, bad = factories.make_price("good"), factories.make_price("bad")
    for _ in range(3):
        reply(factories.make_conversation(acme), good)
    talk = factories.make_conversation(acme)
    reply(talk, bad, "Assistant v2", ends=generations.fail)
    handoff.ask_for_person(talk)
    tables = dict(signed_in(cleo).get(PAGE).context["quality"].tables)
    by_model = {row.name: row for row in tables["Model"]}
    assert (by_model["good"].failed, by_model["good"].handed_off) == ("0.0 %", "0.0 %")
    assert (by_model["bad"].failed, by_model["bad"].handed_off) == ("100.0 %", "100.0 %")
    assert by_model["good"].replies == "3"
    assert {row.name for row in tables["Persona version"]} == {"Assistant v1", "Assistant v2"}


def test_the_cost_of_a_resolved_conversation_keeps_confirmed_and_assumed_apart(acme, cleo):
    price = factories.make_price()
    for kind in ("confirmed", "assumed", "assumed", "unanswered"):
        talk = factories.make_conversation(acme)
        reply(talk, price)
        Outcome.objects.create(
            tenant=acme, conversation=talk, kind=kind, by="rule", at=timezone.now(), lasting=True
        )
    page = signed_in(cleo).get(PAGE)
    card = page.context["cards"][4]
    assert "3 resolved: 1 confirmed, 2 assumed" in card.note
    counts = {one.link: one.count for one in page.context["quality"].outcomes}
    assert sorted(counts.values()) == [0, 1, 1, 2]
    for link, count in counts.items():
        assert len(signed_in(cleo).get(link).context["cl"].result_list) == count


def test_refusals_by_a_limit_are_counted_apart_from_failed_calls(acme, cleo):
    price = factories.make_price()
    reply(factories.make_conversation(acme), price)
    generation = factories.claimed(factories.make_conversation(acme))
    generations.fail(generation, code="spend_limit", text="Not now.")
    card = signed_in(cleo).get(PAGE).context["cards"][7]
    assert card.value == "1"
    assert "0 failed calls" in card.note
    assert "1 refused by a limit" in card.note
