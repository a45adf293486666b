"""Text as the list of conversations is searched by it, Chinese included."""

import re
import unicodedata
from collections.abc import Iterator

from chatbot.knowledge.terms import WORD, is_han

# A facet has a colon, which no word has: what visitors write never passes for one.
FACET = re.compile(r"[a-z_]+:.+", re.S)
MOST_WORDS = 20
# A pasted page has thousands; what a person searches for stands among the first.
LONGEST_WORD = 60


def words_of(text: str) -> Iterator[str]:
    """The text's words in lower case; Chinese as pairs of characters, and the last one alone.

    Unlike a question to the library, nothing is left out: whoever searches
    means what they write.
    """
    for word in WORD.findall(unicodedata.normalize("NFKC", text).lower()):
        if not is_han(word):
            yield word[:LONGEST_WORD]
        else:
            yield from (word[at : at + 2] for at in range(len(word)))


def search_for(text: str) -> str:
    """A search for conversations with all these words, however they end; empty without a word."""
    wanted = []
    for word in WORD.findall(unicodedata.normalize("NFKC", text).lower()):
        if is_han(word) and len(word) > 1:
            wanted += [lexeme(word[at : at + 2]) for at in range(len(word) - 1)]
        else:
            wanted.append(f"{lexeme(word[:LONGEST_WORD])}:*")
    return " & ".join(wanted[:MOST_WORDS])


def lexeme(word: str) -> str:
    """The word or facet as it stands in a search."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''").replace("\0", "") + "'"
