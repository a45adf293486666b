"""What was said before the question of an item."""

from chatbot.models import TrialItem
from chatbot.sandbox.recorded import Before, said_before

# A chat in the sandbox keeps so many of its own turns.
MOST_TURNS = 20


def before_of(item: TrialItem) -> Before:
    """As it was when the recorded reply was written; in a chat, its turns so far; else nothing."""
    if item.recorded:
        return said_before(item.recorded)
    return Before([*item.history])


def talk_before(item: TrialItem) -> list[dict[str, str]]:
    """The turns of a chat before this one, in the words of Chat Completions."""
    earlier = item.trial.items.filter(pk__lt=item.pk, state=TrialItem.State.DONE)
    said: list[dict[str, str]] = []
    for one in list(earlier.order_by("-pk")[:MOST_TURNS])[::-1]:
        said += [
            {"role": "user", "content": one.question},
            {"role": "assistant", "content": one.answer},
        ]
    return said
