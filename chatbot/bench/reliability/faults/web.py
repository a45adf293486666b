"""Web processes die, are replaced, stop for a while, and meet pages of an older release."""

import signal
import time

from chatbot.bench.clocks import percentile
from chatbot.bench.reliability.catalogue import row
from chatbot.bench.reliability.rig import Rig
from chatbot.bench.reliability.timing import (
    acked_s,
    gaps_s,
    reconnect_peak,
    reconnected_s,
)
from chatbot.intake import ask_for_person, hand_back
from conversations.models import Conversation

FROZEN_S = 5


@row(14, "web_killed", alone=True, quick=True)
def web_killed(rig: Rig) -> None:
    """A web process is killed while its sockets stream; its pages come back by the other one."""
    with rig.under_load("web_killed"):
        moment = rig.inject("web_killed")
        rig.fleet.kill("web")
        time.sleep(4)
        rig.fleet.restart("web")
    rig.find(
        "web_killed", "web_killed_s", lambda logs: reconnected_s(logs.client, moment), bound=10
    )
    rig.find("web_killed", "reconnect_peak_ratio", lambda logs: reconnect_peak(logs.client, moment))


@row(15, "rolling_restart", alone=True, quick=True)
def rolling_restart(rig: Rig) -> None:
    """One web process after the other is asked to end and is replaced."""
    with rig.under_load("rolling_restart", before=1):
        begin = time.monotonic()
        for number in range(2 if rig.quick else 10):
            rig.inject("rolling_restart")
            rig.fleet.restart("web" if number % 2 else "web 2", signal.SIGTERM)
            time.sleep(1)
        end = time.monotonic()
    rig.find(
        "rolling_restart",
        "rolling_restart_gap_p95_s",
        lambda logs: percentile(gaps_s(logs.client, begin, end), 0.95),
        bound=3,
    )


@row(16, "old_page", quick=True)
def old_page(rig: Rig) -> None:
    """A page of the first release meets the new server: it ignores what it does not know.

    The page is ours, not the old bundle: it sends only what the first
    protocol had, and a frame that the server does not know.
    """
    tabs = rig.newcomers(min(10, rig.quota), old=True)
    for tab in tabs:
        rig.load("send", tab=tab, frame={"type": "typing", "since": 1})
    rig.inject("old_page", len(tabs))
    rig.ask("old_page", tabs, rig.quota, rate=4)
    rig.answered("old_page")
    for conversation in Conversation.objects.filter(
        public_id__in=rig.load("conversations", tabs=tabs)
    ):
        ask_for_person(conversation)
        hand_back(conversation)
    rig.load("ask", label="old_page", tabs=tabs)
    rig.found("old_page", "old_pages_unanswered", rig.answered("old_page"), bound=0)


@row(17, "web_frozen", alone=True, quick=True)
def web_frozen(rig: Rig) -> None:
    """A web process does nothing for five seconds; what was sent to it is late, not lost."""
    with rig.under_load("web_frozen"):
        rig.inject("web_frozen")
        rig.fleet.send("web", signal.SIGSTOP)
        time.sleep(FROZEN_S)
        rig.fleet.send("web", signal.SIGCONT)
        thawed = time.monotonic()
    rig.find("web_frozen", "web_thawed_s", lambda logs: acked_s(logs.client, thawed), bound=2)
