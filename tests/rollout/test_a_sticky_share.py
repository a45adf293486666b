"""Who gets a canary is as many as wished, and stays the same."""

import uuid

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from chatbot.engine import canary, model_choice
from chatbot.models import PersonaVersion
from chatbot.rollout import steering
from chatbot.rollout.arms import belongs
from tests import factories
from tests.rollout.canaries import begun, draft_of

SALT = str(uuid.UUID(int=7))


@pytest.fixture(autouse=True)
def asked_anew():
    canary.forget()
    model_choice._heard.clear()
    yield
    canary.forget()


@pytest.mark.parametrize("share", [1, 10, 50, 90])
def test_the_share_is_as_great_as_wished(share):
    found = sum(belongs(SALT, share, visitor) for visitor in range(20_000))
    assert found / 200 == pytest.approx(share, abs=1.2)


def test_a_greater_share_keeps_whoever_had_it():
    small = {visitor for visitor in range(5000) if belongs(SALT, 10, visitor)}
    assert small < {visitor for visitor in range(5000) if belongs(SALT, 30, visitor)}


def test_another_canary_meets_other_visitors():
    other = str(uuid.UUID(int=8))
    both = sum(belongs(SALT, 50, one) and belongs(other, 50, one) for one in range(5000))
    assert 0.2 < both / 5000 < 0.3


@pytest.mark.django_db
def test_a_turn_is_answered_with_the_voice_of_its_arm(acme):
    rollout = begun(acme, share=50, system_prompt="Be bold.")
    heard = {}
    for _ in range(12):
        generation = factories.claimed(factories.make_conversation(acme))
        voice = canary.voice_for(generation)
        ours = belongs(str(rollout.salt), 50, generation.conversation.visitor_id)
        assert ("Be bold." in voice.system_prompt) == ours
        assert generation.arm == (rollout.arm_new if ours else rollout.arm_usual)
        heard[ours] = voice.label
    assert heard[True] != heard[False]


@pytest.mark.django_db
def test_the_share_is_greeted_by_the_canary(acme):
    rollout = begun(acme, share=50, greeting="Bonjour!")
    for _ in range(8):
        visitor = factories.make_conversation(acme).visitor_id
        ours = belongs(str(rollout.salt), 50, visitor)
        greeting = canary.version_for(acme, visitor).greeting
        assert (greeting == "Bonjour!") == ours


@pytest.mark.django_db
def test_an_edited_draft_changes_nothing_for_the_share(acme):
    rollout = begun(acme, share=90, system_prompt="Be bold.")
    PersonaVersion.objects.filter(pk=rollout.version_id).update(system_prompt="Lie.")
    assert "Be bold." in canary.canary_of(acme).voice.system_prompt


@pytest.mark.django_db
def test_without_a_canary_a_turn_asks_nothing_more(acme):
    generation = factories.claimed(factories.make_conversation(acme))
    canary.voice_for(generation)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        canary.voice_for(generation)
    assert (len(asked), generation.arm) == (0, "")


@pytest.mark.django_db
def test_another_tenant_is_not_concerned(acme, globex):
    begun(acme, share=90)
    assert canary.canary_of(globex) is None


@pytest.mark.django_db
def test_two_canaries_of_a_tenant_cannot_run(acme):
    rollout = begun(acme)
    with pytest.raises(IntegrityError):
        steering.begin(type(rollout)(tenant=acme, version=rollout.version, share=5), None)


@pytest.mark.django_db
def test_rolled_back_everybody_is_answered_as_usual(acme, cleo):
    rollout = begun(acme, share=90, system_prompt="Be bold.")
    assert steering.roll_back(rollout, "", cleo)
    assert not steering.roll_back(rollout, "", cleo)
    assert canary.canary_of(acme) is None
    assert rollout.ended_by == cleo


@pytest.mark.django_db
def test_adopted_the_draft_that_was_tried_is_published(acme, cleo):
    rollout = begun(acme, system_prompt="Be bold.", model="demo-1-mini")
    PersonaVersion.objects.filter(pk=rollout.version_id).update(system_prompt="Lie.")
    version = steering.adopt(rollout, cleo)
    assert version.pk == rollout.version_id
    assert model_choice.published_version(acme) == version
    version.refresh_from_db()
    assert (version.system_prompt, version.model) == ("Be bold.", "demo-1-mini")
    assert steering.adopt(rollout, cleo) is None


@pytest.mark.django_db
def test_adopted_an_older_version_is_published_as_another_one(acme, cleo):
    draft = draft_of(acme)
    old = draft.persona.versions.get(number=1)
    rollout = steering.begin(steering.Rollout(tenant=acme, version=old, model="demo-1-mini"), cleo)
    version = steering.adopt(rollout, cleo)
    assert (version.number, version.model, version.system_prompt) == (3, "demo-1-mini", "You help.")
    old.refresh_from_db()
    assert old.model == ""
