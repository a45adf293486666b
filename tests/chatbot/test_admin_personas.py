"""A bot says what was published last, and what was published is not changed."""

import pytest
from django.urls import reverse

from chatbot.engine.model_choice import published_version
from chatbot.models import Persona, PersonaVersion
from tests import factories
from tests.billing.spending import signed_in
from tests.chatbot.admin_forms import filled, saved

pytestmark = pytest.mark.django_db
ADD = "/admin/chatbot/persona/add/"
# the draft's form on the page
DRAFT = "versions-0-"


@pytest.fixture
def spoken(acme):
    """The version that Acme's bot speaks with."""
    return factories.make_persona(acme, system_prompt="You help.", openers=["Where is my order?"])


def page_of(persona):
    return reverse("admin:chatbot_persona_change", args=[persona.pk])


def draft(**fields):
    return {f"{DRAFT}{name}": value for name, value in fields.items()}


def test_a_new_persona_speaks_once_it_is_published(acme, cleo):
    wording = draft(system_prompt="Be brief.", openers="One?\n\n Two? ", publish="on")
    response = saved(signed_in(cleo), ADD, name="Ann", **wording)
    assert response.status_code == 302
    version = published_version(acme)
    assert version.system_prompt == "Be brief."
    assert version.openers == ["One?", "Two?"]
    assert (version.number, version.author, version.tenant) == (1, cleo, acme)


def test_a_draft_is_not_said(acme, cleo, spoken):
    saved(signed_in(cleo), page_of(spoken.persona), **draft(system_prompt="Sing."))
    assert PersonaVersion.objects.count() == 2
    assert published_version(acme) == spoken


def test_a_draft_is_published_by_ticking_the_box(acme, cleo, spoken):
    client, page = signed_in(cleo), page_of(spoken.persona)
    saved(client, page, **draft(system_prompt="Sing."))
    saved(client, page, **draft(publish="on"))
    version = published_version(acme)
    assert (version.number, version.system_prompt) == (2, "Sing.")


def test_a_next_version_starts_from_the_wording_that_is_said(cleo, spoken):
    form = filled(signed_in(cleo), page_of(spoken.persona))
    assert form[f"{DRAFT}system_prompt"] == "You help."
    assert form[f"{DRAFT}openers"] == "Where is my order?"


def test_saving_without_a_change_makes_no_version(cleo, spoken):
    response = saved(signed_in(cleo), page_of(spoken.persona), name="Ann")
    assert response.status_code == 302
    assert Persona.objects.get().name == "Ann"
    assert PersonaVersion.objects.get() == spoken


@pytest.mark.parametrize("prefix", ["versions-", "versions-2-"])
def test_a_published_version_is_not_changed_by_a_forged_form(cleo, spoken, prefix):
    client, page = signed_in(cleo), page_of(spoken.persona)
    forged = {
        f"{prefix}TOTAL_FORMS": 1,
        f"{prefix}INITIAL_FORMS": 1,
        f"{prefix}0-id": spoken.pk,
        f"{prefix}0-persona": spoken.persona_id,
        f"{prefix}0-system_prompt": "Lie.",
        f"{prefix}0-DELETE": "on",
    }
    client.post(page, filled(client, page) | forged)
    spoken.refresh_from_db()
    assert spoken.system_prompt == "You help."


def test_what_is_typed_is_kept_when_somebody_else_publishes_the_draft(acme, cleo, spoken):
    client, page = signed_in(cleo), page_of(spoken.persona)
    saved(client, page, **draft(system_prompt="Sing."))
    mine = filled(client, page) | draft(system_prompt="Dance.")
    saved(client, page, **draft(publish="on"))
    client.post(page, mine)
    assert published_version(acme).system_prompt == "Sing."
    assert filled(client, page)[f"{DRAFT}system_prompt"] == "Dance."


def test_a_draft_can_be_thrown_away(cleo, spoken):
    client, page = signed_in(cleo), page_of(spoken.persona)
    saved(client, page, **draft(system_prompt="Sing."))
    saved(client, page, **draft(DELETE="on"))
    assert PersonaVersion.objects.get() == spoken


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("temperature", "3", "Between 0 and 2"),
        ("model", "nobody-priced-it", "nobody-priced-it has no price yet"),
        ("openers", "1\n2\n3\n4\n5", "4 at most"),
        ("system_prompt", "", "This field is required"),
    ],
)
def test_a_wrong_value_is_refused_and_the_rest_stays(cleo, spoken, field, value, said):
    wording = draft(reason="A long thought.") | draft(**{field: value})
    response = saved(signed_in(cleo), page_of(spoken.persona), **wording)
    assert response.status_code == 200
    assert said in response.text
    assert "A long thought." in response.text
    assert PersonaVersion.objects.get() == spoken


def test_a_version_may_name_a_model_that_has_a_price(acme, cleo, spoken):
    factories.make_price("priced-model")
    wording = draft(model="priced-model", publish="on")
    saved(signed_in(cleo), page_of(spoken.persona), **wording)
    assert published_version(acme).model == "priced-model"


def test_a_tenant_has_one_persona(acme, cleo, spoken):
    response = saved(signed_in(cleo), ADD, name="Bob")
    assert response.status_code == 200
    assert "already exists" in response.text
    assert Persona.objects.get() == spoken.persona


def test_mallory_cannot_speak_for_acme(acme, mallory, spoken):
    client = signed_in(mallory)
    form = {"tenant": acme.pk, "name": "Eve"} | {
        "versions-TOTAL_FORMS": 1,
        "versions-INITIAL_FORMS": 0,
        **draft(system_prompt="Lie.", publish="on"),
    }
    assert "Select a valid choice" in client.post(ADD, form).text
    client.post(page_of(spoken.persona), form)
    assert published_version(acme) == spoken


@pytest.mark.parametrize(
    ("takes", "said"),
    [
        ({"temperature": "yes"}, "house-1: Sent as temperature 1.5."),
        (
            {"temperature": "no", "verbosities": ["low", "medium", "high"]},
            "house-1: This model takes no temperature: sent as verbosity high.",
        ),
        ({"temperature": "no"}, "takes neither temperature nor verbosity"),
    ],
)
def test_the_page_says_what_becomes_of_creativity(acme, cleo, takes, said):
    factories.make_profile("house-1", **takes)
    version = factories.make_persona(acme, model="house-1", temperature=1.5)
    assert said in signed_in(cleo).get(page_of(version.persona)).text
