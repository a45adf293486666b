"""What the library needs done now and then."""

import time

from chatbot.knowledge.embeddings import place_passages
from chatbot.knowledge.ingest import cut_again
from chatbot.knowledge.jobs import fetch_due, work
from chatbot.knowledge.unanswered import group_new

SECONDS = 60.0


def tend() -> None:
    """Due sources, what waits in jobs, what was cut another way, passages without a place,
    questions without a group.

    About so many seconds at most; what is left then is done the next time.
    """
    deadline = time.monotonic() + SECONDS
    fetch_due()
    work(SECONDS)
    while time.monotonic() < deadline and (cut_again() or place_passages() or group_new()):
        pass
