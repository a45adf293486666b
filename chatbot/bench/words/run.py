"""`bench words`: are listed words found in every disguise, and nothing else, also in a stream?

Beside it, in the same run, what people write first: the lower-case text is
searched for each lower-case word.
"""

import time
import unicodedata
from collections.abc import Callable

from chatbot.bench.frame import Goal, Options, Report, Say
from chatbot.bench.words.corpus import CARRIERS, clean, listed
from chatbot.bench.words.disguises import DISGUISES, TWELVE
from chatbot.guardrails.holdback import Holdback
from chatbot.guardrails.word_lists import Entry, Words

GOALS = [
    Goal("recall", ">=", 0.98),
    Goal("false_alarm_share", "<=", 0.0002),
    Goal("leaked", "==", 0),
    Goal("ms_per_message", "<=", 0.1),
]
REPEATS = 3
MESSAGE = 300  # characters; `ms_per_message` is CPU time for one of these


def words(options: Options, say: Say) -> Report:
    """Recall by disguise, false alarms on clean texts, leaks at any split, and CPU time."""
    vocabulary = listed()
    entries = [Entry(word, "mask") for language in vocabulary.values() for word in language]
    found = Words(entries)
    plain = [unicodedata.normalize("NFKC", entry.word).lower() for entry in entries]

    def naively(text: str) -> bool:
        lower = text.lower()
        return any(word in lower for word in plain)

    say("planting each word in each disguise")
    planted = {
        (language, name): [
            carrier.format(DISGUISES[name](word))
            for word in vocabulary[language]
            for carrier in CARRIERS[language]
        ]
        for language in vocabulary
        for name in TWELVE
    }
    ours = {
        key: _share(texts, lambda text: bool(found.find(text))) for key, texts in planted.items()
    }
    theirs = {key: _share(texts, naively) for key, texts in planted.items()}
    say("cutting every planted text at every place")
    cuts, leaked = _leaks(found, planted, options.quick)
    say("reading clean texts")
    texts = clean()
    alarms = {
        language: [text for text in some if _alarm(found, text)] for language, some in texts.items()
    }
    messages = _messages(texts)
    spent = min(_seconds(found, messages) for _ in range(REPEATS))
    count = sum(map(len, texts.values()))
    false = sum(map(len, alarms.values()))
    figures = {
        "words": len(entries),
        "evasions": len(TWELVE),
        "planted": sum(map(len, planted.values())),
        "recall": round(sum(ours.values()) / len(ours), 4),
        "recall_worst": round(min(ours.values()), 4),
        "clean_texts": count,
        "false_alarms": false,
        "false_alarm_share": round(false / count, 6),
        "cuts": cuts,
        "leaked": leaked,
        "ms_per_message": round(spent / len(messages) * 1000, 4),
        "naive_recall": round(sum(theirs.values()) / len(theirs), 4),
        "naive_false_alarm_share": round(_naive_alarms(texts, plain) / count, 6),
    }
    return Report(
        figures,
        GOALS,
        ["disguise", "English", "Chinese", "naive, English", "naive, Chinese"],
        [
            [
                name,
                *(f"{one[language, name]:.3f}" for one in (ours, theirs) for language in CARRIERS),
            ]
            for name in TWELVE
        ],
        [f"False alarm: {text[:120]}" for some in alarms.values() for text in some[:5]],
    )


def _share(texts: list[str], finds: Callable[[str], bool]) -> float:
    return sum(map(finds, texts)) / len(texts)


def _leaks(found: Words, planted: dict[tuple[str, str], list[str]], quick: bool) -> tuple[int, int]:
    """How often a text was cut, and how often a listed word was shown all the same.

    In quick runs only each tenth text. What is not found in one piece counts
    as missed, not as leaked.
    """
    cuts = leaked = 0
    for texts in planted.values():
        for text in texts[:: 10 if quick else 1]:
            whole = _shown(found, [text])
            for place in range(1, len(text)):
                shown = _shown(found, [text[:place], text[place:]])
                cuts += 1
                leaked += shown != whole or bool(found.find(shown))
    return cuts, leaked


def _shown(found: Words, pieces: list[str]) -> str:
    hold = Holdback(found)
    return "".join([*map(hold.take, pieces), hold.end()])


def _alarm(found: Words, text: str) -> bool:
    """Whether a word is found that nobody wrote there."""
    lower = unicodedata.normalize("NFKC", text).lower()
    return any(hit.entry.word not in lower for hit in found.find(text))


def _naive_alarms(texts: dict[str, list[str]], plain: list[str]) -> int:
    """Clean texts in which an English word is found, mostly within another."""
    return sum(
        any(word in text.lower() for word in plain if word.isascii()) for text in texts["en"]
    )


def _messages(texts: dict[str, list[str]]) -> list[str]:
    """The clean texts again, as messages of `MESSAGE` characters."""
    whole = ["\n".join(some) for some in texts.values()]
    return [one[at : at + MESSAGE] for one in whole for at in range(0, len(one), MESSAGE)]


def _seconds(found: Words, messages: list[str]) -> float:
    begun = time.process_time()
    for message in messages:
        found.find(message)
    return time.process_time() - begun
