"""The demo model's summary of a talk: what the visitor told, word for word, and what was asked.

It chooses sentences and invents none, so a fact is in the summary as it was
said, or not at all.
"""

import re

from chatbot.demo_model.prompt_reading import Reading
from chatbot.demo_model.terms import is_chinese, terms

MOST_WORDS = 250
MOST_ASKED = 8
FACT, ASKED = "- ", "? "

SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
# Whoever speaks of themselves, or says a number, tells something; whoever asks does not.
TELLS = re.compile(r"\b(i|i'm|i've|my|we|our|mine)\b|\d|我|我们", re.IGNORECASE)
ASKS = re.compile(
    r"\s*(what|how|when|where|which|who|why|can|could|do|does|did|is|are|will|would|may|should)\b"
    r".*|.*([?？]|[吗呢][。！]?)\s*",
    re.IGNORECASE | re.DOTALL,
)


def sentences(text: str) -> list[str]:
    """The text's sentences in order."""
    return [part.strip() for part in SENTENCE_END.split(text) if part.strip()]


def facts(summary: str) -> tuple[str, ...]:
    """What a summary of ours holds that the visitor told."""
    return tuple(line.removeprefix(FACT) for line in summary.splitlines() if line.startswith(FACT))


def sum_up(reading: Reading) -> str:
    """Facts of the earlier summary and of the talk, each once, then what was asked last.

    Where that is too long, what was asked goes first, then the oldest facts.
    """
    told = list(facts(reading.summary))
    asked = [
        line.removeprefix(ASKED) for line in reading.summary.splitlines() if line.startswith(ASKED)
    ]
    for who, text in reading.talk:
        if who != "visitor":
            continue
        for sentence in sentences(text):
            if ASKS.fullmatch(sentence):
                asked.append(sentence)
            elif TELLS.search(sentence) and terms(sentence):
                told.append(sentence)
    told = list(dict.fromkeys(told))
    lines = [FACT + one for one in told]
    lines += [ASKED + one[:80] for one in list(dict.fromkeys(asked))[-MOST_ASKED:]]
    while len(lines) > 1 and sum(map(_words, lines)) > MOST_WORDS:
        lines.pop(-1 if lines[-1].startswith(ASKED) else 0)
    return "\n".join(lines)


def _words(line: str) -> int:
    """Chinese has no blanks; two characters count as a word."""
    return len(line) // 2 if is_chinese(line) else len(line.split())
