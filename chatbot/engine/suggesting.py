"""What a visitor may want to ask next, from what was found for this answer; no call, no query."""

from collections.abc import Sequence
from typing import Any

from chatbot.guardrails.policy import Guard
from chatbot.knowledge.search import FoundPassage

MOST = 3
LONGEST = 80


def suggestions(
    question: str,
    passages: Sequence[FoundPassage],
    citations: Sequence[dict[str, Any]],
    guard: Guard,
) -> list[str]:
    """At most `MOST` questions, or headings that can be asked about, nearest first.

    They are those of passages that were found and not cited: the bot knows
    an answer to each. None where nothing was cited, for then what was found
    did not fit, and none that a word list holds back.
    """
    if not citations:
        return []
    cited = {one["passage"] for one in citations}
    said = {_plain(question)}
    for passage in passages:
        if passage.id in cited:
            said |= {_plain(passage.heading), _plain(passage.heading.rpartition(" › ")[2])}
    found: list[str] = []
    for passage in passages:
        if passage.id in cited:
            continue
        heading = passage.heading.strip() or passage.title.strip()
        plain = _plain(heading)
        if not plain or len(heading) > LONGEST or plain in said or _listed(guard, heading):
            continue
        said.add(plain)
        found.append(heading)
    return found[:MOST]


def _listed(guard: Guard, heading: str) -> bool:
    """Whether a word of a list stands in it: it would be shown, and asked in turn."""
    return any(words and words.find(heading) for words in (guard.answers, guard.questions))


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
