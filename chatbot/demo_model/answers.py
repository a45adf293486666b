"""The demo model's answer: sentences of the passages, chosen by the words they share."""

import math
from collections import Counter
from dataclasses import dataclass

from chatbot.demo_model.phrases import (
    ASKS_AMOUNT,
    CHINESE,
    END_MARKS,
    ENGLISH,
    FOLLOWS_UP,
    OFFERS_NOBODY,
    SAYS_EXACTLY,
    WANTS_MORE,
    Phrases,
)
from chatbot.demo_model.prompt_reading import Passage, Reading
from chatbot.demo_model.small_talk import answer_small_talk
from chatbot.demo_model.statements import Statement, statements
from chatbot.demo_model.summaries import sum_up
from chatbot.demo_model.terms import CJK, is_chinese, terms

MOST_STATEMENTS = 3
MOST_ITEMS = 6
# Of the weight of the question's words, how much the best statement must hold
# for the passages to count as an answer, and how near the best the others must come.
FITS = 0.34
NEAR_BEST = 0.7
# A word of the title or the heading says what the statement is about, but less
# than a word of its own; an earlier turn says what a follow-up leaves out.
TITLE_SHARE = 0.6
TWICE_SHARE = 0.25
EARLIER_SHARE = 0.4
OWN_LANGUAGE_BONUS = 0.25
AMOUNT_BONUS = 0.3


@dataclass(frozen=True)
class Ranked:
    """A statement with its fit to the question, 1.0 where it holds every word."""

    statement: Statement
    fit: float


def answer(reading: Reading) -> str:
    """The reply in markdown, in the question's language; the same reading, the same text."""
    if reading.talk:
        return sum_up(reading)
    chinese = is_chinese(reading.question)
    say = CHINESE if chinese else ENGLISH
    if talk := answer_small_talk(reading, say):
        return talk
    chosen = _choose(reading, chinese, _obeying(say, reading.rules))
    if isinstance(chosen, str):
        return chosen
    return _compose(chosen, set(terms(reading.question)), chinese)


def _obeying(say: Phrases, rules: str) -> Phrases:
    """What to say where nothing fits, as the rules want it."""
    if told := SAYS_EXACTLY.search(rules):
        return say._replace(unknown=told[1])
    return say._replace(unknown=say.declined) if OFFERS_NOBODY.search(rules) else say


def _choose(reading: Reading, chinese: bool, say: Phrases) -> list[Statement] | str:
    known = [part for passage in reading.passages for part in statements(passage)]
    own = set(terms(reading.question))
    wanted = _wanted(reading, own)
    if reading.replies and WANTS_MORE.fullmatch(reading.question.strip(END_MARKS)):
        return _untold(known, reading.replies[-1]) or say.no_more
    ranked = _rank(known, wanted, reading.question, chinese)
    # A follow-up must find its own words, or "and in Germany?" would be answered
    # with what holds elsewhere.
    ranked = [one for one in ranked if not own or own & (one.statement.words | one.statement.about)]
    if not ranked or ranked[0].fit < FITS:
        return say.unknown
    enough = ranked[0].fit * NEAR_BEST
    return [one.statement for one in ranked if one.fit >= enough][:MOST_STATEMENTS]


def _untold(known: list[Statement], told: str) -> list[Statement]:
    """What else the passages say that the last reply quoted."""
    quoted = {part.passage for part in known if part.text and part.text in told}
    more = [part for part in known if part.passage in quoted and part.text not in told]
    return more[:MOST_STATEMENTS]


def _wanted(reading: Reading, own: set[str]) -> dict[str, float]:
    """The words looked for and their share: the question's, and for a follow-up earlier ones."""
    wanted = dict.fromkeys(own, 1.0)
    if len(own) <= 2 and FOLLOWS_UP.match(reading.question.strip(END_MARKS)):
        share = EARLIER_SHARE if own else 1.0
        for text in reversed(reading.earlier[-3:]):
            words = set(terms(text))
            for word in words:
                wanted.setdefault(word, share)
            if words:
                share /= 2
    return wanted


def _rank(
    known: list[Statement], wanted: dict[str, float], question: str, chinese: bool
) -> list[Ranked]:
    frequency = Counter(word for part in known for word in part.words | part.about)
    weight = {
        word: share * math.log(1 + (len(known) + 1) / (frequency[word] + 0.5))
        for word, share in wanted.items()
    }
    whole = sum(weight.values())
    if not whole:
        return []
    asks_amount = ASKS_AMOUNT.search(question) is not None
    ranked = []
    for part in known:
        # Summed in the order of the words: a set's order differs from process to
        # process, and with it the last bits of a float sum and so a tie.
        held = sum(weight[word] for word in sorted(wanted.keys() & part.words))
        titled = sum(
            weight[word] * (TWICE_SHARE if word in part.words else TITLE_SHARE)
            for word in sorted(wanted.keys() & part.about)
        )
        fit = (held + titled) / whole
        if fit and (CJK.search(part.text) is not None) == chinese:
            fit += OWN_LANGUAGE_BONUS * fit
        if held and asks_amount and any(letter.isdigit() for letter in part.text):
            fit += AMOUNT_BONUS
        if fit:
            ranked.append(Ranked(part, fit))
    return sorted(ranked, key=lambda one: -one.fit)


def _compose(chosen: list[Statement], own: set[str], chinese: bool) -> str:
    """One paragraph per passage, best passage first, sentences in their own order."""
    by_passage: dict[Passage, list[Statement]] = {}
    for part in chosen:
        by_passage.setdefault(part.passage, []).append(part)
    paragraphs = []
    for passage, parts in by_passage.items():
        parts.sort(key=lambda part: part.order)
        paragraphs.append(_paragraph(parts, passage.id, own, chinese))
    return "\n\n".join(paragraphs)


def _paragraph(parts: list[Statement], id: str, own: set[str], chinese: bool) -> str:
    gap = "" if chinese else " "
    sentences = [part.text for part in parts if not part.items]
    lines = [f"{gap.join(sentences)}{gap}[{id}]"] if sentences else []
    for part in parts:
        if part.items:
            lines += [part.text] if part.text else []
            marked = [
                f"{number}. {item}" if part.numbered else f"- {item}"
                for number, item in enumerate(_items(part, own), start=1)
            ]
            lines.append("\n".join(marked) + f"{gap}[{id}]")
    return "\n\n".join(lines)


def _items(part: Statement, own: set[str]) -> list[str]:
    """All steps; of any other long list the items that fit the question, else its first ones."""
    if part.numbered or len(part.items) <= MOST_ITEMS:
        return list(part.items)
    fitting = [item for item in part.items if own & set(terms(item))]
    return (fitting or list(part.items))[:MOST_ITEMS]
