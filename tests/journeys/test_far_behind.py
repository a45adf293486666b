"""Whoever was away for very long is sent the newest events, and told what is left out."""

import pytest

from conversations.models import Conversation, Event
from tests.factories import make_tenant
from tests.visitor import SocketVisitor, visiting


def said(text):
    """What the log says of a message of staff, in its every field."""
    whole = dict.fromkeys(("id", "client_id", "at", "reply"))
    return whole | {"role": "staff", "text": text, "name": "Ben"}


@pytest.fixture
def visitor(live):
    """A visitor whose conversation has 700 events by now."""
    with visiting(live, make_tenant().public_key) as left:
        left.until_type("ready")
    conversation = Conversation.objects.get()
    Event.objects.bulk_create(
        Event(
            tenant_id=conversation.tenant_id,
            conversation=conversation,
            seq=seq,
            kind=Event.Kind.MESSAGE,
            data=said(f"Line {seq}"),
        )
        for seq in range(1, 701)
    )
    Conversation.objects.update(last_seq=700)
    return left


def back(live, visitor, after):
    tab = SocketVisitor(live, visitor.key, visitor.session["token"])
    tab.connect(after=after)
    tab.until_type("ready")
    tab.close()
    return tab.frames


def test_a_snapshot_names_what_is_left_out_and_the_rest_follows(live, visitor):
    frames = back(live, visitor, after=0)
    assert frames[0] == {"type": "snapshot", "seq": 500, "state": "bot"}
    assert [frame["seq"] for frame in frames[1:-1]] == list(range(501, 701))
    assert frames[-1] == {"type": "ready", "seq": 700}


def test_who_is_not_so_far_behind_gets_everything(live, visitor):
    frames = back(live, visitor, after=200)
    assert [frame["seq"] for frame in frames[:-1]] == list(range(201, 701))
