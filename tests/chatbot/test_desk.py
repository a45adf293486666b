"""Staff act on a conversation from its page, with plain forms."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from conversations.models import Conversation, Generation, Message
from conversations.services import generations, handoff
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(acme):
    return factories.make_conversation(acme)


@pytest.fixture
def desk(ben, talk):
    return Desk(ben, talk)


class Desk:
    """Ben at the page of a conversation, in a browser without JavaScript."""

    def __init__(self, user, talk):
        self.browser = Client(enforce_csrf_checks=True)
        self.browser.force_login(user)
        self.url = reverse("admin:conversations_conversation_change", args=[talk.pk])

    def page(self):
        return self.browser.get(self.url).text

    def forms(self):
        """The forms on the page: by the word on the button, where it goes and what it carries."""
        found = {}
        for action, inside in re.findall(
            r'<form method="post" action="([^"]+/conversation/\d[^"]+)">(.*?)</form>',
            self.page(),
            re.S,
        ):
            fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', inside))
            found[re.search(r"<button[^>]*>(.*?)</button>", inside)[1]] = (action, fields)
        return found

    def press(self, button, **written):
        """The page that the button of this name leads to."""
        action, fields = self.forms()[button]
        return self.browser.post(action, fields | written, follow=True)


def failed(talk):
    generation = factories.claimed(talk)
    generations.fail(generation, code="timeout", text="Too slow.")
    return generation


def test_a_written_message_is_posted_and_the_person_answers_from_there(desk, talk, ben):
    page = desk.press("Send", text="Hello, this is\r\nBen.")
    said = Message.objects.get(role="staff")
    assert (said.text, said.author) == ("Hello, this is\nBen.", ben)
    assert Conversation.objects.get(pk=talk.pk).state == "staff"
    assert page.redirect_chain[-1][0].endswith(f"#m{said.seq}")
    assert f"{ben.username} answers from here on." in page.text


def test_two_clicks_on_one_page_post_once(desk, talk):
    action, fields = desk.forms()["Send"]
    for _ in range(2):
        desk.browser.post(action, fields | {"text": "Hello."})
    assert [message.text for message in talk.messages.all()] == ["Hello."]
    kinds = list(talk.events.order_by("seq").values_list("kind", flat=True))
    assert kinds == ["person.joined", "message"]
    desk.press("Send", text="Hello.")
    assert talk.messages.count() == 2


def test_staff_try_again_however_many_replies_a_visitor_waits_for(desk, talk, settings):
    failed(talk)
    settings.VISITOR_MESSAGES_PER_MINUTE = 1
    desk.press("Try again")
    assert Generation.objects.latest("pk").state == "queued"


def test_writing_stops_what_the_bot_is_writing(desk, talk):
    generation = factories.claimed(talk)
    desk.press("Send", text="I take this.")
    generation.refresh_from_db()
    assert (generation.state, generation.finish_reason) == ("stopped", "taken_over")


def test_nothing_written_is_refused_on_the_page(desk, talk):
    page = desk.press("Send", text="  ")
    assert "There is nothing to send" in page.text
    assert not talk.messages.exists()


def test_a_message_may_be_as_long_as_a_visitors(desk, talk):
    desk.press("Send", text="x\r\n" * 1999 + "yy")
    assert len(Message.objects.get(role="staff").text) == 4000
    page = desk.press("Send", text="x" * 4001)
    assert "at most 4,000" in page.text
    assert talk.messages.count() == 1


def test_stop_ends_a_reply_that_is_being_written(desk, talk):
    generation = factories.claimed(talk)
    generations.renew({(generation.pk, generation.claim): "Half of an ans"})
    page = desk.press("Stop")
    generation.refresh_from_db()
    assert (generation.state, generation.reply.text) == ("stopped", "Half of an ans")
    assert "Stopped by staff at" in page.text
    assert "Stop" not in desk.forms()


def test_stop_ends_a_reply_that_waits(desk, talk):
    generation = factories.post(talk).generation
    page = desk.press("Stop")
    generation.refresh_from_db()
    assert generation.state == "stopped"
    assert "before anything was written" in page.text


def test_stop_comes_too_late_for_a_reply_that_has_ended_meanwhile(desk, talk):
    generation = factories.claimed(talk)
    action, fields = desk.forms()["Stop"]
    generations.finish(generation, generations.Reply(text="Whole."))
    page = desk.browser.post(action, fields, follow=True)
    assert "This answer has ended already." in page.text
    generation.refresh_from_db()
    assert generation.state == "done"


@pytest.mark.parametrize("how", ["failed", "stopped"])
def test_a_reply_that_came_to_nothing_can_be_tried_again_once(desk, talk, how):
    if how == "failed":
        failed(talk)
    else:
        factories.post(talk)
        desk.press("Stop")
    action, fields = desk.forms()["Try again"]
    for _ in range(2):
        desk.browser.post(action, fields)
    assert list(Generation.objects.order_by("pk").values_list("state", flat=True)) == [
        how,
        "queued",
    ]
    newest = Generation.objects.latest("pk")
    assert newest.instead_of.state == how
    assert newest.public_id == uuid.UUID(fields["id"])


def test_only_the_newest_reply_can_be_tried_again(desk, talk):
    failed(talk)
    assert "Try again" in desk.forms()
    factories.answered(talk)
    assert "Try again" not in desk.forms()


def test_nothing_is_tried_again_where_a_person_answers(desk, talk):
    failed(talk)
    desk.press("Send", text="I take this.")
    assert "Try again" not in desk.forms()


@pytest.mark.parametrize("state", ["waiting", "staff"])
def test_the_bot_is_handed_back_to(desk, talk, ben, state):
    if state == "waiting":
        handoff.ask_for_person(talk)
    else:
        handoff.staff_says(talk, ben, "Hello.")
    assert Conversation.objects.get(pk=talk.pk).state == state
    page = desk.press("Hand back to the bot")
    assert Conversation.objects.get(pk=talk.pk).state == "bot"
    assert "The bot answers again." in page.text
    assert "Hand back to the bot" not in desk.forms()


def test_a_closed_conversation_is_only_read(desk, talk):
    Conversation.objects.filter(pk=talk.pk).update(state="closed")
    offered = desk.forms()
    assert "Reopen" in offered
    assert not offered.keys() & {"Send", "Take over", "Close", "Snooze"}


def test_a_form_of_another_site_does_nothing(desk, talk):
    failed(talk)
    for button, (action, fields) in desk.forms().items():
        forged = fields | {"csrfmiddlewaretoken": "x" * 64, "text": "Forged"}
        assert desk.browser.post(action, forged).status_code == 403, button
    assert Generation.objects.count() == 1
    assert not talk.messages.filter(role="staff").exists()


def test_a_link_does_nothing(desk, talk):
    failed(talk)
    for action, _ in desk.forms().values():
        assert desk.browser.get(action).status_code == 405
