"""Two versions of a persona can be compared, and any published one can be spoken again."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some

from chatbot.engine.model_choice import published_version, voice_in
from chatbot.engine.versions import compared, difference, publish_again
from chatbot.models import PersonaVersion
from tests import factories
from tests.billing.spending import signed_in
from tests.chatbot.admin_forms import filled, saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(acme):
    return factories.make_persona(acme, system_prompt="You help kindly.", openers=["Where?"])


def url(name, *args):
    return reverse(f"admin:chatbot_persona_{name}", args=args)


def test_going_back_is_a_version_of_its_own_with_who_and_why(acme, cleo, first):
    factories.make_version(first.persona, system_prompt="You sing.")
    page = url("again", first.persona_id, 1)
    response = signed_in(cleo).post(page, {"reason": "Visitors laughed."}, follow=True)
    spoken = published_version(acme)
    assert (spoken.number, spoken.system_prompt) == (3, "You help kindly.")
    assert spoken.openers == ["Where?"]
    assert (spoken.author, spoken.reason) == (cleo, "Back to v1. Visitors laughed.")
    assert "v3 speaks from the next message on." in response.text


def test_going_back_to_what_is_spoken_already_writes_nothing(cleo, first):
    assert publish_again(first, reason="", author=cleo) == first
    assert PersonaVersion.objects.count() == 1


def test_nobody_goes_back_to_a_draft(cleo, first):
    draft = PersonaVersion.objects.create(
        tenant=first.tenant, persona=first.persona, number=2, system_prompt="Sing."
    )
    with pytest.raises(ValueError, match="draft"):
        publish_again(draft, reason="", author=cleo)
    response = signed_in(cleo).post(url("again", first.persona_id, 2))
    assert response.status_code == 302
    assert PersonaVersion.objects.count() == 2


def test_the_page_shows_what_was_added_and_what_was_taken_out(ben, first):
    factories.make_version(
        first.persona,
        system_prompt="You help briefly.",
        openers=["Where?"],
        greeting=first.greeting,
        languages=["en", "zh"],
    )
    page = signed_in(ben).get(url("compare", first.persona_id), {"from": "1", "to": "2"}).text
    assert "You help <del>kindly</del><ins>briefly</ins>." in page
    assert "<ins>English, Chinese</ins>" in page
    assert "Gone since v1" in page


def test_versions_that_are_not_there_are_the_newest_two(ben, first):
    factories.make_version(first.persona)
    page = signed_in(ben).get(url("compare", first.persona_id), {"from": "99", "to": "x"}).text
    assert "Gone since v1" in page
    assert "new in v2" in page


def test_one_version_alone_is_compared_with_nothing(ben, first):
    page = signed_in(ben).get(url("compare", first.persona_id)).text
    assert "There is one version so far" in page


def test_staff_read_what_the_bot_says_and_can_change_nothing(ben, first):
    PersonaVersion.objects.create(
        tenant=first.tenant, persona=first.persona, number=2, system_prompt="A secret plan."
    )
    page = signed_in(ben).get(url("change", first.persona_id)).text
    assert "What the bot says now" in page
    assert "You help kindly." in page
    for hidden in ("A secret plan.", "Speak like this again", "Next version", 'name="_save"'):
        assert hidden not in page
    assert "A secret plan." not in signed_in(ben).get(url("compare", first.persona_id)).text


def test_markup_in_a_prompt_is_shown_as_it_was_written(ben, first):
    factories.make_version(first.persona, system_prompt="<b>You</b> help kindly.")
    page = signed_in(ben).get(url("compare", first.persona_id)).text
    assert "<b>You" not in page
    assert "&lt;" in page


def test_every_wording_of_a_version_is_compared(first):
    other = factories.make_version(
        first.persona,
        system_prompt="Else.",
        tone="formal",
        languages=["de"],
        greeting="Servus!",
        openers=["Why?"],
        out_of_scope="sentence",
        out_of_scope_says="Call us.",
        model="demo-1",
        temperature=0.5,
        max_output_tokens=99,
    )
    assert all(one.changed for one in compared(first, other))
    assert not any(one.changed for one in compared(other, other))


@given(some.text(max_size=40), some.text(max_size=40))
def test_a_comparison_holds_both_texts_whole(older, newer):
    pieces = difference(older, newer)
    assert "".join(one.text for one in pieces if one.kind != "new") == older
    assert "".join(one.text for one in pieces if one.kind != "gone") == newer


def test_chinese_is_compared_sign_by_sign():
    kinds = [(one.kind, one.text) for one in difference("请简短回答", "请详细回答")]
    assert kinds == [("kept", "请"), ("gone", "简短"), ("new", "详细"), ("kept", "回答")]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"tone": "formal"}, "Be formal and polite"),
        ({"languages": ["de"]}, "Answer in German, whatever language the question is in"),
        ({"languages": ["en", "zh"]}, "if it is English or Chinese, else in English"),
        ({}, "Answer in the language of the question, briefly"),
        ({}, "say that you do not know and offer to bring in a person"),
        ({"out_of_scope": "decline"}, "do not offer a person"),
        (
            {"out_of_scope": "sentence", "out_of_scope_says": "Call {us}."},
            "exactly this sentence, in the language of the question: “Call {us}.”",
        ),
    ],
)
def test_what_is_chosen_is_said_to_the_model(acme, fields, said):
    version = factories.make_persona(acme, **fields)
    voice = voice_in(version, acme)
    assert said in f"{voice.system_prompt}\n{voice.rules}"


def test_a_sentence_of_ones_own_must_be_written(cleo, first):
    wording = {"versions-0-out_of_scope": "sentence", "versions-0-out_of_scope_says": " "}
    response = saved(signed_in(cleo), url("change", first.persona_id), **wording)
    assert "Write the sentence, or choose another way." in response.text
    assert PersonaVersion.objects.count() == 1


def test_languages_are_written_by_name_the_main_one_first(acme, cleo, first):
    client, page = signed_in(cleo), url("change", first.persona_id)
    saved(client, page, **{"versions-0-languages": "German\nen\ngerman"})
    assert filled(client, page)["versions-0-languages"] == "German\nEnglish"
    saved(client, page, **{"versions-0-publish": "on"})
    assert published_version(acme).languages == ["de", "en"]


def test_a_language_that_nobody_knows_is_refused_by_its_name(cleo, first):
    wording = {"versions-0-languages": "English\nKlingon"}
    response = saved(signed_in(cleo), url("change", first.persona_id), **wording)
    assert "“Klingon” is not among: English, Chinese" in response.text
