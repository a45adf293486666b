"""The line between browser and server: cut, half open, thin, or not read."""

import time

from django.contrib.auth import get_user_model

from chatbot.bench.reliability.catalogue import row
from chatbot.bench.reliability.rig import CALM, Rig
from chatbot.bench.reliability.timing import answer_p95_s, noticed_s
from chatbot.intake import staff_says
from conversations.models import Conversation

FRAME_BYTES = 160  # of a question on the wire: head, mask and about 150 of JSON
HALF_OPEN_S = 48  # longer than two of the server's heartbeats of 20 s, and the widget's 25 + 10
STUCK, STUCK_QUICK = 20, 8
LARGE_TEXT = "\N{SLIGHTLY SMILING FACE}" * 3900  # about 16 KB


@row(6, "cut_before_ack", quick=True)
def cut_before_ack(rig: Rig) -> None:
    """The connection is reset after each byte of the frame that carries a question."""
    places = list(range(0, FRAME_BYTES, 8 if rig.quick else 1))
    rig.rng("cut_before_ack").shuffle(places)
    tabs = rig.newcomers(min(24, len(places)), lane="cut")
    while places:
        now, places = places[: len(tabs)], places[len(tabs) :]
        rig.load("ready", tabs=tabs)
        rig.proxy("cut", lane="cut", after=now)
        rig.load("ask", label="cut_before_ack", tabs=tabs)
        rig.inject("cut_before_ack", len(now))
        rig.answered("cut_before_ack")
        rig.proxy("cut", lane="cut", after=[None] * len(tabs))


@row(7, "half_open")
def half_open(rig: Rig) -> None:
    """Lines swallow all bytes and tell neither side; pages notice, and the server forgets them."""
    tabs = rig.newcomers(20, lane="half_open")
    rig.load("ask", label="half_open", tabs=tabs)
    rig.load("writing", label="half_open")
    moment = rig.inject("half_open", rig.proxy("hold", lane="half_open"))
    rig.ask("half_open", tabs, max(20, rig.quota - 20), rate=5)
    time.sleep(max(0.0, HALF_OPEN_S - (time.monotonic() - moment)))
    rig.find(
        "half_open",
        "half_open_noticed_s",
        lambda logs: noticed_s(logs.client, moment, HALF_OPEN_S),
        bound=30,
    )
    zombies = rig.proxy("held", lane="half_open")
    rig.found("half_open", "zombie_sockets", sum(not one for one in zombies), bound=0)
    rig.found("half_open", "zombie_closed_s", max(zombies, default=0.0), bound=41.0)
    rig.answered("half_open")


@row(8, "poor_line", quick=True)
def poor_line(rig: Rig) -> None:
    """64 kilobits a second, 400 ms each way, and 5 % of packets late as after a loss."""
    plan = {"delay_s": 0.4, "bytes_per_s": 8000, "stall_share": 0.05}
    tabs = rig.newcomers(min(20, rig.quota), lane="slow")
    rig.inject("poor_line", rig.proxy("plan", lane="slow", plan=plan))
    rig.ask("poor_line", tabs, rig.quota, rate=4)
    rig.answered("poor_line")


@row(9, "slow_client", alone=True)
def slow_client(rig: Rig) -> None:
    """Pages stop reading while much is sent to them; the others notice nothing.

    The table has 12,000 x 16 KB a socket; here it is 600 (about 10 MB), more
    than kernel and proxy hold together.
    """
    [owner] = rig.newcomers(1)
    stuck = [owner]
    while len(stuck) < (STUCK_QUICK if rig.quick else STUCK):
        stuck += rig.load("second_tab", tabs=[owner])
    [name] = rig.load("conversations", tabs=[owner])
    conversation = Conversation.objects.get(public_id=name)
    staff = get_user_model().objects.create_user("bench-writer")
    with rig.under_load("slow_client", rate=rig.rate / 3):
        rig.load("reading", tabs=stuck, reads=False)
        before = peak = rig.web_memory_mb()
        rig.inject("slow_client", len(stuck))
        for number in range(600):
            staff_says(conversation, staff, f"{number} {LARGE_TEXT}")
            if number % 20 == 0:
                peak = max(peak, rig.web_memory_mb())
        peak = max(peak, rig.web_memory_mb())
        rig.load("reading", tabs=stuck, reads=True)
    rig.found("slow_client", "slow_client_mb_per_socket", (peak - before) / len(stuck), bound=8.0)
    rig.find(
        "slow_client",
        "slow_client_others_p95_ratio",
        lambda logs: (
            answer_p95_s(logs.client.labelled("slow_client"))
            / answer_p95_s(logs.client.labelled(CALM))
        ),
        bound=1.2,
    )
