"""The socket answers every frame, valid or broken, and never falls over."""

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.factories import make_tenant
from tests.visitor import SocketVisitor, visiting


@pytest.fixture
def visitor(live):
    with visiting(live, make_tenant().public_key) as one:
        one.until_type("ready")
        yield one


def test_ping_is_answered_by_pong(visitor):
    visitor.send({"type": "ping"})
    assert visitor.next() == {"type": "pong"}


def test_a_refused_message_names_its_id(visitor):
    client_id = visitor.say("x" * 4001)
    refusal = visitor.until_type("error")
    assert (refusal["code"], refusal["id"]) == ("too_long", client_id)


def test_the_same_id_with_another_text_is_an_error_and_the_first_stands(visitor):
    client_id = visitor.say("First")
    visitor.until_type("ack")
    visitor.say("Second", client_id)
    assert visitor.until_type("error")["code"] == "id_reused"


def test_after_ten_broken_frames_the_line_is_cut(visitor):
    for _ in range(10):
        visitor.send("broken")
        assert visitor.until_type("error")["code"] == "bad_frame"
    with pytest.raises(ConnectionClosed) as closed:
        visitor.next()
    assert closed.value.rcvd.code == 4400


def test_nothing_but_ping_before_resume(live):
    one = SocketVisitor(live, make_tenant().public_key)
    one.open()
    one.say("Too early")
    assert one.next()["code"] == "resume_first"
    one.close()


def test_a_bad_ticket_is_refused_before_the_socket_opens(live):
    one = SocketVisitor(live, make_tenant().public_key)
    one.session["ticket"] += "x"
    with pytest.raises(InvalidStatus):
        one.open()


def test_a_frame_above_64_kb_closes_the_line(visitor):
    visitor.send("x" * 70_000)
    with pytest.raises(ConnectionClosed):
        visitor.until_type("error")
