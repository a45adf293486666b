"""Every frame that a browser may send gets the answer that the protocol promises."""

import uuid

import pytest

from conversations.models import Conversation, Generation, Message
from tests.factories import make_tenant
from tests.visitor import SocketVisitor, visiting

pytestmark = pytest.mark.usefixtures("nothing_breaks")

SLOW = {"match": "*", "first_token_ms": 20, "token_ms": 20, "tokens": 500}
FAST = {"match": "*", "first_token_ms": 0, "token_ms": 1, "tokens": 20}
NOBODYS = str(uuid.uuid4())


@pytest.fixture
def key(live):
    live.behave([FAST])
    return make_tenant().public_key


@pytest.fixture
def visitor(live, key):
    with visiting(live, key) as one:
        one.until_type("ready")
        yield one


def answered(visitor, text="Hello?"):
    """The id of a reply that has ended."""
    visitor.say(text)
    return visitor.until_type("reply.done")["data"]["reply"]


def being_written(live, visitor):
    """The id of a reply that has begun and goes on for ten seconds."""
    live.behave([SLOW])
    visitor.say("Tell me a lot")
    return visitor.until_type("delta")["reply"]


def again(visitor, reply, new_reply=None):
    """Another reply is asked for; returns its id."""
    new_reply = new_reply or str(uuid.uuid4())
    visitor.send({"type": "reply.again", "id": new_reply, "reply": reply})
    return new_reply


def refusal(visitor):
    """The next error, without the sentence for people."""
    frame = visitor.until_type("error")
    assert frame["text"].endswith(".")
    return {name: value for name, value in frame.items() if name not in ("type", "text")}


def test_resume_is_answered_by_ready_and_again_by_all_that_was_not_seen(visitor):
    visitor.say("Hello?")
    seq = visitor.until_type("reply.done")["seq"]
    visitor.send({"type": "resume", "after": 1})
    assert visitor.next()["seq"] == 2
    assert visitor.next() == {"type": "ready", "seq": seq}


def test_a_message_is_acknowledged_and_then_an_event(visitor):
    client_id = visitor.say("Hello?")
    taken = [visitor.next() for _ in range(2)]
    assert {"type": "ack", "id": client_id, "seq": 1} in taken
    event = next(frame for frame in taken if frame["type"] == "event")
    assert (event["data"]["client_id"], event["data"]["text"]) == (client_id, "Hello?")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("\0\0", "empty"),
        ("x" * 4001, "too_long"),
        ("界" * 4001, "too_long"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused_by_its_id(visitor, text, code):
    client_id = visitor.say(text)
    assert refusal(visitor) == {"code": code, "id": client_id}
    assert not Message.objects.exists()


def test_the_same_id_with_another_text_is_refused_and_the_first_text_stands(visitor):
    client_id = visitor.say("First")
    visitor.until_type("ack")
    visitor.say("Second", client_id)
    assert refusal(visitor) == {"code": "id_reused", "id": client_id}
    assert Message.objects.get(role="visitor").text == "First"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("x" * 4000, "x" * 4000),
        ("🦕" * 4000, "🦕" * 4000),
        ("a\0b", "ab"),
        ("  Hi \n", "Hi"),
        ("e\u0301", "é"),
        ("\u202eabc\u200b", "\u202eabc\u200b"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a" + "\u0301" * 3000, None),
    ],
    ids=["longest", "longest by far", "NUL", "spaces", "composed", "bidi", "script", "marks"],
)
def test_a_strange_text_is_stored_as_text(visitor, text, stored):
    visitor.say(text)
    visitor.until_type("ack")
    said = Message.objects.get(role="visitor").text
    assert said == stored if stored else said


def test_stop_ends_a_reply_with_what_it_had_said(live, visitor):
    reply = being_written(live, visitor)
    visitor.send({"type": "reply.stop", "reply": reply})
    stopped = visitor.until_type("reply.stopped")["data"]
    assert stopped["reply"] == reply
    assert stopped["text"].startswith("word1 ")
    assert len(stopped["text"].split()) < 400


def test_stop_comes_too_late_for_a_reply_that_has_ended(visitor):
    reply = answered(visitor)
    visitor.send({"type": "reply.stop", "reply": reply})
    assert refusal(visitor) == {"code": "too_late", "reply": reply}


def test_nobody_stops_the_reply_of_somebody_else(live, key, visitor):
    reply = being_written(live, visitor)
    with visiting(live, key) as another:
        for one in (reply, NOBODYS):
            another.send({"type": "reply.stop", "reply": one})
            assert refusal(another) == {"code": "too_late", "reply": one}
    assert Generation.objects.get(public_id=reply).state == "running"
    visitor.send({"type": "reply.stop", "reply": reply})
    visitor.until_type("reply.stopped")


def test_again_is_acknowledged_however_often_and_written_once(visitor):
    reply = answered(visitor)
    new_reply = again(visitor, reply)
    first = visitor.until_type("ack")
    again(visitor, reply, new_reply)
    assert visitor.until_type("ack") == first == {"type": "ack", "id": new_reply, "seq": 3}
    if not any(frame.get("kind") == "reply.again" for frame in visitor.frames):
        visitor.until_type("reply.again")
    assert Generation.objects.count() == 2
    event = next(frame for frame in visitor.frames if frame.get("kind") == "reply.again")
    assert (event["seq"], event["data"]["reply"], event["data"]["instead"]) == (3, new_reply, reply)


def test_again_comes_too_late_for_all_but_the_newest_reply_that_has_ended(live, visitor):
    older = answered(visitor)
    newest = answered(visitor, "And now?")
    for reply in (older, NOBODYS):
        new_reply = again(visitor, reply)
        assert refusal(visitor) == {"code": "too_late", "id": new_reply, "reply": reply}
    written = being_written(live, visitor)
    for reply in (written, newest):
        new_reply = again(visitor, reply)
        assert refusal(visitor) == {"code": "too_late", "id": new_reply, "reply": reply}
    visitor.send({"type": "reply.stop", "reply": written})
    visitor.until_type("reply.stopped")


def test_again_wants_an_id_that_nobody_has(visitor):
    reply = answered(visitor)
    again(visitor, reply, reply)
    assert refusal(visitor) == {"code": "id_reused", "id": reply, "reply": reply}


def test_asking_for_a_person_is_acknowledged_each_time_and_stands_in_the_log_once(visitor):
    for _ in range(2):
        asked = str(uuid.uuid4())
        visitor.send({"type": "person.ask", "id": asked})
        assert visitor.until_type("ack") == {"type": "ack", "id": asked, "seq": 1}
    assert Conversation.objects.get().state == "waiting"
    assert Conversation.objects.get().last_seq == 1


def test_who_waits_for_a_person_gets_no_reply_and_none_again(visitor):
    reply = answered(visitor)
    visitor.send({"type": "person.ask", "id": str(uuid.uuid4())})
    visitor.until_type("ack")
    new_reply = again(visitor, reply)
    assert refusal(visitor)["code"] == "too_late"
    visitor.say("Anybody?")
    visitor.until_type("ack")
    assert not Generation.objects.filter(public_id=new_reply).exists()
    assert Generation.objects.count() == 1


@pytest.mark.parametrize(
    ("frame", "named"),
    [
        ({"type": "message.send", "id": NOBODYS, "text": "Too early"}, {"id": NOBODYS}),
        ({"type": "reply.stop", "reply": NOBODYS}, {"reply": NOBODYS}),
        (
            {"type": "reply.again", "id": NOBODYS, "reply": NOBODYS},
            {"id": NOBODYS, "reply": NOBODYS},
        ),
        ({"type": "person.ask", "id": NOBODYS}, {"id": NOBODYS}),
    ],
)
def test_whatever_comes_before_resume_is_refused_and_does_nothing(live, key, frame, named):
    visitor = SocketVisitor(live, key)
    visitor.open()
    visitor.send({"type": "ping"})
    assert visitor.next() == {"type": "pong"}
    visitor.send(frame)
    assert refusal(visitor) == {"code": "resume_first", **named}
    visitor.close()
    assert Conversation.objects.get().last_seq == 0
