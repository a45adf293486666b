"""Two tabs, several quick messages and staff writing in between: one order everywhere."""

import threading

import pytest
from django.test import Client
from django.urls import reverse

from conversations.models import Conversation, Event, Generation, Message
from tests import factories
from tests.visitor import visiting

FAST = {"match": "*", "first_token_ms": 30, "token_ms": 5, "tokens": 20}
QUICKLY = 4


@pytest.fixture
def acme(live):
    live.behave([FAST])
    return factories.make_tenant()


@pytest.fixture
def ben(acme):
    browser = Client()
    browser.force_login(factories.make_member(acme, "ben"))
    return browser


def staff_url(page):
    return reverse(f"admin:conversations_conversation_{page}", args=[Conversation.objects.get().pk])


def write(tab, name):
    for number in range(QUICKLY):
        tab.say(f"{name} {number}")


def events_to(tab, seq):
    """All events that the tab was sent, once it has that one."""
    if not any(frame.get("seq", 0) >= seq for frame in tab.frames if frame["type"] == "event"):
        tab.until(lambda frame: frame["type"] == "event" and frame["seq"] >= seq)
    return [frame for frame in tab.frames if frame["type"] == "event"]


def test_tabs_log_and_transcript_agree(live, acme, ben):
    with (
        visiting(live, acme.public_key) as first,
        visiting(live, acme.public_key, first.session["token"]) as second,
    ):
        tabs = {"first": first, "second": second}
        for tab in tabs.values():
            tab.until_type("ready")
        writers = [threading.Thread(target=write, args=(tab, name)) for name, tab in tabs.items()]
        for writer in writers:
            writer.start()
        first.until_type("reply.done")
        ben.post(staff_url("say"), {"text": "staff 0"})
        for writer in writers:
            writer.join()
        first.until_type("person.joined")
        ben.post(staff_url("hand_back"))
        first.until_type("bot.back")
        first.say("first last")
        first.until_type("reply.done")
        newest = Conversation.objects.get().last_seq
        seen = [events_to(tab, newest) for tab in tabs.values()]

    logged = list(Event.objects.order_by("seq").values("seq", "kind", "data"))
    assert [event["seq"] for event in logged] == list(range(1, newest + 1))
    for events in seen:
        assert [{**event, "type": "event"} for event in logged] == events

    said = list(Message.objects.order_by("seq").values_list("text", flat=True))
    for name in tabs:
        mine = [text for text in said if text.startswith(f"{name} ") and text != "first last"]
        assert mine == [f"{name} {number}" for number in range(QUICKLY)]
    assert not Generation.objects.filter(state__in=Generation.OPEN_STATES).exists()

    page = ben.get(staff_url("change")).text
    places = [page.index(f">{text}<") for text in said if not text.startswith("word")]
    assert places == sorted(places)
    anchors = [page.index(f'id="m{seq}"') for seq in Message.objects.values_list("seq", flat=True)]
    assert anchors == sorted(anchors)
