"""Recorded conversations are asked again: priced first, confirmed, stopped, gone on with."""

from decimal import Decimal

import pytest

from billing.models import Attempt, LedgerEntry
from billing.usage import Usage
from chatbot.models import Trial, TrialItem
from chatbot.sandbox import trials
from chatbot.sandbox.comparing import pairs_of, summary_of
from chatbot.sandbox.recorded import Which, Wish, drawn
from chatbot.sandbox.turns import before_of
from chatbot.sandbox.working import work
from chatbot.tasks import run_trials
from conversations.models import Conversation, Event
from conversations.services import generations, handoff
from conversations.services.feedback import give_thumb
from conversations.services.generations import Reply
from tests import factories

pytestmark = pytest.mark.django_db


def talk(tenant, *questions, fails=False):
    conversation = factories.make_conversation(tenant)
    for question in questions:
        generation = factories.claimed(conversation, question)
        if fails:
            generations.fail(generation, code="timeout", text="Sorry.", detail="Too slow.")
        else:
            generations.finish(generation, Reply(text="I do not know."))
            price = factories.make_price(f"then-{generation.pk}", input="1", output="1")
            factories.make_ledger_entry(generation, price, Usage(1000, 0))
    return conversation


def replayed(tenant, wish=None):
    return trials.replay(trials.new_trial(tenant), wish or Wish())


def test_nothing_is_asked_before_its_cost_was_agreed_to(shop):
    talk(shop, "How long do returns take?", "And what do they cost?")
    trial = replayed(shop)
    assert trial.state == Trial.State.PRICED
    assert 0 < trial.likely < trial.most
    assert work(5) == 0
    assert not Attempt.objects.filter(purpose="evaluation").exists()
    assert trials.confirm(trial)
    assert not trials.confirm(trial)
    run_trials()
    trial.refresh_from_db()
    assert trial.state == Trial.State.ENDED
    assert trial.items.filter(state=TrialItem.State.DONE).count() == 2
    spent = sum(entry.amount for entry in LedgerEntry.objects.filter(purpose="evaluation"))
    assert 0 < spent <= trial.most


def test_what_a_replay_will_cost_is_said_for_nothing(shop, settings):
    factories.make_price("demo-embed", output="0")
    settings.EMBEDDING_MODEL = "demo-embed"
    talk(shop, "How long do returns take?")
    before = Attempt.objects.count()
    assert replayed(shop).likely > 0
    assert Attempt.objects.count() == before


def test_each_answer_stands_beside_the_one_that_was_given(shop):
    talk(shop, "How long do returns take?", "Are they free?")
    talk(shop, "How long do returns take?", fails=True)
    trial = replayed(shop)
    before = (Event.objects.count(), Conversation.objects.count())
    trials.confirm(trial)
    work(30)
    pairs = pairs_of(trial)
    first = next(pair for pair in pairs if pair.then and not pair.then.problem)
    failed = next(pair for pair in pairs if pair.then and pair.then.problem)
    assert (first.then.text, first.then.cost) == ("I do not know.", Decimal("0.001"))
    assert "thirty days" in first.now.text
    assert first.has_other_sources
    assert failed.then.problem == "Too slow."
    summary = summary_of(pairs)
    assert (summary.all, summary.ended, summary.newly_answered) == (3, 3, 1)
    assert (summary.now.sourced, summary.then.sourced) == (3, 0)
    assert summary.then.failed == 1
    assert summary.now.cost == sum(pair.item.cost for pair in pairs)
    # the second turn was asked with what had been said before it; the books have no word of it
    asked = max((before_of(pair.item).messages for pair in pairs), key=len)
    assert [one["content"] for one in asked[:2]] == ["How long do returns take?", "I do not know."]
    calls = Attempt.objects.filter(purpose="evaluation")
    assert not any("messages" in one.request for one in calls)
    assert len({one.prompt_tokens for one in calls}) > 1
    assert before == (Event.objects.count(), Conversation.objects.count())


def test_stopped_it_asks_nothing_more_and_goes_on_where_it_was(shop):
    talk(shop, *[f"Question {number} about returns?" for number in range(3)])
    trial = replayed(shop)
    trials.confirm(trial)
    assert work(0.0001) == 1
    assert trials.stop(trial)
    assert work(5) == 0
    assert trial.items.filter(state=TrialItem.State.WAITING).count() == 2
    assert trials.go_on(trial)
    assert work(20) == 2
    assert LedgerEntry.objects.filter(purpose="evaluation").count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_limit_that_is_reached_stops_it_and_loses_nothing(shop):
    talk(shop, "How long do returns take?")
    limit = factories.make_limit(shop, "0.000001")
    trial = replayed(shop)
    trials.confirm(trial)
    work(5)
    trial.refresh_from_db()
    assert trial.state == Trial.State.STOPPED
    assert "spend limit" in trial.note
    limit.hard = Decimal(5)
    limit.save()
    trials.go_on(trial)
    assert work(20) == 1


def test_what_a_dead_worker_held_is_asked_by_another(shop):
    talk(shop, "How long do returns take?")
    trial = replayed(shop)
    trials.confirm(trial)
    trial.items.update(tries=1, taken_until="2020-01-01T00:00Z")
    assert work(20) == 1
    assert trial.items.get().state == TrialItem.State.DONE


@pytest.mark.parametrize("which", Which.values)
def test_only_conversations_as_wished_are_drawn(shop, which):
    fine = talk(shop, "How long do returns take?")
    failed = talk(shop, "Why?", fails=True)
    asked = talk(shop, "A person, please?")
    handoff.ask_for_person(asked)
    disliked = talk(shop, "And returns?")
    give_thumb(disliked, disliked.messages.get(role="assistant").public_id, -1)
    found = {turn.conversation_id for turn in drawn(shop, Wish(which=which))}
    expected = {
        Which.ALL: {fine.pk, failed.pk, asked.pk, disliked.pk},
        Which.FAILED: {failed.pk},
        Which.HANDED_OFF: {asked.pk},
        Which.THUMBS_DOWN: {disliked.pk},
        Which.UNSOURCED: {fine.pk, asked.pk, disliked.pk},
    }
    assert found == expected[Which(which)]


def test_the_same_seed_draws_the_same_and_another_one_others(shop):
    for number in range(12):
        talk(shop, f"Question {number}?")
    first, again, other = (
        [turn.pk for turn in drawn(shop, Wish(count=4, seed=seed))] for seed in (1, 1, 2)
    )
    assert first == again
    assert len(first) == 4
    assert set(first) != set(other)


def test_only_questions_that_hold_a_word_are_drawn(shop):
    talk(shop, "What about shoes?")
    talk(shop, "What about hats?")
    found = drawn(shop, Wish(holds="SHOES"))
    assert [turn.question.text for turn in found] == ["What about shoes?"]


def test_another_tenants_conversations_are_not_drawn(shop):
    talk(factories.make_tenant("Globex"), "How long do returns take?")
    with pytest.raises(trials.NothingToAsk):
        replayed(shop)


def test_a_replay_goes_with_the_visitor_whom_it_repeats(shop):
    conversation = talk(shop, "How long do returns take?")
    trial = replayed(shop)
    Attempt.objects.update(generation=None)
    conversation.delete()
    assert not trial.items.exists()
