"""Show of a growing text only what can no longer become part of a listed word.

What is kept back is the end of the text that a listed word begins with,
usually none or a few letters, and it leaves with the next piece. At 2,000
words a token costs 2.3 µs of CPU in English and 1.0 in Chinese, at 20,000
the same; a whole message of 300 characters 19 and 28 µs (one core, Python
3.11, `python -m tests.guardrails.measure`).
"""

from chatbot.guardrails.normalise import LOOSE, PLAIN, SYMBOLS, Plain, is_unspaced
from chatbot.guardrails.word_lists import LONGEST_STRETCH, WIDEST_GAP, Entry, Hit, Words

MASK = "•" * (WIDEST_GAP + 1)  # so that what stands around it is no spelled-out word
# Longer than any disguise of the longest word; so much is only ever kept of a text made to be.
MOST_HELD = 600
CONTEXT = 16  # what has left is looked at once more: whether a word begins at its end


class Holdback:
    """Takes the pieces of one text; gives back what may be shown, in order.

    Masked words are replaced. At the first word that is not to be masked the
    text ends before it: `stopped` is that word, and whatever comes later is
    swallowed. `hits` are all words found.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._states: tuple[int, ...] = (0,)
        self._held = ""
        self._before = ""
        self._suspects: set[Entry] = set()
        self._spans: list[tuple[int, int]] = []
        self.hits: list[tuple[str, Entry]] = []
        self.stopped: Entry | None = None

    def take(self, piece: str) -> str:
        """The piece belongs to the text; what may be shown now is returned."""
        if self.stopped:
            return ""
        shown = self._take(piece)
        if len(self._held) > MOST_HELD:
            shown += self._shorten()
        return shown

    def end(self) -> str:
        """Nothing more comes: the rest that may be shown."""
        if self.stopped or not self._held:
            return ""
        return self._release(self._judge(self._suspects, is_over=True))

    def _take(self, piece: str) -> str:
        self._states, suspects = self._words.run(self._states, piece.translate(LOOSE))
        if suspects or self._suspects:
            self._held += piece
            self._suspects |= suspects
            begin = self._judge(self._suspects, is_over=False)
            return self._release(begin)
        if self._states == (0,):
            if not self._held:  # the usual piece: nothing begun before it or by it
                self._before = (self._before + piece)[-CONTEXT:]
                return piece
            self._held += piece
            return self._release(len(self._held))
        self._held += piece
        return self._release(self._begin_of_word())

    def _judge(self, suspects: set[Entry], *, is_over: bool) -> int:
        """What is found is noted; returns from where on text must wait.

        A word that the text ends with may go on, if only with a mark upon
        its last letter: it stays a suspect until the next sign or the end.
        """
        before = self._before[-CONTEXT:]
        plain = Plain(before + self._held)
        begin = len(self._held) if is_over else self._begin_of_word()
        decided: list[Hit] = []
        open_entries: set[Entry] = set()
        for entry in suspects:
            for first, last in entry.spans(plain):
                start, end = (place - len(before) for place in plain.span(first, last))
                if end <= 0:
                    continue
                if not is_over and last == len(plain.signs):
                    open_entries.add(entry)
                    begin = min(begin, max(start, 0))
                else:
                    decided.append(Hit(max(start, 0), end, entry))
        self._suspects = open_entries
        for hit in sorted(decided, key=lambda one: (one.end, one.start)):
            self._note(hit)
            if self.stopped:
                return min([hit.start, *(s for s, e in self._spans if s < hit.start < e)])
        return begin

    def _note(self, hit: Hit) -> None:
        span = (hit.start, hit.end)
        if hit.entry.action != "mask":
            self.stopped = hit.entry
        elif span in self._spans:
            return
        else:
            self._spans.append(span)
        self.hits.append((self._held[hit.start : hit.end], hit.entry))

    def _begin_of_word(self) -> int:
        """Where the longest beginning of a listed word starts that the text ends with."""
        if len(self._states) == 1 and (begin := self._plainly_begun(self._states[0])) is not None:
            return begin
        alive = [self._alive(state) for state in self._states]
        self._states = tuple({state for state, _ in alive})
        return min(begin for _, begin in alive)

    def _plainly_begun(self, state: int) -> int | None:
        """Where it begins, if nothing stands between its letters: less work, and usual."""
        begins, held = self._words.begins[state], self._held
        if not begins:
            return len(held)
        end = len(held) - held.endswith(" ")
        begin = end - len(begins)
        if begin < 0 or held[begin:end].translate(LOOSE) != begins:
            return None
        if begin and held[begin - 1].translate(LOOSE) in ("", begins[0]):
            return None  # the first letter may be stretched
        return begin

    def _alive(self, state: int) -> tuple[int, int]:
        """The state and where it begins; a shorter one where that is too far back for one word.

        A symbol may be one of its letters or none of them; what holds more is taken.
        """
        depth, held = self._words.depth[state], self._held
        begin = len(held)
        letters, symbols, gap, stretch = 0, 0, 0, 0
        last = blank = ""
        for at in range(len(held) - 1, -1, -1) if depth else ():
            signs = LOOSE[ord(held[at])]
            if not signs:
                if plain := PLAIN[ord(held[at])]:
                    gap += not (blank and plain in " \n")
                    blank = plain if plain in " \n" else ""
                if gap > WIDEST_GAP:
                    break
                continue
            gap, blank = 0, ""
            if signs in SYMBOLS:
                symbols += 1
                begin = at
                continue
            for sign in reversed(signs):
                if sign == last and not is_unspaced(sign):
                    stretch += 1
                elif letters == depth:
                    return state, begin
                else:
                    letters, stretch, last = letters + 1, 0, sign
            begin = at
            if stretch > 2 * LONGEST_STRETCH:
                break
        else:
            return (state, begin) if letters == depth else (state, 0)
        state = self._shortened(state, letters + symbols)
        return (state, begin) if state else (0, len(held))

    def _shortened(self, state: int, letters: int) -> int:
        while self._words.depth[state] > letters:
            state = self._words.shorter[state]
        return state

    def _release(self, until: int) -> str:
        """What is held up to there leaves, listed words masked; none leaves in part."""
        spans = _joined(self._spans)
        for start, end in spans:
            if start < until < end:
                until = start
        shown: list[str] = []
        at = 0
        for start, end in spans:
            if end <= until:
                shown += self._held[at:start], MASK
                at = end
        shown.append(self._held[at:until])
        self._spans = [(start - until, end - until) for start, end in spans if start >= until]
        self._before = (self._before + self._held[:until])[-CONTEXT:]
        self._held = "" if self.stopped else self._held[until:]
        return "".join(shown)

    def _shorten(self) -> str:
        """What cannot be seen is left out of a text that hides behind it; else all of it leaves."""
        thin = _thin(self._held)
        if len(thin) > MOST_HELD // 2:
            begin = self._judge(self._suspects, is_over=True)
            self._states, self._suspects = (0,), set()
            return self._release(begin)
        self._held, self._states, self._suspects, self._spans = "", (0,), set(), []
        return self._take(thin)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _thin(text: str) -> str:
    """Without signs that nobody sees, and with one blank where there are many."""
    seen: list[str] = []
    for sign in text:
        plain = PLAIN[ord(sign)]
        if plain and not (plain in " \n" and seen and seen[-1].isspace()):
            seen.append(sign)
    return "".join(seen)
