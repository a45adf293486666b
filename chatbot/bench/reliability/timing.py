"""How long what was open at a moment took, read from the client's log."""

from collections.abc import Iterable

from chatbot.bench.clocks import percentile
from chatbot.bench.reliability.logs import ClientLog, Mark

NEVER = float("inf")


def settled_s(client: ClientLog, moment: float) -> float:
    """Seconds until the last question that had no end at this moment had one; 0 for none."""
    waits = [
        (mark.ended or NEVER) - moment
        for mark in client.marks.values()
        if mark.sent <= moment < (mark.ended or NEVER)
    ]
    return max(waits, default=0.0)


def gaps_s(client: ClientLog, begin: float, end: float) -> list[float]:
    """For every line lost in this time: seconds until its page was up to date again."""
    gaps = []
    for tab in client.tabs.values():
        for lost in tab.lost:
            if begin <= lost <= end:
                gaps.append(min((one for one in tab.ready if one > lost), default=NEVER) - lost)
    return gaps


def noticed_s(client: ClientLog, moment: float, within: float) -> float:
    """Seconds from this moment until the last page that lost its line in this time knew of it."""
    lost = [
        min(times) - moment
        for tab in client.tabs.values()
        if (times := [one for one in tab.lost if moment < one < moment + within])
    ]
    return max(lost, default=0.0)


def reconnected_s(client: ClientLog, moment: float, within: float = 3.0) -> float:
    """Seconds from this moment until every page that lost its line then was up to date again."""
    backs = [
        min((one for one in tab.ready if one > lost), default=NEVER) - moment
        for tab in client.tabs.values()
        for lost in tab.lost
        if moment - 0.5 <= lost <= moment + within
    ]
    return max(backs, default=0.0)


def reconnect_peak(client: ClientLog, moment: float, within: float = 15.0) -> float:
    """The most pages that came back in one second, over the mean of the seconds it took."""
    times = [
        one - moment
        for tab in client.tabs.values()
        for one in tab.ready
        if 0 < one - moment < within
    ]
    if not times:
        return 0.0
    seconds = [0] * (int(max(times)) + 1)
    for one in times:
        seconds[int(one)] += 1
    return max(seconds) / (len(times) / len(seconds))


def ack_p95_ms(client: ClientLog, begin: float, end: float) -> float:
    """The 95th percentile from sending to acknowledgement, of what was sent in this time."""
    sent = [mark for mark in client.marks.values() if begin <= mark.sent <= end]
    return 1000 * percentile([(mark.acked or NEVER) - mark.sent for mark in sent], 0.95)


def answer_p95_s(marks: Iterable[Mark]) -> float:
    """The 95th percentile from sending to the end of the answer."""
    return percentile([(mark.ended or NEVER) - mark.sent for mark in marks], 0.95)


def acked_s(client: ClientLog, moment: float) -> float:
    """Seconds until the last question sent before this moment was acknowledged; 0 for none."""
    waits = [
        (mark.acked or NEVER) - moment
        for mark in client.marks.values()
        if mark.sent <= moment < (mark.acked or mark.ended or NEVER)
    ]
    return max(waits, default=0.0)
