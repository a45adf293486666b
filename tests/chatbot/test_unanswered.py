"""What no document answers is noted, grouped, and settled by an article."""

import pytest
from django.urls import reverse

from chatbot.knowledge.search import find_passages
from chatbot.knowledge.unanswered import group_new, likeness, unanswered
from chatbot.models import Document, UnansweredQuestion
from conversations.rows import store
from conversations.services import handoff
from tests import factories
from tests.billing.spending import signed_in
from tests.chatbot.admin_forms import filled

pytestmark = pytest.mark.django_db
LIST = "/admin/chatbot/unansweredquestion/"


def asked(tenant, text, cited=()):
    generation = factories.claimed(factories.make_conversation(tenant), text)
    found = unanswered(generation, list(cited))
    if not found:
        return None
    store(*found)
    return found[0]


def test_a_question_whose_reply_cites_nothing_is_noted(acme):
    assert asked(acme, "Do you rent tents?").text == "Do you rent tents?"
    assert asked(acme, "你们出租帐篷吗？").language == "zh"


def test_a_question_that_was_answered_from_a_document_is_not(acme):
    assert asked(acme, "Do you rent tents?", [{"mark": 1}]) is None


@pytest.mark.parametrize(
    "text", ["Hello!", "thanks a lot", "ok", "谢谢！", "你好", "yes", "???", "👍"]
)
def test_small_talk_is_not(acme, text):
    assert asked(acme, text) is None


def test_questions_alike_are_one_group(acme):
    first = asked(acme, "Do you rent tents?")
    again = asked(acme, "Can I rent a tent from you?")
    other = asked(acme, "Is there parking in Munich?")
    assert group_new() == 3
    assert group_new() == 0
    for one in (first, again, other):
        one.refresh_from_db()
    assert (first.group, again.group, other.group) == (first, first, other)


def test_chinese_questions_alike_are_one_group():
    assert likeness("你们出租帐篷吗？", "可以出租帐篷吗") > 0.4
    assert likeness("你们出租帐篷吗？", "慕尼黑有停车场吗？") < 0.2


def test_questions_of_two_tenants_are_never_one_group(acme, globex):
    mine, theirs = asked(acme, "Do you rent tents?"), asked(globex, "Do you rent tents?")
    group_new()
    theirs.refresh_from_db()
    assert theirs.group == theirs != mine


def test_the_list_shows_a_group_as_one_line_with_how_often(acme, cleo):
    asked(acme, "Do you rent tents?")
    asked(acme, "Do you rent a tent?")
    group_new()
    page = signed_in(cleo).get(LIST)
    assert "2 times" in page.text
    assert page.text.count("Write an article") == 1


def test_an_article_that_is_written_from_a_question_settles_its_group(acme, cleo):
    asked(acme, "Do you rent tents?")
    asked(acme, "Do you rent a tent?")
    group_new()
    client = signed_in(cleo)
    (link,) = [
        part.partition('"')[0].replace("&amp;", "&")
        for part in client.get(LIST).text.split('href="')
        if "document/add/" in part.partition('"')[0] and "question=" in part.partition('"')[0]
    ]
    form = filled(client, link)
    assert form["title"] == "Do you rent tents?"
    assert client.post(link, form | {"text": "Yes, tents by the week."}).status_code == 302
    assert not UnansweredQuestion.objects.filter(state="open").exists()
    assert find_passages(acme, "rent tents")[0].title == "Do you rent tents?"


def test_questions_that_need_no_article_are_listed_no_more(acme, cleo):
    first = asked(acme, "Do you rent tents?")
    group_new()
    action = {"action": "needs_no_article", "_selected_action": [first.pk]}
    client = signed_in(cleo)
    client.post(LIST, action)
    assert "Do you rent tents?" not in client.get(LIST).text
    assert "Do you rent tents?" in client.get(LIST, {"state": "dismissed"}).text


def test_staff_read_the_list_and_settle_nothing(acme, ben):
    first = asked(acme, "Do you rent tents?")
    group_new()
    client = signed_in(ben)
    assert "Do you rent tents?" in client.get(LIST).text
    client.post(LIST, {"action": "needs_no_article", "_selected_action": [first.pk]})
    first.refresh_from_db()
    assert first.state == "open"


def test_what_staff_answered_becomes_knowledge_with_one_click(acme, ben, cleo):
    talk = factories.make_conversation(acme)
    generation = factories.claimed(talk, "Do you rent tents?")
    store(*unanswered(generation, []))
    group_new()
    said = handoff.staff_says(talk, ben, "Yes, for €20 a week.")
    client = signed_in(cleo)
    learn = reverse("admin:conversations_conversation_learn", args=[talk.pk, said.pk])
    page = client.get(reverse("admin:conversations_conversation_change", args=[talk.pk]))
    assert learn in page.text
    answer = client.post(learn)
    document = Document.objects.get()
    assert answer.url == reverse("admin:chatbot_document_change", args=[document.pk])
    (found,) = find_passages(acme, "Can I rent a tent?")
    assert (found.title, found.text) == ("Do you rent tents?", "Yes, for €20 a week.")
    assert UnansweredQuestion.objects.get().state == "answered"


def test_what_the_bot_said_cannot_become_knowledge(acme, cleo):
    generation = factories.answered(factories.make_conversation(acme))
    client = signed_in(cleo)
    args = [generation.conversation_id, generation.reply_id]
    client.post(reverse("admin:conversations_conversation_learn", args=args))
    assert not Document.objects.exists()
