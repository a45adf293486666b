"""Web processes die, are replaced, and stop for a while."""

import time

from chatbot.bench.reliability.catalogue import row
from chatbot.bench.reliability.rig import Rig
from chatbot.bench.reliability.timing import reconnect_peak, reconnected_s


@row(14, "web_killed", alone=True, quick=True)
def web_killed(rig: Rig) -> None:
    """A web process is killed while its sockets stream; its pages come back by the other one."""
    rig.flow("web_killed")
    time.sleep(3)
    moment = rig.inject("web_killed")
    rig.fleet.kill("web")
    rig.find(
        "web_killed", "web_killed_s", lambda logs: reconnected_s(logs.client, moment), bound=10
    )
    rig.find("web_killed", "reconnect_peak_ratio", lambda logs: reconnect_peak(logs.client, moment))
    time.sleep(4)
    rig.fleet.restart("web")
    rig.end_flow("web_killed")
    rig.answered("web_killed")
