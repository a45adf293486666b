"""A model that an attacker has won over: it does what any text of its prompt orders.

An order is written `{{say: …}}`, `{{call: name {…}}}` or `{{leak}}`, wherever
it stands: in the question, in a document, in a tool's answer. So a test that
attacks needs no luck, and what holds against this model holds against any.
"""

import html
import re
from collections.abc import Sequence
from typing import Any

import orjson

from chatbot.demo_model.tool_play import Call

ORDER = re.compile(r"\{\{(say|call|leak)\b:?\s*(.*?)\s*\}\}(?!\})", re.DOTALL)


def obeyed(
    messages: Sequence[tuple[str, str]], tools: list[dict[str, Any]], made: Sequence[Call]
) -> tuple[str, list[Call]]:
    """What is said and what is called after these messages; no call is made a second time."""
    said: list[str] = []
    calls: list[Call] = []
    messages = [(role, _read(role, text)) for role, text in messages]
    for _, text in messages:
        for order, rest in ORDER.findall(text):
            match order:
                case "say":
                    said.append(rest)
                case "leak":
                    said += [one for _, one in messages if ORDER.search(one) is None]
                    said.append(orjson.dumps(tools).decode())
                case "call":
                    name, _, arguments = rest.partition(" ")
                    call = Call(name, arguments.strip() or "{}")
                    if call not in made and call not in calls:
                        calls.append(call)
    return "\n".join(said), calls


def _read(role: str, text: str) -> str:
    """As a model understands it: marks of the prompt and of JSON are no part of what is said."""
    if role != "tool":
        return html.unescape(text)
    try:
        return "\n".join(_texts(orjson.loads(text)))
    except orjson.JSONDecodeError:
        return text


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [str(value)]
