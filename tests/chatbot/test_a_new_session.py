"""What a page says when it opens a session: where it is, what it shows, whether to start over."""

import pytest

from conversations.models import Conversation, VisitorSession
from tests.chatbot.visits import SHOP, open_session_at
from tests.factories import answered, claimed

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(acme):
    acme.allowed_origins = [SHOP]
    acme.save()
    return acme


def test_staff_are_told_what_the_page_told(shop):
    told = {"order": "A-1001", "items": 3, "nested": {"x": 1}, "long": "x" * 500, " ": "no name"}
    opened = open_session_at(shop, page="https://shop.example/cart", context=told).json()
    session = VisitorSession.objects.get()
    assert session.page == "https://shop.example/cart"
    assert session.context == {"order": "A-1001", "items": "3", "long": "x" * 200}
    open_session_at(shop, token=opened["token"])
    session.refresh_from_db()
    assert session.context["order"] == "A-1001", "a page that says nothing takes nothing back"


def test_at_most_twenty_values_are_kept(shop):
    open_session_at(shop, context={f"name{number}": "x" for number in range(50)})
    assert len(VisitorSession.objects.get().context) == 20


@pytest.mark.parametrize(
    "wrong",
    [{"page": 1}, {"context": [1]}, {"context": "x"}, {"locale": 1}, {"token": 1}, {"user_jwt": 1}],
)
def test_what_is_no_session_is_refused(shop, wrong):
    answer = open_session_at(shop, **wrong)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")
    assert not VisitorSession.objects.exists()


def test_starting_over_leaves_what_was_said_to_staff(shop):
    first = open_session_at(shop).json()
    same = open_session_at(shop, token=first["token"], fresh=True).json()
    assert same["conversation"] == first["conversation"], "nothing was said: it is as new"
    answered(Conversation.objects.get(), "30 days.")
    new = open_session_at(shop, token=first["token"], fresh=True).json()
    assert new["conversation"] != first["conversation"]
    assert new["token"] == first["token"]
    old = Conversation.objects.get(public_id=first["conversation"])
    assert (old.state, old.messages.count()) == ("closed", 2)


def test_a_tab_that_still_shows_a_closed_conversation_is_answered_there(shop):
    first = open_session_at(shop).json()
    talk = Conversation.objects.get()
    answered(talk, "30 days.")
    open_session_at(shop, token=first["token"], fresh=True)
    assert claimed(talk, "And shoes?").question.text == "And shoes?"
