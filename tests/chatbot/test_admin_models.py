"""The matrix of models and the fallback steps, as people keep them."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.models import Attempt
from billing.services.attempts import Call, open_attempt
from chatbot.models import Detour, FallbackStep, ModelProfile
from chatbot.providers.base import Failure
from chatbot.providers.breaker import breaker
from chatbot.providers.errors import Family
from tests import factories

PROFILE = {
    "model": "house-1",
    "temperature": "no",
    "efforts": "low\r\nhigh",
    "effort": "low",
    "verbosities": "",
    "source": "its maker",
    "checked_on": "2026-11-24",
}


@pytest.fixture
def operator(db):
    client = Client()
    client.force_login(factories.make_user("root", is_superuser=True))
    return client


@pytest.fixture
def manager(cleo):
    client = Client()
    client.force_login(cleo)
    return client


def test_a_row_that_somebody_wrote_is_marked_as_theirs(operator):
    answer = operator.post(reverse("admin:chatbot_modelprofile_add"), PROFILE)
    assert answer.status_code == 302
    row = ModelProfile.objects.get()
    assert (row.efforts, row.verbosities, row.edited) == (["low", "high"], [], True)


def test_an_effort_that_the_model_does_not_take_cannot_be_the_one_that_is_sent(operator):
    add = reverse("admin:chatbot_modelprofile_add")
    answer = operator.post(add, PROFILE | {"effort": "none"})
    assert "Not one of the values" in answer.content.decode()


@pytest.mark.parametrize(("days", "look"), [(-1, "red"), (30, "orange"), (200, "blue")])
def test_the_list_says_how_near_the_end_is(operator, days, look):
    day = timezone.localdate() + datetime.timedelta(days=days)
    factories.make_profile("old", shuts_down_on=day)
    page = operator.get(reverse("admin:chatbot_modelprofile_changelist")).content.decode()
    assert f"{day:%d %b %Y}" in page
    assert f"bg-{look}" in page


def test_a_step_needs_a_model_with_a_price(manager, acme):
    add = reverse("admin:chatbot_fallbackstep_add")
    form = {"tenant": acme.pk, "position": 1, "model": "unheard-of"}
    assert "has no price" in manager.post(add, form).content.decode()
    factories.make_price("unheard-of")
    assert manager.post(add, form).status_code == 302
    assert FallbackStep.objects.get().tenant == acme


def test_a_manager_makes_no_steps_for_everybody(manager):
    factories.make_price("demo-1-mini")
    form = {"position": 1, "model": "demo-1-mini"}
    page = manager.post(reverse("admin:chatbot_fallbackstep_add"), form).content.decode()
    assert "This field is required" in page


def test_a_step_to_the_very_same_is_refused(manager, acme):
    form = {"tenant": acme.pk, "position": 1, "model": ""}
    page = manager.post(reverse("admin:chatbot_fallbackstep_add"), form).content.decode()
    assert "another model, another server" in page


@pytest.mark.parametrize("page", ["modelserver", "providerkey"])
def test_the_operator_sees_what_is_not_called(operator, page):
    refused = Failure("credit_balance_exhausted", "", billed=False, family=Family.NO_MONEY)
    breaker().heard("environment/abc", "environment/abc/demo-1", refused)
    shown = operator.get(reverse(f"admin:chatbot_{page}_changelist")).content.decode()
    breaker().board.clear()
    assert "The key abc at environment has been failing" in shown
    assert "credit_balance_exhausted" in shown


def test_the_transcript_says_who_stood_in_and_why(client, ben, acme):
    factories.make_price()
    talk = factories.make_conversation(acme)
    generation = factories.claimed(talk)
    attempt = open_attempt(generation, Call(Attempt.Purpose.REPLY, "demo-1", 10, 10, {}))
    Detour.objects.create(
        attempt=attempt, server="second", instead_of="gpt at first", why="server_is_overloaded"
    )
    client.force_login(ben)
    page = client.get(reverse("admin:conversations_conversation_change", args=[talk.pk]))
    said = "At second instead of gpt at first, which failed (server_is_overloaded)."
    assert said in page.content.decode()
