"""What a visitor does beside talking is kept where it belongs, or refused in their language."""

import uuid

import pytest

from conversations.models import Rating, Thumb
from conversations.services import feedback, generations, handoff
from tests.chatbot.visits import Visit, look
from tests.factories import answered, claimed, post

pytestmark = pytest.mark.django_db
FORM = [
    {"name": "name", "label": "Your name", "type": "text", "required": True},
    {"name": "email", "label": "Mail", "type": "email"},
    {"name": "topic", "label": "About", "type": "choice", "choices": ["Order", "Other"]},
]


@pytest.fixture
def ada(acme):
    return Visit(acme)


def test_a_thumb_is_given_changed_and_taken_back(ada):
    reply = str(answered(ada.talk).reply.public_id)
    assert ada.post("feedback", {"message": reply, "value": 1}).json() == {}
    down = {"message": reply, "value": -1, "reason": "wrong", "comment": "It is 14 days."}
    assert ada.post("feedback", down).status_code == 200
    thumb = Thumb.objects.get()
    assert (thumb.value, thumb.reason, thumb.comment) == (-1, "wrong", "It is 14 days.")
    assert ada.post("feedback", {"message": reply, "value": 0}).status_code == 200
    assert not Thumb.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"value": 1}, 400, "bad_request"),
        ({"message": "7", "value": 1}, 400, "bad_request"),
        ({"message": str(uuid.UUID(int=7)), "value": 1}, 404, "no_such_reply"),
        ({"message": str(uuid.UUID(int=7)), "value": "up"}, 400, "bad_request"),
        ({"message": str(uuid.UUID(int=7)), "value": True}, 400, "bad_value"),
        ({"message": str(uuid.UUID(int=7)), "value": 1, "reason": 5}, 400, "bad_request"),
        ([], 400, "bad_request"),
        ("x" * 20_000, 400, "bad_request"),
    ],
)
def test_what_is_no_thumb_is_refused_with_a_reason(ada, body, status, code):
    answer = ada.post("feedback", body)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert answer.json()["message"]


def test_a_score_is_kept_where_the_tenant_asks_for_one(acme, ada):
    assert ada.post("csat", {"score": 4, "comment": "Quick."}).json() == {}
    assert (Rating.objects.get().score, Rating.objects.get().comment) == (4, "Quick.")
    assert ada.post("csat", {"score": 9}).json()["error"] == "bad_value"
    assert ada.post("csat", {"score": "5"}).json()["error"] == "bad_request"
    look(acme, asks_score=False)
    assert ada.post("csat", {"score": 1}).json()["error"] == "off"
    assert Rating.objects.get().score == 4


def test_an_address_is_kept_where_the_tenant_asks_for_one(acme, ada):
    assert ada.post("mail", {"email": "ada@example.com"}).status_code == 403
    look(acme, mail_capture=True)
    assert ada.post("mail", {"email": " ada@example.com "}).json() == {}
    assert ada.post("mail", {"email": "ada at example"}).json()["error"] == "bad_value"
    ada.session.visitor.refresh_from_db()
    assert ada.session.visitor.email == "ada@example.com"


def test_the_form_before_a_conversation_is_kept_at_the_visitor(acme, ada):
    assert ada.post("prechat", {"fields": {"name": "Ada"}}).json()["error"] == "off"
    look(acme, prechat=FORM)
    given = {"name": "Ada", "email": "ada@example.com", "topic": "Order", "more": "not asked"}
    assert ada.post("prechat", {"fields": given}).json() == {}
    visitor = ada.session.visitor
    visitor.refresh_from_db()
    assert visitor.answers == {"name": "Ada", "email": "ada@example.com", "topic": "Order"}
    assert (visitor.name, visitor.email) == ("Ada", "ada@example.com")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"name": " "},
        {"name": "Ada", "email": "nowhere"},
        {"name": "Ada", "topic": "Neither"},
        {"name": "Ada" * 200},
        {"name": ["Ada"]},
    ],
)
def test_an_answer_that_is_none_is_refused_and_nothing_is_kept(acme, ada, given):
    look(acme, prechat=FORM)
    assert ada.post("prechat", {"fields": given}).json()["error"] == "bad_value"
    ada.session.visitor.refresh_from_db()
    assert ada.session.visitor.answers == {}


def test_the_transcript_is_what_the_visitor_read(acme, ada, ben):
    answered(ada.talk, "30 days.")
    failed = claimed(ada.talk, "And shoes?")
    generations.fail(failed, code="timeout", text="Sorry.", partial="Shoes can")
    handoff.staff_says(ada.talk, ben, "Shoes too.")
    answer = ada.get("transcript")
    said = [
        "How long do returns take?",
        "30 days.",
        "And shoes?",
        "Shoes can\n\nSorry.",
        "Shoes too.",
    ]
    places = [answer.text.index(one) for one in said]
    assert places == sorted(places)
    assert answer.text.startswith("# Conversation with Acme")
    assert "attachment" in answer["Content-Disposition"]
    assert "**You**" in answer.text


def test_a_transcript_is_in_the_visitors_language(acme):
    post((visit := Visit(acme, locale="de-AT")).talk, "Hallo")
    assert visit.get("transcript").text.startswith("# Unterhaltung mit Acme")


def test_after_a_logout_the_secret_opens_nothing(ada):
    post(ada.talk, "Hello")
    assert ada.post("logout").json() == {}
    answer = ada.get("transcript")
    assert (answer.status_code, answer.json()["error"]) == (401, "no_session")


def test_a_refusal_speaks_the_visitors_language(acme):
    visit = Visit(acme, locale="es")
    assert visit.post("mail", {"email": "x"}).json()["message"] == "Esto no se ofrece aquí."


def test_a_thumb_of_one_conversation_says_nothing_of_another(acme, ada):
    reply = answered(ada.talk).reply
    feedback.give_thumb(ada.talk, reply.public_id, 1)
    other = Visit(acme)
    for value in (-1, 0):
        other.post("feedback", {"message": str(reply.public_id), "value": value})
    assert Thumb.objects.get().value == 1


def test_a_frame_over_http_is_answered_as_on_a_socket(ada):
    frame = {"type": "message.send", "id": str(uuid.uuid4()), "text": "Hello"}
    first, again = ada.post("send", frame).json(), ada.post("send", frame).json()
    assert first == again == {"type": "ack", "id": frame["id"], "seq": 1}
    assert ada.post("send", {"type": "ping"}).json() == {"type": "pong"}
    assert ada.post("send", {"type": "resume"}).json()["code"] == "bad_frame"
    assert ada.post("send", {"type": "nonsense"}).json()["code"] == "bad_frame"
    empty = frame | {"id": str(uuid.uuid4()), "text": " "}
    assert ada.post("send", empty).json()["code"] == "empty"
