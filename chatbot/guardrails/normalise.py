"""Two readings of a text that evasions do not change, one sign at a time.

Each sign is folded by itself, whatever stands around it, so a stream can be
folded piece by piece and comes out as the whole text would.

The *plain* reading keeps what stands between letters and knows where each
sign came from: there a listed word is found or refused for good. The *loose*
one keeps letters only, and one for all that pass for each other (`l`, `1`,
`I`): a listed word that is there in any disguise is there in the loose reading.
"""

import re
import unicodedata

from chatbot.guardrails.lookalikes import latin_letter, simplified

# Nothing is seen of these, though Unicode counts the last five as letters or symbols.
_UNSEEN = {"Mn", "Me", "Cf", "Cc", "Cn"}
_FILLERS = set("\u115f\u1160\u3164\uffa0\u17b4\u17b5")
_LINE_ENDS = set("\n\r\x0b\x0c\x85\u2028\u2029")
_BLANKS = set("\t\u2800")

# What is written for a letter by those who disguise it. Symbols may as well stand between
# letters, so the matcher reads them both ways; figures are always read as letters.
FIGURES = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "2": "z"}
SYMBOLS = {"@": "a", "$": "s", "!": "i", "|": "i", "+": "t", "€": "e", "£": "l", "¢": "c"}
_SAME = {"l": "i"}

# Letters of scripts that are written without spaces: there a word has no borders.
UNSPACED = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u1100-\u11ff\uac00-\ud7ff"
    "\U00020000-\U0003ffff"
)
_unspaced = re.compile(f"[{UNSPACED}]")


def is_unspaced(letter: str) -> bool:
    """Whether the letter is of a script that is written without spaces, such as Chinese."""
    return _unspaced.match(letter) is not None


def _plain(sign: str) -> str:
    """What a reader makes of one sign: nothing, small letters, figures, a blank or a symbol."""
    if sign in _LINE_ENDS:
        return "\n"
    if sign in _BLANKS or unicodedata.category(sign) == "Zs":
        return " "
    parts = []
    for part in unicodedata.normalize("NFKD", sign):
        for small in latin_letter(part) or part.casefold():
            for letter in unicodedata.normalize("NFKD", small):
                if unicodedata.category(letter) in _UNSEEN or letter in _FILLERS:
                    continue
                parts.append(simplified().get(letter) or latin_letter(letter) or letter)
    return "".join(parts)


def _loose(plain: str) -> str:
    letters = []
    for sign in plain:
        if sign.isalnum():
            letter = FIGURES.get(sign, sign)
            letters.append(_SAME.get(letter, letter))
        elif sign in SYMBOLS:
            letters.append(sign)
    return "".join(letters)


class _Table(dict[int, str]):
    """For `str.translate`; each sign is folded when it is first met."""

    def __init__(self, loose: bool) -> None:
        super().__init__()
        self._is_loose = loose

    def __missing__(self, code: int) -> str:
        plain = _plain(chr(code))
        self[code] = folded = _loose(plain) if self._is_loose else plain
        return folded


PLAIN = _Table(loose=False)
LOOSE = _Table(loose=True)


def loose(text: str) -> str:
    """The loose reading: letters, and those symbols that may stand for one."""
    return text.translate(LOOSE)


def letter_of(symbol: str) -> str:
    """The letter of the loose reading that this symbol may stand for."""
    letter = SYMBOLS[symbol]
    return _SAME.get(letter, letter)


class Plain:
    """The plain reading of a text; `origin[i]` is where its sign `i` stands in the text.

    Blanks in a row are one. `origin` has one more place than there are
    signs: the length of the text.
    """

    def __init__(self, text: str) -> None:
        signs: list[str] = []
        self.origin: list[int] = []
        for at, original in enumerate(text):
            for sign in PLAIN[ord(original)]:
                if sign in " \n" and signs and signs[-1] in " \n":
                    signs[-1] = min(signs[-1], sign)  # a line's end among blanks is one
                    continue
                signs.append(sign)
                self.origin.append(at)
        self.origin.append(len(text))
        self.signs = "".join(signs)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the signs from `start` to `end` stand in the text, with the marks upon the last."""
        return self.origin[start], max(self.origin[end], self.origin[end - 1] + 1)
