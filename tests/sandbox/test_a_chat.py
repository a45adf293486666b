"""A candidate is played with: its answers are real, its calls in the books, no visitor sees it."""

import pytest

from billing.models import Attempt, LedgerEntry
from chatbot.models import Document, Passage, PersonaVersion
from chatbot.sandbox import trials
from chatbot.sandbox.working import work
from conversations.models import Conversation, Event, Generation
from tests import factories
from tests.guardrails.publishing import forbid
from tests.sandbox.trying import QUESTION, asked

pytestmark = pytest.mark.django_db


def sent(item):
    return Attempt.objects.latest("opened_at").request["messages"]


def test_a_draft_answers_with_sources_cost_and_time(shop):
    spoken = PersonaVersion.objects.get()
    draft = PersonaVersion.objects.create(
        tenant=shop, persona=spoken.persona, number=2, system_prompt="Be bold."
    )
    item = asked(trials.play(trials.new_trial(shop, draft)))
    assert "thirty days" in item.answer
    assert [one["title"] for one in item.citations] == ["Returns"]
    assert "Be bold." in sent(item)[0]["content"]
    entry = LedgerEntry.objects.get()
    assert (entry.purpose, entry.amount) == (Attempt.Purpose.EVALUATION, item.cost)
    assert (item.input_tokens, item.output_tokens) == (entry.input_tokens, entry.output_tokens)
    assert 0 < item.first_ms <= item.whole_ms
    assert not Conversation.objects.exists()
    assert not Generation.objects.exists()
    assert not Event.objects.exists()


def test_a_chat_keeps_its_thread(shop):
    trial = trials.play(trials.new_trial(shop))
    first = asked(trial)
    second = asked(trial, "And for shoes?")
    said = [one["content"] for one in sent(second)]
    assert said[1:3] == [QUESTION, first.answer]


def test_another_model_is_the_one_that_is_called(shop):
    item = asked(trials.play(trials.new_trial(shop, model="demo-1-mini")))
    assert LedgerEntry.objects.get().model == item.model == "demo-1-mini"


def test_draft_knowledge_is_found_and_leaves_no_trace(shop):
    text = "# Camels\n\nCamels cost forty dollars each.\n"
    trial = trials.play(trials.new_trial(shop, knowledge=("Camels", text)))
    item = asked(trial, "What do camels cost?")
    assert "forty dollars" in item.answer
    assert [one["title"] for one in item.citations] == ["Camels"]
    assert Document.objects.count() == 1
    assert not Passage.objects.filter(text__contains="Camels").exists()
    assert LedgerEntry.objects.count() == 1
    plain = asked(trials.play(trials.new_trial(shop)), "What do camels cost?")
    assert "forty" not in plain.answer


def test_a_draft_that_replaces_a_document_leaves_it_as_it_was(shop):
    text = "# Returns\n\nReturns take fourteen days.\n"
    item = asked(trials.play(trials.new_trial(shop, knowledge=("Returns", text))))
    assert "fourteen" in item.answer
    assert "thirty" in Document.objects.get().text


def test_what_the_guardrails_do_is_shown(shop):
    forbid(shop, "thirty", action="mask")
    forbid(shop, "casino")
    trial = trials.play(trials.new_trial(shop))
    masked = asked(trial)
    assert "thirty" not in masked.answer
    assert [one["ground"] for one in masked.verdicts] == ["thirty"]
    stopped = asked(trial, "Which casino is best?")
    assert (stopped.code, stopped.answer, stopped.cost) == ("blocked", "", 0)
    assert LedgerEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_limit_holds_for_trials_too(shop):
    factories.make_limit(shop, "0.000001")
    item = asked(trials.play(trials.new_trial(shop)))
    assert (item.state, item.code) == ("failed", "spend_limit")
    assert not Attempt.objects.exists()


def test_what_passes_by_itself_is_waited_out_and_every_call_is_booked(shop, demo_model):
    rule = {"match": "*", "status": 429, "code": "rate_limit_exceeded", "retry_after": 0.01}
    fast = {"match": "*", "first_token_ms": 0, "token_ms": 0}
    demo_model.ask("PUT", "/control/behaviour", [rule | {"times": 1}, fast])
    item = asked(trials.play(trials.new_trial(shop)))
    assert item.state == "done"
    assert LedgerEntry.objects.count() == 2


def test_one_question_at_a_time(shop):
    trial = trials.play(trials.new_trial(shop))
    assert trials.ask(trial, QUESTION)
    assert trials.ask(trial, "And now?") is None
    assert work(20) == 1
    assert trials.ask(trial, " \0 ") is None
