"""Managers keep word lists; every version stays, and an older one comes back by a click."""

import pytest
from django.urls import reverse

from chatbot.guardrails.policy import guard_now
from chatbot.guardrails.publishing import in_force
from chatbot.models import WordList, WordListPublication
from tests.billing.spending import signed_in
from tests.chatbot.admin_forms import saved
from tests.guardrails.publishing import forbid, set_policy

pytestmark = pytest.mark.django_db
ADD = "/admin/chatbot/wordlist/add/"
TRY = "/admin/chatbot/wordlist/try/"


def page_of(word_list):
    return reverse("admin:chatbot_wordlist_change", args=[word_list.pk])


def questions(tenant):
    return {entry.word for entry in guard_now(tenant).questions.entries}


@pytest.fixture
def word_list(acme):
    return forbid(acme, "spam", "scam").word_list


def test_a_new_list_holds_once_it_is_published(acme, cleo):
    response = saved(
        signed_in(cleo), ADD, name="Rude", words="idiot\n\n 傻逼 \nidiot", publish="on"
    )
    assert response.status_code == 302
    version = in_force(WordList.objects.get())
    assert (version.number, version.words, version.author) == (1, ["idiot", "傻逼"], cleo)
    assert questions(acme) == {"idiot", "傻逼"}


def test_words_that_are_only_saved_do_not_hold(acme, cleo, word_list):
    saved(signed_in(cleo), page_of(word_list), words="spam\nham", reason="A try")
    assert word_list.versions.count() == 2
    assert questions(acme) == {"spam", "scam"}


def test_saving_the_same_words_makes_no_version(cleo, word_list):
    saved(signed_in(cleo), page_of(word_list), name="Other")
    assert word_list.versions.count() == 1
    assert word_list.publications.count() == 1


def test_an_older_version_comes_back_and_who_did_it_stays(acme, cleo, word_list):
    client = signed_in(cleo)
    saved(client, page_of(word_list), words="ham", reason="Typo", publish="on")
    assert questions(acme) == {"ham"}
    back = reverse("admin:chatbot_wordlist_publish", args=[word_list.pk, 1])
    client.post(back, {"reason": "Ham is food"})
    assert questions(acme) == {"spam", "scam"}
    newest = WordListPublication.objects.order_by("-pk").first()
    assert (newest.author, newest.reason, newest.version.number) == (cleo, "Ham is food", 1)
    assert "Ham is food" in client.get(page_of(word_list)).text


def test_a_list_is_taken_out_of_use(acme, cleo, word_list):
    signed_in(cleo).post(reverse("admin:chatbot_wordlist_withdraw", args=[word_list.pk]))
    assert questions(acme) == set()
    assert in_force(word_list) is None


@pytest.mark.parametrize(
    ("words", "said"), [("...", "is no word"), ("x" * 61, "is no word"), ("", "required")]
)
def test_a_word_that_cannot_be_found_is_refused(cleo, word_list, words, said):
    response = saved(signed_in(cleo), page_of(word_list), words=words)
    assert said in response.text
    assert word_list.versions.count() == 1


def test_a_list_of_one_tenant_says_nothing_about_another(globex, word_list):
    assert questions(globex) == set()


def test_a_list_holds_where_it_is_meant_to(acme):
    forbid(acme, "spam", in_answers=False)
    guard = guard_now(acme)
    assert guard.questions.find("spam")
    assert not guard.answers


def test_a_text_is_tried_without_a_trace(acme, cleo, word_list):
    set_policy(acme, hidden=["email"])
    text = "S p a m! Mail ada@example.org, see https://evil.example/x"
    page = signed_in(cleo).post(TRY, {"text": text}).text
    assert "No model would be asked." in page
    assert "The answer would end early." in page
    page = signed_in(cleo).post(TRY, {"text": text[9:]}).text
    assert "Mail [EMAIL_1]" in page
    assert "https:// evil.example/x" in page


def test_nobody_tries_the_lists_of_another_tenant(acme, mallory, word_list):
    page = signed_in(mallory).post(TRY, {"text": "spam", "tenant": acme.pk}).text
    assert "No model would be asked." not in page
    assert "Blocked" not in page
