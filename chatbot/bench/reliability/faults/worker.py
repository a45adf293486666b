"""Workers die, freeze, are replaced, and get their work more than once."""

import time

from chatbot.bench.reliability.catalogue import row
from chatbot.bench.reliability.rig import Rig
from chatbot.bench.reliability.timing import settled_s


@row(22, "worker_killed", alone=True, quick=True)
def worker_killed(rig: Rig) -> None:
    """A worker is killed in the middle of its replies; the other one takes them over."""
    rig.flow("worker_killed")
    time.sleep(3)
    moment = rig.inject("worker_killed")
    rig.fleet.kill("worker 1")
    rig.find(
        "worker_killed", "worker_killed_s", lambda logs: settled_s(logs.client, moment), bound=15
    )
    time.sleep(5)
    rig.fleet.restart("worker 1")
    rig.end_flow("worker_killed")
    rig.answered("worker_killed")
