"""Find listed words in a text, however they are disguised.

A trie over the loose reading of all words finds, in one pass and at the speed
of a dictionary look-up a letter, where one may be; an expression of its own
for each word then looks at the plain reading of that place and decides. So a
list of ten thousand words costs what one of ten costs, and “Essex” is not
taken for what stands in its middle.
"""

import functools
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chatbot.guardrails.normalise import (
    FIGURES,
    SYMBOLS,
    UNSPACED,
    Plain,
    is_unspaced,
    letter_of,
    loose,
)

MOST_CHARACTERS = 60
# “f - u - c - k” has three signs between letters; more than this nobody reads as one word.
WIDEST_GAP = 5
LONGEST_STRETCH = 32  # of one letter: “spaaaam”
# Each symbol in a row that may be a letter or not could double how it can be read.
MOST_READINGS = 16

_SYMBOL = re.compile(f"([{re.escape(''.join(SYMBOLS))}])")
_NOBODY: set["Entry"] = set()
_LETTER = f"[^\\W\\d_{UNSPACED}]"
# A sign that stands for a letter is a border too: in “spam$pam” both words end and begin.
_BEGINS = f"(?:(?<!{_LETTER})|(?=[\\d{re.escape(''.join(SYMBOLS))}]))"
_ENDS = f"(?:(?!{_LETTER})|(?<=[\\d{re.escape(''.join(SYMBOLS))}]))"
_SIGN = r"(?:[^\w\s]|_)"
_GAP = rf"(?:[^\w]|_){{1,{WIDEST_GAP}}}"
# What ends a clause: across it two Chinese words that meet are two words.
_CLAUSE = r",!?;:，。、！？；：…\n()\[\]{}<>«»“”‘’\"'「」『』【】《》〈〉（）"
_WEAK = rf"(?:(?![{_CLAUSE}])[^\w]|_){{0,{WIDEST_GAP}}}"
_STRETCH = f"{{2,{LONGEST_STRETCH}}}"

_WRITTEN_AS: dict[str, str] = {}
for _sign, _letter in (FIGURES | SYMBOLS).items():
    _WRITTEN_AS[_letter] = _WRITTEN_AS.get(_letter, "") + _sign
_WRITTEN_AS["l"] = _WRITTEN_AS.get("l", "") + "1|"


class NoWord(ValueError):
    """Nothing of this entry could be found in any text."""


@dataclass(frozen=True)
class Entry:
    """A listed word and what happens where it stands.

    A `*` at its end lets the word go on: `spam*` also finds “spamming”. What
    is looked for is a word or phrase of `MOST_CHARACTERS` at most; `NoWord`
    for anything else.
    """

    word: str
    action: str = "block"
    source: int = 0

    def __post_init__(self) -> None:
        if not self.key or len(self.word) > MOST_CHARACTERS:
            raise NoWord(
                f"“{self.word[:MOST_CHARACTERS]}” is no word: write letters or figures, "
                f"{MOST_CHARACTERS} characters at most."
            )

    @functools.cached_property
    def letters(self) -> str:
        """The word as it is read plainly, without what stands between its letters."""
        return "".join(sign for sign in Plain(self.word).signs if sign.isalnum())

    @functools.cached_property
    def key(self) -> str:
        """The word in the loose reading; a letter that comes twice in a row counts once there."""
        key = ""
        for letter in loose(self.letters):
            if not key.endswith(letter) or is_unspaced(letter):
                key += letter
        return key

    @functools.cached_property
    def _expression(self) -> re.Pattern[str]:
        ends_open = self.word.rstrip().endswith("*")
        before = "" if is_unspaced(self.letters[0]) else _BEGINS
        after = "" if is_unspaced(self.letters[-1]) else _ENDS
        if self.letters[0].isdecimal():
            before = r"(?<!\d)"
        if self.letters[-1].isdecimal():
            after = r"(?!\d)"
        if ends_open:
            after = f"{_LETTER}{{0,{LONGEST_STRETCH}}}"
        spelled = _spelled(self.letters)
        if any(is_unspaced(letter) for letter in self.letters):
            ways = [_WEAK.join(map(_class_of, self.letters))]
            ways += [spelled] if len(self.letters) > 2 else []
        else:
            ways = [_solid(self.letters), spelled, *self._phrase()]
        return re.compile(f"{before}(?:{'|'.join(ways)}){after}")

    def _phrase(self) -> list[str]:
        """The way it is usually written, where it is more than one word."""
        parts = re.findall(r"[^\W_]+", Plain(self.word).signs)
        if len(parts) < 2:
            return []
        return [_GAP.join(f"(?:{_solid(part)}|{_spelled(part)})" for part in parts)]

    def spans(self, plain: Plain) -> Iterator[tuple[int, int]]:
        """Where the word stands among the signs of this reading."""
        for found in self._expression.finditer(plain.signs):
            if self._is_meant(found[0]):
                yield found.span()

    def _is_meant(self, written: str) -> bool:
        """Whether figures in it stand for letters: in “sh1t”, not in the name of a thing, “A55”."""
        letters = sum(letter.isalpha() for letter in self.letters)
        if not letters:
            return True
        figures = sum(sign.isdecimal() for sign in written) - (len(self.letters) - letters)
        kept = sum(sign.isalpha() or sign in "@$" for sign in written)
        return kept > 0 and (figures * 2 <= letters or letters > 4)


def _class_of(letter: str) -> str:
    also = "" if letter.isdecimal() else _WRITTEN_AS.get(letter, "")
    return f"[{re.escape(letter + also)}]" if also else re.escape(letter)


def _spelled(letters: str) -> str:
    """Each letter apart from the next."""
    return _GAP.join(map(_class_of, letters))


def _solid(letters: str) -> str:
    """Letters without blanks between; one may be stretched, and signs may stand between two."""
    pieces: list[str] = []
    for at, (letter, one) in enumerate(zip(letters, map(_class_of, letters), strict=True)):
        is_last = at + 1 == len(letters) or letters[at + 1] != letter
        is_first = at == 0 or letters[at - 1] != letter
        if at:
            pieces.append(f"{_SIGN}{{0,{WIDEST_GAP}}}")
        pieces.append(one)
        if is_last and letter.isalpha():
            # “goood” is stretched, “good” is another word than “god”
            pieces.append(f"(?:{one}{_STRETCH})?" if is_first else f"{one}{{0,{LONGEST_STRETCH}}}")
    return "".join(pieces)


@dataclass(frozen=True)
class Hit:
    """A listed word in a text, from `start` to `end`."""

    start: int
    end: int
    entry: Entry


class Words:
    """Listed words, ready to be looked for.

    States are numbers: 0 is "nothing begun", and the state after a letter is
    the longest beginning of a listed word that the text ends with. They are
    what a stream keeps between two pieces.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = list(entries)
        self.next: list[dict[str, int]] = [{}]
        self.shorter = [0]
        self.depth = [0]
        self.begins = [""]  # the letters that lead to each state
        self.ends: list[tuple[Entry, ...]] = [()]
        for entry in self.entries:
            self._add(entry)
        self._link()

    def __bool__(self) -> bool:
        return bool(self.entries)

    def _add(self, entry: Entry) -> None:
        state = 0
        for letter in entry.key:
            following = self.next[state].get(letter)
            if following is None:
                following = len(self.next)
                self.next[state][letter] = following
                self.next.append({})
                self.shorter.append(0)
                self.depth.append(self.depth[state] + 1)
                self.begins.append(self.begins[state] + letter)
                self.ends.append(())
            state = following
        self.ends[state] = (*self.ends[state], entry)

    def _link(self) -> None:
        """Each state knows the longest shorter one that its letters also end with."""
        waiting = deque(self.next[0].values())
        order: list[tuple[int, str]] = [(state, letter) for letter, state in self.next[0].items()]
        while waiting:
            state = waiting.popleft()
            for letter, following in self.next[state].items():
                shorter = self.shorter[state]
                while shorter and letter not in self.next[shorter]:
                    shorter = self.shorter[shorter]
                found = self.next[shorter].get(letter, 0)
                self.shorter[following] = found
                self.ends[following] += self.ends[found]
                order.append((following, letter))
                waiting.append(following)
        # A letter that comes again changes nothing: words have none twice in a row.
        for state, letter in order:
            if not is_unspaced(letter):
                self.next[state].setdefault(letter, state)

    def step(self, state: int, letter: str) -> int:
        """The state after one more letter."""
        while True:
            following = self.next[state].get(letter)
            if following is not None:
                return following
            if not state:
                return 0
            state = self.shorter[state]

    def run(self, states: tuple[int, ...], letters: str) -> tuple[tuple[int, ...], set[Entry]]:
        """The states after these loose letters, and the words that may have ended within.

        More states than one are different readings of the same text: a
        symbol is a letter in one and nothing in the other.
        """
        if len(states) == 1 and not _SYMBOL.search(letters):
            state, suspects = self._run(states[0], letters)
            return (state,), suspects
        suspects = set()
        for part in _SYMBOL.split(letters):
            if part in SYMBOLS:
                states = self._read_both_ways(states, letter_of(part))
                suspects.update(*(self.ends[state] for state in states))
                continue
            for at, letter in enumerate(part):
                if len(states) == 1:
                    state, found = self._run(states[0], part[at:])
                    states, suspects = (state,), suspects | found
                    break
                states = tuple({self.step(state, letter) for state in states})
                suspects.update(*(self.ends[state] for state in states))
        return states, suspects

    def _run(self, state: int, letters: str) -> tuple[int, set[Entry]]:
        suspects = _NOBODY
        following, shorter, ends = self.next, self.shorter, self.ends
        for letter in letters:
            after = following[state].get(letter)
            while after is None:
                if not state:
                    after = 0
                    break
                state = shorter[state]
                after = following[state].get(letter)
            state = after
            if ends[state]:
                suspects = suspects | set(ends[state])
        return state, suspects

    def _read_both_ways(self, states: tuple[int, ...], letter: str) -> tuple[int, ...]:
        read = {*states, *(self.step(state, letter) for state in states)}
        return tuple(sorted(read, key=self.depth.__getitem__)[-MOST_READINGS:])

    def find(self, text: str) -> list[Hit]:
        """Every listed word in the text, in the order in which they end."""
        _, suspects = self.run((0,), loose(text))
        if not suspects:
            return []
        plain = Plain(text)
        hits = [
            Hit(*plain.span(start, end), entry)
            for entry in suspects
            for start, end in entry.spans(plain)
        ]
        return sorted(hits, key=lambda hit: (hit.end, hit.start, hit.entry.word))
