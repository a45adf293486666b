"""Tabs that stop reading take nothing from the one that reads."""

import time

from chatbot.bench.load.remote import Remote
from chatbot.bench.load.run import LARGE, STUCK, talkers
from chatbot.bench.sessions import open_sessions
from chatbot.bench.streaming import BEHAVIOUR


def first_report(client):
    """The first report with a reply in it, or the last of 20 seconds."""
    deadline = time.monotonic() + 20
    while not (heard := client.ask("report"))["replies"] and time.monotonic() < deadline:
        time.sleep(0.05)
    return heard


def test_an_asker_goes_on_beside_stuck_tabs_of_its_own(live):
    live.behave([LARGE | {"token_ms": 0}])
    [address] = open_sessions(live, 1)
    with Remote(STUCK, {"askers": [address], "tabs": [address] * 2}) as client:
        client.heard()
        assert client.ask("stick") == {"tabs": 2}
        assert client.ask("ask") == {"askers": 1}
        heard = first_report(client)
    assert heard["replies"] > 0
    assert heard["failed"] == 0


def test_visitors_who_talk_say_what_they_heard(live):
    live.behave([BEHAVIOUR | {"tokens": 20, "token_ms": 0}])
    with talkers(open_sessions(live, 2)) as talk:
        heard = first_report(talk)
    assert heard["replies"] > 0
    assert heard["failed"] == heard["closed"] == 0
    assert len(heard["stored"]) == len(heard["firsts"]) == heard["replies"]
    assert len(heard["delays"]) == 2 * heard["replies"]
