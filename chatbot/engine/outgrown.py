"""Conversations that want a summary, from the turn that noticed until a worker is called."""

from collections import deque

# Of one process. What is lost with it is noticed again by the conversation's next turn.
_noticed: deque[int] = deque(maxlen=10_000)


def notice(conversation_id: int) -> None:
    """The conversation is named by the next `noticed`."""
    _noticed.append(conversation_id)


def noticed() -> set[int]:
    """Those since the last time, each to one caller only."""
    found: set[int] = set()
    while _noticed:
        try:
            found.add(_noticed.popleft())
        except IndexError:  # another thread was quicker
            break
    return found
