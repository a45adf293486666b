"""Managers set trials, sets and canaries up in the admin; nothing of another tenant is offered."""

import pytest
from django.urls import reverse

from chatbot.models import EvaluationSet, Rollout, Trial
from chatbot.sandbox.working import work
from tests import factories
from tests.billing.spending import signed_in
from tests.chatbot.admin_forms import saved
from tests.rollout.canaries import draft_of
from tests.sandbox.trying import QUESTION, a_set

pytestmark = pytest.mark.django_db
ADD = "/admin/chatbot/trial/add/"
ADD_SET = "/admin/chatbot/evaluationset/add/"
ADD_CANARY = "/admin/chatbot/rollout/add/"


@pytest.fixture
def manager(shop):
    return signed_in(factories.make_member(shop, "cleo", "manager"))


def page(thing, act="change"):
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_{act}", args=[thing.pk])


def test_a_chat_with_a_draft_is_asked_and_shows_what_it_took(shop, manager):
    draft = draft_of(shop, system_prompt="Be bold.")
    assert saved(manager, ADD, kind="play", version=draft.pk, model="").status_code == 302
    trial = Trial.objects.get()
    assert (trial.number, trial.asked_by.username.partition("-")[0]) == (2, "cleo")
    assert "Nothing has been asked yet" in manager.get(page(trial)).text
    manager.post(page(trial, "say"), {"text": QUESTION})
    waiting = manager.get(page(trial))
    assert waiting.headers["Refresh"] == "3"
    assert work(20) == 1
    answered = manager.get(page(trial))
    assert "Refresh" not in answered.headers
    for said in ("thirty days", "Sources: Returns", "first word", "tokens", "$0.0000"):
        assert said in answered.text


def test_a_replay_is_priced_confirmed_and_compared(shop, manager):
    factories.answered(factories.make_conversation(shop), "I do not know.")
    assert saved(manager, ADD, kind="replay", model="demo-1-mini").status_code == 302
    trial = Trial.objects.get()
    assert "What it will cost" in manager.get(page(trial)).text
    assert work(5) == 0
    manager.post(page(trial, "confirm"))
    assert "0 of 1" in manager.get(page(trial)).text
    assert work(20) == 1
    shown = manager.get(page(trial)).text
    for said in ("Ended: 1 of 1", "I do not know.", "Other sources", "Cost of an answer"):
        assert said in shown
    assert "Nothing is like that." in manager.get(page(trial) + "?show=failed").text
    listed = manager.get("/admin/chatbot/trial/").text
    for said in ("Replay conversations", "1 of 1 asked", "Recorded conversations", "$0.0000"):
        assert said in listed


def test_a_set_is_kept_asked_and_says_how_candidates_did(shop, manager):
    prefix = "cases-0-"
    case = {f"{prefix}question": QUESTION, f"{prefix}rules": "contains: thirty\ncites: Returns"}
    assert saved(manager, ADD_SET, name="Basics", threshold=80, **case).status_code == 302
    made = EvaluationSet.objects.get()
    assert made.cases.get().rules == ["contains: thirty", "cites: Returns"]
    assert saved(manager, ADD, kind="evaluation", set=made.pk).status_code == 302
    trial = Trial.objects.get()
    manager.post(page(trial, "confirm"))
    work(20)
    shown = manager.get(page(trial)).text
    assert "1 of 1 cases (100 %); 80 % are asked for" in shown
    assert "100 % of 1" in manager.get(page(made)).text


def test_a_rule_that_is_none_is_named_and_the_rest_stays(shop, manager):
    case = {"cases-0-question": QUESTION, "cases-0-rules": "contains: thirty\nmust be nice"}
    answer = saved(manager, ADD_SET, name="Basics", **case)
    assert "“must be nice” is no rule" in answer.text.replace("&quot;", '"')
    assert "contains: thirty" in answer.text
    assert not EvaluationSet.objects.exists()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "replay", "days": 1}, "No conversation is like that"),
        ({"kind": "evaluation"}, "Choose a set"),
    ],
    ids=["no conversation", "no set"],
)
def test_what_cannot_be_tried_says_so(manager, form, said):
    assert said in saved(manager, ADD, **form).text
    assert not Trial.objects.exists()


def test_nothing_of_another_tenant_is_offered_or_taken(shop, manager, globex):
    foreign = factories.make_persona(globex)
    theirs = a_set(globex, {QUESTION: []})
    shown = manager.get(ADD).text
    assert "Persona version" in shown
    assert "Globex" not in shown
    answer = saved(manager, ADD, kind="play", version=foreign.pk)
    assert "Select a valid choice" in answer.text
    assert "Select a valid choice" in saved(manager, ADD, kind="evaluation", set=theirs.pk).text
    assert "Select a valid choice" in saved(manager, ADD_CANARY, version=foreign.pk).text
    assert not Trial.objects.exists()


def test_a_canary_is_begun_changed_compared_and_rolled_back(shop, manager):
    draft = draft_of(shop, system_prompt="Be bold.")
    assert saved(manager, ADD_CANARY, version=draft.pk, share=20).status_code == 302
    rollout = Rollout.objects.get()
    shown = manager.get(page(rollout)).text
    for said in ("20 % of the visitors", "Error rate", "too early"):
        assert said in shown
    assert manager.get(page(rollout) + "?live=1").headers["Refresh"] == "15"
    saved(manager, page(rollout), share=40, most_cost="")
    rollout.refresh_from_db()
    assert (rollout.share, rollout.most_cost) == (40, None)
    assert "has a canary already" in saved(manager, ADD_CANARY, version=draft.pk).text
    manager.post(page(rollout, "roll_back"), {"why": "Too bold."})
    rollout.refresh_from_db()
    assert (rollout.state, rollout.why_ended) == ("rolled_back", "Too bold.")
    ended = manager.get(page(rollout)).text
    assert "Too bold." in ended
    assert "_save" not in ended
    assert "had ended already" in manager.post(page(rollout, "adopt"), follow=True).text
    assert "Begin a canary" in manager.get("/admin/chatbot/rollout/").text


def test_a_canary_of_what_everybody_gets_is_refused(shop, manager):
    spoken = draft_of(shop).persona.versions.get(number=1)
    assert "Everybody gets this one already" in saved(manager, ADD_CANARY, version=spoken.pk).text
    assert saved(manager, ADD_CANARY, version=spoken.pk, model="demo-1-mini").status_code == 302
