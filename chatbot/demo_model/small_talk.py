"""What can be answered from the talk itself, without a passage."""

import re

from chatbot.demo_model.phrases import (
    ASKS_FIRST,
    ASKS_LAST,
    ASKS_MINE,
    ASKS_NAME,
    END_MARKS,
    NAMED_IN_RULES,
    SMALL_TALK,
    TELLS_NAME,
    Phrases,
)
from chatbot.demo_model.prompt_reading import Reading
from chatbot.demo_model.summaries import facts, sentences


def answer_small_talk(reading: Reading, say: Phrases) -> str | None:
    """The reply to courtesies and to questions about this very talk; None for all else."""
    question = reading.question.strip(END_MARKS)
    return _about_the_talk(question, reading, say) or _courtesy(question, reading, say)


def _about_the_talk(question: str, reading: Reading, say: Phrases) -> str | None:
    if ASKS_NAME.fullmatch(question):
        name = _name((reading.summary, *reading.earlier, question))
        return say.your_name.format(name=name) if name else say.no_name
    asked = ASKS_MINE.fullmatch(question)
    if asked and (told := _told(asked[1] or asked[2], reading)):
        return say.you_told.format(words=told)
    for pattern, phrase, turn in (
        (ASKS_LAST, say.asked_last, -1),
        (ASKS_FIRST, say.asked_first, 0),
    ):
        if pattern.fullmatch(question):
            if not reading.earlier:
                return say.asked_nothing
            return phrase.format(question=reading.earlier[turn])
    return None


def _courtesy(question: str, reading: Reading, say: Phrases) -> str | None:
    told = TELLS_NAME.search(question)
    if told and len(question) <= told.end() - told.start() + 12:
        return say.met.format(name=_name((question,)))
    for kind, pattern in SMALL_TALK.items():
        if pattern.fullmatch(question):
            named = NAMED_IN_RULES.search(reading.rules)
            ours = (named[1] or named[2]) if named else say.nameless
            return str(getattr(say, kind)).format(name=ours)
    return None


def _told(thing: str, reading: Reading) -> str | None:
    """The newest sentence in which the visitor says what this thing of theirs is."""
    thing = re.escape(thing)
    told = re.compile(rf"\bmy {thing} (?:is|was)\b|我的{thing}是", re.IGNORECASE)
    for text in reversed((*facts(reading.summary), *reading.earlier)):
        for sentence in reversed(sentences(text)):
            if told.search(sentence):
                return sentence
    return None


def _name(said: tuple[str, ...]) -> str | None:
    for text in reversed(said):
        for told in reversed(list(TELLS_NAME.finditer(text))):
            name = told[1] or told[2]
            if not name.startswith(("什么", "啥")):
                return name
    return None
